"""What stands around every page: whose report it is, when captured, the navigation, what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from iamscout.report.atlas import Atlas
from iamscout.report.edition import Cover, Edition
from iamscout.report.page import Entry, Section
from iamscout.report.unread import CAUTIONED, caution
from iamscout.report.words import listed, moment, plural
from iamscout.snapshot.model import UNANSWERED

_PLAIN = Edition()


class Frame(Struct, frozen=True):
    """The same for all pages of a report; `banner` is empty where AWS answered everything it was asked."""

    account: str
    captured: str
    entries: tuple[Entry, ...]
    banner: str
    version: str
    rules: str
    scripts: bool = True
    cover: Cover = Cover()
    caution: str = ""
    cautioned: tuple[Section, ...] = ()
    """The sections whose lists say `caution`: none where all users, groups and roles were read."""


def frame(atlas: Atlas, entries: Iterable[Entry], edition: Edition = _PLAIN) -> Frame:
    """The frame of a report with these entries in its navigation."""
    assessment = atlas.assessment
    times = sorted({account.captured_at for account in atlas.accounts})
    captured = moment(times[0]) if len(times) == 1 else f"{moment(times[0])} to {moment(times[-1])}"
    return Frame(
        account=subject(atlas),
        captured=captured,
        entries=tuple(sorted(entries, key=lambda entry: entry.order)),
        banner=_banner(atlas),
        version=assessment.tool_version,
        rules=plural(len(assessment.rules), "rule"),
        scripts=edition.scripts,
        cover=edition.cover,
        caution=(warning := caution(atlas)),
        cautioned=CAUTIONED if warning else (),
    )


def subject(atlas: Atlas) -> str:
    """Whose report it is: the account, or how many they are."""
    if len(atlas.accounts) == 1:
        return atlas.account_name(atlas.accounts[0].id)
    return plural(len(atlas.accounts), "account")


def _banner(atlas: Atlas) -> str:
    sources = {(line.account, line.source): line.status for line in atlas.assessment.coverage}
    words = {
        "denied": "denied",
        "throttled": "throttled",
        "failed": "failed",
        "partial": "answered in part only",
    }
    parts = []
    for status in UNANSWERED:
        count = sum(1 for found in sources.values() if found == status)
        if count:
            parts.append(f"{count:,} {words[status]}")
    if not parts:
        return ""
    return f"Sources: {listed(parts)}. What depends on them is marked as not available, not as passed."
