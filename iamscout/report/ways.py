"""Paths to administrator as the pages tell them: one chain for all who go the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.escalation import Path, Step
from iamscout.policy.decision import StatementRef
from iamscout.report.names import digest, numbered

PAGE = "paths.html"
_LINES = 2_500
"""Lines on one static page: one for a principal, two where it has statements of its own."""
_STEP_LINES = 5
"""What one step counts for."""


class Chain(Struct, frozen=True):
    """The steps that some paths share; only the statements of the first one may differ among them.

    `shared` are those statements where they are the same for all.
    """

    paths: tuple[Path, ...]
    steps: tuple[Step, ...]
    shared: tuple[StatementRef, ...]
    by_service: bool = False
    """Whether AWS services go it: they act for whoever makes them act."""

    @property
    def outside(self) -> bool:
        """Whether these principals are not of the snapshots."""
        return self.paths[0].outside

    @property
    def by_design(self) -> bool:
        """Whether every step is a granted assumption."""
        return self.paths[0].by_design

    @property
    def is_certain(self) -> bool:
        """Whether nothing is left open on the way."""
        return self.paths[0].is_certain

    @property
    def is_alike(self) -> bool:
        """Whether the statements of the first step are the same for all."""
        return bool(self.shared) or not self.steps[0].by

    @property
    def lines(self) -> int:
        """How much room it takes."""
        return len(self.paths) * (1 if self.is_alike else 2) + len(self.steps) * _STEP_LINES

    @property
    def id(self) -> str:
        """A fragment that stays the same as long as the way does."""
        said = [(step.method.id, step.target) for step in self.steps]
        services = ("services",) if self.by_service else ()
        parts = (self.outside, said, self.steps[0].actions, _open(self.steps), *services)
        return f"c-{digest(repr(parts), 12)}"


@dataclass(frozen=True)
class Ways:
    """All chains of a run, and on which page each path stands; `services` are principals that are AWS's."""

    paths: tuple[Path, ...]
    services: frozenset[str] = frozenset()

    @cached_property
    def own(self) -> tuple[Path, ...]:
        """Those of all but AWS services, which nobody counts as somebody who may become administrator."""
        return tuple(path for path in self.paths if path.principal not in self.services)

    @cached_property
    def climbers(self) -> frozenset[str]:
        """Who has a path that is not as meant: by escalation, or from outside, by whatever steps."""
        return frozenset(path.principal for path in self.own if path.outside or not path.by_design)

    @cached_property
    def sheets(self) -> tuple[tuple[str, tuple[Chain, ...]], ...]:
        """The static pages: the path of each, and its chains in the order of :func:`chains`."""
        found: list[tuple[str, tuple[Chain, ...]]] = []
        sheet: list[Chain] = []
        lines = 0
        for chain in _cut(chains(self.paths, self.services)):
            if sheet and lines + chain.lines > _LINES:
                found.append((numbered(PAGE, len(found) + 1), tuple(sheet)))
                sheet, lines = [], 0
            sheet.append(chain)
            lines += chain.lines
        if sheet or not found:
            found.append((numbered(PAGE, len(found) + 1), tuple(sheet)))
        return tuple(found)

    @cached_property
    def places(self) -> Mapping[tuple[str, bool], str]:
        """Principal and whether by design, to where that path stands in the report."""
        return {
            (path.principal, path.by_design): f"{page}#{anchor(path)}"
            for page, sheet in self.sheets
            for chain in sheet
            for path in chain.paths
        }

    @cached_property
    def of(self) -> Mapping[str, tuple[Path, ...]]:
        """Principal to its paths: escalation before what is granted."""
        found: dict[str, list[Path]] = {}
        for path in self.paths:
            found.setdefault(path.principal, []).append(path)
        return {name: tuple(sorted(each, key=lambda path: path.by_design)) for name, each in found.items()}


def anchor(path: Path) -> str:
    """The fragment of one principal's path; it has at most one of each kind."""
    kind = "granted" if path.by_design else "escalation"
    return f"p-{digest(f'{path.principal} {kind}', 12)}"


def chains(paths: Iterable[Path], services: frozenset[str] = frozenset()) -> tuple[Chain, ...]:
    """Paths that share all steps as one: from outside first, then escalation, certain and short ones.

    Those of AWS services come last.
    """
    found: dict[tuple[object, ...], list[Path]] = {}
    for path in paths:
        said = tuple(
            (step.method.id, step.actions, step.target, step.requires, step.facts, step.by if place else ())
            for place, step in enumerate(path.steps)
        )
        found.setdefault((path.principal in services, path.outside, said), []).append(path)
    made = (_chain(each, by_service=bool(key[0])) for key, each in found.items())
    return tuple(sorted(made, key=_order))


def open_conditions(steps: Sequence[Step]) -> int:
    """How many conditions and facts the easiest way through these steps leaves open."""
    return sum(min(map(len, step.requires.alternatives), default=0) + len(step.facts) for step in steps)


def _chain(paths: list[Path], *, by_service: bool) -> Chain:
    first = paths[0].steps[0].by
    shared = first if all(path.steps[0].by == first for path in paths) else ()
    return Chain(tuple(paths), paths[0].steps, shared, by_service)


def _order(chain: Chain) -> tuple[object, ...]:
    return (
        chain.by_service,
        not chain.outside,
        chain.by_design,
        not chain.is_certain,
        len(chain.steps),
        open_conditions(chain.steps),
        -len(chain.paths),
        chain.paths[0].principal,
        chain.id,
    )


def _open(steps: Sequence[Step]) -> list[tuple[object, ...]]:
    return [(step.requires, step.facts) for step in steps]


def _cut(found: Iterable[Chain]) -> Iterator[Chain]:
    """Chains of more principals than a page should have, in pieces."""
    for chain in found:
        most = _LINES if chain.is_alike else _LINES // 2
        for start in range(0, len(chain.paths), most):
            yield replace(chain, paths=chain.paths[start : start + most])
