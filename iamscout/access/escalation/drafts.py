"""What a judge says of one principal, before principals that are judged alike are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.directory import Entry
from iamscout.access.escalation.model import Gain, Method
from iamscout.access.escalation.reach import Kind, Reach, in_turn
from iamscout.access.escalation.world import World
from iamscout.access.escalation.worth import By
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, simplify


class Draft(Struct, frozen=True, cache_hash=True):
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
    by: By,
    facts: tuple[str, ...] = (),
    actions: tuple[str, ...] = (),
) -> Iterator[Draft]:
    """The targets that a principal can become, by what they are worth to it."""
    if reach:
        offers = offered(world, method, reach, kind=kind, by=by, facts=facts, actions=actions)
        yield from worth_to(world, entry, kind, offers)


def offered(
    world: World,
    method: Method,
    reach: Reach,
    *,
    kind: Literal["user", "role"],
    by: By,
    facts: tuple[str, ...] = (),
    actions: tuple[str, ...] = (),
) -> Iterator[Draft]:
    """The targets that one can become: those that are administrators, and those that may be worth more.

    An administrator under conditions is worth that under them, and what it may do without them in any case.
    """
    for formula, bits in reach:
        settled = 0
        for condition, administrators in world.worth.admins(kind, by):
            admins = bits & administrators
            if not admins:
                continue
            requires = formula if condition == ALWAYS else in_turn(formula, condition)
            yield Draft(method, kind, admins, "admin", requires, facts, actions, becomes=True)
            if requires == formula:
                settled |= admins
        if bits & ~settled:
            yield Draft(method, kind, bits & ~settled, "more", formula, facts, actions, becomes=True)


def worth_to(
    world: World, entry: Entry, kind: Literal["user", "role"], offers: Iterable[Draft]
) -> Iterator[Draft]:
    """What a principal gains by of such users or roles; itself is worth nothing new."""
    others = ~world.indexes[kind].bit(entry.arn)
    beyond: int | None = None
    for draft in offers:
        bits = draft.bits & others
        if draft.gains == "more" and bits:
            if beyond is None:
                beyond = world.worth.beyond(entry, kind)
            bits &= beyond
        if bits:
            yield draft if bits == draft.bits else replace(draft, bits=bits)


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
