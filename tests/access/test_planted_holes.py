"""Every kind of hole that generated accounts are planted with is found: on a user, with something to take."""

import json
from typing import Any

import pytest

from tests.access.escalations import ADMIN, ALICE, HOME, alice, allow, boss, deny, estate

SERVICES = ["lambda.amazonaws.com", "ec2.amazonaws.com", "cloudformation.amazonaws.com"]
OPEN = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}, "Action": "sts:AssumeRole"}
HELD = f"arn:aws:iam::{HOME}:policy/held"


def iam(resource: str) -> str:
    return f"arn:aws:iam::{HOME}:{resource}"


HOLES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "passrole-lambda": (
        [allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])],
        "pass-role-lambda-invoke",
    ),
    "passrole-ec2": ([allow(["ec2:RunInstances", "ec2:Describe*"]), allow("iam:PassRole")], "pass-role-ec2"),
    "passrole-cloudformation": (
        [allow(["cloudformation:CreateStack", "iam:PassRole"])],
        "pass-role-cloudformation",
    ),
    "create-policy-version": ([allow("iam:CreatePolicyVersion")], "create-policy-version"),
    "set-default-version": ([allow("iam:SetDefaultPolicyVersion")], "set-default-policy-version"),
    "attach-user-policy": ([allow("iam:Attach*Policy")], "attach-user-policy"),
    "put-role-policy": ([allow(["iam:PutRolePolicy", "iam:GetRole"], iam("role/*"))], "put-role-policy"),
    "update-trust": ([allow(["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"])], "update-assume-role-policy"),
    "create-access-key": ([allow("iam:CreateAccessKey", iam("user/*"))], "create-access-key"),
    "create-login-profile": (
        [allow(["iam:CreateLoginProfile", "iam:UpdateLoginProfile"])],
        "create-login-profile",
    ),
    "add-user-to-group": ([allow("iam:AddUserToGroup", iam("group/*"))], "add-user-to-group"),
    "notresource": (
        [{"Effect": "Allow", "Action": "iam:*", "NotResource": iam("user/break-glass")}],
        "attach-user-policy",
    ),
    "notaction-iam": ([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}], "attach-user-policy"),
    "update-lambda-code": (
        [allow(["lambda:UpdateFunctionCode", "lambda:GetFunction"])],
        "lambda-update-code",
    ),
    "assume-star": ([allow("sts:AssumeRole")], "assume-role"),
    "assume-wild-case": ([allow("STS:assume*", iam("role/*"))], "assume-role"),
    "admin-star": ([allow("*")], "administrator"),
}


@pytest.mark.parametrize("hole", HOLES)
def test_a_planted_hole_is_found(hole: str) -> None:
    statements, method = HOLES[hole]
    versions = [
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": document(statements)},
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": document([allow("*")])},
    ]
    profile = {"Arn": iam("instance-profile/boss"), "InstanceProfileName": "boss"}
    target = boss(InstanceProfileList=[profile])
    target["AssumeRolePolicyDocument"]["Statement"] = [
        OPEN,
        {"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"},
    ]
    world = estate(
        users=[alice(attached=[HELD]), {"UserName": "bob", "attached": ADMIN}],
        group={"GroupName": "admins", "attached": ADMIN},
        role=target,
        policies=[{"PolicyName": "held", "DefaultVersionId": "v2", "PolicyVersionList": versions}],
        credential_report=[{"user": "bob"}],
    )
    methods = {each.method.id for each in world.escalation.by_principal.get(ALICE, ())}
    methods |= {step.method.id for path in world.escalation.paths_of.get(ALICE, ()) for step in path.steps}
    if ALICE in world.admins.by_principal:
        methods.add("administrator")
    assert method in methods, json.dumps(sorted(methods))


def document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


HELD_BACK: dict[str, dict[str, Any]] = {
    "a boundary that denies IAM": {
        "boundary": [allow(["s3:*", "lambda:*", "sts:AssumeRole"]), deny(["iam:*", "organizations:*"])]
    },
    "a boundary without IAM": {
        "boundary": [{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}]
    },
    "a role that trusts the service and holds nothing": {"worth": []},
}
BY_IAM = sorted(
    hole
    for hole, (statements, _) in HOLES.items()
    if all("iam:" in json.dumps(each) and "s3:" not in json.dumps(each) for each in statements)
)
BY_PASSING = sorted(hole for hole in HOLES if hole.startswith("passrole-"))


@pytest.mark.parametrize(
    ("why", "hole"),
    [
        *((why, hole) for why in list(HELD_BACK)[:2] for hole in BY_IAM),
        *((list(HELD_BACK)[2], hole) for hole in BY_PASSING),
    ],
)
def test_a_planted_hole_that_leads_nowhere_is_not_reported(why: str, hole: str) -> None:
    """Every planted hole that generated accounts keep silent about is of one of these kinds.

    Otherwise its holder is administrator already, or denied everything until it shows the MFA that makes it
    one.
    """
    statements, method = HOLES[hole]
    held = HELD_BACK[why]
    limit = iam("policy/limit")
    document_of = {
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "Document": document(held.get("boundary", [])),
    }
    policies = [{"PolicyName": "limit", "DefaultVersionId": "v1", "PolicyVersionList": [document_of]}]
    profile = {"Arn": iam("instance-profile/boss"), "InstanceProfileName": "boss"}
    target = boss(InstanceProfileList=[profile], attached=held.get("worth", ADMIN))
    target["AssumeRolePolicyDocument"]["Statement"] = [
        {"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"}
    ]
    given: dict[str, Any] = {"inline": statements}
    if "boundary" in held:
        given["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": limit,
        }
    world = estate(
        users=[{"UserName": "alice", **given}, {"UserName": "bob", "attached": ADMIN}],
        group={"GroupName": "admins", "attached": ADMIN},
        role=target,
        policies=policies if "boundary" in held else [],
        credential_report=[{"user": "bob"}],
    )
    assert method not in {each.method.id for each in world.escalation.by_principal.get(ALICE, ())}
