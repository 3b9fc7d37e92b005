"""Services that run as a role: new work to which a role is passed, and work that has a role already."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iamscout.access.directory import Entry
from iamscout.access.escalation import witnesses
from iamscout.access.escalation.drafts import Draft, offered, worth_to
from iamscout.access.escalation.methods import COMPUTE, PASSING, ServiceMethod
from iamscout.access.escalation.reach import Reach, bits_of, both, within
from iamscout.access.escalation.world import World
from iamscout.policy.formula import NEVER, Formula
from iamscout.snapshot.account import Role

_EC2 = "ec2.amazonaws.com"
_MAKE_PROFILE = ("iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile")
_METHODS = (*PASSING, *COMPUTE)
_ACTIONS = tuple(
    dict.fromkeys((*(action for each in _METHODS for action in each.method.actions), *_MAKE_PROFILE))
)


def judge(world: World, entry: Entry) -> Iterator[Draft]:
    """All methods by which a principal lets a service work as a role."""
    key = world.alike.key(entry, world.actions(_ACTIONS))
    offers = world.offers.get(key)
    if offers is None:
        offers = world.offers[key] = tuple(_offers(world, entry))
    return worth_to(world, entry, "role", offers)


def _offers(world: World, entry: Entry) -> Iterator[Draft]:
    """The roles that whoever has the same statements can let a service work as, whatever they are worth."""
    held = world.permissions.of(entry).anyhow & world.actions(_ACTIONS)
    if held not in world.offered:
        world.offered[held] = tuple(each for each in _METHODS if world.holds(entry, *each.method.actions))
    for each in world.offered[held]:
        yield from (_passing if each.method.family == "passing" else _running)(world, entry, each)


def _passing(world: World, entry: Entry, each: ServiceMethod) -> Iterator[Draft]:
    actions = each.method.actions[1:]
    reach: Reach = ()
    for service in each.services:
        passed = world.reach(entry, "iam:PassRole", "role", (("iam:passedtoservice", service),))
        reach = (*reach, *both(passed, world.trusting(entry.account, service)))
    if not reach:
        return
    formula = witnesses.allowed(world, entry, actions)
    if formula == NEVER:
        return
    reach = both(reach, ((formula, bits_of(reach)),))
    facts = (each.fact,) if each.fact else ()
    if not each.needs_profile:
        yield from offered(world, each.method, reach, kind="role", by="session", facts=facts)
        return
    ready = _with_profile(world)
    yield from offered(world, each.method, within(reach, ready), kind="role", by="session", facts=facts)
    left = within(reach, ~ready)
    making = witnesses.allowed(world, entry, _MAKE_PROFILE) if left else NEVER
    if making != NEVER:
        made = both(left, ((making, bits_of(left)),))
        both_actions = (*each.method.actions, *_MAKE_PROFILE)
        yield from offered(
            world, each.method, made, kind="role", by="session", facts=facts, actions=both_actions
        )


def _running(world: World, entry: Entry, each: ServiceMethod) -> Iterator[Draft]:
    if not any(world.trusting(entry.account, service) for service in each.services):
        return
    formula = witnesses.allowed(world, entry, each.method.actions)
    if formula == NEVER:
        return
    key = (entry.account, each.method.id, formula)
    if key not in world.running:
        world.running[key] = tuple(
            draft
            for fact, reach in _roles_of_work(world, entry.account, each, formula)
            for draft in offered(world, each.method, reach, kind="role", by="session", facts=(fact,))
        )
    yield from world.running[key]


def _roles_of_work(
    world: World, account: str, each: ServiceMethod, formula: Formula
) -> Iterator[tuple[str, Reach]]:
    """What IAM does not tell, and the roles that the work of a service then has under a condition."""
    reach: Reach = ()
    for service in each.services:
        trusting = world.trusting(account, service)
        if service == _EC2:
            # An instance has its role by an instance profile alone: without one none runs as the role.
            trusting = within(trusting, _with_profile(world))
        reach = (*reach, *trusting)
    reach = both(reach, ((formula, bits_of(reach)),))
    unused = _unused(world)
    yield each.fact, within(reach, ~unused)
    unknown = f"{each.fact}, though the role is not known to have been used within 400 days"
    yield unknown, within(reach, unused)


def _with_profile(world: World) -> int:
    if world.profiled is None:
        world.profiled = _roles(world, lambda role: bool(role.instance_profiles))
    return world.profiled


def _unused(world: World) -> int:
    if world.unused is None:
        world.unused = _roles(world, lambda role: role.last_used is not None and role.last_used.when is None)
    return world.unused


def _roles(world: World, test: Callable[[Role], bool]) -> int:
    index = world.indexes["role"]
    return index.bits(
        index.position[role.arn]
        for account in world.directory.accounts.values()
        for role in account.roles
        if test(role)
    )
