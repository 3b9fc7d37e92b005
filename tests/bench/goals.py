"""What was measured against what is to be reached: one line a goal, with its margin."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import Figure

MB = 1_000_000
PEER = {"small": 1 / 5, "medium": 1 / 8, "large": 1 / 12}
"""The share of the peer's time that a whole run may take."""
FLOOR = {"medium": 6, "large": 12}
"""How many times the least that any report of that shape costs."""


@dataclass(frozen=True)
class Goal:
    """A figure and the most that it may be, both in `unit`."""

    words: str
    figure: float
    most: float
    unit: str = ""

    def __str__(self) -> str:
        verdict = "reached" if self.figure <= self.most else "MISSED"
        return f"{self.words:44}{self.figure:10.2f}{self.most:10.2f} {self.unit:4}{verdict}"


def goals(size: str, figures: Mapping[str, Figure], site: Path, work: Path) -> Iterator[Goal]:
    """The goals for one size of account; those of time are ratios of one run where they can be."""
    whole, load = figures["… and the site"], figures["load and parse"]
    start = figures["python itself"].wall
    for option in ("--version", "--help"):
        yield Goal(f"{option}, times python itself", figures[option].wall / start, 15, "x")
    if "peer" in figures and size in PEER:
        yield Goal("whole run, share of the peer's", whole.wall / figures["peer"].wall, PEER[size])
    if size in FLOOR:
        floor = figures["decode and write the same bytes"].wall
        yield Goal("whole run, times its floor", whole.wall / floor, FLOOR[size], "x")
    if size == "large":
        edges, rules = figures["… and edges"], figures["… and rules"]
        yield Goal("whole run", whole.wall, 60, "s")
        yield Goal("load and parse", load.wall, 5, "s")
        yield Goal("edges", edges.wall - load.wall, 15, "s")
        yield Goal("rules, exposure and escalation", rules.wall - edges.wall, 25, "s")
        yield Goal("render and write", whole.wall - rules.wall, 15, "s")
        yield Goal("peak memory of the largest process", whole.memory, 1_000, "MiB")
        yield Goal("peak memory of all processes", whole.together, 1_000, "MiB")
    yield from _weights(site, work)


def _weights(site: Path, work: Path) -> Iterator[Goal]:
    """The largest page of an entity and of a list, the site without data, and its archive."""
    files = [path for path in site.rglob("*") if path.is_file() and path.parent != site / "data"]
    weights = {path: path.stat().st_size for path in files}
    pages = [weight for path, weight in weights.items() if path.suffix == ".html" and path.parent != site]
    lists = [weight for path, weight in weights.items() if path.suffix == ".html" and path.parent == site]
    yield Goal("largest page", max(pages, default=0) / 1_000, 500, "KB")
    yield Goal("largest list", max(lists, default=0) / 1_000, 1_000, "KB")
    yield Goal("the site without data", sum(weights.values()) / MB, 160, "MB")
    archive = work / "site.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(files):
            made.write(path, path.relative_to(site))
    yield Goal("its archive", archive.stat().st_size / MB, 30, "MB")
    archive.unlink()
