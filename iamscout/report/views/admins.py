"""Who is administrator: by evaluation of all policies together, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from iamscout.access.admins import Administrator
from iamscout.policy.formula import ALWAYS
from iamscout.policy.words import describe_all
from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.parts import Route, route
from iamscout.report.words import plural, sentence

_FEW = 6
"""Statements and denied actions that are spelled out in one row."""


class AdminRow(Struct, frozen=True):
    """One administrator: the statements that make it so, what they need, single actions that are denied."""

    link: Link
    kind: str
    account: str
    routes: tuple[Route, ...]
    needs: tuple[str, ...]
    denied: str


class AdminsView(Struct, frozen=True):
    """One page of the list."""

    answer: str
    rows: Sequence[AdminRow]
    several: bool
    first: bool
    turns: tuple[Turn, ...]


LISTED = Entry(62, "admins", "Administrators", "admins.html")
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of administrators."""
    count = len(atlas.assessment.estate.admins.entries)
    return structs.replace(LISTED, count=count) if count else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`admins.html`, then `admins-2.html` and so on: users first, they are administrators at any time."""
    found = sorted(
        atlas.assessment.estate.admins.entries,
        key=lambda each: (":role/" in each.principal, each.requires != ALWAYS, each.principal),
    )
    if not found:
        return
    answer = _answer(found)
    for number, (path, part, turns) in enumerate(paged("admins.html", found), start=1):
        title = "Administrators" if number == 1 else f"Administrators, page {number}"
        rows = tuple(_row(atlas, each) for each in part)
        view = AdminsView(answer, rows, atlas.several, number == 1, turns)
        yield Page(path, "admins.html", "admins", title, view)


def _row(atlas: Atlas, each: Administrator) -> AdminRow:
    more = len(each.denied) - _FEW
    denied = ", ".join(each.denied[:_FEW]) + (f" and {more:,} more" if more > 0 else "")
    return AdminRow(
        link=atlas.link(each.principal),
        kind="role" if ":role/" in each.principal else "user",
        account=atlas.account_name(each.account),
        routes=tuple(route(atlas, ref) for ref in each.by[:_FEW]),
        needs=()
        if each.requires == ALWAYS
        else tuple(describe_all(alternative) for alternative in each.requires.alternatives[:_FEW]),
        denied=denied,
    )


def _answer(found: Sequence[Administrator]) -> str:
    users = sum(":user/" in each.principal for each in found)
    conditional = sum(each.requires != ALWAYS for each in found)
    parts = f"{plural(users, 'user')} and {plural(len(found) - users, 'role')} may do everything"
    return sentence(f"{parts}; {conditional:,} of these under conditions" if conditional else parts)
