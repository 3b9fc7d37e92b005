"""All pages of a report: the folder `views/` is the registry, a module a kind of page."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from iamscout.report import views
from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Page
from iamscout.report.unread import unread_page
from iamscout.report.views import method


class Kind(Protocol):
    """What a module in `views/` offers.

    Beside it may stand `entry(atlas) -> Entry | None` for the navigation, `MANY = True` for pages of
    entities, and `LISTED`, the entry of a list that has a page wherever it may only be unknown what is in it.
    """

    __name__: str

    def pages(self, atlas: Atlas) -> Iterator[Page]:
        """The pages of this kind; none where there is nothing to show."""


def kinds() -> tuple[Kind, ...]:
    """The modules of `views/`, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(views.__path__))
    return tuple(cast("Kind", import_module(f"{views.__name__}.{name}")) for name in names)


def single_pages(atlas: Atlas) -> Iterator[Page]:
    """Lists and summaries, one at a time; but for the method, which tells of all the others."""
    for kind in kinds():
        if not getattr(kind, "MANY", False) and kind.__name__ != method.__name__:
            made = kind.pages(atlas)
            first = next(made, None) or _unread(atlas, kind)
            if first is not None:
                yield first
            yield from made


def pages_of_many(atlas: Atlas) -> Iterator[Page]:
    """The pages of entities; their views are made by whoever renders them."""
    for kind in kinds():
        if getattr(kind, "MANY", False):
            yield from kind.pages(atlas)


def entries(atlas: Atlas) -> tuple[Entry, ...]:
    """The navigation."""
    found: list[Entry] = []
    for kind in kinds():
        make = getattr(kind, "entry", None)
        made = make(atlas) if make else None
        if made is None and _unread(atlas, kind) is not None:
            made = _listed(kind)
        if made is not None:
            found.append(made)
    return tuple(sorted(found, key=lambda entry: entry.order))


def _unread(atlas: Atlas, kind: Kind) -> Page | None:
    """The page of a list without a row, where that does not mean that there is nothing."""
    entry = _listed(kind)
    return unread_page(atlas, entry) if entry is not None else None


def _listed(kind: Kind) -> Entry | None:
    return cast("Entry | None", getattr(kind, "LISTED", None))
