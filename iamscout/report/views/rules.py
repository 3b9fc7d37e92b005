"""The catalogue: every rule that was run, with what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES
from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Link, Page
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, listed, plural, sentence


class CatalogueRow(Struct, frozen=True):
    """One rule and its result."""

    severity: SeverityMark
    rule: Link
    id: str
    open: int
    result: str
    needs: str


class CatalogueView(Struct, frozen=True):
    """The page."""

    answer: str
    rows: tuple[CatalogueRow, ...]


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of rules."""
    return Entry(80, "rules", "Rules", "rules.html", len(atlas.rules)) if atlas.rules else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`rules.html`."""
    if not atlas.rules:
        return
    rows = tuple(_row(atlas, rule) for rule in atlas.rules)
    ordered = tuple(sorted(rows, key=lambda row: (SEVERITIES.index(row.severity.name), row.id)))
    hits = sum(1 for row in rows if row.open)
    blind = sum(1 for row in rows if "not available" in row.result)
    text = f"{plural(len(rows), 'rule')} were run: {hits:,} object to something"
    text += f", {blind:,} could not be judged everywhere"
    yield Page("rules.html", "rules.html", "rules", "Rules", CatalogueView(sentence(text), ordered))


def _row(atlas: Atlas, rule: str) -> CatalogueRow:
    found = atlas.by_rule[rule]
    counts = {
        status: sum(1 for finding in found if finding.status == status)
        for status in ("open", "accepted", "not_available")
    }
    parts = []
    if counts["open"]:
        parts.append(f"{counts['open']:,} open")
    if counts["accepted"]:
        parts.append(f"{counts['accepted']:,} accepted")
    if counts["not_available"]:
        several = f" in {plural(counts['not_available'], 'account')}" if atlas.several else ""
        parts.append(f"not available{several}")
    value = atlas.rules[rule]
    return CatalogueRow(
        severity=SEVERITY_MARKS[value.severity],
        rule=Link(value.title, f"rules/{rule}.html"),
        id=rule,
        open=counts["open"],
        result=listed(parts) or "nothing found",
        needs=", ".join((*value.needs, *((listed(value.needs_any, "or"),) if value.needs_any else ()))),
    )
