"""Groups: joining them and writing their policies, by oneself or by a user whom one can act as.

Who is in no group itself (a role), or whose boundary and denies hold in every group, gains by another user: a
new one, a member whose credentials it makes, or one of whom it is not known to hold any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamscout.access.arnindex import places_of
from iamscout.access.directory import Entry
from iamscout.access.escalation.drafts import Draft, by_gain
from iamscout.access.escalation.methods import ADD_USER_TO_GROUP, ATTACH_GROUP_POLICY, PUT_GROUP_POLICY
from iamscout.access.escalation.model import Method
from iamscout.access.escalation.policies import gain_by_writing, written
from iamscout.access.escalation.reach import Reach, bits_of, both, within
from iamscout.access.escalation.standins import at_hand, stand_in
from iamscout.access.escalation.world import World
from iamscout.policy.formula import ALWAYS
from iamscout.snapshot.account import User

HOLDS_MEMBER = "it also holds credentials of a member of the group"
HOLDS_USER = "it also holds credentials of a user whom it adds to the group"

_WRITING = (ATTACH_GROUP_POLICY, PUT_GROUP_POLICY)


def judge(world: World, entry: Entry) -> Iterator[Draft]:
    """All methods by which a principal gains what a group has, or gives a group everything."""
    joined = world.reach(entry, "iam:AddUserToGroup", "group")
    if isinstance(entry.entity, User):
        own = _groups_of(world, entry, entry.entity)
        yield from _itself(world, entry, joined, own)
        if world.limits.is_limited(entry):
            yield from _by_another(world, entry, within(joined, ~own))
    else:
        yield from _by_another(world, entry, joined)
        for method in _WRITING:
            yield from _by_members(world, entry, method, written(world, entry, method, "group"))


def _groups_of(world: World, entry: Entry, user: User) -> int:
    account, index = world.account(entry), world.indexes["group"]
    groups = (account.groups_by_name.get(name) for name in user.groups)
    return index.bits(index.position[group.arn] for group in groups if group)


def _itself(world: World, entry: Entry, joined: Reach, own: int) -> Iterator[Draft]:
    """A user and its own groups, and those that it can put itself into."""
    index = world.indexes["group"]
    for method in _WRITING:
        reach = written(world, entry, method, "group")
        for formula, bits in within(reach, own):
            for place in places_of(bits):
                gain = gain_by_writing(world, entry, method, index.arns[place])
                yield from by_gain(method, ((formula, 1 << place),), gain, kind="group")
        together = within(both(reach, joined), ~own)
        actions = (*method.actions, *ADD_USER_TO_GROUP.actions)
        gain = world.limits.gain_by_ceiling(entry)
        yield from by_gain(method, together, gain, kind="group", actions=actions)
        yield from _by_members(world, entry, method, within(reach, ~own & ~bits_of(together)))
    for formula, bits in within(joined, ~own):
        for gain, groups in world.joining.gains(entry, bits):
            yield from by_gain(ADD_USER_TO_GROUP, ((formula, groups),), gain, kind="group")


def _by_another(world: World, entry: Entry, joined: Reach) -> Iterator[Draft]:
    """What it gains by another user in these groups; who that is remains open where it cannot make one."""
    found = stand_in(world, entry) if joined else None
    if found:
        means, when = found
        actions = (*ADD_USER_TO_GROUP.actions, *means)
        reach = both(joined, ((when, bits_of(joined)),))
        yield from _by_joining(world, entry, reach, actions=actions)
        gain = (world.limits.fresh_admin(entry), True)
        for method in _WRITING:
            together = both(written(world, entry, method, "group"), reach)
            yield from by_gain(method, together, gain, kind="group", actions=(*method.actions, *actions))
    if entry.kind == "role" and not (found and found[1] == ALWAYS):
        yield from _by_joining(world, entry, joined, facts=(HOLDS_USER,))


def _by_joining(
    world: World,
    entry: Entry,
    joined: Reach,
    *,
    facts: tuple[str, ...] = (),
    actions: tuple[str, ...] = (),
) -> Iterator[Draft]:
    for formula, bits in joined:
        for gain, groups in world.joining.gains_of_other(entry, bits):
            reach = ((formula, groups),)
            yield from by_gain(ADD_USER_TO_GROUP, reach, gain, kind="group", facts=facts, actions=actions)


def _by_members(world: World, entry: Entry, method: Method, reach: Reach) -> Iterator[Draft]:
    """Members have what it writes: one whose credentials it makes will do, else it needs to hold some."""
    if not reach:
        return
    members = _members(world, entry.account)
    gain, reached = (world.limits.fresh_admin(entry), True), 0
    for action, users in at_hand(world, entry):
        groups = tuple(
            (formula, _with_any(members, world.limits.unbound("user", bits))) for formula, bits in users
        )
        together = within(both(reach, groups), ~reached)
        reached |= bits_of(together)
        yield from by_gain(method, together, gain, kind="group", actions=(*method.actions, action))
    for formula, bits in within(reach, _with_any(members, world.indexes["user"].everything) & ~reached):
        yield Draft(method, "group", bits, "admin", formula, (HOLDS_MEMBER,))


def _with_any(members: Mapping[int, int], users: int) -> int:
    """The groups with any of some users."""
    return sum(1 << place for place, each in members.items() if each & users)


def _members(world: World, account_id: str) -> Mapping[int, int]:
    """The users in each group of an account, both by place."""
    known = world.members.get(account_id)
    if known is None:
        account = world.directory.accounts[account_id]
        groups, users = world.indexes["group"], world.indexes["user"]
        known = world.members[account_id] = {
            groups.position[account.groups_by_name[name].arn]: users.bits(
                users.position[user.arn] for user in found
            )
            for name, found in account.members.items()
            if name in account.groups_by_name
        }
    return known
