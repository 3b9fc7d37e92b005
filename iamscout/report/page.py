"""The shape of a page, of a link and of an entry in the navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from iamscout.report.names import numbered

Section = Literal[
    "index", "findings", "rules", "roles", "trust", "groups", "users", "policies", "accounts", "changes",
    "history",
    "method", "admins", "paths", "exposure",
]  # fmt: skip
"""What the navigation marks as current; pages of one entity belong to the section of their list."""

PAGE_ROWS = 500
"""Rows of a list on one static page."""

Row = TypeVar("Row")


class Link(Struct, frozen=True, order=True):
    """A place in the report, by its path from the report's root; without a path it is only a name."""

    text: str
    path: str = ""


class Entry(Struct, frozen=True):
    """An entry of the navigation, placed by `order`; `count` stands beside the label where it is not None."""

    order: int
    section: Section
    label: str
    path: str
    count: int | None = None


class Card(Struct, frozen=True):
    """A number, what it counts, where it leads (nowhere if empty), and the tone that it has."""

    number: int
    words: str
    path: str
    tone: str


class Turn(Struct, frozen=True):
    """A link to one of a list's static pages."""

    label: str
    path: str
    current: bool = False


class Page(Struct, frozen=True):
    """One file of the site: its path from the root, its template, and the view that the template reads.

    Kinds with very many pages give a function that makes the view, for whoever renders the page to call.
    """

    path: str
    template: str
    section: Section
    title: str
    view: Struct | Callable[[], Struct]
    turns: tuple[Turn, ...] = ()


def paged(
    path: str, rows: Sequence[Row], size: int = PAGE_ROWS
) -> Iterator[tuple[str, Sequence[Row], tuple[Turn, ...]]]:
    """Cut a list into static pages: the path of each, its rows, the links among them (none for one page)."""
    count = max(1, -(-len(rows) // size))
    for page in range(1, count + 1):
        turns = tuple(
            Turn(str(number), numbered(path, number), number == page) for number in range(1, count + 1)
        )
        yield numbered(path, page), rows[(page - 1) * size : page * size], turns if count > 1 else ()
