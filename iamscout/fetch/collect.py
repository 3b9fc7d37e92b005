"""From a session to a snapshot: the identity first, then one source after the other.

With a :class:`Resumption` each answer goes to a journal on the way. A run that goes on where another one
stopped asks the same questions in the same order and finds the first answers in the journal; its snapshot
begins when the first run began.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from iamscout import __version__
from iamscout.errors import SignInError
from iamscout.fetch.api import Api
from iamscout.fetch.clock import Clock, SystemClock
from iamscout.fetch.gateway import IDENTITY, Gateway, Renew, SessionLike
from iamscout.fetch.identity import identify
from iamscout.fetch.journal import Header, Journal
from iamscout.fetch.limits import Limits
from iamscout.fetch.progress import Caller, Progress, SilentProgress
from iamscout.fetch.refusal import RefusalError, RunStoppedError
from iamscout.fetch.registry import all_sources
from iamscout.fetch.resume import Resumption
from iamscout.fetch.sign_in import sign_in_problem
from iamscout.fetch.spec import OPTIONS, Counts, SourceSpec, Switch
from iamscout.snapshot.model import Gap, Snapshot, Source, Tool, encode_source

logger = logging.getLogger(__name__)

_SUMMARY = "iam:GetAccountSummary"


class FetchOptions(Struct, frozen=True):
    """What to ask for.

    `switches` turns on sources beyond the default ones. `not_offered` maps operations that must not be
    asked to the reason, which becomes the reason of the skipped source. With `expect_account` the run ends
    before the first call to IAM where the credentials belong to another account.
    """

    switches: tuple[Switch, ...] = ()
    expect_account: str = ""
    not_offered: Mapping[str, str] = {}
    limits: Limits = Limits()


class Collected(Struct, frozen=True):
    """A snapshot, what it cost, and the journal to remove once the snapshot stands.

    `calls` were made by this run, tries included; `recalled` were answered by the journal.
    """

    snapshot: Snapshot
    calls: int
    recalled: int
    journal: Journal | None = None


def collect(
    session: SessionLike,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
    options: FetchOptions | None = None,
    uniform: Callable[[], float] = random.random,
    renew: Renew | None = None,
) -> Snapshot:
    """Ask AWS for every source and put the answers into a snapshot; what AWS refuses becomes a gap of it.

    `session` is a `boto3.Session`; `uniform` gives numbers 0 <= x < 1 for the jitter of retries; `renew`
    signs in again where the credentials end before the run does. Raises SignInError where the credentials
    are not accepted or belong to another account than expected, and where they or the network are lost for
    good; nothing else that AWS does raises.
    """
    return collect_resumably(
        session, None, clock=clock, progress=progress, options=options, uniform=uniform, renew=renew
    ).snapshot


def collect_resumably(
    session: SessionLike,
    resumption: Resumption | None,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
    options: FetchOptions | None = None,
    uniform: Callable[[], float] = random.random,
    renew: Renew | None = None,
) -> Collected:
    """Do as :func:`collect` and keep a journal, so that a run that stops can go on.

    Raises OutputError too, where the journal cannot be used.
    """
    options, clock, progress = options or FetchOptions(), clock or SystemClock(), progress or SilentProgress()
    began = _whole_seconds(clock)
    skipped = {spec.name: reason for spec in all_sources() if (reason := _skip_reason(spec, options))}
    asked = [spec for spec in all_sources() if spec.name not in skipped]
    operations = frozenset(operation for spec in asked for operation in spec.operations) | {IDENTITY}
    gateway = Gateway(
        session,
        operations,
        clock=clock,
        progress=progress,
        limits=options.limits,
        uniform=uniform,
        renew=renew,
    )
    caller = identify(gateway, _services(operations), options.expect_account)
    gateway.account = caller.account
    progress.signed_in(caller)
    answers = _Answers(gateway, {name: Source("skipped", reason=reason) for name, reason in skipped.items()})
    if resumption is not None:
        header = Header(caller.account, caller.arn, _digest(asked, gateway.region), __version__, began)
        gateway.journal = resumption.open(header)
        began = gateway.journal.earlier.started if gateway.journal.earlier else began
    try:
        _ask_all(asked, answers, progress)
    except RunStoppedError as stop:
        raise stopped(stop, gateway, caller) from stop
    finally:
        if gateway.journal is not None:
            gateway.journal.close()
    progress.finished(gateway.calls.total(), len(answers.gaps))
    snapshot = Snapshot(
        account=caller.account,
        partition=caller.partition,
        captured_at=began,
        captured_until=_whole_seconds(clock),
        tool=Tool("iamscout", __version__),
        sources=dict(sorted(answers.sources.items())),
        caller=caller.arn,
        gaps=tuple(sorted(answers.gaps)),
    )
    return Collected(snapshot, gateway.calls.total(), gateway.recalled.total(), gateway.journal)


def stopped(stop: RunStoppedError, gateway: Gateway, caller: Caller) -> SignInError:
    """What to do about a run that lost its credentials or the network."""
    problem = sign_in_problem(stop.refusal, profile=gateway.profile, host=caller.hosts[0])
    if gateway.journal is None:
        return problem
    kept = f"what was fetched is kept in {gateway.journal.path}: then go on with --resume"
    return SignInError(problem.message, where=problem.where, remedy=f"{problem.remedy}; {kept}")


def _ask_all(asked: list[SourceSpec], answers: _Answers, progress: Progress) -> None:
    progress.planned(len(asked), _expected_calls(asked, {}))
    for spec in asked:
        progress.started(spec.name)
        source = answers.ask(spec)
        progress.ended(spec.name, source.status, source.reason)
        if spec.name == _SUMMARY and source.status == "ok":
            counts = answers.values[_SUMMARY].get("SummaryMap", {})
            progress.planned(len(asked), _expected_calls(asked, counts))


def _digest(asked: list[SourceSpec], region: str) -> str:
    """What a run asks for: two runs of the same digest and account make the same calls."""
    content = msgspec.json.encode([region, *sorted(spec.name for spec in asked)])
    return hashlib.sha256(content).hexdigest()


class _Answers:
    """What has been told and refused so far: `sources` for the snapshot, `values` for other sources."""

    def __init__(self, gateway: Gateway, skipped: dict[str, Source]) -> None:
        self.sources = skipped
        self.values: dict[str, Any] = {}
        self.gaps: list[Gap] = []
        self._gateway = gateway

    def ask(self, spec: SourceSpec) -> Source:
        """Ask for one source, unless one that it needs was not told."""
        for needed in spec.needs:
            found = self.sources[needed]
            if needed not in self.values:
                return self._keep(
                    spec, Source(found.status, reason=f"needs {needed}, which is {found.status}")
                )
        api = Api(spec.name, self._gateway, self.values)
        try:
            value = spec.collect(api)
        except RefusalError as refusal:
            self.gaps += [*api.gaps, refusal.gap()]
            logger.warning("%s: %s (%s)", spec.name, refusal.status, refusal.code)
            return self._keep(spec, Source(refusal.status, reason=f"{refusal.operation}: {refusal.code}"))
        self.gaps += api.gaps
        if api.status not in ("ok", "partial"):
            return self._keep(spec, Source(api.status, reason=api.reason))
        self.values[spec.name] = value
        reason = api.reason
        cut = [needed for needed in spec.needs if self.sources[needed].status == "partial"]
        if cut and api.status == "ok":
            return self._keep(
                spec, Source("partial", encode_source(value), f"needs {cut[0]}, which is partial")
            )
        return self._keep(spec, Source(api.status, encode_source(value), reason))

    def _keep(self, spec: SourceSpec, source: Source) -> Source:
        self.sources[spec.name] = source
        return source


def _skip_reason(spec: SourceSpec, options: FetchOptions) -> str:
    """Why a source is not asked; empty where it is."""
    if spec.switch != "default" and spec.switch not in options.switches:
        return f"not asked for; {OPTIONS[spec.switch]} does"
    return next((options.not_offered[each] for each in spec.operations if each in options.not_offered), "")


def _services(operations: frozenset[str]) -> tuple[str, ...]:
    """The services that will be called, IAM first; STS, by which the caller is told, is not among them."""
    others = {operation.partition(":")[0] for operation in operations} - {"iam", "sts"}
    return ("iam", *sorted(others))


def _expected_calls(asked: list[SourceSpec], counts: Counts) -> int:
    return 1 + sum(spec.expected_calls(counts) for spec in asked)


def _whole_seconds(clock: Clock) -> datetime:
    return clock.now().astimezone(UTC).replace(microsecond=0)
