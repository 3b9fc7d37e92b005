"""Pages of sets that are too long for a cell: callers or roles that others refer to by their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from iamscout.report.atlas import Atlas
from iamscout.report.page import Link, Page, Turn, paged
from iamscout.report.words import plural

SET_ROWS = 2_500


class SetView(Struct, frozen=True):
    """One page of one set."""

    words: str
    links: Sequence[Link]
    turns: tuple[Turn, ...]


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page, or several, for each set."""
    for first, members in atlas.classes.sets.items():
        roles = isinstance(members[0], str)
        words = plural(len(members), "role" if roles else "caller")
        home = "some account" if atlas.several else ""
        links = [
            atlas.link(member, home) if isinstance(member, str) else atlas.principal_link(member, home)
            for member in members
        ]
        for path, part, turns in paged(first, links, SET_ROWS):
            title = f"A set of {words}" + (f", page {path}" if path != first else "")
            yield Page(path, "access_set.html", "roles", title, SetView(words, part, turns))
