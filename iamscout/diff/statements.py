"""Two policy documents side by side: the statements that differ, as lines, those that differ marked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import starmap, zip_longest

from msgspec import Struct

from iamscout.diff.clauses import Clause, clause_of
from iamscout.policy.document import PolicyDocument
from iamscout.policy.parse import parse_document

MAX_LINES = 200
"""Lines of one document that are set beside those of the other."""
_ENOUGH = 0.3
"""The share of common lines from which on a statement is taken for another one that was changed."""
_MOST_PAIRS = 10_000
_EMPTY_SID = len('  "Sid": "",')
_ORDER = {
    name: place
    for place, name in enumerate(
        ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource")
    )
}
"""Elements of a statement in the order of IAM's examples; others, as Condition, come after."""
_AROUND = 3
"""Lines alike on both sides that are shown before and after one that differs."""


class SideLine(Struct, frozen=True):
    """One line of a side; `sign` is `-` before and `+` after where the other side lacks it, else empty."""

    sign: str
    text: str


class SidePair(Struct, frozen=True):
    """A line before and the one beside it after; None where there is none.

    Where `alike` is not 0 the pair stands for so many lines that are the same on both sides.
    """

    before: SideLine | None
    after: SideLine | None
    alike: int = 0


class SideBySide(Struct, frozen=True):
    """The lines of all statements that differ, how many are the same, and how many lines are not shown."""

    pairs: tuple[SidePair, ...]
    same: int
    cut: int


def side_by_side(before: str, after: str) -> SideBySide:
    """Two documents by their texts; one that cannot be read is set beside the other as it is.

    Elements stand in the order of IAM's examples and lists are sorted, so that no line is marked for its
    place alone.
    """
    old, new = _statements(before), _statements(after)
    known_old, known_new = {clause for clause, _ in old}, {clause for clause, _ in new}
    left = [text for clause, text in old if clause is None or clause not in known_new]
    right = [text for clause, text in new if clause is None or clause not in known_old]
    pairs = [pair for one, other in _matched(left, right) for pair in _lines(one, other)]
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
        (
            clause_of(statement, document),
            json.dumps(_ordered(raw[statement.number - 1]), indent=2, ensure_ascii=False),
        )
        for statement in document.statements
    ]


def _ordered(value: object) -> object:
    """A value of a statement whose order means nothing, in one order; a list of one text is that text."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value[0] if len(value) == 1 else sorted(value)
    return value


def _matched(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each statement beside the one that it became: that with the most lines in common, if any has enough."""
    lines = [[set(text.splitlines()) for text in side] for side in (left, right)]
    likely = sorted(
        (
            (-_likeness(one, other), place, at)
            for place, one in enumerate(lines[0])
            for at, other in enumerate(lines[1])
        )
        if len(left) * len(right) <= _MOST_PAIRS
        else ()
    )
    became: dict[int, int] = {}
    for likeness, place, at in likely:
        if -likeness >= _ENOUGH and place not in became and at not in became.values():
            became[place] = at
    for place, text in enumerate(left):
        yield text, right[became[place]] if place in became else ""
    taken = set(became.values())
    yield from (("", text) for at, text in enumerate(right) if at not in taken)


def _likeness(one: set[str], other: set[str]) -> float:
    """The share of lines that two statements have in common; those of the same Sid are the same one."""
    named = any(line.startswith('  "Sid": ') and len(line) > _EMPTY_SID for line in one & other)
    return named + len(one & other) / (len(one | other) or 1)


def _lines(before: str, after: str) -> Iterator[SidePair]:
    """The lines of one statement; of those that are alike, the ones next to a change.

    A comma at the end is no change: it tells that another line follows.
    """
    old, new = before.splitlines(), after.splitlines()
    alike = SequenceMatcher(None, _bare(old), _bare(new), autojunk=False)
    for tag, start, end, low, high in alike.get_opcodes():
        signs = ("", "") if tag == "equal" else ("-", "+")
        sides = list(
            starmap(SidePair, zip_longest(_side(signs[0], old[start:end]), _side(signs[1], new[low:high])))
        )
        head = _AROUND if start or low else 0
        tail = _AROUND if end < len(old) or high < len(new) else 0
        folded = len(sides) - head - tail
        if tag == "equal" and folded > 1:
            yield from sides[:head]
            yield SidePair(None, None, folded)
            yield from sides[len(sides) - tail :]
        else:
            yield from sides


def _bare(lines: Iterable[str]) -> list[str]:
    return [line.rstrip(",") for line in lines]


def _side(sign: str, lines: Iterable[str]) -> Iterator[SideLine]:
    return (SideLine(sign, line) for line in lines)
