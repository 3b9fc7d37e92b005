"""What a change does: whether something is allowed that was not (wider), or no longer is (narrower)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from iamscout.policy.atoms import NEVER, Alternative, Formula, Opaque, Test
from iamscout.policy.document import Condition
from iamscout.policy.formula import all_of, negate, simplify
from iamscout.policy.satisfy import is_open, rows_of

Effect = Literal["widened", "narrowed", "mixed", "neutral", "unknown"]
EFFECTS: tuple[Effect, ...] = ("widened", "mixed", "unknown", "narrowed", "neutral")
"""What a reviewer should see first, first."""
MAY_WIDEN: tuple[Effect, ...] = ("widened", "mixed", "unknown")
"""The effects of changes after which more may be allowed than before."""
Answer = Literal["no", "maybe", "yes"]
_ORDER: tuple[Answer, ...] = ("no", "maybe", "yes")


class Shift(Struct, frozen=True):
    """The two questions about a change; `maybe` where it cannot be decided."""

    widens: Answer = "no"
    narrows: Answer = "no"

    @property
    def effect(self) -> Effect:
        """The shift in one word. What is certain in one way and open in the other is unknown, not guessed."""
        match self.widens, self.narrows:
            case "no", "no":
                return "neutral"
            case "yes", "no":
                return "widened"
            case "no", "yes":
                return "narrowed"
            case "yes", "yes":
                return "mixed"
        return "unknown"

    @property
    def reverse(self) -> Shift:
        """The shift of the same change undone."""
        return Shift(self.narrows, self.widens)


NEUTRAL = Shift()
WIDENED = Shift(widens="yes")
NARROWED = Shift(narrows="yes")
UNKNOWN = Shift("maybe", "maybe")


def joined(shifts: Iterable[Shift]) -> Shift:
    """Several shifts of one thing together."""
    found = tuple(shifts)
    return Shift(surest(shift.widens for shift in found), surest(shift.narrows for shift in found))


def surest(answers: Iterable[Answer]) -> Answer:
    """The surest of some answers to the same question: one yes is enough."""
    return max(answers, key=_ORDER.index, default="no")


def shift_of(before: Formula, after: Formula) -> Shift:
    """How the requests that meet a formula changed."""
    return NEUTRAL if before == after else Shift(_beyond(after, before), _beyond(before, after))


def _beyond(one: Formula, other: Formula) -> Answer:
    """Whether some request meets one formula and not the other."""
    left = simplify(all_of(one, negate(other)))
    if left == NEVER:
        return "no"
    return "yes" if any(map(_is_decided, left.alternatives)) else "maybe"


def _is_decided(alternative: Alternative) -> bool:
    """Whether an alternative that was not found impossible is known to be possible.

    It is not where something cannot be judged, where an open variable meets another condition on its key, or
    where the conditions on one key are too many to look at together.
    """
    by_key: dict[str, list[Condition]] = {}
    for atom in alternative:
        if isinstance(atom, Opaque):
            return False
        if isinstance(atom, Test):
            by_key.setdefault(atom.condition.key.lower(), []).append(atom.condition)
    for conditions in by_key.values():
        if len(conditions) < 2:
            continue
        if any(map(is_open, conditions)) or rows_of(tuple(dict.fromkeys(conditions))) is None:
            return False
    return True
