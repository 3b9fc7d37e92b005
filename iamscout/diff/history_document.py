"""A history as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, FindingStatus, Severity
from iamscout.diff.history import Round, Trace, Trend, mean_days_to_fix
from iamscout.diff.words import name_of
from iamscout.snapshot.model import Tool

SCHEMA: Final = "iamscout/history/1"
"""Format and version, the first thing to check on reading."""
METRICS = {
    "administrators": "administrators",
    "users_administrators": "user administrators",
    "keys_reaching_admin": "keys that reach admin",
    "scheme_score": "score",
}
"""Counts that a trend shows where the analysis has them, and their headings."""
RESOLVED_SHOWN = 20


class TraceEntry(Struct, frozen=True):
    """One finding through time; null in `resolved_at` and `days_to_fix` where it is still there."""

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


class History(Struct, frozen=True):
    """The whole document."""

    schema: Literal["iamscout/history/1"]
    tool: Tool
    rounds: tuple[Round, ...]
    findings: tuple[TraceEntry, ...]
    mean_days_to_fix: dict[str, float]


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
    heading = [
        f"{'captured (UTC)':<17}",
        "accounts",
        *(f"{name:>8}" for name in SEVERITIES),
        *metrics.values(),
    ]
    yield "  ".join(heading)
    for each in trend.rounds:
        counts = [f"{each.open_findings[severity]:>8}" for severity in SEVERITIES]
        extra = [f"{_figure(each, name):>{len(label)}}" for name, label in metrics.items()]
        yield "  ".join([f"{each.captured_at:%Y-%m-%d %H:%M} ", f"{len(each.accounts):>8}", *counts, *extra])
    means = mean_days_to_fix(trend.traces)
    if means:
        yield ""
        told = ", ".join(f"{severity} {_days(round(days))}" for severity, days in means.items())
        yield f"Time to fix, in the mean: {told}"
    still = [trace for trace in trend.traces if trace.resolved_at is None and trace.finding.status == "open"]
    yield from _traces(f"Open ({len(still)})", still)
    gone = [trace for trace in trend.traces if trace.resolved_at is not None]
    yield from _traces(f"Resolved ({len(gone)})", gone[:RESOLVED_SHOWN])
    if len(gone) > RESOLVED_SHOWN:
        yield f"  and {len(gone) - RESOLVED_SHOWN} more; --format json has all"


def shown_metrics(trend: Trend) -> dict[str, str]:
    """The counts beside the findings that this history has, with their headings."""
    return {
        name: label for name, label in METRICS.items() if any(name in each.metrics for each in trend.rounds)
    }


def trace_words(trace: Trace) -> str:
    """When a finding was there."""
    seen = f"since {trace.first_seen:%Y-%m-%d}"
    if trace.resolved_at is not None:
        fixed = _days(trace.days_to_fix or 0)
        seen = f"{trace.first_seen:%Y-%m-%d} to {trace.last_seen:%Y-%m-%d}, gone after {fixed}"
    if not trace.reopened:
        return seen
    return f"{seen}, came back {'once' if trace.reopened == 1 else f'{trace.reopened} times'}"


def _figure(each: Round, name: str) -> str:
    """A count of one moment; a dash where the moment does not tell it, which is not none."""
    return f"{each.metrics[name]:g}" if name in each.metrics else "-"


def _days(count: int) -> str:
    return f"{count:,} {'day' if count == 1 else 'days'}"


def _traces(heading: str, traces: list[Trace]) -> Iterator[str]:
    if not traces:
        return
    yield ""
    yield heading
    for trace in traces:
        finding = trace.finding
        what = f"{finding.title} ({finding.rule}, {name_of(finding.resource)} of {finding.account})"
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
    )
