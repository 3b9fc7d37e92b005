"""Bars as numbers for SVG: stacked ones side by side, and columns through time.

Widths are percentages and heights are pixels, so that a figure fits any screen while its text keeps its size.
A part that is hollow has an outline instead of a filling: what differs by colour alone is lost on many.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from iamscout.report.page import Link

ROW = 46
"""Height of one bar with its label, in pixels."""
_SLOTS = 8
"""Columns that would fit at least, so that a few are not as wide as walls."""
COLUMNS_HEIGHT = 180
"""Height of a figure of columns without the lines of dates, in pixels."""
_DATES = 18
"""Height of one line of dates."""
_CLOSE, _ROOM = 5, 9
"""From so many columns on, the dates of the first and the last stand in one line on a narrow screen, and so
does one between them."""


class Part(Struct, frozen=True):
    """What a part of a bar stands for: how many, in which tone, in words."""

    count: int
    tone: str
    words: str
    hollow: bool = False


class Block(Struct, frozen=True):
    """A rectangle: places and widths along the bar in percent, the title as people read it."""

    x: str
    width: str
    y: int
    height: int
    tone: str
    title: str
    hollow: bool = False


class Bar(Struct, frozen=True):
    """One bar: its label, which is a link, its whole length in words, where that line of text stands."""

    label: Link
    words: str
    y: int
    blocks: tuple[Block, ...]


class Bars(Struct, frozen=True):
    """A figure of bars; `id` starts the ids of its title and description, `height` is in pixels."""

    id: str
    title: str
    description: str
    height: int
    bars: tuple[Bar, ...]


class Column(Struct, frozen=True):
    """One moment of a figure of columns; `label`, at `y`, is empty where dates would stand too close."""

    link: Link
    label: str
    x: str
    y: int
    anchor: str
    blocks: tuple[Block, ...]


def bars(identity: str, title: str, description: str, rows: Sequence[tuple[Link, Sequence[Part]]]) -> Bars:
    """Stacked bars, one for each row, all to the same scale."""
    most = max((sum(part.count for part in parts) for _, parts in rows), default=0) or 1
    made = []
    for place, (label, parts) in enumerate(rows):
        shown = [part for part in parts if part.count]
        words = f"{sum(part.count for part in shown):,}"
        blocks = []
        before = 0
        for part in shown:
            blocks.append(
                Block(
                    x=_percent(before, most),
                    width=_percent(part.count, most),
                    y=place * ROW + 22,
                    height=14,
                    tone=part.tone,
                    title=f"{label.text}: {part.count:,} {part.words}",
                    hollow=part.hollow,
                )
            )
            before += part.count
        made.append(Bar(label, words, place * ROW + 15, tuple(blocks)))
    return Bars(identity, title, description, len(rows) * ROW, tuple(made))


def columns(moments: Sequence[tuple[Link, Sequence[Part]]]) -> tuple[Column, ...]:
    """Stacked columns, one for each moment, all to the same scale; at most three have their date below.

    Where the dates of the first and the last would run into each other, the last stands a line lower.
    """
    most = max((sum(part.count for part in parts) for _, parts in moments), default=0) or 1
    last = len(moments) - 1
    width = 10 * max(len(moments), _SLOTS)
    made = []
    for place, (link, parts) in enumerate(moments):
        top = COLUMNS_HEIGHT
        blocks = []
        for part in parts:
            height = round(part.count * (COLUMNS_HEIGHT - 16) / most)
            if part.count:
                height = max(1, height)
                top -= height
                blocks.append(
                    Block(
                        x=_percent(10 * place + 1, width),
                        width=_percent(8, width),
                        y=top,
                        height=height,
                        tone=part.tone,
                        title=f"{link.text}: {part.count:,} {part.words}",
                    )
                )
        dated = place in (0, last) or (len(moments) >= _ROOM and place == last // 2)
        is_lower = place > 0 and len(moments) < _CLOSE
        far = "end" if len(moments) >= _CLOSE else "middle"
        anchor = "start" if place == 0 else far if place == last else "middle"
        at = {"start": 10 * place + 1, "end": 10 * place + 9, "middle": 10 * place + 5}[anchor]
        label = link.text if dated else ""
        line = COLUMNS_HEIGHT + (2 if is_lower else 1) * _DATES
        made.append(Column(link, label, _percent(at, width), line, anchor, tuple(blocks)))
    return tuple(made)


def columns_height(made: Sequence[Column]) -> int:
    """Height of the figure with its dates, in pixels."""
    return max((column.y for column in made), default=COLUMNS_HEIGHT) + _DATES // 3


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"
