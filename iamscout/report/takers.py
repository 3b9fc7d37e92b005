"""Who can take over, or change for its own good, which user, role or group: sets of principals as bits.

In a large account a role has hundreds of takers by a dozen methods, nearly the same ones as most other roles;
those are listed once, as the usual ones.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from iamscout.access.escalation import EscalationMap

MANY_USUAL = 12
"""Fewer usual takers than this need no page of their own."""

_REMEMBERED = 4_000
"""Answers that are kept: many resources are in the same sets, but in a large account not most."""

Kind = str
"""`user`, `role` or `group`."""

_BITS = tuple(tuple(bit for bit in range(8) if value >> bit & 1) for value in range(256))


class Taking(Struct, frozen=True):
    """One method by which a resource can be taken over, and who can use it: `who` are bits of principals."""

    title: str
    is_certain: bool
    who: int


class Usual(Struct, frozen=True):
    """Principals, as bits, that can take over more than half of all `resources` of one kind.

    Those who can only under conditions (`is_certain` is False) are told apart.
    """

    kind: Kind
    is_certain: bool
    resources: int
    who: int

    @property
    def path(self) -> str:
        """Where they are listed."""
        return f"access/most-{self.kind}s{'' if self.is_certain else '-under-conditions'}.html"


class _Column(Struct, frozen=True):
    """The sets that resources of one index of ARNs are in.

    `rows` are the distinct sets that each place is in; `takings` what each set gives whom, as pairs of the
    method's number and bits of principals.
    """

    position: Mapping[str, int]
    rows: list[array[int]]
    takings: tuple[tuple[tuple[int, int], ...], ...]


_Key = tuple[str, bool, Kind, int]
"""Method, whether it is certain, and what it is used on: kind and bits."""


@dataclass(frozen=True)
class Takers:
    """Answers for every user, role and group of a run."""

    found: EscalationMap

    def of(self, arn: str) -> tuple[Taking, ...]:
        """For each method and certainty, who can: certain ones first, then by method."""
        found: list[tuple[int, array[int]]] = [
            (number, column.rows[place])
            for number, column in enumerate(self._columns)
            for place in [column.position.get(arn)]
            if place is not None
        ]
        key = tuple([(number, rows.tobytes()) for number, rows in found])
        known = self._known.get(key)
        if known is None:
            known = self._takings(found)
            if len(self._known) < _REMEMBERED:
                self._known[key] = known
        return known

    def _takings(self, found: Iterable[tuple[int, array[int]]]) -> tuple[Taking, ...]:
        who = [0] * len(self._methods)
        for number, rows in found:
            takings = self._columns[number].takings
            for row in rows:
                for method, bits in takings[row]:
                    who[method] |= bits
        return tuple([Taking(*method, bits) for method, bits in zip(self._methods, who, strict=True) if bits])

    @cached_property
    def _known(self) -> dict[tuple[tuple[int, bytes], ...], tuple[Taking, ...]]:
        return {}

    def names(self, who: int, most: int) -> tuple[str, ...]:
        """The first principals of some bits, by ARN."""
        found: list[str] = []
        while who and len(found) < most:
            lowest = who & -who
            found.append(self._principals[lowest.bit_length() - 1])
            who ^= lowest
        return tuple(found)

    @cached_property
    def usual(self) -> Mapping[tuple[Kind, bool], Usual]:
        """Kind and certainty to the usual takers, where there are enough of them."""
        certain: dict[Kind, dict[str, int]] = {}
        either: dict[Kind, dict[str, int]] = {}
        sizes: dict[Kind, int] = {}
        for (_, is_certain, kind, bits), (position, who) in self._joined.items():
            sizes[kind] = len(position)
            for reach in (either, certain) if is_certain else (either,):
                of_kind = reach.setdefault(kind, {})
                for principal in who:
                    of_kind[principal] = of_kind.get(principal, 0) | bits
        found: dict[tuple[Kind, bool], Usual] = {}
        for kind, reached in sorted(either.items()):
            surely = certain.get(kind, {})
            half = sizes[kind] // 2
            often = {
                True: [each for each, bits in surely.items() if bits.bit_count() > half],
                False: [
                    each for each, bits in reached.items() if (bits & ~surely.get(each, 0)).bit_count() > half
                ],
            }
            for is_certain, principals in often.items():
                made = self._bits(principals)
                if made.bit_count() >= MANY_USUAL:
                    found[kind, is_certain] = Usual(kind, is_certain, sizes[kind], made)
        return found

    def _bits(self, principals: Iterable[str]) -> int:
        raw = bytearray(len(self._principals) // 8 + 1)
        for principal in principals:
            place = self._places[principal]
            raw[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(raw, "little")

    @cached_property
    def _principals(self) -> tuple[str, ...]:
        return tuple(sorted({principal for _, who in self._joined.values() for principal in who}))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {principal: place for place, principal in enumerate(self._principals)}

    @cached_property
    def _methods(self) -> tuple[tuple[str, bool], ...]:
        """Title and certainty of each method, in the order of the answers."""
        found = {(title, certain) for title, certain, *_ in self._joined}
        return tuple(sorted(found, key=lambda each: (not each[1], each[0])))

    @cached_property
    def _columns(self) -> tuple[_Column, ...]:
        numbers = {method: number for number, method in enumerate(self._methods)}
        found: dict[int, tuple[Mapping[str, int], dict[int, list[tuple[int, int]]]]] = {}
        for (title, certain, _, bits), (position, who) in self._joined.items():
            rows = found.setdefault(id(position), (position, {}))[1]
            rows.setdefault(bits, []).append((numbers[title, certain], self._bits(who)))
        return tuple(
            _Column(position, _transposed(rows, len(position)), tuple(map(tuple, rows.values())))
            for position, rows in found.values()
        )

    @cached_property
    def _joined(self) -> Mapping[_Key, tuple[Mapping[str, int], set[str]]]:
        """Methods with equal targets as one: places of the targets, who can."""
        joined: dict[_Key, tuple[Mapping[str, int], set[str]]] = {}
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
        for byte, place in _occupied(row, places):
            for bit in _BITS[byte]:
                columns[place << 3 | bit].append(number)
    return columns


def _occupied(row: int, places: int) -> Iterator[tuple[int, int]]:
    """The bytes of a row that are not 0, each with its place."""
    for place, byte in enumerate(row.to_bytes(places // 8 + 1, "little")):
        if byte:
            yield byte, place
