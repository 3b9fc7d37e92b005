"""Diagrams as numbers for SVG: which group leads to which role, and a path as a chain.

A table or list with the same content always stands beside one. Own code, for the reasons in
`static/README.md`: colours are the classes of the style sheet, places are attributes, so that the content
security policy needs no inline style.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from iamscout.report.page import Link
from iamscout.report.words import plural

MOST_LINKS = 40
"""Beyond so many lines a diagram is no help; the table always stands beside it."""
_ROW = 34
_TOP = 30
_WIDTH = 720
_NODE = 230
_CHARACTERS = 30
_STEP = 58
_LABEL = 38
_ROUNDS = 8


class Tie(Struct, frozen=True):
    """A line to draw: which group, which role, tone and dash, what it means in full and for its kind."""

    left: Link
    right: Link
    tone: str
    dash: str
    words: str
    kind: str


class Node(Struct, frozen=True):
    """A name at its place; `text` is cut to fit, `link` has it in full."""

    link: Link
    text: str
    y: int


class Curve(Struct, frozen=True):
    """A line as SVG draws it."""

    path: str
    tone: str
    dash: str
    title: str


class Diagram(Struct, frozen=True):
    """Two columns of names and the lines between them; `key` explains the dashes that occur."""

    id: str
    title: str
    description: str
    width: int
    height: int
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    curves: tuple[Curve, ...]
    key: tuple[tuple[str, str, str], ...]


class ChainNode(Struct, frozen=True):
    """One stop of a path; `label` is what is done to get there, empty for the first."""

    link: Link
    text: str
    label: str
    y: int


class ChainFigure(Struct, frozen=True):
    """A path drawn from top to bottom; `title` says it in words."""

    id: str
    title: str
    height: int
    nodes: tuple[ChainNode, ...]


def diagram(identity: str, title: str, ties: Sequence[Tie]) -> Diagram | None:
    """Groups on the left, roles on the right, in an order that crosses few lines; None for too many."""
    if not ties or len(ties) > MOST_LINKS:
        return None
    left, right = _ordered(ties)
    rows = max(len(left), len(right))
    places = {
        **{("left", link): _height(place, len(left), rows) for place, link in enumerate(left)},
        **{("right", link): _height(place, len(right), rows) for place, link in enumerate(right)},
    }
    curves = tuple(
        Curve(
            _bezier(places["left", tie.left], places["right", tie.right]),
            tie.tone,
            tie.dash,
            f"{tie.left.text} to {tie.right.text}: {tie.words}",
        )
        for tie in ties
    )
    lines = plural(len(ties), "line")
    return Diagram(
        id=identity,
        title=title,
        description=f"{len(left)} on the left, {len(right)} on the right, {lines} between them. "
        "The table below has the same links.",
        width=_WIDTH,
        height=_TOP + rows * _ROW,
        left=tuple(_node(link, places["left", link]) for link in left),
        right=tuple(_node(link, places["right", link]) for link in right),
        curves=curves,
        key=tuple(sorted({(tie.dash, tie.tone, tie.kind) for tie in ties})),
    )


def chain(identity: str, stops: Sequence[tuple[str, Link]]) -> ChainFigure:
    """A path from its first stop, pairs of what is done and where that leads; the first has no deed."""
    nodes = tuple(
        ChainNode(link, cut(link.text), cut(label, _LABEL), place * _STEP)
        for place, (label, link) in enumerate(stops)
    )
    words = "; ".join(f"{label}: {link.text}" if label else link.text for label, link in stops)
    return ChainFigure(identity, words, (len(stops) - 1) * _STEP + 32, nodes)


def cut(text: str, most: int = _CHARACTERS) -> str:
    """A name that fits its place."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _ordered(ties: Sequence[Tie]) -> tuple[list[Link], list[Link]]:
    """Both columns by the mean place of what each is tied to, some rounds of it (the barycentre method)."""
    left = sorted({tie.left for tie in ties})
    right = sorted({tie.right for tie in ties})
    to_right: dict[Link, list[Link]] = {}
    to_left: dict[Link, list[Link]] = {}
    for tie in ties:
        to_right.setdefault(tie.left, []).append(tie.right)
        to_left.setdefault(tie.right, []).append(tie.left)
    best = (_crossings(ties, left, right), left, right)
    for _ in range(_ROUNDS):
        right = _by_mean(right, to_left, left)
        left = _by_mean(left, to_right, right)
        crossings = _crossings(ties, left, right)
        if crossings < best[0]:
            best = (crossings, left, right)
    return best[1], best[2]


def _by_mean(column: list[Link], tied: Mapping[Link, list[Link]], other: list[Link]) -> list[Link]:
    place = {link: number for number, link in enumerate(other)}
    return sorted(column, key=lambda link: (sum(place[each] for each in tied[link]) / len(tied[link]), link))


def _crossings(ties: Sequence[Tie], left: list[Link], right: list[Link]) -> int:
    lefts = {link: number for number, link in enumerate(left)}
    rights = {link: number for number, link in enumerate(right)}
    ends = [(lefts[tie.left], rights[tie.right]) for tie in ties]
    return sum((a - c) * (b - d) < 0 for place, (a, b) in enumerate(ends) for c, d in ends[:place])


def _height(place: int, count: int, rows: int) -> int:
    """The shorter column is spread over the height of the longer one."""
    return _TOP + round((place + 0.5) * rows / count * _ROW)


def _bezier(start: int, end: int) -> str:
    x, to, middle = _NODE + 8, _WIDTH - _NODE - 8, _WIDTH // 2
    return f"M{x} {start}C{middle} {start} {middle} {end} {to} {end}"


def _node(link: Link, y: int) -> Node:
    return Node(link, cut(link.text), y)
