"""The pages of what changed, each of a size that a browser shows at once; nothing is left out of a report.

A file of its own has no further pages: there every heading has a place, what lets more in has most of it, and
what is not shown is told by number and kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from iamscout.access.principals import Principal
from iamscout.diff.model import Changes
from iamscout.diff.words import parts_words, summary, title
from iamscout.report.changes_view import Changed, Row, Shape, changed, delta, weight
from iamscout.report.names import numbered
from iamscout.report.page import PAGE_ROWS, Link, Turn
from iamscout.report.words import listed, sentence

PAGE_BYTES = 360_000
"""Of the rows of one page, about; with its frame and its style it stays below 500 KB."""
PATH = "changes.html"
_LEAST_BYTES = 24_000
"""Of each heading in a file of its own, where it has so much."""

_KINDS = 5
"""Kinds in a row before the rest is a number."""


class SectionView(Struct, frozen=True):
    """What a page shows under one heading; `more` says what is not shown."""

    id: str
    heading: str
    note: str
    shape: Shape
    rows: tuple[Row, ...]
    continued: bool = False
    more: str = ""


class ChangesView(Struct, frozen=True):
    """A page; the `first` one has the answer and the contents of all."""

    first: bool
    turns: tuple[Turn, ...]
    contents: tuple[Turn, ...]
    answer: str
    counts: str
    times: str
    came: str
    went: str
    compares_access: bool
    parts: str
    sections: tuple[SectionView, ...]


def changes_view(changes: Changes) -> ChangesView:
    """The view of a file of its own."""
    sections = tuple(changed(changes))
    contents = [Turn(_label(each), f"#{each.id}") for each in sections]
    return _view(changes, _fitting(sections), contents)


def changes_views(
    changes: Changes,
    link: Callable[[str], Link],
    finding_path: Callable[[str], str],
    principal_link: Callable[[Principal], Link],
) -> Iterator[tuple[str, ChangesView]]:
    """The pages of a report with their paths; names and findings lead to pages."""
    sections = tuple(changed(changes, link, finding_path, principal_link))
    pages = _paged(sections)
    begins: dict[str, str] = {}
    for number, page in enumerate(pages, start=1):
        for part in page:
            begins.setdefault(part.id, f"{numbered(PATH, number)}#{part.id}")
    contents = [Turn(_label(each), begins[each.id]) for each in sections]
    numbers = range(1, len(pages) + 1)
    for number, page in enumerate(pages, start=1):
        turns = tuple(Turn(str(each), numbered(PATH, each), each == number) for each in numbers)
        yield (
            numbered(PATH, number),
            _view(changes, page, contents, turns=turns if len(pages) > 1 else (), first=number == 1),
        )


def _view(
    changes: Changes,
    sections: Sequence[SectionView],
    contents: Sequence[Turn],
    *,
    turns: tuple[Turn, ...] = (),
    first: bool = True,
) -> ChangesView:
    counts, parts = summary(changes), parts_words(changes)
    return ChangesView(
        first=first,
        turns=turns,
        contents=tuple(contents) if len(contents) > 1 else (),
        answer=delta(changes),
        counts=sentence(", ".join(counts)) if counts else "",
        times=title(changes).replace("->", "to"),
        came=listed(changes.accounts_added),
        went=listed(changes.accounts_removed),
        compares_access=changes.access is not None or "access" not in changes.parts,
        parts=sentence(parts) if parts else "",
        sections=tuple(sections),
    )


def _label(section: Changed) -> str:
    return f"{section.heading} {len(section.labels):,}"


def _paged(sections: Iterable[Changed]) -> list[list[SectionView]]:
    """All rows in pages of at most so many rows and bytes; a heading goes on where its rows do."""
    pages: list[list[SectionView]] = [[]]
    count, size = 0, 0
    for section in sections:
        rows: list[Row] = []
        continued = False
        for row in section.rows:
            heavy = weight(row)
            if count and (count == PAGE_ROWS or size + heavy > PAGE_BYTES):
                if rows:
                    pages[-1].append(_part(section, rows, continued=continued))
                    continued = True
                pages.append([])
                rows, count, size = [], 0, 0
            rows.append(row)
            count, size = count + 1, size + heavy
        pages[-1].append(_part(section, rows, continued=continued))
    return pages


def _fitting(sections: Sequence[Changed]) -> list[SectionView]:
    """What fits into one page: a little of every heading, then what comes first."""
    left = [iter(section.rows) for section in sections]
    rows: list[list[Row]] = [[] for _ in sections]
    spare = PAGE_BYTES
    # A row that is too much for a heading's own share is looked at again when the rest is shared.
    for most in (_LEAST_BYTES, PAGE_BYTES):
        for place, rest in enumerate(left):
            used = sum(map(weight, rows[place]))
            for row in rest:
                heavy = weight(row)
                if heavy > spare or (rows[place] and used + heavy > most):
                    left[place] = chain((row,), rest)
                    break
                rows[place].append(row)
                used, spare = used + heavy, spare - heavy
    return [
        _part(section, shown, more=_more(section, len(shown)))
        for section, shown in zip(sections, rows, strict=True)
    ]


def _more(section: Changed, shown: int) -> str:
    """What is not shown, by kind: `1,200 more are not shown: 1,000 narrowed and 200 neutral`."""
    left = section.labels[shown:]
    if not left:
        return ""
    found = Counter(left).most_common()
    kinds = [f"{count:,} {label}" for label, count in found[:_KINDS]]
    if others := sum(count for _, count in found[_KINDS:]):
        kinds.append(f"{others:,} of other kinds")
    are = "is" if len(left) == 1 else "are"
    told = f"all {found[0][0]}" if len(found) == 1 < len(left) else listed(kinds)
    return f"{len(left):,} more {are} not shown: {told}."


def _part(section: Changed, rows: Sequence[Row], *, continued: bool = False, more: str = "") -> SectionView:
    return SectionView(section.id, section.heading, section.note, section.shape, tuple(rows), continued, more)
