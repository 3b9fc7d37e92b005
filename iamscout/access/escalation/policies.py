"""Rewriting policies: one's own, those of roles and users one can become, and those of others; not of groups.

Writing the policies of somebody else gains nothing until one becomes that somebody, so such a method needs a
way there (an assumption, a new trust, new credentials); without one it is conditional on who holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamscout.access.arnindex import places_of
from iamscout.access.directory import Entry
from iamscout.access.escalation.drafts import Draft, by_gain
from iamscout.access.escalation.holders import holders_of, wider_versions
from iamscout.access.escalation.limits import ALL_ACTIONS, denies
from iamscout.access.escalation.methods import (
    ATTACH_ROLE_POLICY,
    ATTACH_USER_POLICY,
    CREATE_POLICY_VERSION,
    PUT_ROLE_POLICY,
    PUT_USER_POLICY,
    SET_DEFAULT_VERSION,
)
from iamscout.access.escalation.model import Method
from iamscout.access.escalation.reach import Kind, Reach, bits_of, both, within
from iamscout.access.escalation.world import World
from iamscout.access.identity import PolicyUse
from iamscout.policy.formula import NEVER, Formula, all_of, simplify

HOLDS_TARGET = "it also holds credentials of the target, or another way to become it"
HOLDS_HOLDER = "it also holds credentials of somebody who has the policy"

_ON_USER = (ATTACH_USER_POLICY, PUT_USER_POLICY)
_ON_ROLE = (ATTACH_ROLE_POLICY, PUT_ROLE_POLICY)
_WAYS_TO_USERS = ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile")


def judge(world: World, entry: Entry) -> Iterator[Draft]:
    """All methods by which a principal writes policies of users and roles."""
    yield from _itself(world, entry)
    yield from _versions(world, entry)
    yield from _other_roles(world, entry)
    yield from _other_users(world, entry)


def written(world: World, entry: Entry, method: Method, kind: Kind) -> Reach:
    """The targets to which a principal can give everything; for attaching, AdministratorAccess."""
    action = method.actions[0]
    if action.startswith("iam:Attach"):
        policy = f"arn:{world.account(entry).partition}:iam::aws:policy/AdministratorAccess"
        return world.reach(entry, action, kind, (("iam:policyarn", policy),))
    return world.reach(entry, action, kind)


def _itself(world: World, entry: Entry) -> Iterator[Draft]:
    methods = _ON_USER if entry.kind == "user" else _ON_ROLE
    own = world.indexes[entry.kind].bit(entry.arn)
    if entry.kind == "role":
        own &= world.plain_roles
    for method in methods:
        full = within(written(world, entry, method, entry.kind), own)
        if full:
            yield from by_gain(
                method, full, gain_by_writing(world, entry, method, entry.arn), kind=entry.kind
            )
        limited = within(world.reach(entry, method.actions[0], entry.kind), own & ~bits_of(full))
        for formula, bits in limited:
            yield Draft(method, entry.kind, bits, "more", formula)


def gain_by_writing(world: World, entry: Entry, method: Method, owner: str) -> tuple[Formula, bool]:
    """What a principal gains by a policy that it gives itself or its group, the owner.

    An inline policy of a name that is there replaces the old one, and a Deny in it goes with that.
    """
    uses = world.permissions.uses(entry)
    lost = [use for use in uses if use.owner == owner and use.kind == "inline" and denies(use.document)]
    if method.actions[0].startswith("iam:Attach") or not lost:
        return world.limits.gain_by_ceiling(entry)
    left = (ALL_ACTIONS, *(use for use in uses if use not in lost))
    return world.limits.gain_of(entry, world.limits.variant(entry, policies=left))


def _gain_by_rewriting(
    world: World, entry: Entry, policy: str, uses: tuple[PolicyUse, ...]
) -> tuple[Formula, bool]:
    """What a principal gains by writing everything into a policy that it has."""
    rewritten = next(use for use in uses if use.policy == policy)
    if not denies(rewritten.document):
        # Nothing is lost with the old text: it is as if everything were added.
        return world.limits.gain_by_ceiling(entry)
    replaced = tuple(ALL_ACTIONS if use.policy == policy else use for use in uses)
    return world.limits.gain_of(entry, world.limits.variant(entry, policies=replaced))


def _versions(world: World, entry: Entry) -> Iterator[Draft]:
    account, index = world.account(entry), world.indexes["policy"]
    uses = world.permissions.uses(entry)
    own = 0
    for use in uses:
        own |= index.bit(use.policy) if use.kind == "managed" else 0
    rewritten = world.reach(entry, "iam:CreatePolicyVersion", "policy")
    for formula, bits in within(rewritten, own):
        for place in places_of(bits):
            gain = _gain_by_rewriting(world, entry, index.arns[place], uses)
            yield from by_gain(CREATE_POLICY_VERSION, ((formula, 1 << place),), gain, kind="policy")
    held = holders_of(world, entry.account)
    for formula, bits in within(rewritten, ~own & held.in_use):
        yield Draft(CREATE_POLICY_VERSION, "policy", bits, "admin", formula, (HOLDS_HOLDER,))
    restored = world.reach(entry, "iam:SetDefaultPolicyVersion", "policy")
    for formula, bits in within(restored, own):
        for place in places_of(bits):
            for version in wider_versions(account, index.arns[place]):
                changed = tuple(version if use.policy == version.policy else use for use in uses)
                gain = world.limits.gain_of(entry, world.limits.variant(entry, policies=changed))
                yield from by_gain(SET_DEFAULT_VERSION, ((formula, 1 << place),), gain, kind="policy")
    for formula, bits in within(restored, ~own & held.in_use & held.with_versions):
        yield Draft(SET_DEFAULT_VERSION, "policy", bits, "more", formula, (HOLDS_HOLDER,))


def _other_roles(world: World, entry: Entry) -> Iterator[Draft]:
    """Roles that it can write to: those it can take or make trust it, else those of somebody else."""
    own = world.indexes["role"].bit(entry.arn)
    others = world.plain_roles & ~own
    for method, reach in _writable(world, entry, "role"):
        left = within(reach, others)
        if not left:
            continue
        trusting = within(world.reach(entry, "iam:UpdateAssumeRolePolicy", "role"), others)
        taken = both(left, world.assumable(entry))
        yield from _as_others(world, entry, method, taken, (*method.actions, "sts:AssumeRole"))
        rest = within(left, ~bits_of(taken))
        made = both(rest, trusting)
        yield from _as_others(world, entry, method, made, (*method.actions, "iam:UpdateAssumeRolePolicy"))
        if method is not CREATE_POLICY_VERSION:
            for formula, bits in within(rest, ~bits_of(made)):
                yield Draft(method, "role", bits, "admin", formula, (HOLDS_TARGET,))


def _other_users(world: World, entry: Entry) -> Iterator[Draft]:
    """Users that it can write to: those whose credentials it can make, else those of somebody else."""
    own = world.indexes["user"].bit(entry.arn)
    for method, reach in _writable(world, entry, "user"):
        left = within(reach, ~own)
        if not left:
            continue
        reached = 0
        for action in _WAYS_TO_USERS:
            together = within(both(left, world.reach(entry, action, "user")), ~reached)
            reached |= bits_of(together)
            yield from _as_others(world, entry, method, together, (*method.actions, action))
        if method is not CREATE_POLICY_VERSION:
            for formula, bits in within(left, ~reached):
                yield Draft(method, "user", bits, "admin", formula, (HOLDS_TARGET,))


def _writable(world: World, entry: Entry, kind: Kind) -> Iterable[tuple[Method, Reach]]:
    for method in _ON_ROLE if kind == "role" else _ON_USER:
        yield method, written(world, entry, method, kind)
    rewritten = world.reach(entry, "iam:CreatePolicyVersion", "policy")
    if rewritten:
        held = holders_of(world, entry.account)
        found = []
        for formula, bits in rewritten:
            key = (entry.account, kind, bits)
            if key not in world.held_by_all:
                world.held_by_all[key] = held.all_of(kind, bits)
            found.append((formula, world.held_by_all[key]))
        yield CREATE_POLICY_VERSION, tuple(found)


def _as_others(
    world: World, entry: Entry, method: Method, reach: Reach, actions: tuple[str, ...]
) -> Iterator[Draft]:
    """Targets that are given everything and then taken: worth what their denies and limits leave."""
    kind: Kind = "role" if actions[-1] in ("sts:AssumeRole", "iam:UpdateAssumeRolePolicy") else "user"
    for formula, bits in reach:
        free = world.limits.unlimited(kind, bits)
        if free:
            # Whoever has an unlimited target needs no other: limited ones would add conditions, not power.
            yield Draft(method, kind, free, "admin", formula, actions=actions)
            continue
        for admin, left in world.limits.limited(kind, bits):
            requires = simplify(all_of(formula, admin))
            if requires != NEVER:
                yield Draft(method, kind, left, "admin", requires, actions=actions)
        more = world.limits.ceiling_more(entry, kind, bits)
        if more:
            yield Draft(method, kind, more, "more", formula, actions=actions)
