"""The algebra of open conditions: alternatives joined, intersected, negated, and worked out further.

A formula says under which conditions on the request something is so. Nothing here takes more than a bounded
amount of work: where alternatives would multiply beyond :data:`MAX_ALTERNATIVES`, what comes back is what all
of them share and an opaque atom, which is neither an allow nor a deny.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from iamscout.policy.atoms import (
    ALWAYS,
    NEVER,
    Alternative,
    Atom,
    Formula,
    NeedsIdentity,
    Opaque,
    Test,
    alternative_order,
    canonical,
    conjunction,
)
from iamscout.policy.complement import complement
from iamscout.policy.condition import judge
from iamscout.policy.context import Context
from iamscout.policy.satisfy import effort, prune
from iamscout.policy.worlds import merge

__all__ = [
    "ALWAYS", "NEVER", "Alternative", "Atom", "Formula", "NeedsIdentity", "Opaque", "Test",
    "all_of", "any_of", "assume", "is_equivalent", "is_satisfiable", "keys", "negate", "simplify",
]  # fmt: skip

MAX_ALTERNATIVES = 256
MAX_PRODUCTS = 4_096
"""Pairs of alternatives that are looked at when two formulas are intersected."""
MAX_EFFORT = 60_000
"""Steps after which a formula's further alternatives stay as they are, contradictions and all."""
TOO_MANY = "too many alternatives to spell out"
_NEVER_ALONE, _ALWAYS_ALONE = frozenset({NEVER}), frozenset({ALWAYS})


def any_of(*formulas: Formula) -> Formula:
    """At least one of the formulas holds; none given is NEVER."""
    if len(formulas) < 2:
        return formulas[0] if formulas else NEVER
    distinct = frozenset(formulas) - _NEVER_ALONE
    if ALWAYS in distinct:
        return ALWAYS
    if len(distinct) < 2:
        return next(iter(distinct), NEVER)
    return _union(distinct)


def all_of(*formulas: Formula) -> Formula:
    """All the formulas hold; none given is ALWAYS."""
    if len(formulas) < 2:
        return formulas[0] if formulas else ALWAYS
    distinct = frozenset(formulas) - _ALWAYS_ALONE
    if NEVER in distinct:
        return NEVER
    if len(distinct) < 2:
        return next(iter(distinct), ALWAYS)
    return _intersection(distinct)


@lru_cache(maxsize=65_536)
def negate(formula: Formula) -> Formula:
    """The formula does not hold; conditions become their positive counterparts where these say just that."""
    return all_of(
        *(
            any_of(*(Formula(((_opposite(atom),),)) for atom in alternative))
            for alternative in formula.alternatives
        )
    )


def assume(formula: Formula, context: Context) -> Formula:
    """What is left of a formula when more of the request is known."""
    alternatives = []
    for alternative in formula.alternatives:
        left = _assume_all(alternative, context)
        if left == ():
            return ALWAYS
        if left is not None:
            alternatives.append(left)
    return canonical(alternatives)


@lru_cache(maxsize=65_536)
def simplify(formula: Formula) -> Formula:
    """The same formula in fewer words: without what contradicts itself, is implied, or is said twice.

    NEVER comes back only for a formula that no request meets, ALWAYS only for one that every request does.
    """
    possible: list[Alternative] = []
    spent = 0
    for alternative in formula.alternatives:
        # Counted whether or not the answer is at hand already: the same formula gives the same answer.
        left = prune(alternative) if spent <= MAX_EFFORT else alternative
        spent += effort(alternative)
        if left is not None:
            possible.append(left)
    shorter = canonical(possible)
    if spent > MAX_EFFORT:
        return shorter
    return shorter if len(shorter.alternatives) < 2 else canonical(merge(shorter.alternatives))


def is_satisfiable(alternative: Alternative) -> bool:
    """Whether some request may meet all atoms of an alternative; False only where none can."""
    return prune(alternative) is not None


def is_equivalent(one: Formula, other: Formula) -> bool:
    """Whether two formulas are known to hold for the same requests; False where that cannot be told."""
    if one == other or simplify(one) == simplify(other):
        return True
    apart = any_of(all_of(one, negate(other)), all_of(other, negate(one)))
    return simplify(apart) == NEVER


def keys(formula: Formula) -> frozenset[str]:
    """The lower-case condition keys that the formula tests."""
    return frozenset(
        atom.condition.key.lower()
        for alternative in formula.alternatives
        for atom in alternative
        if isinstance(atom, Test)
    )


@lru_cache(maxsize=65_536)
def _opposite(atom: Atom) -> Atom:
    match atom:
        case Test(condition, negated):
            found = None if negated else complement(condition)
            return Test(found) if found else Test(condition, not negated)
        case NeedsIdentity(account):
            return Opaque(
                f"whether account {account} denies it to its own identities is not known", negated=True
            )
        case Opaque(reason, negated):
            return Opaque(reason, not negated)


@lru_cache(maxsize=65_536)
def _union(formulas: frozenset[Formula]) -> Formula:
    found = canonical(alternative for formula in formulas for alternative in formula.alternatives)
    if len(found.alternatives) > MAX_ALTERNATIVES:
        found = simplify(found)
    return found if len(found.alternatives) <= MAX_ALTERNATIVES else _given_up((found,))


@lru_cache(maxsize=65_536)
def _intersection(formulas: frozenset[Formula]) -> Formula:
    found, *others = sorted(formulas, key=_formula_order)
    for other in others:
        if len(found.alternatives) * len(other.alternatives) > MAX_PRODUCTS:
            return _given_up(formulas)
        product = canonical(
            conjunction((*one, *two)) for one in found.alternatives for two in other.alternatives
        )
        found = product if len(product.alternatives) <= MAX_ALTERNATIVES else simplify(product)
        if len(found.alternatives) > MAX_ALTERNATIVES:
            return _given_up(formulas)
    return found


def _given_up(formulas: Iterable[Formula]) -> Formula:
    """What must hold wherever all the formulas do, and that it is not enough."""
    shared = (_shared(formula) for formula in formulas)
    return Formula((conjunction((*frozenset[Atom]().union(*shared), Opaque(TOO_MANY))),))


def _formula_order(formula: Formula) -> tuple[int, list[object]]:
    return len(formula.alternatives), [alternative_order(alternative) for alternative in formula.alternatives]


def _assume_all(alternative: Alternative, context: Context) -> Alternative | None:
    """What is left of an alternative; None where it cannot hold."""
    left: list[Atom] = []
    for atom in alternative:
        if not isinstance(atom, Test):
            left.append(atom)
            continue
        found = judge(atom.condition, context)
        if isinstance(found, bool):
            if found == atom.negated:
                return None
        elif isinstance(found, Test):
            left.append(Test(found.condition, atom.negated))
        elif isinstance(found, Opaque):
            left.append(Opaque(found.reason, atom.negated))
        else:
            left.append(found)
    return conjunction(left)


def _shared(formula: Formula) -> frozenset[Atom]:
    """The atoms that all alternatives have."""
    return frozenset.intersection(*(frozenset(alternative) for alternative in formula.alternatives))
