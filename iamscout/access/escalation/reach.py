"""Which targets an action reaches, by condition: cut to some, joined with another."""

from __future__ import annotations

from typing import Literal

from iamscout.policy.formula import NEVER, Formula, all_of, simplify

Kind = Literal["user", "role", "group", "policy"]
Reach = tuple[tuple[Formula, int], ...]
"""For each condition the targets that an action reaches under it."""
Request = tuple[tuple[str, str], ...]
"""Keys of the request that whoever escalates chooses, in lower case, with their values."""


def within(reach: Reach, bits: int) -> Reach:
    """A reach cut to some targets."""
    return tuple((formula, left) for formula, each in reach if (left := each & bits))


def both(one: Reach, other: Reach) -> Reach:
    """The targets that two reaches share, under the conditions of both."""
    found: dict[Formula, int] = {}
    for first, bits in one:
        for second, more in other:
            shared = bits & more
            if shared:
                formula = simplify(all_of(first, second))
                if formula != NEVER:
                    found[formula] = found.get(formula, 0) | shared
    return tuple(found.items())


def in_turn(first: Formula, later: Formula) -> Formula:
    """The conditions of two requests, one after the other: they may ask for different values of one key."""
    together = all_of(first, later)
    shorter = simplify(together)
    return together if shorter == NEVER else shorter


def bits_of(reach: Reach) -> int:
    """All targets of a reach."""
    found = 0
    for _, bits in reach:
        found |= bits
    return found
