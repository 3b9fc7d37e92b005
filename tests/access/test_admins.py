"""Administrators by evaluation, and what else a principal may do at any time."""

from typing import Any

import pytest

from iamscout.access.admins import Administrator
from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.policy.actions import all_actions
from iamscout.policy.formula import ALWAYS

HOME = "111122223333"
ALICE = f"arn:aws:iam::{HOME}:user/alice"
LIMIT = f"arn:aws:iam::{HOME}:policy/limit"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}

Json = Any


def allow(action: Json, resource: Json = "*", **more: Json) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json, resource: Json = "*", **more: Json) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def all_but(*actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "NotAction": list(actions), "Resource": "*"}


def estate(**given: Any) -> Estate:
    return analyze((snapshot_of(accepted("case", **given)),), rules=()).estate


def admin(*statements: dict[str, Any], **given: Any) -> Administrator | None:
    user = {"UserName": "alice", "inline": list(statements), **given.pop("user", {})}
    return estate(user=user, **given).admins.by_principal.get(ALICE)


@pytest.mark.parametrize(
    "statements",
    [
        [allow("*")],
        [allow("*:*")],
        [allow(["s3:*", "*"])],
        [allow("*", ["arn:aws:s3:::bucket", "*"])],
        [allow("*", "arn:aws:*")],
        [all_but("aws-portal:*", "support:*")],
        [{"Effect": "Allow", "Action": "*", "NotResource": []}],
        [all_but("iam:*"), allow("iam:*")],
        [allow("*"), deny("cloudtrail:StopLogging")],
        [allow("*"), deny("s3:*", "arn:aws:s3:::logs/*")],
        [allow("*"), deny(["organizations:*", "account:*"])],
    ],
)
def test_every_spelling_of_everything(statements: list[dict[str, Any]]) -> None:
    found = admin(*statements)
    assert found is not None
    assert found.requires == ALWAYS
    assert found.by


