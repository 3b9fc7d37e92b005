"""Who has which customer managed policy, and which policies have other versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from iamscout.access.arnindex import places_of
from iamscout.access.escalation.reach import Kind
from iamscout.access.escalation.world import World
from iamscout.access.identity import PolicyUse
from iamscout.snapshot.account import Account


class Holders(Struct, frozen=True):
    """For each policy (by place) the users and roles that have it; `in_use` are policies that anybody has."""

    users: dict[int, int]
    roles: dict[int, int]
    in_use: int
    with_versions: int

    def all_of(self, kind: Kind, policies: int) -> int:
        """The users (through groups too) or roles that have any of these policies."""
        held = self.users if kind == "user" else self.roles
        found = 0
        for place in places_of(policies & self.in_use):
            found |= held.get(place, 0)
        return found


def holders_of(world: World, account_id: str) -> Holders:
    """The holders in one account; worked out once."""
    known = world.holders.get(account_id)
    if not isinstance(known, Holders):
        known = world.holders[account_id] = _read(world, world.directory.accounts[account_id])
    return known


def wider_versions(account: Account, arn: str) -> Iterator[PolicyUse]:
    """The versions of a policy that are not the default, as policies in its place."""
    policy = account.policies_by_arn.get(arn)
    for version in policy.versions if policy else ():
        if not version.is_default and policy and version.id != policy.default_version_id:
            yield PolicyUse("managed", arn, arn, version.document)


def _read(world: World, account: Account) -> Holders:
    index = world.indexes["policy"]
    users: dict[int, list[int]] = {}
    roles: dict[int, list[int]] = {}
    places = world.indexes["user"].position
    for user in account.users:
        names = {each.arn for each in user.attached_policies}
        for name in user.groups:
            group = account.groups_by_name.get(name)
            names |= {each.arn for each in group.attached_policies} if group else set()
        _note(users, index.position, names, places[user.arn])
    places = world.indexes["role"].position
    for role in account.roles:
        if role.kind == "plain":
            _note(roles, index.position, {each.arn for each in role.attached_policies}, places[role.arn])
    several = [
        index.position[policy.arn]
        for policy in account.policies
        if policy.arn in index.position and any(True for _ in wider_versions(account, policy.arn))
    ]
    return Holders(
        users={place: world.indexes["user"].bits(found) for place, found in users.items()},
        roles={place: world.indexes["role"].bits(found) for place, found in roles.items()},
        in_use=index.bits({*users, *roles}),
        with_versions=index.bits(several),
    )


def _note(found: dict[int, list[int]], position: dict[str, int], names: Iterable[str], holder: int) -> None:
    for name in names:
        place = position.get(name)
        if place is not None:
            found.setdefault(place, []).append(holder)
