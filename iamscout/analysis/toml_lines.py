"""On which line of a TOML text a key stands, which Python's reader does not tell."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

KeyPath = tuple[str, ...]
_LONGEST_STATEMENT = 500
"""Lines of one value that are tried; a longer one has no line, since each try reads it from its beginning."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line (counted from 1) on which each table and each key begins, by its path from the top.

    `text` must be valid TOML. It is cut into its statements: the shortest runs of lines that are TOML by
    themselves, so that what is quoted or spread over several lines is read as TOML reads it.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    found: dict[KeyPath, int] = {}
    table: KeyPath = ()
    start = 0
    while start < len(lines):
        end, statement = _statement(lines, start)
        if lines[start].lstrip(" \t").startswith("["):
            table = _deepest(statement)
            paths: Iterator[KeyPath] = iter((table,))
        else:
            paths = ((*table, *path) for path in _paths(statement))
        for path in paths:
            for length in range(1, len(path) + 1):
                found.setdefault(path[:length], start + 1)
        start = end
    return found


def _statement(lines: list[str], start: int) -> tuple[int, Mapping[str, object]]:
    """The line after the statement that begins at `start`, and what it says by itself."""
    for end in range(start + 1, min(len(lines), start + _LONGEST_STATEMENT) + 1):
        try:
            return end, tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
    return start + 1, {}


def _deepest(statement: Mapping[str, object]) -> KeyPath:
    """The path of a table's header."""
    return max(_paths(statement), key=len, default=())


def _paths(value: Mapping[str, object]) -> Iterator[KeyPath]:
    for key, inner in value.items():
        yield (key,)
        members = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(members, dict):
            yield from ((key, *path) for path in _paths(members))
