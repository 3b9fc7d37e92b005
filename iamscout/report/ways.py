"""Paths to administrator as the pages tell them: one chain for all who go the same way."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from iamscout.access.escalation import EscalationMap, Path, Step
from iamscout.policy.decision import StatementRef
from iamscout.report.names import digest, numbered

PAGE = "paths.html"
_LINES = 2_500
"""Lines on one static page: one for a principal, two where it has statements of its own."""
_STEP_LINES = 5
"""What one step counts for."""

_REMEMBERED = 2_000
"""Answers that are kept: many resources are in the same sets, but in a large account not most."""

_Columns = tuple[Mapping[str, int], "list[array[int]]", tuple[list[int], ...]]
_BITS = tuple(tuple(bit for bit in range(8) if value >> bit & 1) for value in range(256))

Sections = tuple[tuple[str, tuple["Chain", ...]], ...]


class Chain(Struct, frozen=True):
    """The steps that some paths share; only the statements of the first one may differ among them.

    `shared` are those statements where they are the same for all.
    """

    paths: tuple[Path, ...]
    steps: tuple[Step, ...]
    shared: tuple[StatementRef, ...]

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
        return f"c-{digest(repr((self.outside, said, self.steps[0].actions, _open(self.steps))), 12)}"


@dataclass(frozen=True)
class Ways:
    """All chains of a run, and on which page each path stands."""

    paths: tuple[Path, ...]

    @cached_property
    def sheets(self) -> tuple[tuple[str, tuple[Chain, ...]], ...]:
        """The static pages: the path of each, and its chains in the order of :func:`chains`."""
        found: list[tuple[str, tuple[Chain, ...]]] = []
        sheet: list[Chain] = []
        lines = 0
        for chain in _cut(chains(self.paths)):
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


@dataclass(frozen=True)
class Takers:
    """Who can take over, or change for its own good, which user, role or group."""

    found: EscalationMap

    def of(self, arn: str) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
        """For each method and certainty, who can: certain ones first."""
        key = tuple(
            (number, columns[place].tobytes())
            for number, (position, columns, _) in enumerate(self._columns)
            for place in [position.get(arn)]
            if place is not None
        )
        known = self._by_columns.get(key)
        if known is None:
            known = self._methods(arn)
            if len(self._by_columns) < _REMEMBERED:
                self._by_columns[key] = known
        return known

    def _methods(self, arn: str) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
        matched: list[int] = []
        for position, columns, sharing in self._columns:
            place = position.get(arn)
            if place is not None:
                for row in columns[place]:
                    matched.extend(sharing[row])
        by_method: dict[tuple[bool, str], list[int]] = {}
        for index in sorted(matched):
            title, certain, _ = self._sets[index]
            by_method.setdefault((not certain, title), []).append(index)
        return tuple(
            (title, not doubtful, self._who(tuple(indexes)))
            for (doubtful, title), indexes in sorted(by_method.items())
        )

    def _who(self, indexes: tuple[int, ...]) -> tuple[str, ...]:
        """All who are in any of some sets; thousands of resources have the same ones."""
        known = self._known.get(indexes)
        if known is None:
            who = {principal for index in indexes for principal in self._sets[index][2]}
            known = self._known[indexes] = tuple(sorted(who))
        return known

    @cached_property
    def _by_columns(
        self,
    ) -> dict[tuple[tuple[int, bytes], ...], tuple[tuple[str, bool, tuple[str, ...]], ...]]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[int, ...], tuple[str, ...]]:
        return {}

    @cached_property
    def _sets(self) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
        """Methods with equal targets as one: title, certainty, who can."""
        return tuple(
            (title, certain, tuple(sorted(who))) for (title, certain, *_), (_, who) in self._joined.items()
        )

    @cached_property
    def _columns(self) -> tuple[_Columns, ...]:
        """For each index of ARNs: places in it, the distinct sets each is in, the `_sets` that share one."""
        found: dict[int, tuple[Mapping[str, int], dict[int, list[int]]]] = {}
        for number, ((*_, bits), (position, _)) in enumerate(self._joined.items()):
            found.setdefault(id(position), (position, {}))[1].setdefault(bits, []).append(number)
        return tuple(
            (position, _transposed(rows, len(position)), tuple(rows.values()))
            for position, rows in found.values()
        )

    @cached_property
    def _joined(self) -> Mapping[tuple[str, bool, str, int], tuple[Mapping[str, int], set[str]]]:
        joined: dict[tuple[str, bool, str, int], tuple[Mapping[str, int], set[str]]] = {}
        for each in self.found.escalations:
            index = each.targets.index
            if index is not None and each.targets.kind != "policy":
                key = (each.method.title, each.is_certain, each.targets.kind, each.targets.bits)
                joined.setdefault(key, (index.position, set()))[1].update(each.principals)
        return joined


def _transposed(rows: Iterable[int], places: int) -> list[array[int]]:
    """For each place the numbers of the rows, in order, that have its bit."""
    columns: list[array[int]] = [array("I") for _ in range(places)]
    for number, row in enumerate(rows):
        for byte, value in enumerate(row.to_bytes(places // 8 + 1, "little")):
            if value:
                for bit in _BITS[value]:
                    columns[byte << 3 | bit].append(number)
    return columns


def anchor(path: Path) -> str:
    """The fragment of one principal's path; it has at most one of each kind."""
    kind = "granted" if path.by_design else "escalation"
    return f"p-{digest(f'{path.principal} {kind}', 12)}"


def chains(paths: Iterable[Path]) -> tuple[Chain, ...]:
    """Paths that share all steps as one: from outside first, then escalation, certain and short ones."""
    found: dict[object, list[Path]] = {}
    for path in paths:
        said = tuple(
            (step.method.id, step.actions, step.target, step.requires, step.facts, step.by if place else ())
            for place, step in enumerate(path.steps)
        )
        found.setdefault((path.outside, said), []).append(path)
    return tuple(sorted((_chain(each) for each in found.values()), key=_order))


def open_conditions(steps: Sequence[Step]) -> int:
    """How many conditions and facts the easiest way through these steps leaves open."""
    return sum(min(map(len, step.requires.alternatives), default=0) + len(step.facts) for step in steps)


def _chain(paths: list[Path]) -> Chain:
    first = paths[0].steps[0].by
    shared = first if all(path.steps[0].by == first for path in paths) else ()
    return Chain(tuple(paths), paths[0].steps, shared)


def _order(chain: Chain) -> tuple[object, ...]:
    return (
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
            yield Chain(chain.paths[start : start + most], chain.steps, chain.shared)
