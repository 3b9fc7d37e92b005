"""What was collected and what was not, how to read the report, and what it was made from."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.analysis.assessment import Coverage
from iamscout.report.atlas import Atlas
from iamscout.report.guards import State, mfa_state
from iamscout.report.page import Entry, Page
from iamscout.report.terms import Terms, terms
from iamscout.report.words import (
    SEVERITY_MARKS,
    SOURCE_STATUS_NAMES,
    SeverityMark,
    listed,
    moment,
    plural,
    sentence,
)
from iamscout.snapshot.model import UNANSWERED, Status

_TONES: dict[Status, State] = {
    "ok": State("✓", SOURCE_STATUS_NAMES["ok"], "good"),
    "partial": State("△", SOURCE_STATUS_NAMES["partial"], "high"),
    "denied": State("✕", SOURCE_STATUS_NAMES["denied"], "high"),
    "throttled": State("✕", SOURCE_STATUS_NAMES["throttled"], "high"),
    "failed": State("✕", SOURCE_STATUS_NAMES["failed"], "high"),
    "skipped": State("–", SOURCE_STATUS_NAMES["skipped"], "info"),
    "absent": State("–", SOURCE_STATUS_NAMES["absent"], "info"),
}
_GRADES = (
    (
        Mfa("fresh", 59),
        "needed, and not older than that when the session starts; then the session runs to its own end",
    ),
    (Mfa("present"), "needed, of any age: a sign-in of this morning will do"),
    (Mfa("none"), "plays no part"),
    (Mfa("weak"), "some credential without MFA passes, an access key for instance"),
    (Mfa("not_applicable"), "services and federated callers: AWS cannot see their MFA"),
)


class SourceRow(Struct, frozen=True):
    """A source and how it went, once for all accounts in which it went alike."""

    accounts: str
    source: str
    state: State
    reason: str


class GapRow(Struct, frozen=True):
    """Something that AWS did not tell."""

    account: str
    operation: str
    resource: str
    error_code: str
    message: str


class SnapshotRow(Struct, frozen=True):
    """A snapshot that the report was made from."""

    account: str
    captured: str
    caller: str
    sha256: str


class MethodView(Struct, frozen=True):
    """The page."""

    answer: str
    sources: tuple[SourceRow, ...]
    gaps: tuple[GapRow, ...]
    odd_values: tuple[tuple[str, str, str], ...]
    snapshots: tuple[SnapshotRow, ...]
    severities: tuple[SeverityMark, ...]
    grades: tuple[tuple[State, str], ...]
    terms: Terms
    several: bool
    redacted: str


def entry(_: Atlas) -> Entry:
    """The navigation's entry."""
    return Entry(90, "method", "Method", "method.html")


def pages(atlas: Atlas) -> Iterator[Page]:
    """`method.html`."""
    yield Page("method.html", "method.html", "method", "Method", view(atlas))


def view(atlas: Atlas) -> MethodView:
    """What the page shows."""
    lines = atlas.assessment.coverage
    callers = {account.id: account.caller for account in atlas.accounts}
    return MethodView(
        answer=_answer(lines),
        sources=tuple(_sources(atlas, lines)),
        gaps=tuple(_gap(atlas, line) for line in lines if line.operation),
        odd_values=tuple(value for account in atlas.accounts for value in account.odd_values),
        snapshots=tuple(
            SnapshotRow(
                atlas.account_name(each.account),
                moment(each.captured_at),
                callers.get(each.account, ""),
                each.sha256,
            )
            for each in atlas.assessment.snapshots
        ),
        severities=tuple(SEVERITY_MARKS.values()),
        grades=tuple((mfa_state(mfa), words) for mfa, words in _GRADES),
        terms=terms(atlas),
        several=atlas.several,
        redacted=redaction_words(atlas.assessment.redacted),
    )


def redaction_words(categories: tuple[str, ...]) -> str:
    """What is replaced by pseudonyms, as a sentence; empty where nothing is."""
    if not categories:
        return ""
    words = {
        "accounts": "account and organization ids",
        "names": "names, unique ids, tag values and descriptions",
        "emails": "email addresses",
        "keys": "key ids",
    }
    replaced = [words.get(category, category) for category in categories]
    return (
        f"This report is redacted: {listed(replaced)} are pseudonyms. One original has one pseudonym"
        " throughout; the length and form of a name stay. What AWS itself named is as it was."
    )


def statuses(lines: tuple[Coverage, ...]) -> dict[Status, int]:
    """How many sources there are of each status."""
    found: dict[Status, int] = {}
    for line in lines:
        if not line.operation:
            found[line.status] = found.get(line.status, 0) + 1
    return found


def _answer(lines: tuple[Coverage, ...]) -> str:
    found = statuses(lines)
    parts = [f"{plural(found.get('ok', 0), 'source')} collected in full"]
    parts.extend(
        f"{found[status]:,} {SOURCE_STATUS_NAMES[status]}" for status in UNANSWERED if found.get(status)
    )
    parts.extend(
        f"{found[status]:,} {SOURCE_STATUS_NAMES[status]}"
        for status in ("absent", "skipped")
        if found.get(status)
    )
    return sentence(listed(parts))


def _worst_first(line: Coverage) -> tuple[int, str, str]:
    order = (*UNANSWERED, "absent", "skipped", "ok")
    return order.index(line.status), line.source, line.account


def _sources(atlas: Atlas, lines: tuple[Coverage, ...]) -> Iterator[SourceRow]:
    alike: dict[tuple[str, Status, str], list[str]] = {}
    for line in sorted(lines, key=_worst_first):
        if not line.operation:
            alike.setdefault((line.source, line.status, line.message), []).append(line.account)
    for (source, status, message), accounts in alike.items():
        everywhere = len(accounts) == len(atlas.accounts)
        told = (
            f"all {len(accounts):,}" if everywhere else listed([atlas.short_name(each) for each in accounts])
        )
        yield SourceRow(told, source, _TONES[status], message)


def _gap(atlas: Atlas, line: Coverage) -> GapRow:
    return GapRow(
        atlas.account_name(line.account), line.operation, line.resource, line.error_code, line.message
    )
