"""All worlds at once: a truth table over the ways to meet the keys of a formula, used to shorten it.

A world is a choice of one row (see :mod:`iamscout.policy.satisfy`) for every key, and of true or false for
each atom that stands alone. A set of worlds is an integer with one bit for each, so that a formula is worked
out in a few operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from iamscout.policy.atoms import Alternative, Atom, Test, atom_order
from iamscout.policy.document import Condition
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.policy.satisfy import Row, is_open, mfa_rows, rows_of

MAX_WORLDS = 4_096
MAX_FREE = 6
"""Conditions on one key whose combinations are all taken for possible where nothing better is known."""


def merge(alternatives: Sequence[Alternative]) -> Sequence[Alternative]:
    """Alternatives that say the same in fewer words; as they are where there are too many worlds.

    An atom goes where the alternative without it is still covered by all together, an alternative where the
    others cover it.
    """
    keys = _keys_of(alternatives)
    if keys is None:
        return alternatives
    table = _Table(keys)
    covered = _union(map(table.where, alternatives))
    if not table.reachable & ~covered:
        return [()]
    shorter: dict[Alternative, int] = {}
    for alternative in alternatives:
        left = alternative
        for atom in reversed(alternative):
            fewer = tuple(other for other in left if other != atom)
            if not table.where(fewer) & ~covered:
                left = fewer
        shorter[left] = table.where(left)
    for alternative in sorted(shorter, key=len, reverse=True):
        others = _union(worlds for other, worlds in shorter.items() if other != alternative)
        if not shorter[alternative] & table.reachable & ~others:
            del shorter[alternative]
    return list(shorter)


class _Keys(Struct, frozen=True):
    """What a formula speaks of: for each key its conditions and their rows, and atoms that stand alone."""

    size: int
    by_key: Mapping[str, tuple[tuple[Condition, ...], Sequence[Row]]]
    alone: Sequence[Atom | Condition]


def _keys_of(alternatives: Iterable[Alternative]) -> _Keys | None:
    """The keys of some alternatives, or None where they make too many worlds."""
    conditions: dict[str, dict[Condition, None]] = {}
    alone: dict[Atom | Condition, None] = {}
    for atom in sorted({atom for alternative in alternatives for atom in alternative}, key=atom_order):
        if not isinstance(atom, Test):
            alone[atom] = None
        elif is_open(atom.condition):
            alone[atom.condition] = None
        else:
            conditions.setdefault(atom.condition.key.lower(), {})[atom.condition] = None
    size = 1 << len(alone)
    by_key = {}
    for key, found in conditions.items():
        of_key = tuple(found)
        rows = rows_of(of_key)
        if rows is None and len(of_key) <= MAX_FREE:
            rows = frozenset(range(1 << len(of_key)))
        if rows is None:
            return None
        size *= len(rows)
        by_key[key] = (of_key, sorted(rows))
    return _Keys(size, by_key, tuple(alone)) if size <= MAX_WORLDS else None


class _Table:
    """The worlds in which each atom holds."""

    def __init__(self, keys: _Keys) -> None:
        self._all = (1 << keys.size) - 1
        self._atoms: dict[Atom, int] = {}
        stride = 1
        rows_where: dict[str, dict[Row, int]] = {}
        for key, (conditions, rows) in keys.by_key.items():
            rows_where[key] = {row: self._choice(index, len(rows), stride) for index, row in enumerate(rows)}
            stride *= len(rows)
            for index, condition in enumerate(conditions):
                self._add(
                    condition, _union(worlds for row, worlds in rows_where[key].items() if row >> index & 1)
                )
        for atom_or_condition in keys.alone:
            worlds = self._choice(1, 2, stride)
            stride *= 2
            if isinstance(atom_or_condition, Condition):
                self._add(atom_or_condition, worlds)
            else:
                self._atoms[atom_or_condition] = worlds
        self.reachable = self._all
        """The worlds in which keys that depend on each other agree."""
        if MFA_PRESENT in rows_where and MFA_AGE in rows_where:
            pairs = mfa_rows(keys.by_key[MFA_PRESENT][0], keys.by_key[MFA_AGE][0])
            if pairs is not None:
                self.reachable = _union(
                    rows_where[MFA_PRESENT][one] & rows_where[MFA_AGE][other] for one, other in pairs
                )

    def where(self, alternative: Alternative) -> int:
        """The worlds in which all atoms of an alternative hold."""
        found = self._all
        for atom in alternative:
            found &= self._atoms[atom]
        return found

    def _add(self, condition: Condition, worlds: int) -> None:
        self._atoms[Test(condition)] = worlds
        self._atoms[Test(condition, negated=True)] = self._all & ~worlds

    def _choice(self, index: int, count: int, stride: int) -> int:
        """The worlds in which a choice among `count`, made every `stride` worlds, falls on `index`."""
        period = count * stride
        repeated = self._all // ((1 << period) - 1)
        return (((1 << stride) - 1) << index * stride) * repeated


def _union(sets_of_worlds: Iterable[int]) -> int:
    found = 0
    for worlds in sets_of_worlds:
        found |= worlds
    return found
