"""The rows of long lists as data, so that the script can sort and filter over all pages of a list.

They are read off the pages themselves: what stands between tags and in `href` and `data-value` fills a shape,
the rest of a row's HTML, and most rows of a list have the same few shapes. A file holds
`{"shapes": [...], "rows": [[number of the shape, filling, filling...], ...]}`. In a shape an element is
[name, attributes, part, part...] and a number is the place of a filling in the row.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from iamscout.report.shards import SHARD_BYTES, encoded, shard

MOST_ROWS = 20_000
"""Rows of a list that has such data; a longer one is sorted and filtered page by page."""

_TABLE = re.compile(r'<table data-table="([a-z]+)">.*?<tbody>\s*(.*?)\s*</tbody>', re.DOTALL)
_FILLING = re.compile(r'(?<= href=")[^"]*(?=")|(?<= data-value=")[^"]*(?=")|(?<=>)[^<>]+(?=<)')
_TURNS = '<nav class="turns"'
_HOLE = "\x00"

Element = list["int | str | dict[str, int | str] | Element"]
"""An element of a shape: its name, its attributes, its parts; a number is the place of a filling."""


class LongLists:
    """Gathers the rows of lists that have several pages, in the order in which these are rendered."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[str, list[str]]]] = {}

    def add(self, page: str) -> None:
        """Take the rows of the sortable table of a page, if it is one of several pages of a list."""
        found = _TABLE.search(page) if _TURNS in page else None
        if found is None:
            return
        rows = self._rows.setdefault(found[1], [])
        for row in found[2].split("</tr>"):
            text = row.strip()
            if text:
                text += "</tr>"
                fillings = [html.unescape(each) for each in _FILLING.findall(text)]
                rows.append((_FILLING.sub(_HOLE, text), fillings))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Pairs of path and content of the files with the rows; `rows/NAME.js` tells how many there are.

        That is none for a list of too many rows.
        """
        for name, rows in self._rows.items():
            count = 0
            for part in _parts(rows if len(rows) <= MOST_ROWS else []):
                yield f"assets/rows/{name}-{count}.js", shard(f"rows-{name}", count, part)
                count += 1
            yield f"assets/rows/{name}.js", shard(f"rows-{name}-count", 0, str(count))


def _parts(rows: list[tuple[str, list[str]]]) -> Iterator[str]:
    """The rows in parts that fit in one file each, with the shapes that they need."""
    shapes: dict[str, int] = {}
    texts: list[str] = []
    weight = 0
    for skeleton, fillings in rows:
        text = encoded([shapes.get(skeleton, len(shapes)), *fillings])
        needed = len(text) + (0 if skeleton in shapes else len(skeleton) * 2)
        if texts and weight + needed > SHARD_BYTES - 1_000:
            yield _content(shapes, texts)
            shapes, texts, weight = {}, [], 0
            text = encoded([0, *fillings])
        shapes.setdefault(skeleton, len(shapes))
        texts.append(text)
        weight += needed + 1
    if texts:
        yield _content(shapes, texts)


def _content(shapes: dict[str, int], texts: list[str]) -> str:
    made = encoded([_shape(skeleton) for skeleton in shapes])
    return f'{{"shapes":{made},"rows":[{",".join(texts)}]}}'


def _shape(skeleton: str) -> Element:
    reader = _Reader()
    reader.feed(skeleton)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    """Reads the skeleton of one row; fillings are counted from 1, as the number of the shape stands first."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Element = []
        self._open: list[Element] = []
        self._holes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element, the row itself first."""
        attributes: dict[str, int | str] = {
            name: self._hole() if value == _HOLE else value or "" for name, value in attrs
        }
        made: Element = [tag, attributes]
        if self._open:
            self._open[-1].append(made)
        else:
            self.root = made
        self._open.append(made)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # our own pages are well-formed
        """Its end."""
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """What stands between tags is nothing but holes."""
        for _ in range(data.count(_HOLE)):
            self._open[-1].append(self._hole())

    def _hole(self) -> int:
        self._holes += 1
        return self._holes
