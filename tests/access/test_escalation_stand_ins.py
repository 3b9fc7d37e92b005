"""Who is in no group, or is limited in every group, gains by a user that it makes or takes."""

from collections.abc import Mapping
from typing import Any

import pytest

from iamscout.access.escalation import Escalation
from iamscout.policy.formula import ALWAYS
from tests.access.escalations import ADMIN, HOME, alice, allow, deny, estate, found, trust

OPS = f"arn:aws:iam::{HOME}:role/ops"
LIMIT = f"arn:aws:iam::{HOME}:policy/limit"
ADMINS = {"GroupName": "admins", "attached": ADMIN}
TEAM = {"GroupName": "team", "inline": allow("s3:ListAllMyBuckets")}
KEYS = {"user": "bob", "access_key_1_active": "false"}


def ops(*statements: dict[str, Any], **given: Any) -> Mapping[str, Escalation]:
    """What a role gains that has these statements; bob is in no group, and has no access key."""
    document = {"Version": "2012-10-17", "Statement": [trust({"Service": "lambda.amazonaws.com"})]}
    role = {"RoleName": "ops", "AssumeRolePolicyDocument": document, "inline": list(statements)}
    world = {"groups": [ADMINS], "users": [{"UserName": "bob"}], "credential_report": [KEYS], **given}
    return found(estate(roles=[role], **world), OPS)


@pytest.mark.parametrize("credential", ["iam:CreateAccessKey", "iam:CreateLoginProfile"])
def test_a_role_makes_a_user_and_puts_it_into_a_group(credential: str) -> None:
    each = ops(allow(["iam:CreateUser", credential, "iam:AddUserToGroup"]))["add-user-to-group"]
    assert (each.gains, each.requires, each.facts) == ("admin", ALWAYS, ())
    assert each.actions == ("iam:AddUserToGroup", "iam:CreateUser", credential)
    assert each.targets.first(2) == (f"arn:aws:iam::{HOME}:group/admins",)


@pytest.mark.parametrize(
    "statements",
    [
        [allow("iam:AddUserToGroup")],
        [allow(["iam:AddUserToGroup", "iam:CreateUser"])],
        [allow("iam:AddUserToGroup"), allow(["iam:CreateUser"], f"arn:aws:iam::{HOME}:user/a-*")],
        [
            allow("iam:AddUserToGroup"),
            allow("iam:CreateUser", f"arn:aws:iam::{HOME}:user/a-*"),
            allow("iam:CreateAccessKey", f"arn:aws:iam::{HOME}:user/b-*"),
        ],
        [allow(["iam:AddUserToGroup", "iam:CreateUser", "iam:CreateAccessKey"]), deny("iam:CreateAccessKey")],
    ],
)
def test_without_a_way_to_a_user_it_must_hold_credentials(statements: list[dict[str, Any]]) -> None:
    each = ops(*statements)["add-user-to-group"]
    assert each.facts
    assert not each.is_certain


def test_a_new_user_must_be_free_of_a_boundary() -> None:
    bounded = {"StringEquals": {"iam:PermissionsBoundary": LIMIT}}
    each = ops(
        allow(["iam:AddUserToGroup", "iam:CreateAccessKey"], f"arn:aws:iam::{HOME}:group/*"),
        allow(["iam:CreateAccessKey"], f"arn:aws:iam::{HOME}:user/new-*"),
        allow("iam:CreateUser", f"arn:aws:iam::{HOME}:user/new-*", Condition=bounded),
    )["add-user-to-group"]
    assert each.facts


def test_an_existing_user_will_do_where_nothing_binds_it() -> None:
    may = allow(["iam:AddUserToGroup", "iam:CreateAccessKey"])
    each = ops(may)["add-user-to-group"]
    assert (each.facts, each.actions) == ((), ("iam:AddUserToGroup", "iam:CreateAccessKey"))
    assert ops(may, users=[{"UserName": "bob", "boundary": LIMIT}])["add-user-to-group"].facts
    assert ops(may, users=[{"UserName": "bob", "inline": deny("s3:*")}])["add-user-to-group"].facts
    two_keys = {**KEYS, "access_key_1_active": "true", "access_key_2_active": "true"}
    assert ops(may, credential_report=[two_keys])["add-user-to-group"].facts
    assert ops(may, credential_report=[])["add-user-to-group"].facts


