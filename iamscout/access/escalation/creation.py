"""Making a new user or role of one's own with a policy of choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamscout.access.directory import Entry
from iamscout.access.escalation import witnesses
from iamscout.access.escalation.drafts import Draft
from iamscout.access.escalation.methods import CREATE_ROLE, CREATE_USER
from iamscout.access.escalation.standins import CREDENTIALS, without_boundary
from iamscout.access.escalation.world import World
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, simplify

_CREATED = (
    (
        CREATE_USER,
        "user",
        ("iam:AttachUserPolicy", "iam:PutUserPolicy"),
        CREDENTIALS,
    ),
    (CREATE_ROLE, "role", ("iam:AttachRolePolicy", "iam:PutRolePolicy"), ("",)),
)
"""What is created, by which methods it is given a policy, and by which credentials."""
_ACTIONS = tuple(
    action
    for method, _, writes, credentials in _CREATED
    for action in (*method.actions, *writes, *filter(None, credentials))
)


def judge(world: World, entry: Entry) -> Iterable[Draft]:
    """A new user needs a policy and credentials, a new role a policy: its trust names whoever makes it."""
    # What is new has none of its maker's denies and boundary, so that nothing else of its maker counts.
    key = world.alike.key(entry, world.actions(_ACTIONS))
    found = world.created.get(key)
    if found is None:
        found = world.created[key] = tuple(_judge(world, entry))
    return found


def _judge(world: World, entry: Entry) -> Iterator[Draft]:
    account = world.account(entry)
    for method, kind, writes, credentials in _CREATED:
        if not world.holds(entry, *method.actions):
            continue
        found = _best(world, entry, method.actions[0], kind, writes, credentials)
        if found is None:
            continue
        actions, formula = found
        free = simplify(all_of(without_boundary(formula), world.limits.fresh_admin(entry)))
        target = f"arn:{account.partition}:iam::{account.id}:{kind}/*"
        if free != NEVER:
            yield Draft(method, "", 0, "admin", free, actions=actions, target=target)
        else:
            yield Draft(method, "", 0, "more", formula, actions=actions, target=target)


def _best(
    world: World, entry: Entry, create: str, kind: str, writes: tuple[str, ...], credentials: tuple[str, ...]
) -> tuple[tuple[str, ...], Formula] | None:
    policy = f"arn:{world.account(entry).partition}:iam::aws:policy/AdministratorAccess"
    found: tuple[tuple[str, ...], Formula] | None = None
    for write in writes:
        for credential in credentials:
            actions = (create, write, *((credential,) if credential else ()))
            requests = {write: {"iam:policyarn": (policy,)}} if write.startswith("iam:Attach") else {}
            formula = witnesses.on_new(world, entry, kind, actions, requests)
            if formula == ALWAYS:
                return actions, formula
            if formula != NEVER and found is None:
                found = actions, formula
    return found
