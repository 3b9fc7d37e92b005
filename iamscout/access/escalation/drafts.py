"""What a judge says of one principal, before principals that are judged alike are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from iamscout.access.directory import Entry
from iamscout.access.escalation.model import Gain, Method
from iamscout.access.escalation.reach import Kind, Reach, in_turn
from iamscout.access.escalation.world import World
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, simplify


class Draft(Struct, frozen=True):
    """One method for one principal; `bits` are places in the world's index of `kind`.

    A draft without a kind is about what has no index: `target` is its ARN.
    """

    method: Method
    kind: Kind | Literal[""]
    bits: int
    gains: Gain
    requires: Formula = ALWAYS
    facts: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    target: str = ""
    becomes: bool = False


Judge = Callable[[World, Entry], Iterable[Draft]]
"""Judges one principal by one family of methods."""


def by_worth(  # noqa: PLR0913  # a draft's parts
    world: World,
    entry: Entry,
    method: Method,
    reach: Reach,
    *,
    kind: Literal["user", "role"],
    by: Literal["key", "console", "session"],
    facts: tuple[str, ...] = (),
    actions: tuple[str, ...] = (),
) -> Iterator[Draft]:
    """The targets that a principal can become, by what they are worth; itself is worth nothing new.

    An administrator under conditions is worth that under them, and what it may do without them in any case.
    """
    own = world.indexes[kind].bit(entry.arn)
    for formula, bits in reach:
        others = bits & ~own
        settled = 0
        for condition, administrators in world.worth.admins(kind, by):
            admins = others & administrators
            if not admins:
                continue
            requires = formula if condition == ALWAYS else in_turn(formula, condition)
            yield Draft(method, kind, admins, "admin", requires, facts, actions, becomes=True)
            if requires == formula:
                settled |= admins
        more = world.worth.more(entry, kind, others & ~settled)
        if more:
            yield Draft(method, kind, more, "more", formula, facts, actions, becomes=True)


def by_gain(
    method: Method,
    reach: Reach,
    gain: tuple[Formula, bool],
    *,
    kind: Kind,
    facts: tuple[str, ...] = (),
    actions: tuple[str, ...] = (),
) -> Iterator[Draft]:
    """Changes to targets by which a principal gains: `gain` is when it is admin, and whether it gains."""
    admin, more = gain
    for formula, bits in reach:
        requires = simplify(all_of(formula, admin))
        if requires != NEVER:
            yield Draft(method, kind, bits, "admin", requires, facts, actions)
        elif more:
            yield Draft(method, kind, bits, "more", formula, facts, actions)
