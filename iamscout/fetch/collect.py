"""From a session to a snapshot: the identity first, then one source after the other."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from iamscout import __version__
from iamscout.fetch.api import Api
from iamscout.fetch.clock import Clock, SystemClock
from iamscout.fetch.gateway import Gateway, SessionLike
from iamscout.fetch.identity import OPERATION as IDENTITY
from iamscout.fetch.identity import identify
from iamscout.fetch.limits import Limits
from iamscout.fetch.progress import Progress, SilentProgress
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.registry import all_sources
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


def collect(
    session: SessionLike,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
    options: FetchOptions | None = None,
    uniform: Callable[[], float] = random.random,
) -> Snapshot:
    """Ask AWS for every source and put the answers into a snapshot; what AWS refuses becomes a gap of it.

    `session` is a `boto3.Session`; `uniform` gives numbers 0 <= x < 1 for the jitter of retries. Raises
    SignInError where the credentials are not accepted or belong to another account than expected; nothing
    else that AWS does raises.
    """
    options, clock, progress = options or FetchOptions(), clock or SystemClock(), progress or SilentProgress()
    began = _whole_seconds(clock)
    skipped = {spec.name: reason for spec in all_sources() if (reason := _skip_reason(spec, options))}
    asked = [spec for spec in all_sources() if spec.name not in skipped]
    operations = frozenset(operation for spec in asked for operation in spec.operations) | {IDENTITY}
    gateway = Gateway(
        session, operations, clock=clock, progress=progress, limits=options.limits, uniform=uniform
    )
    caller = identify(gateway, _services(operations), options.expect_account)
    progress.signed_in(caller)
    answers = _Answers(gateway, {name: Source("skipped", reason=reason) for name, reason in skipped.items()})
    progress.planned(len(asked), _expected_calls(asked, {}))
    for spec in asked:
        progress.started(spec.name)
        source = answers.ask(spec)
        progress.ended(spec.name, source.status, source.reason)
        if spec.name == _SUMMARY and source.status == "ok":
            counts = answers.values[_SUMMARY].get("SummaryMap", {})
            progress.planned(len(asked), _expected_calls(asked, counts))
    progress.finished(gateway.calls.total(), len(answers.gaps))
    return Snapshot(
        account=caller.account,
        partition=caller.partition,
        captured_at=began,
        captured_until=_whole_seconds(clock),
        tool=Tool("iamscout", __version__),
        sources=dict(sorted(answers.sources.items())),
        caller=caller.arn,
        gaps=tuple(sorted(answers.gaps)),
    )


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