@pytest.mark.parametrize(
    "statements",
    [
        [allow("iam:*")],
        [all_but("iam:*", "organizations:*", "account:*")],
        [all_but("s3:*")],
        [allow("*", "arn:aws:s3:::*")],
        [allow("*"), deny("iam:*")],
        [allow("*"), deny("iam:CreateUser")],
        [allow("*"), deny("s3:*")],
        [allow("*"), {"Effect": "Deny", "NotAction": ["s3:*", "iam:Get*"], "Resource": "*"}],
        [allow("*"), {"Effect": "Deny", "Action": "*", "NotResource": ["arn:aws:s3:::mine"]}],
        [allow("*"), deny("iam:*", f"arn:aws:iam::{HOME}:*")],
        [{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:iam::*:user/break-glass"}],
        [allow("*", "arn:aws:iam::*:user/${aws:username}")],
    ],
)
def test_what_is_less_is_no_administrator(statements: list[dict[str, Any]]) -> None:
    assert admin(*statements) is None


def test_single_denied_actions_are_told() -> None:
    found = admin(allow("*"), deny("cloudtrail:StopLogging"))
    assert found is not None
    assert found.denied == ("cloudtrail:StopLogging",)


def test_groups_count_and_are_named() -> None:
    group = {"GroupName": "admins", "attached": ["AdministratorAccess"]}
    found = estate(user={"GroupList": ["admins"]}, group=group).admins.by_principal[ALICE]
    assert [ref.owner for ref in found.by] == [f"arn:aws:iam::{HOME}:group/admins"]


def test_together_with_a_group() -> None:
    group = {"GroupName": "power", "attached": ["PowerUserAccess"]}
    found = admin(allow("iam:*"), user={"GroupList": ["power"]}, group=group)
    assert found is not None
    assert len(found.by) == 2


def test_mfa_is_a_condition_for_users_and_a_bar_for_roles() -> None:
    found = admin(allow("*", Condition=MFA))
    assert found is not None
    assert found.requires != ALWAYS
    role = {"RoleName": "deploy", "inline": allow("*", Condition=MFA)}
    assert not estate(role=role).admins.entries


def test_boundaries_and_control_policies_cut() -> None:
    def limited(*statements: dict[str, Any]) -> Administrator | None:
        policy = {"PolicyName": "limit", "PolicyDocument": list(statements)}
        return admin(allow("*"), user={"boundary": LIMIT}, policies=[policy])

    assert limited(allow("s3:*")) is None
    assert limited(allow("*"), deny("iam:*")) is None
    assert limited(allow("*")) is not None

    def organized(policy: dict[str, Any]) -> Administrator | None:
        content = {"Version": "2012-10-17", "Statement": [policy]}
        full = {"Version": "2012-10-17", "Statement": [allow("*")]}
        scps = [[{"name": "FullAWSAccess", "policy": full}, {"name": "limit", "policy": content}]]
        member = {"name": "x", "path": "o-exampleorg/r-ab12/", "scps": scps}
        organization = {"id": "o-exampleorg", "management": "555566667777", "accounts": {HOME: member}}
        return admin(allow("*"), organization=organization)

    def perimeter(organization: str) -> dict[str, Any]:
        return deny("*", Condition={"StringNotEquals": {"aws:ResourceOrgID": organization}})

    assert organized(deny("iam:*")) is None
    kept = organized(perimeter("o-exampleorg"))
    assert kept is not None
    assert kept.requires == ALWAYS
    assert organized(perimeter("o-anotherorg")) is None
    assert organized(deny("organizations:LeaveOrganization")) is not None


def test_every_resource_is_every_resource_of_the_account() -> None:
    def kept_to(key: str, value: str) -> Administrator | None:
        return admin(allow("*"), deny("*", Condition={"StringNotEquals": {key: value}}))

    own = kept_to("aws:ResourceAccount", HOME)
    assert own is not None
    assert own.requires == ALWAYS
    assert kept_to("aws:ResourceAccount", "444455556666") is None
    untold = kept_to("aws:ResourceOrgID", "o-exampleorg")
    assert untold is not None
    assert untold.requires != ALWAYS


def test_sets_of_actions() -> None:
    index = all_actions()
    assert index.members(index.matching("iam:passr*")) == ("iam:PassRole",)
    assert index.matching("*") == index.everything
    assert index.level("iam:attachrolepolicy") == "Permissions management"
    assert "s3:GetObject" in index.members(index.about("arn:aws:s3:::bucket/*"))
    assert not index.about("arn:aws:s3:::bucket/*") & index.bit("iam:PassRole")
    assert index.covered(f"arn:aws:iam::{HOME}:role/*") & index.bit("iam:PassRole")
    assert not index.covered(f"arn:aws:iam::{HOME}:role/dev-*") & index.bit("iam:PassRole")


def test_permissions_at_any_time_and_exactly() -> None:
    user = {
        "UserName": "alice",
        "inline": [allow("s3:GetObject", "arn:aws:s3:::a/*"), allow("ec2:Describe*")],
    }
    world = estate(user=user)
    entry = world.directory.by_arn[ALICE]
    held = world.permissions.of(entry)
    index = world.permissions.index
    assert held.anyhow & index.bit("s3:GetObject")
    assert not held.always & index.bit("s3:GetObject")
    assert held.always & index.bit("ec2:DescribeInstances")
    assert world.permissions.permits(entry, "s3:GetObject", "arn:aws:s3:::a/key").result == "allow"
    refused = world.permissions.permits(entry, "s3:GetObject", "arn:aws:s3:::b/key")
    assert (refused.result, refused.reason) == ("deny", "missing_identity")


def test_equal_principals_share_one_value() -> None:
    group = {"GroupName": "staff", "attached": ["SecurityAudit"]}
    users = [{"UserName": name, "GroupList": ["staff"]} for name in ("alice", "bob")]
    world = estate(users=users, group=group)
    first, second = (
        world.permissions.of(world.directory.by_arn[arn]) for arn in sorted(world.directory.by_arn)
    )
    assert first is second
