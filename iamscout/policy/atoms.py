"""What is left open, as values: single conditions (atoms) and formulas in disjunctive normal form.

A formula is a list of alternatives, each a conjunction of atoms; it holds when all atoms of one alternative
do. The algebra over these values is in :mod:`iamscout.policy.formula`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from iamscout.policy.document import Condition


class Test(Struct, frozen=True, cache_hash=True, tag="test"):
    """A condition on the request that must hold, or must not where `negated` is set.

    Values are in the spelling of Version 2012-10-17; a variable in them belongs to a key that is not known
    yet.
    """

    __test__ = False  # pytest: no test class

    condition: Condition
    negated: bool = False


class NeedsIdentity(Struct, frozen=True, cache_hash=True, tag="needs_identity"):
    """An identity policy of an account that is not at hand must allow the request, too."""

    account: str


class Opaque(Struct, frozen=True, cache_hash=True, tag="opaque"):
    """Something that cannot be judged, and why: neither it nor its opposite is ever taken for true.

    Two atoms of one reason need not stand for one fact, so they never contradict or complete each other.
    """

    reason: str
    negated: bool = False


Atom = Test | NeedsIdentity | Opaque
Alternative = tuple[Atom, ...]


class Formula(Struct, frozen=True, cache_hash=True):
    """Alternatives in canonical order, none containing another; make one with :func:`canonical`."""

    alternatives: tuple[Alternative, ...]


NEVER = Formula(())
ALWAYS = Formula(((),))


@lru_cache(maxsize=262_144)
def atom_order(atom: Atom) -> tuple[object, ...]:
    """Where an atom stands among others: tests by key and operator, then identity needs, then the opaque."""
    match atom:
        case Test(condition, negated):
            return (
                0,
                condition.key.lower(),
                condition.key,
                condition.operator,
                condition.qualifier,
                condition.if_exists,
                condition.values,
                negated,
            )
        case NeedsIdentity(account):
            return (1, account)
        case Opaque(reason, negated):
            return (2, reason, negated)


def conjunction(atoms: Iterable[Atom]) -> Alternative:
    """The atoms as an alternative: each once, in order."""
    distinct = set(atoms)
    return tuple(distinct) if len(distinct) < 2 else tuple(sorted(distinct, key=atom_order))


def canonical(alternatives: Iterable[Alternative]) -> Formula:
    """A formula of alternatives (each from :func:`conjunction`), without those that contain another one."""
    distinct = set(alternatives)
    if () in distinct:
        return ALWAYS
    if len(distinct) < 2:
        return Formula(tuple(distinct))
    bits: dict[Atom, int] = {}
    kept: list[Alternative] = []
    masks: list[int] = []
    for alternative in sorted(distinct, key=alternative_order):
        mask = 0
        for atom in alternative:
            mask |= bits.setdefault(atom, 1 << len(bits))
        if not any(other & mask == other for other in masks):
            kept.append(alternative)
            masks.append(mask)
    return Formula(tuple(kept))


def alternative_order(alternative: Alternative) -> tuple[int, list[tuple[object, ...]]]:
    """Where an alternative stands among others: the shorter first, then atom by atom."""
    return len(alternative), [atom_order(atom) for atom in alternative]
