"""Equal sets that are kept are one object: in a large account they would fill most of the memory."""

from __future__ import annotations

import gc
import sys

from iamscout.access.admins import find_admins
from iamscout.access.arnindex import ArnIndex
from iamscout.access.escalation.find import find_escalations
from iamscout.access.escalation.targets import TargetReader
from iamscout.access.permissions import Permissions
from iamscout.access.rolechains import RoleChains
from iamscout.policy.actions import all_actions
from iamscout.snapshot.reading import collector_off
from tests.access.worlds import AccountMaker, World, allow, distrust, trust

ARNS = [f"arn:aws:iam::111122223333:role/r-{number:04}" for number in range(2_000)]


def test_one_object_stands_for_equal_sets_of_arns() -> None:
    index = ArnIndex(ARNS)
    one, other = index.bits(range(0, 2_000, 2)), index.bits(range(0, 2_000, 2))
    assert one is not other
    assert index.shared(one) is index.shared(other)
    assert index.matching("arn:aws:iam::111122223333:role/r-1*") is index.matching("arn:aws:iam::*:role/r-1*")


def test_principals_with_other_policies_and_equal_permissions_keep_them_once() -> None:
    home = AccountMaker()
    home.user("ann", [allow(["s3:*", "ec2:*"])])
    home.user("ben", [allow("ec2:*"), allow("s3:*")])
    directory = World(home).access.directory
    permissions = Permissions(directory)
    ann, ben = (permissions.of(directory.by_arn[home.arn(f"user/{name}")]) for name in ("ann", "ben"))
    assert ann is not ben
    ((_, of_ann),) = ann.somewhere
    ((_, of_ben),) = ben.somewhere
    assert of_ann is of_ben
    assert sys.getsizeof(of_ann) > 500  # bytes: no small number that Python has only once anyway
    assert of_ann == all_actions().matching_any(("s3:*", "ec2:*"))


def test_callers_of_one_class_share_an_entry_and_one_who_is_named_has_its_own() -> None:
    home = AccountMaker()
    users = [home.user(name, [allow()], tags={"team": "a"}) for name in ("ann", "ben", "cat")]
    other = home.user("dan", [allow()], tags={"team": "b"})
    of_team = {"StringEquals": {"aws:PrincipalTag/team": "a"}}
    target = home.role("target", [trust(home.root, Condition=of_team)])
    home.role("second", [trust(home.root, Condition=of_team), distrust(users[2])])
    entries = World(home).access.by_role[target]
    assert [[each.value for each in entry.principals] for entry in entries] == [users[:2], users[2:]]
    assert [entry.roles for entry in entries] == [(home.arn("role/second"), target), (target,)]
    assert other not in World(home).access.by_principal


def test_a_cycle_of_roles_leads_from_each_to_all() -> None:
    home = AccountMaker()
    names = ("one", "two", "three")
    for name, following in zip(names, (*names[1:], names[0]), strict=True):
        home.role(name, [trust(home.root)], [allow(resource=home.arn(f"role/{following}"))])
    away = home.role("away", [trust(home.root)], [allow(resource=home.arn("role/two"))])
    chains = RoleChains(World(home).access, certain_only=True)
    cycle = tuple(sorted(home.arn(f"role/{name}") for name in names))
    for name in names:
        assert chains.members(chains.from_roles(chains.index.bit(home.arn(f"role/{name}")))) == cycle
    assert chains.members(chains.from_roles(chains.index.bit(away))) == tuple(sorted((*cycle, away)))


def test_readers_of_targets_go_when_all_is_judged() -> None:
    home = AccountMaker()
    home.user("ann", [allow("iam:AttachRolePolicy", home.arn("role/*"))])
    home.role("ops", [trust(home.root)], [allow("*")])
    permissions = Permissions(World(home).access.directory)
    gc.collect()
    with collector_off():
        found = find_escalations(World(home).access, permissions, find_admins(permissions))
        left = [each for each in gc.get_objects() if isinstance(each, TargetReader)]
    assert found.escalations
    assert not left
