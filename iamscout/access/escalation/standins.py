"""Users that a principal can act as without being limited by what limits itself: new ones, and others' keys.

Whoever may only put users into groups, or write groups' policies, needs such a user to gain by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.access.directory import Entry
from iamscout.access.escalation import witnesses
from iamscout.access.escalation.credentials import held_by
from iamscout.access.escalation.reach import Reach, within
from iamscout.access.escalation.world import World
from iamscout.policy.context import Context
from iamscout.policy.formula import ALWAYS, NEVER, Formula, assume, simplify

StandIn = tuple[tuple[str, ...], Formula]
"""The actions that bring a user, and when they are allowed."""

CREDENTIALS = ("iam:CreateAccessKey", "iam:CreateLoginProfile")
"""What makes a new user one that somebody can act as."""

_BOUNDARY = "iam:permissionsboundary"


def stand_in(world: World, entry: Entry) -> StandIn | None:
    """A way to a user whom only the guardrails of its account limit; one without conditions wins."""
    best: StandIn | None = None
    for found in (*_new(world, entry), *_existing(world, entry)):
        if found[1] == ALWAYS:
            return found
        best = best or found
    return best


def without_boundary(formula: Formula) -> Formula:
    """What is left of the conditions on creating somebody where no permissions boundary is set."""
    return simplify(assume(formula, Context(absent=frozenset({_BOUNDARY}))))


def at_hand(world: World, entry: Entry) -> Iterator[tuple[str, Reach]]:
    """Actions that give credentials of existing users, with those users, as far as their state is known.

    A user has at most two access keys; a password is of no use where its user has an MFA device.
    """
    held = held_by(world, entry.account)
    others = ~world.indexes["user"].bit(entry.arn)
    for action, fitting in (
        ("iam:CreateAccessKey", held.reported & ~held.two_keys),
        ("iam:CreateLoginProfile", held.reported & ~held.password & ~held.mfa),
        ("iam:UpdateLoginProfile", held.password & ~held.mfa),
    ):
        reach = within(world.reach(entry, action, "user"), fitting & others)
        if reach:
            yield action, reach


def _new(world: World, entry: Entry) -> Iterator[StandIn]:
    for credential in CREDENTIALS:
        actions = ("iam:CreateUser", credential)
        formula = without_boundary(witnesses.on_new(world, entry, "user", actions, {}))
        if formula != NEVER:
            yield actions, formula


def _existing(world: World, entry: Entry) -> Iterator[StandIn]:
    for action, reach in at_hand(world, entry):
        for formula, bits in reach:
            if world.limits.unbound("user", bits):
                yield (action,), formula
