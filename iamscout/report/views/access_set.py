"""Pages of sets that are too long for a cell: callers or roles that others refer to by their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct, structs

from iamscout.access.principals import Principal
from iamscout.report.atlas import Atlas
from iamscout.report.page import Link, Page, Turn, paged
from iamscout.report.words import plural

MANY = True
"""A page for each of many, in a folder of their own."""

SET_ROWS = 2_500

_LISTS = {"user": Link("all users", "users.html"), "role": Link("all roles", "roles.html")}


class SetView(Struct, frozen=True):
    """One page of one set; `parts` are sets within it that have pages of their own.

    Where `whole` says of what it is all, `links` are those that are left out of it.
    """

    words: str
    parts: tuple[Link, ...]
    links: Sequence[Link]
    first: bool
    turns: tuple[Turn, ...]
    whole: str = ""
    lists: tuple[Link, ...] = ()
    """Where the whole stands."""


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page, or several, for each set."""
    for first, content in atlas.classes.listed.items():
        noun = "role" if isinstance(content.members[0], str) else "caller"
        words = plural(len(content.members), noun)
        parts = tuple(
            Link(f"{plural(len(part), noun)} alike", atlas.classes.sets.path(part)) for part in content.parts
        )
        view = SetView(words, parts, (), first=True, turns=())
        rest: Sequence[Principal | str] = content.rest
        if content.left_out is not None:
            rest = content.left_out.missing
            whole = f"Every {content.left_out.whole} of {atlas.account_name(content.left_out.account)}"
            lists = tuple(link for kind, link in _LISTS.items() if kind in content.left_out.whole)
            view = structs.replace(view, whole=whole, lists=lists)
        for number, (path, part, turns) in enumerate(paged(first, rest, SET_ROWS), start=1):
            title = f"A set of {words}" if number == 1 else f"A set of {words}, page {number}"
            sheet = structs.replace(view, first=number == 1, turns=turns)
            yield Page(path, "access_set.html", "roles", title, partial(_view, atlas, part, sheet))


def _view(atlas: Atlas, members: Sequence[Principal | str], sheet: SetView) -> SetView:
    home = "some account" if atlas.several else ""
    links = tuple(
        atlas.link(member, home) if isinstance(member, str) else atlas.principal_link(member, home)
        for member in members
    )
    return structs.replace(sheet, links=links)
