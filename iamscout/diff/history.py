"""Findings over any number of moments: how many, when first and last seen, how long until they were fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, Finding, Severity
from iamscout.diff.findings import Verdicts
from iamscout.snapshot.model import Snapshot


class Round(Struct, frozen=True):
    """One moment of the set: its accounts, the time of its last snapshot, its counts.

    `open_findings` has every severity; accepted findings are not in it.
    """

    captured_at: datetime
    accounts: tuple[str, ...]
    open_findings: Mapping[Severity, int]
    metrics: Mapping[str, float]


class Trace(Struct, frozen=True):
    """One finding through time, as it was told last.

    `resolved_at` is the first moment at which it was looked for and not found any more, None where it is
    still there (or was not looked for since); `reopened` counts how often it came back after that.
    """

    finding: Finding
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None
    reopened: int

    @property
    def days_to_fix(self) -> int | None:
        """Whole days from the first moment it was seen to the first it was gone."""
        return None if self.resolved_at is None else (self.resolved_at - self.first_seen).days


class Trend(Struct, frozen=True):
    """All rounds in order of time, and all findings: those that are there first, the gravest first."""

    rounds: tuple[Round, ...]
    traces: tuple[Trace, ...]


def rounds_of(snapshots: Iterable[Snapshot]) -> tuple[tuple[Snapshot, ...], ...]:
    """Snapshots as moments of one set: in order of time, a new one begins where an account comes again."""
    rounds: list[dict[str, Snapshot]] = []
    for snapshot in sorted(snapshots, key=lambda each: (each.captured_at, each.account)):
        if not rounds or snapshot.account in rounds[-1]:
            rounds.append({})
        rounds[-1][snapshot.account] = snapshot
    return tuple(tuple(each[account] for account in sorted(each)) for each in rounds)


def trend_of(moments: Sequence[Verdicts]) -> Trend:
    """The history of what was found at each moment, in order of time."""
    traces: dict[tuple[str, str], Trace] = {}
    for verdicts in moments:
        _follow(traces, verdicts)
    return Trend(tuple(map(_round, moments)), tuple(sorted(traces.values(), key=_order)))


def mean_days_to_fix(traces: Iterable[Trace]) -> dict[Severity, float]:
    """Severity to the mean time to fix in days, of findings that were fixed."""
    found: dict[Severity, list[int]] = {}
    for trace in traces:
        if trace.days_to_fix is not None:
            found.setdefault(trace.finding.severity, []).append(trace.days_to_fix)
    return {
        severity: sum(found[severity]) / len(found[severity]) for severity in SEVERITIES if severity in found
    }


def _follow(traces: dict[tuple[str, str], Trace], verdicts: Verdicts) -> None:
    """Bring the traces one moment on."""
    times = {moment.account: moment.captured_at for moment in verdicts.snapshots}
    silent = {(each.rule, each.account) for each in verdicts.findings if each.status == "not_available"}
    present: set[tuple[str, str]] = set()
    for finding in verdicts.findings:
        if finding.status == "not_available" or finding.account not in times:
            continue
        key = (finding.account, finding.key)
        present.add(key)
        when, known = times[finding.account], traces.get(key)
        back = known is not None and known.resolved_at is not None
        traces[key] = Trace(
            finding=finding,
            first_seen=known.first_seen if known else when,
            last_seen=when,
            resolved_at=None,
            reopened=(known.reopened if known else 0) + back,
        )
    for key, trace in traces.items():
        finding = trace.finding
        looked_for = (
            finding.account in times
            and finding.rule in verdicts.rules
            and (finding.rule, finding.account) not in silent
        )
        if key not in present and trace.resolved_at is None and looked_for:
            traces[key] = Trace(
                finding, trace.first_seen, trace.last_seen, times[finding.account], trace.reopened
            )


def _round(verdicts: Verdicts) -> Round:
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in verdicts.findings:
        if finding.status == "open":
            counts[finding.severity] += 1
    return Round(
        captured_at=max(moment.captured_at for moment in verdicts.snapshots),
        accounts=tuple(sorted(verdicts.accounts)),
        open_findings=counts,
        metrics=verdicts.metrics,
    )


def _order(trace: Trace) -> tuple[object, ...]:
    finding = trace.finding
    rank = SEVERITIES.index(finding.severity)
    return trace.resolved_at is not None, rank, finding.rule, finding.account, finding.resource, finding.key
