"""A history as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, FindingStatus, Severity
from iamscout.diff.history import Round, Span, State, Trace, Trend, mean_days_to_fix
from iamscout.diff.words import name_of
from iamscout.snapshot.model import Tool

SCHEMA: Final = "iamscout/history/1"
"""Format and version, the first thing to check on reading."""
METRICS = {
    "administrators": "Administrators",
    "users_administrators": "User administrators",
    "keys_reaching_admin": "Keys that reach administrator",
    "scheme_score": "Scheme score",
}
"""Counts that a trend shows where the analysis has them, and their headings."""
RESOLVED_SHOWN = 20
STATE_WORDS: dict[State, str] = {
    "open": "Open",
    "accepted": "Accepted",
    "unknown": "Not known at the last moment",
    "fixed": "Fixed",
}
_NAMED = 4
"""Names in a row before the rest is a number."""


class SpanEntry(Struct, frozen=True):
    """One time that a finding was there; null in `resolved_at` and `days_to_fix` where no fix is known."""

    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None
    days_to_fix: int | None


class TraceEntry(Struct, frozen=True):
    """One finding through time: over all its `spans`, but for `resolved_at` and `days_to_fix` of the last.

    Those two are null where it is still there. `state` is how it stands at the last moment: `open`,
    `accepted`, `fixed`, or `unknown` where that moment does not tell.
    """

    key: str
    rule: str
    severity: Severity
    status: FindingStatus
    account: str
    resource: str
    title: str
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None
    days_to_fix: int | None
    reopened: int
    state: State
    spans: tuple[SpanEntry, ...]


class History(Struct, frozen=True):
    """The whole document; `mean_days_to_fix` has severities of which anything was fixed."""

    schema: Literal["iamscout/history/1"]
    tool: Tool
    rounds: tuple[Round, ...]
    findings: tuple[TraceEntry, ...]
    mean_days_to_fix: dict[str, float]


def history_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of the document."""
    schema: dict[str, Any] = msgspec.json.schema(History)
    for definition in schema["$defs"].values():
        if definition.get("type") == "object" and "properties" in definition:
            definition["required"] = sorted(definition["properties"])
            for member in definition["properties"].values():
                member.pop("default", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "iamscout history",
        **schema,
    }


def encode_history(trend: Trend, tool_version: str) -> bytes:
    """The canonical bytes: UTF-8, keys sorted, indent 2, a line feed at the end."""
    document = History(
        schema=SCHEMA,
        tool=Tool("iamscout", tool_version),
        rounds=trend.rounds,
        findings=tuple(map(_entry, trend.traces)),
        mean_days_to_fix={str(name): days for name, days in mean_days_to_fix(trend.traces).items()},
    )
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"


def history_lines(trend: Trend) -> Iterator[str]:
    """Lines for a terminal, without line feeds."""
    metrics = shown_metrics(trend)
    words = [name.capitalize() for name in SEVERITIES]
    yield "  ".join(["Captured (UTC)  ", "Accounts", *(f"{word:>8}" for word in words), *metrics.values()])
    for each in trend.rounds:
        counts = [f"{each.open_findings[severity]:>8,}" for severity in SEVERITIES]
        extra = [f"{_figure(each, name):>{len(label)}}" for name, label in metrics.items()]
        yield "  ".join([f"{each.captured_at:%Y-%m-%d %H:%M}", f"{len(each.accounts):>8,}", *counts, *extra])
    if cautions := tuple(caution_lines(trend)):
        yield ""
        yield from cautions
    if told := fix_words(trend):
        yield ""
        yield f"Mean time to fix: {', '.join(told)}"
    for state, heading in STATE_WORDS.items():
        found = [trace for trace in trend.traces if trace.state == state]
        shown = found[:RESOLVED_SHOWN] if state == "fixed" else found
        yield from _traces(f"{heading} ({len(found):,})", shown)
        if len(found) > len(shown):
            yield f"  and {len(found) - len(shown):,} more; --format json has all"


