"""Findings over any number of moments: how many, when first and last seen, how long until they were fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Literal, get_args

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, Finding, Severity
from iamscout.diff.findings import Apart, Verdicts, told_apart
from iamscout.errors import UsageError
from iamscout.snapshot.file import digest
from iamscout.snapshot.model import Snapshot

State = Literal["open", "accepted", "fixed", "unknown"]
"""How a finding stands at the last moment: unknown where that moment does not tell, and no other since."""
_STATES: tuple[State, ...] = get_args(State)

_METRIC_SOURCES = {"keys_reaching_admin": "iam:GetCredentialReport"}
"""Counts that are none where a source is not told, which is no count."""


class Round(Struct, frozen=True):
    """One moment of the set: its accounts, the time of its last snapshot, its counts.

    `open_findings` has every severity; accepted findings are not in it. `open_by_account` has all of them by
    account. `lacking` are pairs of account and source that another moment tells in full and this one does
    not, and single resources that AWS did not tell of: lower counts of such a moment are no fixes.
    """

    captured_at: datetime
    accounts: tuple[str, ...]
    open_findings: Mapping[Severity, int]
    metrics: Mapping[str, float]
    open_by_account: Mapping[str, int] = {}
    lacking: tuple[tuple[str, str], ...] = ()


class Span(Struct, frozen=True):
    """One time that a finding was there, from the first moment that shows it to the last one.

    `resolved_at` is the first later moment at which it was looked for and not found any more; None where
    there is no such moment.
    """

    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None = None

    @property
    def days_to_fix(self) -> int | None:
        """Whole days from the first moment that shows it to the first at which it was gone.

        What was open before the first snapshot was open for longer, and the fix may be older than the moment
        that noticed it.
        """
        return None if self.resolved_at is None else (self.resolved_at - self.first_seen).days


class Trace(Struct, frozen=True):
    """One finding through time, as it was told last: its spans in order of time, at least one.

    A finding that was fixed and came back has a span for each time. Time to fix is a matter of each span: it
    does not count the time between them.
    """

    finding: Finding
    spans: tuple[Span, ...]
    state: State

    @property
    def first_seen(self) -> datetime:
        """The first moment of all that shows it, also where it was fixed since and came back."""
        return self.spans[0].first_seen

    @property
    def last_seen(self) -> datetime:
        """The last moment that shows it."""
        return self.spans[-1].last_seen

    @property
    def resolved_at(self) -> datetime | None:
        """The moment at which it was gone; None where it is there, or that is not known."""
        return self.spans[-1].resolved_at

    @property
    def days_to_fix(self) -> int | None:
        """Whole days of its last span, None where that was not fixed."""
        return self.spans[-1].days_to_fix

    @property
    def reopened(self) -> int:
        """How often it came back after it had been fixed."""
        return len(self.spans) - 1


class Trend(Struct, frozen=True):
    """All rounds in order of time, and all findings: open, accepted, unknown, fixed; the gravest first."""

    rounds: tuple[Round, ...]
    traces: tuple[Trace, ...]


def rounds_of(snapshots: Iterable[Snapshot]) -> tuple[tuple[Snapshot, ...], ...]:
    """Snapshots as moments of one set: in order of time, a new one begins where an account comes again.

    The same snapshot twice counts once. Raises UsageError where two unlike ones of an account are of the
    same time: neither is the earlier one.
    """
    known: dict[tuple[datetime, str], Snapshot] = {}
    for snapshot in snapshots:
        twin = known.setdefault((snapshot.captured_at, snapshot.account), snapshot)
        if twin is not snapshot and digest(twin) != digest(snapshot):
            when = f"{snapshot.captured_at:%Y-%m-%d %H:%M:%S} UTC"
            raise UsageError(
                f"account {snapshot.account} has two unlike snapshots of {when}", remedy="give one of them"
            )
    rounds: list[dict[str, Snapshot]] = []
    for _, snapshot in sorted(known.items(), key=itemgetter(0)):
        if not rounds or snapshot.account in rounds[-1]:
            rounds.append({})
        rounds[-1][snapshot.account] = snapshot
    return tuple(tuple(each[account] for account in sorted(each)) for each in rounds)


def trend_of(moments: Sequence[Verdicts]) -> Trend:
    """The history of what was found at each moment, whatever order they are given in."""
    ordered = sorted(moments, key=_captured_at)
    sightings: dict[tuple[str, str], _Sighting] = {}
    for verdicts in ordered:
        _follow(sightings, verdicts)
    last = ordered[-1] if ordered else None
    traces = [
        Trace(each.finding, each.spans, _state(each, last)) for each in sightings.values() if last is not None
    ]
    whole: dict[str, set[str]] = {}
    for verdicts in ordered:
        for account, source in verdicts.told:
            if not _is_gap(source):
                whole.setdefault(account, set()).add(source)
    return Trend(
        tuple(_round(verdicts, whole) for verdicts in ordered),
        tuple(sorted(traces, key=_order)),
    )


def mean_days_to_fix(traces: Iterable[Trace]) -> dict[Severity, float]:
    """Severity to the mean time to fix in days, over every span that ended in a fix."""
    found: dict[Severity, list[int]] = {}
    for trace in traces:
        days = [span.days_to_fix for span in trace.spans if span.days_to_fix is not None]
        if days:
            found.setdefault(trace.finding.severity, []).extend(days)
    return {
        severity: sum(found[severity]) / len(found[severity]) for severity in SEVERITIES if severity in found
    }


class _Sighting(Struct, frozen=True):
    """What is known of a finding so far, and what its account told when it was seen last."""

    finding: Finding
    spans: tuple[Span, ...]
    seen_by: Verdicts


def _follow(sightings: dict[tuple[str, str], _Sighting], verdicts: Verdicts) -> None:
    """Bring what is known one moment on."""
    times = {moment.account: moment.captured_at for moment in verdicts.snapshots}
    silent = {(each.rule, each.account) for each in verdicts.findings if each.status == "not_available"}
    apart: dict[int, Mapping[str, Apart]] = {}
    present: set[tuple[str, str]] = set()
    for finding in verdicts.findings:
        if finding.status == "not_available" or finding.account not in times:
            continue
        key = (finding.account, finding.key)
        present.add(key)
        when, known = times[finding.account], sightings.get(key)
        if known is None:
            spans: tuple[Span, ...] = (Span(when, when),)
        elif known.spans[-1].resolved_at is not None:
            spans = (*known.spans, Span(when, when))
        else:
            spans = (*known.spans[:-1], Span(known.spans[-1].first_seen, when))
        sightings[key] = _Sighting(finding, spans, verdicts)
    for key, known in sightings.items():
        finding, span = known.finding, known.spans[-1]
        account = finding.account
        if key in present or span.resolved_at is not None or account not in times:
            continue
        if finding.rule not in verdicts.rules or (finding.rule, account) in silent:
            continue
        if id(known.seen_by) not in apart:
            apart[id(known.seen_by)] = told_apart(known.seen_by, verdicts)
        if _is_comparable(finding, apart[id(known.seen_by)].get(account), verdicts):
            fixed = Span(span.first_seen, span.last_seen, times[account])
            sightings[key] = _Sighting(finding, (*known.spans[:-1], fixed), known.seen_by)


def _is_comparable(finding: Finding, apart: Apart | None, now: Verdicts) -> bool:
    """Whether a finding that is not told any more is not there any more.

    What a moment does not tell may be there still. What it tells beyond the one that showed the finding may
    be why it is gone, but for rules that look at their account alone and were judged both times.
    """
    if any(account == finding.account for account, _ in now.cut):
        return False
    if apart is None:
        return True
    return finding.rule in now.own_rules and (apart.side == "old" or not apart.is_own)


def _is_gap(source: str) -> bool:
    """Whether an entry of `Verdicts.told` is a single resource that AWS did not tell of."""
    return " " in source


def _state(sighting: _Sighting, last: Verdicts | None) -> State:
    if sighting.spans[-1].resolved_at is not None:
        return "fixed"
    if sighting.seen_by is not last:
        return "unknown"
    return "accepted" if sighting.finding.status == "accepted" else "open"


def _captured_at(verdicts: Verdicts) -> datetime:
    return max(moment.captured_at for moment in verdicts.snapshots)


def _round(verdicts: Verdicts, whole: Mapping[str, Iterable[str]]) -> Round:
    """The counts of a moment; `whole` are the sources that any moment tells in full, by account."""
    counts = dict.fromkeys(SEVERITIES, 0)
    accounts = tuple(sorted(verdicts.accounts))
    by_account = dict.fromkeys(accounts, 0)
    for finding in verdicts.findings:
        if finding.status == "open":
            counts[finding.severity] += 1
            by_account[finding.account] = by_account.get(finding.account, 0) + 1
    lacking = {
        *((account, source) for account in accounts for source in whole.get(account, ())),
    } - verdicts.told | verdicts.cut
    unknown = {
        metric for metric, source in _METRIC_SOURCES.items() if source in {each for _, each in lacking}
    }
    return Round(
        captured_at=_captured_at(verdicts),
        accounts=accounts,
        open_findings=counts,
        metrics={name: value for name, value in verdicts.metrics.items() if name not in unknown},
        open_by_account=by_account,
        lacking=tuple(sorted({*lacking, *(pair for pair in verdicts.told if _is_gap(pair[1]))})),
    )


def _order(trace: Trace) -> tuple[object, ...]:
    finding = trace.finding
    rank = SEVERITIES.index(finding.severity)
    place = _STATES.index(trace.state)
    return place, rank, finding.rule, finding.account, finding.resource, finding.key
