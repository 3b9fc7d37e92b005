"""Policy documents as numbered lines, and which lines a JSON pointer means.

The text is laid out again (two spaces, elements in the order of IAM's examples, short lists in one line) but
nothing is dropped: equal keys stay twice, numbers stay as written. A text that is no JSON is shown as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from sys import intern

from msgspec import Struct

from iamscout.report.page import Link

TRUST_PREFIX = "tp"
"""What the ids of a trust policy's lines start with (`tp-L9`)."""

_MAX_CHARACTERS = 200_000
_MAX_DEPTH = 40
_WIDTH = 78
_STATEMENT = re.compile(r"/Statement/[0-9]+\Z")
_LONE_STATEMENT = re.compile(r"/Statement\Z")
_SHOWN_RAW = 20_000
"""Characters that are shown of a text that could not be laid out."""


_ORDER = {
    name: place
    for place, name in enumerate(
        (
            "Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
            "Resource", "NotResource", "Condition",
        )
    )
}  # fmt: skip


class Layout(Struct, frozen=True):
    """Lines of a document, counted from 1, and first and last line of everything in it by JSON pointer."""

    lines: tuple[str, ...]
    spans: Mapping[str, tuple[int, int]]
    statements: frozenset[int]
    """The first line of each statement."""

    def span(self, pointer: str) -> tuple[int, int]:
        """First and last line of what a pointer means, or of the nearest thing around it."""
        while pointer and pointer not in self.spans:
            pointer = pointer.rpartition("/")[0]
        return self.spans.get(pointer, (1, len(self.lines)))


class Listing(Struct, frozen=True):
    """A document to be shown: `prefix` starts the ids of its lines (`tp-L9`), `guilty` are links by pointer.

    Equal listings look alike, so a page's renderer makes each once.
    """

    prefix: str
    text: str
    guilty: tuple[tuple[str, tuple[Link, ...]], ...] = ()


class Lines(Struct, frozen=True):
    """A listing laid out, its lines numbered from 1; `cut` are characters left out at the end.

    The `named` lines have an id, so that other pages can point to them, and rules object to the `guilty`
    ones: on the first of what they object to stand their `marks`.
    """

    prefix: str
    texts: tuple[str, ...]
    named: Collection[int] = ()
    guilty: Collection[int] = ()
    marks: Mapping[int, tuple[Link, ...]] = {}
    cut: int = 0


class _Number(str):
    """A JSON number in its own spelling."""

    __slots__ = ()


class _Pairs(list[tuple[str, object]]):
    """A JSON object as written, equal keys included."""


_decode = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number).decode


@lru_cache(maxsize=50_000)
def lay_out(text: str) -> Layout | None:
    """The lines of a JSON text, or None where it is not one that can be laid out."""
    if len(text) > _MAX_CHARACTERS:
        return None
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        return None
    lines: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    if not _write(value, "", "", "", lines, spans):
        return None
    wanted = _STATEMENT if "/Statement/0" in spans else _LONE_STATEMENT
    starts = {first for pointer, (first, _) in spans.items() if wanted.match(pointer)}
    shared = {intern(pointer): _shared(span) for pointer, span in spans.items()}
    return Layout(tuple(map(intern, lines)), shared, frozenset(starts))


@lru_cache(maxsize=20_000)
def _shared(span: tuple[int, int]) -> tuple[int, int]:
    """One tuple for all spans alike, as one text for all lines alike: most documents of an account are."""
    return span


def listing(prefix: str, text: str, guilty: Mapping[str, tuple[Link, ...]] | None = None) -> Listing:
    """A document to be shown, with what the pointers in `guilty` mean marked."""
    return Listing(prefix, text, tuple(sorted(guilty.items())) if guilty else ())


def lines_of(shown: Listing) -> Lines:
    """Lay a listing out.

    Lines that begin a statement or what is marked have an id: nothing points to any other.
    """
    layout = lay_out(shown.text)
    if layout is None:
        raw = shown.text[:_SHOWN_RAW].splitlines() or [""]
        return Lines(shown.prefix, tuple(raw), cut=max(0, len(shown.text) - _SHOWN_RAW))
    starts: dict[int, list[Link]] = {}
    within: set[int] = set()
    for pointer, marks in shown.guilty:
        first, last = layout.span(pointer)
        known = starts.setdefault(first, [])
        known.extend(mark for mark in marks if mark not in known)
        within.update(range(first, last + 1))
    return Lines(
        shown.prefix,
        layout.lines,
        layout.statements | starts.keys(),
        within,
        {number: tuple(marks) for number, marks in starts.items()},
    )


def _write(
    value: object, indent: str, key: str, pointer: str, lines: list[str], spans: dict[str, tuple[int, int]]
) -> bool:
    """Append the lines of one value; False where it is nested too deeply to be shown.

    What shares the line of what is around it has no span of its own: :meth:`Layout.span` looks around it.
    """
    first = len(lines) + 1
    short = _in_one_line(value)
    if short is not None and (len(indent) + len(key) + len(short) <= _WIDTH or not isinstance(value, list)):
        lines.append(f"{indent}{key}{short}")
        spans.setdefault(pointer, (first, first))
        return True
    if len(indent) > 2 * _MAX_DEPTH:
        return False
    inner = f"{indent}  "
    if isinstance(value, _Pairs):
        lines.append(f"{indent}{key}{{")
        for name, item in sorted(value, key=_place) if len(value) > 1 else value:
            at = f"{pointer}/{_escaped(name)}"
            if type(item) is str:  # most are: what follows would come to the same
                lines.append(f"{inner}{encode_basestring(name)}: {encode_basestring(item)},")
                spans.setdefault(at, (len(lines), len(lines)))
                continue
            if not _write(item, inner, f"{encode_basestring(name)}: ", at, lines, spans):
                return False
            lines[-1] += ","
    elif isinstance(value, list):
        lines.append(f"{indent}{key}[")
        for index, item in enumerate(value):
            if type(item) is str:  # as above
                lines.append(f"{inner}{encode_basestring(item)},")
                spans.setdefault(f"{pointer}/{index}", (len(lines), len(lines)))
                continue
            if not _write(item, inner, "", f"{pointer}/{index}", lines, spans):
                return False
            lines[-1] += ","
    if len(lines) > first:
        lines[-1] = lines[-1][:-1]
        lines.append(f"{indent}{'}' if isinstance(value, _Pairs) else ']'}")
    else:
        lines[-1] += "}" if isinstance(value, _Pairs) else "]"
    spans.setdefault(pointer, (first, len(lines)))
    return True


def _place(member: tuple[str, object]) -> int:
    return _ORDER.get(member[0], len(_ORDER))


def _in_one_line(value: object) -> str | None:
    """A text, a list of texts, or an object with one member that is a text or such a list, in one line."""
    if type(value) is str:
        return encode_basestring(value)
    if isinstance(value, _Pairs):
        if len(value) != 1:
            return None
        name, item = value[0]
        inner = None if isinstance(item, _Pairs) else _in_one_line(item)
        return None if inner is None else f"{{{encode_basestring(name)}: {inner}}}"
    if isinstance(value, list):
        if any(isinstance(item, list) for item in value):
            return None
        return f"[{', '.join(map(_scalar, value))}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, _Number):
        return str(value)
    # what json.dumps comes to in the end for a text, a tenth of the time
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value)


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1") if "/" in token or "~" in token else token
