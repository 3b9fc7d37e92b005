"""Users, groups and roles that AWS did not tell or that nobody imported: what pages say instead of none."""

from __future__ import annotations

from msgspec import Struct

from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Page, Section
from iamscout.report.words import listed
from iamscout.snapshot.view import DETAILS

CAUTIONED: tuple[Section, ...] = (
    "findings", "roles", "trust", "groups", "users", "admins", "paths", "exposure", "policies", "accounts",
    "changes", "history",
)  # fmt: skip
"""The sections whose lists are shorter for what was not read."""


class UnreadView(Struct, frozen=True):
    """A list of which nothing is known."""

    answer: str


def unread(atlas: Atlas) -> list[str]:
    """The names of the accounts whose users, groups and roles were not read, or in part."""
    return [atlas.account_name(account) for account in unread_ids(atlas)]


def unread_ids(atlas: Atlas) -> list[str]:
    """The ids of these accounts."""
    return [
        line.account
        for line in atlas.assessment.coverage
        if line.source == DETAILS and not line.operation and line.status != "ok"
    ]


def caution(atlas: Atlas) -> str:
    """What each list of a report has to say of them; empty where all were read."""
    missing = unread(atlas)
    if not missing:
        return ""
    return f"Users, groups and roles of {listed(missing)} were not all read: what is not here is not known."


def unread_page(atlas: Atlas, entry: Entry) -> Page | None:
    """The page in the place of a list without a row; None where there is truly nothing to list."""
    missing = unread(atlas)
    if not missing:
        return None
    answer = f"Not known: users, groups and roles of {listed(missing)} were not read, or not all of them."
    title = "Paths to administrator" if entry.section == "paths" else entry.label
    return Page(entry.path, "unread.html", entry.section, title, UnreadView(answer))
