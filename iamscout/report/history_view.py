"""What a page of the history shows, in a report or as a file of its own."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES
from iamscout.diff.history import Trace, Trend, mean_days_to_fix
from iamscout.diff.history_document import shown_metrics
from iamscout.diff.words import name_of
from iamscout.report.bars import COLUMNS_HEIGHT, Column, Part, columns
from iamscout.report.page import Link
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, day, listed, moment, plural, sentence

MAX_ROWS = 500
"""Findings of one table; the rest is in the data."""


class RoundRow(Struct, frozen=True):
    """One moment."""

    captured: str
    accounts: int
    counts: tuple[int, ...]
    metrics: tuple[str, ...]


class TraceRow(Struct, frozen=True):
    """One finding through time."""

    severity: SeverityMark
    link: Link
    resource: str
    first: str
    last: str
    gone: str
    days: str
    reopened: int


class HistoryView(Struct, frozen=True):
    """The page."""

    answer: str
    severities: tuple[SeverityMark, ...]
    metrics: tuple[str, ...]
    rounds: tuple[RoundRow, ...]
    columns: tuple[Column, ...]
    height: int
    traces: tuple[TraceRow, ...]
    more: int


def history_view(trend: Trend, finding_path: Callable[[str], str] = lambda _: "") -> HistoryView:
    """The view of a history; `finding_path` leads to findings where there are pages."""
    metrics = shown_metrics(trend)
    return HistoryView(
        answer=_answer(trend),
        severities=tuple(SEVERITY_MARKS[severity] for severity in SEVERITIES),
        metrics=tuple(metrics.values()),
        rounds=tuple(
            RoundRow(
                captured=moment(each.captured_at),
                accounts=len(each.accounts),
                counts=tuple(each.open_findings[severity] for severity in SEVERITIES),
                metrics=tuple(f"{each.metrics[name]:g}" if name in each.metrics else "–" for name in metrics),
            )
            for each in trend.rounds
        ),
        columns=columns(
            [
                (
                    Link(day(each.captured_at), f"#moment-{number}"),
                    [Part(each.open_findings[severity], severity, severity) for severity in SEVERITIES],
                )
                for number, each in enumerate(trend.rounds, start=1)
            ]
        ),
        height=COLUMNS_HEIGHT,
        traces=tuple(_trace(trace, finding_path) for trace in trend.traces[:MAX_ROWS]),
        more=max(0, len(trend.traces) - MAX_ROWS),
    )


def _answer(trend: Trend) -> str:
    first, last = trend.rounds[0], trend.rounds[-1]
    before, now = sum(first.open_findings.values()), sum(last.open_findings.values())
    parts = [
        f"{plural(now, 'open finding')} on {day(last.captured_at)}, {before:,} on {day(first.captured_at)}"
    ]
    means = mean_days_to_fix(trend.traces)
    if means:
        told = [f"{days:.0f} days for {severity} ones" for severity, days in means.items()]
        parts.append(f"fixing took {listed(told)} in the mean")
    return sentence("; ".join(parts))


def _trace(trace: Trace, finding_path: Callable[[str], str]) -> TraceRow:
    finding, fixed = trace.finding, trace.days_to_fix
    return TraceRow(
        severity=SEVERITY_MARKS[finding.severity],
        link=Link(finding.title, "" if trace.resolved_at else finding_path(finding.key)),
        resource=f"{name_of(finding.resource)} of {finding.account}",
        first=day(trace.first_seen),
        last=day(trace.last_seen),
        gone=day(trace.resolved_at, "still there" if finding.status == "open" else finding.status),
        days="" if fixed is None else f"{fixed:,}",
        reopened=trace.reopened,
    )
