"""Who can take over, or change for its own good, which user, role or group: sets of principals as bits.

In a large account a role has hundreds of takers by a dozen methods, nearly the same ones as most other roles;
those are listed once, as the usual ones.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from iamscout.access.escalation import EscalationMap

MANY_USUAL = 12
"""Fewer usual takers than this need no page of their own."""

_BLOCK = 128
"""Sets of targets in one block: few enough for many places to be in the same ones."""

Kind = str
"""`user`, `role` or `group`."""

_DIGITS = bytes.maketrans(b"01", b"\0\1")
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


class _Block(Struct, frozen=True, eq=False):
    """Some of the sets of targets, and which of them each place is in: many places are in the same.

    `combinations` are the places' distinct ones, as what they give whom: pairs of the method's number and
    bits of principals; `of` has for each place the number of its own.
    """

    of: array[int]
    combinations: tuple[tuple[tuple[int, int], ...], ...]


class _Column(Struct, frozen=True):
    """The resources of one index of ARNs by their place in it."""

    position: Mapping[str, int]
    blocks: tuple[_Block, ...]


_Key = tuple[str, bool, Kind, int]
"""Method, whether it is certain, and what it is used on: kind and bits."""


@dataclass(frozen=True)
class Takers:
    """Answers for every user, role and group of a run."""

    found: EscalationMap

    def of(self, arn: str) -> tuple[Taking, ...]:
        """For each method and certainty, who can: certain ones first, then by method."""
        who: dict[int, int] = {}
        for column in self._columns:
            place = column.position.get(arn)
            if place is not None:
                for block in column.blocks:
                    for method, bits in block.combinations[block.of[place]]:
                        who[method] = who.get(method, 0) | bits
        methods = self._methods
        return tuple([Taking(*methods[number], who[number]) for number in sorted(who)])

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
            _Column(position, tuple(_blocks(rows, len(position)))) for position, rows in found.values()
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


def _blocks(rows: Mapping[int, list[tuple[int, int]]], places: int) -> Iterator[_Block]:
    """The sets of targets, as bits of places, in blocks; each with what it gives whom."""
    sets = tuple(rows.items())
    for start in range(0, len(sets), _BLOCK):
        block = sets[start : start + _BLOCK]
        numbers: dict[tuple[int, ...], int] = {}
        columns = _transposed([bits for bits, _ in block], places)
        of = array("I", [numbers.setdefault(each, len(numbers)) for each in columns])
        given = [takings for _, takings in block]
        yield _Block(of, tuple(_given(given, combination) for combination in numbers))


def _given(
    takings: Sequence[list[tuple[int, int]]], combination: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    given: dict[int, int] = {}
    for byte, value in enumerate(combination):
        for bit in _BITS[value]:
            for method, bits in takings[byte << 3 | bit]:
                given[method] = given.get(method, 0) | bits
    return tuple(given.items())


def _transposed(sets: Sequence[int], places: int) -> Iterator[tuple[int, ...]]:
    """For each place the sets that have its bit, as bits themselves, eight to a byte.

    A byte for each place, 0 or 1, makes numbers that can be shifted and joined for all places at once.
    """
    eights = []
    for start in range(0, len(sets), 8):
        joined = 0
        for number, bits in enumerate(sets[start : start + 8]):
            digits = f"{bits:0{places}b}".encode().translate(_DIGITS)
            joined |= int.from_bytes(digits, "big") << number
        eights.append(joined.to_bytes(places, "little"))
    return zip(*eights, strict=True)
