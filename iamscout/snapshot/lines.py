"""In which lines of a JSON text the values stand that pointers name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

Path: TypeAlias = tuple[str, ...]
"""The members on the way to a value, from the outermost; numbers in arrays as text."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_PLAIN = re.compile(rb"[^\s,\]}]+")
_SPACE = re.compile(rb"[\s,:]*")


def pointer_path(pointer: str) -> Path:
    """The path of a JSON pointer (RFC 6901); empty for the whole document."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def lines_of(content: bytes, wanted: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """First and last line, from 1, of each value; one that is not there is left out.

    The content is taken to be valid JSON, laid out in any way. Only what leads to a wanted value is looked
    into.
    """
    tree = _Node()
    for path in wanted:
        tree.add(path)
    scan = _Scan(content)
    scan.value(_next(content, 0), tree, ())
    return _line_numbers(content, scan.spans)


class _Node:
    """What is wanted below one value."""

    def __init__(self) -> None:
        self.wanted = False
        self.children: dict[str, _Node] = {}

    def add(self, path: Path) -> None:
        node = self
        for part in path:
            node = node.children.setdefault(part, _Node())
        node.wanted = True


class _Scan:
    """Walks the text; `spans` are the offsets of what was wanted. Goes as deep as the pointers."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.spans: dict[Path, tuple[int, int]] = {}

    def value(self, start: int, node: _Node, path: Path) -> int:
        """The offset behind the value that starts here."""
        first = self.content[start : start + 1]
        if node.children and first in (b"{", b"["):
            end = self._members(start, node, path, named=first == b"{")
        else:
            end = _behind(self.content, start)
        if node.wanted:
            self.spans[path] = (start, end - 1)
        return end

    def _members(self, start: int, node: _Node, path: Path, *, named: bool) -> int:
        at, number = _next(self.content, start + 1), 0
        while self.content[at : at + 1] not in (b"}", b"]", b""):
            name = str(number)
            if named:
                behind = _behind(self.content, at)
                name = _text(self.content[at:behind])
                at = _next(self.content, behind)
            child = node.children.get(name)
            end = self.value(at, child, (*path, name)) if child else _behind(self.content, at)
            at, number = _next(self.content, end), number + 1
        return at + 1


def _next(content: bytes, at: int) -> int:
    found = _SPACE.match(content, at)
    return found.end() if found else at


def _behind(content: bytes, start: int) -> int:
    """The offset behind a value that is not looked into."""
    first = content[start : start + 1]
    if first not in (b"{", b"["):
        found = (_STRING if first == b'"' else _PLAIN).match(content, start)
        return found.end() if found else len(content)
    depth = 0
    for token in _STRUCTURE.finditer(content, start):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return token.end()
    return len(content)


def _text(quoted: bytes) -> str:
    if b"\\" not in quoted:
        return quoted[1:-1].decode()
    return msgspec.json.decode(quoted, type=str)


def _line_numbers(content: bytes, spans: dict[Path, tuple[int, int]]) -> dict[Path, tuple[int, int]]:
    lines: dict[int, int] = {}
    line, last = 1, 0
    for offset in sorted({offset for span in spans.values() for offset in span}):
        line += content.count(b"\n", last, offset)
        lines[offset], last = line, offset
    return {path: (lines[start], lines[end]) for path, (start, end) in sorted(spans.items())}