def test_a_new_password_is_of_no_use_where_the_user_has_a_device() -> None:
    may = allow(["iam:AddUserToGroup", "iam:UpdateLoginProfile"])
    with_password = {"user": "bob", "password_enabled": "true"}
    assert not ops(may, credential_report=[with_password])["add-user-to-group"].facts
    with_device = {**with_password, "mfa_active": "true"}
    assert ops(may, credential_report=[with_device])["add-user-to-group"].facts


def test_writing_a_group_policy_is_enough_where_a_user_can_be_made() -> None:
    may = allow(["iam:PutGroupPolicy", "iam:AddUserToGroup", "iam:CreateUser", "iam:CreateAccessKey"])
    each = ops(may, groups=[TEAM])["put-group-policy"]
    assert (each.gains, each.facts, each.requires) == ("admin", (), ALWAYS)
    assert each.actions == (
        "iam:PutGroupPolicy",
        "iam:AddUserToGroup",
        "iam:CreateUser",
        "iam:CreateAccessKey",
    )


def test_writing_the_policy_of_a_group_with_a_member_whose_key_it_makes() -> None:
    may = allow(["iam:PutGroupPolicy", "iam:CreateAccessKey"])
    member = {"UserName": "bob", "GroupList": ["team"]}
    each = ops(may, groups=[TEAM], users=[member])["put-group-policy"]
    assert (each.gains, each.facts) == ("admin", ())
    assert each.actions == ("iam:PutGroupPolicy", "iam:CreateAccessKey")
    bound = ops(may, groups=[TEAM], users=[{**member, "boundary": LIMIT}])["put-group-policy"]
    assert bound.facts
    assert "put-group-policy" not in ops(may, groups=[TEAM], users=[{"UserName": "bob"}])


def test_a_user_whose_boundary_holds_in_every_group_needs_another_user() -> None:
    actions = ["iam:AddUserToGroup", "iam:CreateUser", "iam:CreateAccessKey"]
    policy = {"PolicyName": "limit", "PolicyDocument": allow(actions)}
    limited = estate(user=alice(allow(actions), boundary=LIMIT), policies=[policy], groups=[ADMINS])
    each = found(limited)["add-user-to-group"]
    assert (each.gains, each.actions) == (
        "admin",
        ("iam:AddUserToGroup", "iam:CreateUser", "iam:CreateAccessKey"),
    )
    free = found(estate(user=alice(allow(actions)), groups=[ADMINS]))["add-user-to-group"]
    assert free.actions == ("iam:AddUserToGroup",)


def _under(*denied: str) -> dict[str, Any]:
    policy = {"Version": "2012-10-17", "Statement": [allow("*"), deny(list(denied))]}
    levels = [[{"name": "limit", "policy": policy}]]
    account = {"name": "home", "path": "o-exampleorgid/r-root/", "scps": levels, "rcps": []}
    return {"id": "o-exampleorgid", "management": "444455556666", "accounts": {HOME: account}}


def test_guardrails_hold_for_new_users_too() -> None:
    may = allow(["iam:AddUserToGroup", "iam:CreateUser", "iam:CreateAccessKey"])
    each = ops(may, organization=_under("iam:CreateRole", "iam:PutUserPolicy"))["add-user-to-group"]
    assert (each.gains, each.facts) == ("more", ())
    assert ops(may, organization=_under("s3:GetObject"), groups=[TEAM])["add-user-to-group"].gains == "more"
    assert "add-user-to-group" not in ops(may, organization=_under("s3:*"), groups=[TEAM])
