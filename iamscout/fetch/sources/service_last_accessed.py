"""Which services each user and role may use and when it last did: two calls each, so with its own switch.

iam:GenerateServiceLastAccessedDetails begins a job that changes nothing, iam:GetServiceLastAccessedDetails
tells what the job found. All jobs are begun before the first is read, so that AWS works while the others are
asked for. Groups and policies are left out: what their users and roles did is told of these. AWS tracks at
least 400 days ("Reducing permissions using service last accessed data").
"""

from __future__ import annotations

from typing import Any

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.spec import ROLES, USERS, SourceSpec

_GENERATE = "iam:GenerateServiceLastAccessedDetails"
_GET = "iam:GetServiceLastAccessedDetails"

_LOST = "JobLost"

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 10.0
PATIENCE_SECONDS = 180.0
"""The longest to wait for all jobs together."""


def _collect(api: Api) -> object:
    listed = (*api.answer(USERS)["Users"], *api.answer(ROLES)["Roles"])
    jobs = api.each(_GENERATE, "Arn", [each["Arn"] for each in listed if each.get("Arn")])
    reports = _Reports(api)
    return api.each_by(jobs, lambda arn: reports.read(arn, jobs[arn]))


class _Reports:
    """Reads the jobs' reports; the patience is one for all of them."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._waited = 0.0

    def read(self, arn: str, begun: dict[str, Any]) -> dict[str, Any]:
        """The report on a user or role, its pages merged; `begun` is the answer that names the job."""
        job = _job(begun)
        try:
            answer = self._finished(job)
        except RefusalError as refusal:
            if refusal.code != _LOST:
                raise
            # Only the session that began a job may read it, and a run that goes on has a new session.
            job = _job(self._api.call(_GENERATE, Arn=arn))
            answer = self._finished(job)
        services = list(answer.get("ServicesLastAccessed") or ())
        seen: set[str] = set()
        while answer.get("IsTruncated"):
            marker = str(answer.get("Marker") or "")
            if not marker or marker in seen:
                told = "AWS says there are more pages but gives no new marker for the next"
                raise RefusalError(_GET, "EndlessListing", told, "failed")
            seen.add(marker)
            answer = self._asked(job, Marker=marker)
            services += answer.get("ServicesLastAccessed") or ()
        kept = {name: value for name, value in answer.items() if name not in ("IsTruncated", "Marker")}
        return {**kept, "ServicesLastAccessed": services}

    def _finished(self, job: str) -> dict[str, Any]:
        pause = FIRST_WAIT_SECONDS
        while True:
            answer = self._asked(job)
            if answer.get("JobStatus") == "COMPLETED":
                return answer
            if answer.get("JobStatus") != "IN_PROGRESS":
                error = answer.get("Error") or {}
                raise RefusalError(
                    _GET, str(error.get("Code", "JobFailed")), str(error.get("Message", "")), "failed"
                )
            pause = min(pause, PATIENCE_SECONDS - self._waited)
            if pause <= 0:
                told = f"the jobs were not done after {PATIENCE_SECONDS:.0f} seconds of waiting"
                raise RefusalError(_GET, "JobInProgress", told, "failed")
            self._api.wait(_GET, pause, "AWS is looking up the last access")
            self._waited += pause
            pause = min(pause * 1.5, LONGEST_WAIT_SECONDS)

    def _asked(self, job: str, **parameters: str) -> dict[str, Any]:
        try:
            return self._api.call(_GET, JobId=job, MaxItems=1_000, **parameters)
        except RefusalError as refusal:
            if not refusal.is_gone:
                raise
            # A principal that is gone is no error here: its job is done or it is not.
            raise RefusalError(_GET, _LOST, "AWS does not know the job", "failed") from refusal


def _job(begun: dict[str, Any]) -> str:
    job = begun.get("JobId")
    if not job:
        raise RefusalError(_GENERATE, "NoJob", "AWS named no job", "failed")
    return str(job)


SOURCE = SourceSpec(
    name=_GET,
    operations=(_GENERATE, _GET),
    collect=_collect,
    needs=(USERS, ROLES),
    switch="last_accessed",
    expected_calls=lambda counts: 2 * (counts.get("Users", 0) + counts.get("Roles", 0)),
    note="which services each user and role last used, two calls each",
)
