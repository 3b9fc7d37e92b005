"""Pages of who can take over most users, groups or roles: listed once, told on each page by what differs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from iamscout.report.atlas import Atlas
from iamscout.report.gains import WHERE_MORE_IS
from iamscout.report.page import Page, Turn, paged
from iamscout.report.views.access_set import SET_ROWS, SetView
from iamscout.report.words import plural

MANY = True
"""A page for each of many, in a folder of their own."""


_NOTE = f"Pages that lead here count who can besides, and do not name all. {WHERE_MORE_IS}"


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page, or several, for each kind and certainty."""
    for usual in atlas.takers.usual.values():
        count = usual.who.bit_count()
        arns = atlas.takers.names(usual.who, count)
        certainty = "without conditions" if usual.is_certain else "under conditions"
        words = f"{plural(count, 'principal')} who can take over most {usual.kind}s, {certainty}"
        for number, (path, part, turns) in enumerate(paged(usual.path, arns, SET_ROWS), start=1):
            title = words if number == 1 else f"{words}, page {number}"
            view = partial(_view, atlas, tuple(part), words=words, first=number == 1, turns=turns)
            yield Page(path, "access_set.html", "paths", title, view)


def _view(
    atlas: Atlas, arns: tuple[str, ...], *, words: str, first: bool, turns: tuple[Turn, ...]
) -> SetView:
    return SetView(words, (), tuple(atlas.link(arn) for arn in arns), first, turns, note=_NOTE)
