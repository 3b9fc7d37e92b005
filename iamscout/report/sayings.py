"""What the statements of a document say in plain English, beside the findings that object to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.english import explain
from iamscout.report.atlas import Atlas
from iamscout.report.listing import lay_out
from iamscout.report.page import Link

MOST = 40
"""Statements of one document that are told; few have as many."""

_STATEMENT = re.compile(r"/Statement(?:/[0-9]+(?=/|\Z))?")
"""The place of the statement that a place within it begins with; one that is no list has no number."""


class Saying(Struct, frozen=True):
    """A statement by its number and line, what it says, and the titles of rules that object to it or a part.

    Their findings are linked beside the lines that they are about.
    """

    statement: Link
    sentence: str
    objections: str


def sayings(
    atlas: Atlas, document: PolicyDocument | None, prefix: str, marks: Mapping[str, tuple[Link, ...]] | None
) -> tuple[Saying, ...]:
    """What a document says, by the ids of its lines; nothing where the text as a whole cannot be read."""
    if document is None:
        return ()
    layout = lay_out(document.text)
    if layout is None:
        return ()
    told = document.statements[:MOST]
    objections = _objections(atlas, told, marks) if marks else {}
    return tuple(
        Saying(
            Link(str(each.number), f"#{prefix}-L{layout.span(each.pointer)[0]}"),
            explain(each),
            objections.get(each.pointer, ""),
        )
        for each in told
    )


def _objections(
    atlas: Atlas, statements: Sequence[Statement], marks: Mapping[str, tuple[Link, ...]]
) -> Mapping[str, str]:
    """By the place of a statement, the titles of rules that object to it or to a part of it."""
    titles: dict[str, set[str]] = {each.pointer: set() for each in statements}
    for pointer, links in marks.items():
        place = _STATEMENT.match(pointer)
        known = titles.get(place[0]) if place else None
        if known is not None:
            for mark in links:
                rule = mark.text.removeprefix("<- ")
                known.add(atlas.rules[rule].title if rule in atlas.rules else rule)
    return {pointer: ", ".join(sorted(found)) for pointer, found in titles.items()}
