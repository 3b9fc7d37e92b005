"""Two policy documents side by side: the statements that differ, as lines, those that differ marked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from msgspec import Struct

from iamscout.diff.clauses import Clause, clause_of
from iamscout.policy.document import PolicyDocument
from iamscout.policy.parse import parse_document

MAX_LINES = 200
"""Lines of one document that are set beside those of the other."""


class SideLine(Struct, frozen=True):
    """One line of a side; `sign` is `-` before and `+` after where the other side lacks it, else empty."""

    sign: str
    text: str


class SidePair(Struct, frozen=True):
    """A line before and the one beside it after; None where there is none."""

    before: SideLine | None
    after: SideLine | None


class SideBySide(Struct, frozen=True):
    """The lines of all statements that differ, how many are the same, and how many lines are not shown."""

    pairs: tuple[SidePair, ...]
    same: int
    cut: int


def side_by_side(before: str, after: str) -> SideBySide:
    """Two documents by their texts; one that cannot be read is set beside the other as it is."""
    old, new = _statements(before), _statements(after)
    known_old, known_new = {clause for clause, _ in old}, {clause for clause, _ in new}
    left = [text for clause, text in old if clause is None or clause not in known_new]
    right = [text for clause, text in new if clause is None or clause not in known_old]
    pairs = [pair for one, other in zip_longest(left, right, fillvalue="") for pair in _lines(one, other)]
    shown = tuple(pairs[:MAX_LINES])
    return SideBySide(shown, len(known_old & known_new - {None}), len(pairs) - len(shown))


def _statements(text: str) -> list[tuple[Clause | None, str]]:
    """The statements of a document, each with its canonical form."""
    document: PolicyDocument = parse_document(text)
    if not text:
        return []
    if document.unreadable:
        return [(None, text)]
    found = json.loads(text).get("Statement", [])
    raw = found if isinstance(found, list) else [found]
    return [
        (clause_of(statement, document), json.dumps(raw[statement.number - 1], indent=2, ensure_ascii=False))
        for statement in document.statements
    ]


def _lines(before: str, after: str) -> Iterator[SidePair]:
    old, new = before.splitlines(), after.splitlines()
    for tag, start, end, low, high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        signs = ("", "") if tag == "equal" else ("-", "+")
        sides = zip_longest(_side(signs[0], old[start:end]), _side(signs[1], new[low:high]))
        yield from (SidePair(one, other) for one, other in sides)


def _side(sign: str, lines: Iterable[str]) -> Iterator[SideLine]:
    return (SideLine(sign, line) for line in lines)
