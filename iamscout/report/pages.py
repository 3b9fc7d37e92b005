"""All pages of a report: the folder `views/` is the registry, a module a kind of page."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from iamscout.report import views
from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Page


class Kind(Protocol):
    """What a module in `views/` offers; beside it `entry(atlas) -> Entry | None` for the navigation."""

    def pages(self, atlas: Atlas) -> Iterator[Page]:
        """The pages of this kind; none where there is nothing to show."""


def kinds() -> tuple[Kind, ...]:
    """The modules of `views/`, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(views.__path__))
    return tuple(cast("Kind", import_module(f"{views.__name__}.{name}")) for name in names)


def all_pages(atlas: Atlas) -> Iterator[Page]:
    """Every page, one at a time."""
    for kind in kinds():
        yield from kind.pages(atlas)


def entries(atlas: Atlas) -> tuple[Entry, ...]:
    """The navigation."""
    found: list[Entry] = []
    for kind in kinds():
        make = getattr(kind, "entry", None)
        made = make(atlas) if make else None
        if made is not None:
            found.append(made)
    return tuple(sorted(found, key=lambda entry: entry.order))
