"""What a page of the history shows, in a report or as a file of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, Finding
from iamscout.diff.history import State, Trace, Trend
from iamscout.diff.history_document import STATE_WORDS, caution_lines, figure, fix_words, shown_metrics
from iamscout.diff.words import name_of
from iamscout.report.bars import Column, Part, columns, columns_height
from iamscout.report.page import Link, Turn, paged
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, day, listed, moment, plural, sentence

MAX_ROWS = 500
"""Findings of the table in a file of its own; the pages of a report have all."""
_LEAST_ROWS = 100
"""Of each state, where there are so many: open ones alone would leave no place to what was fixed."""


class RoundRow(Struct, frozen=True):
    """One moment; `partial` where it could not be read in full."""

    captured: str
    partial: bool
    accounts: str
    counts: tuple[str, ...]
    metrics: tuple[str, ...]


class TraceRow(Struct, frozen=True):
    """One finding through time; `days` are those of each time that it was fixed."""

    severity: SeverityMark
    link: Link
    resource: str
    state: str
    first: str
    last: str
    days: str
    back: str


class HistoryView(Struct, frozen=True):
    """The page; `first` where it is the first of the list's pages, which has the figure and the counts."""

    first: bool
    turns: tuple[Turn, ...]
    answer: str
    cautions: tuple[str, ...]
    severities: tuple[SeverityMark, ...]
    metrics: tuple[str, ...]
    rounds: tuple[RoundRow, ...]
    columns: tuple[Column, ...]
    height: int
    traces: tuple[TraceRow, ...]
    more: str


def history_views(trend: Trend, finding_path: Callable[[str], str]) -> Iterator[tuple[str, HistoryView]]:
    """The pages of a report by their paths; `finding_path` leads to findings."""
    for number, (path, traces, turns) in enumerate(paged("history.html", trend.traces), start=1):
        yield path, _view(trend, traces, finding_path, turns=turns, first=number == 1)


def history_view(trend: Trend) -> HistoryView:
    """The view of a file of its own: what does not fit is told by its number."""
    return _view(trend, _chosen(trend.traces), lambda _: "")


def _view(
    trend: Trend,
    traces: Sequence[Trace],
    finding_path: Callable[[str], str],
    *,
    turns: tuple[Turn, ...] = (),
    first: bool = True,
) -> HistoryView:
    metrics = shown_metrics(trend)
    several = len({account for each in trend.rounds for account in each.accounts}) > 1
    figure_columns = columns(
        [
            (
                Link(day(each.captured_at), f"#moment-{number}"),
                [Part(each.open_findings[severity], severity, severity) for severity in SEVERITIES],
            )
            for number, each in enumerate(trend.rounds, start=1)
        ]
    )
    return HistoryView(
        first=first,
        turns=turns,
        answer=_answer(trend),
        cautions=tuple(caution_lines(trend)),
        severities=tuple(SEVERITY_MARKS[severity] for severity in SEVERITIES),
        metrics=tuple(metrics.values()),
        rounds=tuple(
            RoundRow(
                captured=moment(each.captured_at),
                partial=bool(each.lacking),
                accounts=f"{len(each.accounts):,}",
                counts=tuple(f"{each.open_findings[severity]:,}" for severity in SEVERITIES),
                metrics=tuple(
                    figure(each.metrics[name]) if name in each.metrics else "–" for name in metrics
                ),
            )
            for each in trend.rounds
        ),
        columns=figure_columns,
        height=columns_height(figure_columns),
        traces=tuple(_trace(trace, finding_path, several=several) for trace in traces),
        more="" if turns else _more(trend.traces, traces),
    )


def _chosen(traces: Sequence[Trace]) -> list[Trace]:
    """As many as fit: some of every state, then in the order of worth."""
    if len(traces) <= MAX_ROWS:
        return list(traces)
    by_state = {state: [trace for trace in traces if trace.state == state] for state in STATE_WORDS}
    places = {state: min(_LEAST_ROWS, len(found)) for state, found in by_state.items()}
    for state, found in by_state.items():
        places[state] += min(len(found) - places[state], MAX_ROWS - sum(places.values()))
    return [trace for state, found in by_state.items() for trace in found[: places[state]]]


def _more(every: Sequence[Trace], shown: Sequence[Trace]) -> str:
    """How many of which state are not shown: `1,200 open and 30 fixed`."""
    left = Counter(trace.state for trace in every)
    left.subtract(trace.state for trace in shown)
    return listed([f"{left[state]:,} {_MORE_WORDS[state]}" for state in STATE_WORDS if left[state]])


_MORE_WORDS: dict[State, str] = {
    "open": "open",
    "accepted": "accepted",
    "unknown": "not known",
    "fixed": "fixed",
}


def _answer(trend: Trend) -> str:
    first, last = trend.rounds[0], trend.rounds[-1]
    common = [] if first is last else sorted({*first.accounts} & {*last.accounts})
    now = sum(last.open_findings.values())
    told = [f"{plural(now, 'finding')} {'is' if now == 1 else 'are'} open on {day(last.captured_at)}"]
    if common == sorted(first.accounts) == sorted(last.accounts):
        before = sum(first.open_findings.values())
        told[0] += f"; {before:,} {'was' if before == 1 else 'were'} on {day(first.captured_at)}"
    elif common:
        ends = [sum(each.open_by_account.get(account, 0) for account in common) for each in (first, last)]
        told.append(
            f"in the accounts that the first and the last moment share: {ends[1]:,}, against {ends[0]:,} on "
            f"{day(first.captured_at)}"
        )
    fixed = sum(span.resolved_at is not None for trace in trend.traces for span in trace.spans)
    back = sum(trace.reopened for trace in trend.traces)
    if fixed:
        came = f" and came back {_times(back)}" if back else ""
        told.append(f"since {day(first.captured_at)} findings were fixed {_times(fixed)}{came}")
        told.append(f"on average a fix took {listed(fix_words(trend))}")
    return " ".join(map(sentence, told))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _trace(trace: Trace, finding_path: Callable[[str], str], *, several: bool) -> TraceRow:
    finding, span = trace.finding, trace.spans[-1]
    days = [f"{each.days_to_fix:,}" for each in trace.spans if each.days_to_fix is not None]
    return TraceRow(
        severity=SEVERITY_MARKS[finding.severity],
        link=Link(finding.title, finding_path(finding.key) if trace.state in ("open", "accepted") else ""),
        resource=_place(finding, several=several),
        state=_state_words(trace),
        first=day(trace.first_seen),
        last=day(trace.last_seen),
        days=", ".join(days) or "–",
        back=f"{trace.reopened}, last on {day(span.first_seen)}" if trace.reopened else "–",
    )


def _place(finding: Finding, *, several: bool) -> str:
    """The resource and the account, as far as the title and the whole page do not tell them."""
    name, account = name_of(finding.resource), finding.account
    told = [
        *(() if name in finding.title else (name,)),
        *((f"in {account}",) if several and account not in finding.title else ()),
    ]
    return " ".join(told)


def _state_words(trace: Trace) -> str:
    match trace.state:
        case "fixed":
            return f"Fixed by {day(trace.resolved_at)}"
        case "unknown":
            return "Not known since"
        case _:
            return STATE_WORDS[trace.state]
