"""Pages of sets that are too long for a cell: callers or roles that others refer to by their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from iamscout.access.principals import Principal
from iamscout.report.atlas import Atlas
from iamscout.report.page import Link, Page, Turn, paged
from iamscout.report.words import plural

MANY = True
"""A page for each of many, in a folder of their own."""

SET_ROWS = 2_500


class SetView(Struct, frozen=True):
    """One page of one set; `parts` are sets within it that have pages of their own."""

    words: str
    parts: tuple[Link, ...]
    links: Sequence[Link]
    first: bool
    turns: tuple[Turn, ...]


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page, or several, for each set."""
    for first, content in atlas.classes.listed.items():
        noun = "role" if isinstance(content.members[0], str) else "caller"
        words = plural(len(content.members), noun)
        parts = tuple(
            Link(f"{plural(len(part), noun)} alike", atlas.classes.sets.path(part)) for part in content.parts
        )
        rest: Sequence[Principal | str] = content.rest
        for number, (path, part, turns) in enumerate(paged(first, rest, SET_ROWS), start=1):
            title = f"A set of {words}" if number == 1 else f"A set of {words}, page {number}"
            view = partial(_view, atlas, part, words=words, parts=parts, first=number == 1, turns=turns)
            yield Page(path, "access_set.html", "roles", title, view)


def _view(
    atlas: Atlas,
    members: Sequence[Principal | str],
    *,
    words: str,
    parts: tuple[Link, ...],
    first: bool,
    turns: tuple[Turn, ...],
) -> SetView:
    home = "some account" if atlas.several else ""
    links = tuple(
        atlas.link(member, home) if isinstance(member, str) else atlas.principal_link(member, home)
        for member in members
    )
    return SetView(words, parts, links, first, turns)
