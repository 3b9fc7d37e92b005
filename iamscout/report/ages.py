"""Findings by severity and by age: how long each has been there, as far as earlier snapshots tell."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, Finding
from iamscout.report.atlas import Atlas
from iamscout.report.bars import Bars, Part, bars
from iamscout.report.page import Link
from iamscout.report.words import SEVERITY_MARKS, SeverityMark

_OLD_DAYS, _RECENT_DAYS = 90, 30
_AGES = ("New", "Up to 30 days", "31 to 90", "Older")


class AgeRow(Struct, frozen=True):
    """The findings of one severity: open ones by each column of the table, then those that are accepted."""

    mark: SeverityMark
    open: tuple[int, ...]
    accepted: int


class Ages(Struct, frozen=True):
    """A figure and the table with its numbers; `columns` are the kinds of open findings."""

    figure: Bars
    columns: tuple[str, ...]
    rows: tuple[AgeRow, ...]
    caption: str


def ages(atlas: Atlas) -> Ages | None:
    """Findings by severity and age; by severity alone where there is but one moment; None for no finding."""
    seen = _days_seen(atlas)
    columns = ("Open",) if seen is None else _AGES
    rows = []
    for severity in SEVERITIES:
        found = [finding for finding in atlas.assessment.findings if finding.severity == severity]
        opened = [finding for finding in found if finding.status == "open"]
        accepted = sum(1 for finding in found if finding.status == "accepted")
        if opened or accepted:
            rows.append(AgeRow(SEVERITY_MARKS[severity], _by_age(opened, seen), accepted))
    if not rows:
        return None
    caption = (
        "Ages need earlier snapshots, which this report was not given."
        if seen is None
        else "Open ones by age, from the earliest of the given snapshots that shows them; they may be older."
    )
    return Ages(_figure(rows, columns), columns, tuple(rows), caption)


def _figure(rows: list[AgeRow], columns: tuple[str, ...]) -> Bars:
    told = []
    for row in rows:
        name = row.mark.name
        fresh = tuple(
            Part(count, name, words.lower(), hollow=place == 0 and len(columns) > 1)
            for place, (count, words) in enumerate(zip(row.open, columns, strict=True))
        )
        link = Link(row.mark.word, f"#{name}")
        told.append((link, (*fresh, Part(row.accepted, "info", "accepted", hollow=True))))
    key = (
        "open"
        if len(columns) == 1
        else "open, from the newest to the oldest; the first outline is what is new"
    )
    return bars("ages", "Findings by severity", f"Filled: {key}. Grey outline at the end: accepted.", told)


def _by_age(found: list[Finding], seen: Mapping[str, int] | None) -> tuple[int, ...]:
    if seen is None:
        return (len(found),)
    days = [seen.get(finding.key, 0) for finding in found]
    return (
        sum(1 for age in days if age <= 0),
        sum(1 for age in days if 0 < age <= _RECENT_DAYS),
        sum(1 for age in days if _RECENT_DAYS < age <= _OLD_DAYS),
        sum(1 for age in days if age > _OLD_DAYS),
    )


def _days_seen(atlas: Atlas) -> Mapping[str, int] | None:
    """Finding key to whole days from the first snapshot that shows it to the last one."""
    if atlas.trend is None or len(atlas.trend.rounds) < 2:
        return None
    return {trace.finding.key: (trace.last_seen - trace.first_seen).days for trace in atlas.trend.traces}
