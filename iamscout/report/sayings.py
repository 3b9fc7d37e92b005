"""What the statements of a document say in plain English, beside the findings that object to them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.english import explain
from iamscout.report.atlas import Atlas
from iamscout.report.listing import lay_out
from iamscout.report.page import Link

MOST = 40
"""Statements of one document that are told; few have as many."""


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
    return tuple(
        Saying(
            Link(str(each.number), f"#{prefix}-L{layout.span(each.pointer)[0]}"),
            explain(each),
            _objections(atlas, each, marks) if marks else "",
        )
        for each in document.statements[:MOST]
    )


def _objections(atlas: Atlas, statement: Statement, marks: Mapping[str, tuple[Link, ...]]) -> str:
    found = {
        atlas.rules[rule].title if rule in atlas.rules else rule
        for pointer, links in marks.items()
        if pointer == statement.pointer or pointer.startswith(f"{statement.pointer}/")
        for mark in links
        for rule in [mark.text.removeprefix("<- ")]
    }
    return ", ".join(sorted(found))