def fix_words(trend: Trend) -> tuple[str, ...]:
    """The mean time to fix, severities of the same one together: `61 days (high)`."""
    found: dict[int, list[str]] = {}
    for severity, days in mean_days_to_fix(trend.traces).items():
        found.setdefault(round(days), []).append(severity)
    return tuple(f"{days_words(days)} ({', '.join(names)})" for days, names in found.items())


def caution_lines(trend: Trend) -> Iterator[str]:
    """Why the counts of some moments are not those of the whole set: accounts or sources that they lack."""
    for account in sorted({account for each in trend.rounds for account in each.accounts}):
        without = [_time(each) for each in trend.rounds if account not in each.accounts]
        if without:
            yield (
                f"Account {account} has no snapshot of {_some(without)}: its findings do not count there. "
                "What ended in other accounts when it came or went may not be a fix."
            )
    lacking: dict[tuple[str, str], list[str]] = {}
    for each in trend.rounds:
        sources: dict[str, list[str]] = {}
        for account, source in each.lacking:
            sources.setdefault(account, []).append(name_of(source.partition(" ")[2]) or source)
        for account, names in sources.items():
            lacking.setdefault((account, _some(names)), []).append(_time(each))
    for (account, told), times in lacking.items():
        yield (
            f"Account {account} could not be read in full on {_some(times)} ({told}): "
            "what is gone then is not counted as fixed."
        )


def _some(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED:,} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _time(each: Round) -> str:
    return f"{each.captured_at:%Y-%m-%d %H:%M} UTC"


def shown_metrics(trend: Trend) -> dict[str, str]:
    """The counts beside the findings that this history has, with their headings."""
    return {
        name: label for name, label in METRICS.items() if any(name in each.metrics for each in trend.rounds)
    }


def trace_words(trace: Trace) -> str:
    """When a finding was there."""
    span = trace.spans[-1]
    match trace.state:
        case "fixed" if span.resolved_at is not None:
            days = days_words(span.days_to_fix or 0)
            seen = f"{_seen(span)}, fixed by {_date(span.resolved_at)}, after {days}"
        case "unknown":
            seen = f"{_seen(span)}, not known since"
        case _:
            seen = f"since {_date(span.first_seen)}"
    if not trace.reopened:
        return seen
    times = "once" if trace.reopened == 1 else f"{trace.reopened} times"
    return f"{seen}, came back {times}, first seen {_date(trace.first_seen)}"


def days_words(count: int) -> str:
    """A number of days: `1 day`, `1,200 days`."""
    return f"{count:,} {'day' if count == 1 else 'days'}"


def _seen(span: Span) -> str:
    first, last = _date(span.first_seen), _date(span.last_seen)
    return f"on {first}" if first == last else f"{first} to {last}"


def _date(when: datetime) -> str:
    return f"{when:%Y-%m-%d}"


def _figure(each: Round, name: str) -> str:
    """A count of one moment; a dash where the moment does not tell it, which is not none."""
    return figure(each.metrics[name]) if name in each.metrics else "-"


def figure(value: float) -> str:
    """A count or a score: `1,200`, `71.5`."""
    return f"{value:,.1f}".removesuffix(".0")


def _traces(heading: str, traces: list[Trace]) -> Iterator[str]:
    if not traces:
        return
    yield ""
    yield heading
    for trace in traces:
        finding = trace.finding
        what = f"{finding.title} ({finding.rule}; {name_of(finding.resource)} in {finding.account})"
        yield f"  {finding.severity:<8}  {trace_words(trace)}: {what}"


def _entry(trace: Trace) -> TraceEntry:
    finding = trace.finding
    return TraceEntry(
        key=finding.key,
        rule=finding.rule,
        severity=finding.severity,
        status=finding.status,
        account=finding.account,
        resource=finding.resource,
        title=finding.title,
        first_seen=trace.first_seen,
        last_seen=trace.last_seen,
        resolved_at=trace.resolved_at,
        days_to_fix=trace.days_to_fix,
        reopened=trace.reopened,
        state=trace.state,
        spans=tuple(
            SpanEntry(span.first_seen, span.last_seen, span.resolved_at, span.days_to_fix)
            for span in trace.spans
        ),
    )
