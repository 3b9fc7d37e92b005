"""Getting rid of what limits oneself: a permissions boundary, a Deny, a tag that a condition asks for."""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.access.callers import PRINCIPAL_TAG
from iamscout.access.cover import is_caller_key
from iamscout.access.directory import Entry
from iamscout.access.escalation.drafts import Draft, by_gain
from iamscout.access.escalation.holders import wider_versions
from iamscout.access.escalation.limits import ALL_ACTIONS
from iamscout.access.escalation.methods import (
    DELETE_BOUNDARY,
    PUT_BOUNDARY,
    REMOVE_DENY,
    RESTORE_BOUNDARY,
    REWRITE_BOUNDARY,
    TAG_ITSELF,
)
from iamscout.access.escalation.reach import Kind, Reach, within
from iamscout.access.escalation.world import World
from iamscout.access.identity import PolicyUse, boundary_policy
from iamscout.access.permissions import Variant
from iamscout.policy.context import Context
from iamscout.policy.formula import Formula
from iamscout.snapshot.account import User


def judge(world: World, entry: Entry) -> Iterator[Draft]:
    """All methods by which a principal frees itself."""
    own = world.indexes[entry.kind].bit(entry.arn)
    if entry.kind == "role":
        own &= world.plain_roles
    if entry.entity.boundary_arn:
        yield from _boundary(world, entry, own)
    if world.limits.has_denies(entry):
        yield from _denies(world, entry, own)
    yield from _tags(world, entry, own)


def _boundary(world: World, entry: Entry, own: int) -> Iterator[Draft]:
    kind = "User" if entry.kind == "user" else "Role"
    free = f"arn:{world.account(entry).partition}:iam::aws:policy/AdministratorAccess"
    for method, action, request in (
        (DELETE_BOUNDARY, f"iam:Delete{kind}PermissionsBoundary", ()),
        (PUT_BOUNDARY, f"iam:Put{kind}PermissionsBoundary", (("iam:permissionsboundary", free),)),
    ):
        reach = within(world.reach(entry, action, entry.kind, request), own)
        if reach:
            gain = world.limits.gain_of(entry, world.limits.variant(entry, keep_boundary=False))
            yield from by_gain(method, reach, gain, kind=entry.kind, actions=(action,))
    index = world.indexes["policy"]
    rewritten = within(
        world.reach(entry, "iam:CreatePolicyVersion", "policy"), index.bit(entry.entity.boundary_arn)
    )
    if rewritten:
        gain = world.limits.gain_of(
            entry, world.limits.variant(entry, boundary=ALL_ACTIONS, keep_boundary=False)
        )
        yield from by_gain(REWRITE_BOUNDARY, rewritten, gain, kind="policy")
    restored = within(
        world.reach(entry, "iam:SetDefaultPolicyVersion", "policy"), index.bit(entry.entity.boundary_arn)
    )
    if restored:
        for version in wider_versions(world.account(entry), entry.entity.boundary_arn):
            gain = world.limits.gain_of(
                entry, world.limits.variant(entry, boundary=version, keep_boundary=False)
            )
            yield from by_gain(RESTORE_BOUNDARY, restored, gain, kind="policy")


def _denies(world: World, entry: Entry, own: int) -> Iterator[Draft]:
    """Each policy with a Deny that it can take off itself."""
    uses = world.permissions.uses(entry)
    kind = "User" if entry.kind == "user" else "Role"
    for use in uses:
        if use.document is None or all(each.effect != "Deny" for each in use.document.statements):
            continue
        left = tuple(other for other in uses if other is not use)
        reach: Reach
        on: Kind = entry.kind
        if use.owner != entry.arn:
            yield from _group_denies(world, entry, uses, use)
            continue
        if use.kind == "managed":
            action = f"iam:Detach{kind}Policy"
            reach = within(world.reach(entry, action, entry.kind, (("iam:policyarn", use.policy),)), own)
        else:
            action = f"iam:Delete{kind}Policy"
            reach = within(world.reach(entry, action, entry.kind), own)
        if reach:
            gain = world.limits.gain_of(entry, world.limits.variant(entry, policies=left))
            yield from by_gain(REMOVE_DENY, reach, gain, kind=on, actions=(action,))


def _group_denies(world: World, entry: Entry, uses: tuple[PolicyUse, ...], use: PolicyUse) -> Iterator[Draft]:
    """A Deny that a user has of a group: leave the group, or take the policy off it."""
    group = world.indexes["group"].bit(use.owner)
    taking = (
        ("iam:DetachGroupPolicy", (("iam:policyarn", use.policy),))
        if use.kind == "managed"
        else ("iam:DeleteGroupPolicy", ())
    )
    for (action, request), left in (
        (("iam:RemoveUserFromGroup", ()), tuple(other for other in uses if other.owner != use.owner)),
        (taking, tuple(other for other in uses if other is not use)),
    ):
        reach = within(world.reach(entry, action, "group", request), group)
        if reach:
            gain = world.limits.gain_of(entry, world.limits.variant(entry, policies=left))
            yield from by_gain(REMOVE_DENY, reach, gain, kind="group", actions=(action,))


def _tags(world: World, entry: Entry, own: int) -> Iterator[Draft]:
    action = "iam:TagUser" if isinstance(entry.entity, User) else "iam:TagRole"
    reach = within(world.reach(entry, action, entry.kind), own)
    if not reach or not _asks_for_tags(world, entry):
        return
    account = world.account(entry)
    known = world.permissions.context(entry)
    tagged = Context(
        {key: value for key, value in known.values.items() if not key.startswith(PRINCIPAL_TAG)},
        known.absent,
        known.closed,
        known.families - {PRINCIPAL_TAG},
        known.unknown,
    )
    variant = Variant(entry, world.permissions.uses(entry), boundary_policy(account, entry.entity))
    gain: tuple[Formula, bool] = world.limits.gain_of(entry, world.permissions.of_variant(variant, tagged))
    yield from by_gain(TAG_ITSELF, reach, gain, kind=entry.kind, actions=(action,))


def _asks_for_tags(world: World, entry: Entry) -> bool:
    return any(_mentions_tags(use) for use in world.permissions.uses(entry))


def _mentions_tags(use: PolicyUse) -> bool:
    if use.document is None:
        return False
    return any(
        is_caller_key(condition.key) and condition.key.lower().startswith(PRINCIPAL_TAG)
        for statement in use.document.statements
        for condition in statement.conditions
    )
