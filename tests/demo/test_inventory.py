"""What is planted in the demo is there: every kind of principal, the deck's two schemes, the mistakes."""

import json
from typing import Any

import pytest

import iamscout.demo
from iamscout.demo.aws import blueprints

ROOT = "arn:aws:iam::111122223333:root"
VENDOR = "arn:aws:iam::999999999999:root"
GITHUB = "token.actions.githubusercontent.com"


def trust_of(account: dict[str, Any], name: str) -> list[dict[str, Any]]:
    role = next(role for role in account["details"]["RoleDetailList"] if role["RoleName"] == name)
    statements = role["AssumeRolePolicyDocument"]["Statement"]
    return statements if isinstance(statements, list) else [statements]


def test_the_organization_has_three_accounts(told: dict[str, Any]) -> None:
    names = {account["Id"]: account["Name"] for account in told["organization"]["accounts"]}
    assert names == {"111122223333": "production", "444455556666": "security", "555566667777": "management"}
    assert [(id_, account["name"]) for id_, account in told["accounts"].items()] == [
        ("111122223333", "production"),
        ("444455556666", "security"),
        ("555566667777", "management"),
    ]


def test_sessions_are_those_of_the_audit_role(told: dict[str, Any]) -> None:
    for account, answers in told["accounts"].items():
        assert answers["caller"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/security-audit/iamscout"


def test_control_policies_stand_at_every_level(told: dict[str, Any]) -> None:
    targets = {
        name: where for name, where in told["organization"]["targets"].items() if "FullAWS" not in name
    }
    assert targets == {
        "stay-a-member": ["Root"],
        "stay-in-the-organization": ["Workloads"],
        "protect-the-trail": ["Production"],
        "no-strangers": ["Security"],
    }
    kinds = {kind: len(policies) for kind, policies in told["organization"]["policies"].items()}
    assert kinds == {"SERVICE_CONTROL_POLICY": 4, "RESOURCE_CONTROL_POLICY": 2}


@pytest.mark.parametrize(
    ("group", "policy"),
    [
        ("GroupA", "IAMFullAccess"),
        ("GroupB", "AmazonEC2ReadOnlyAccess"),
        ("GroupC", "AmazonS3ReadOnlyAccess"),
    ],
)
def test_traditional_groups_hold_the_permissions_themselves(
    production: dict[str, Any], group: str, policy: str
) -> None:
    found = next(one for one in production["details"]["GroupDetailList"] if one["GroupName"] == group)
    assert found["GroupPolicyList"] == []
    assert found["AttachedManagedPolicies"] == [
        {"PolicyName": policy, "PolicyArn": f"arn:aws:iam::aws:policy/{policy}"}
    ]


@pytest.mark.parametrize(
    ("group", "role", "policy"),
    [
        ("GroupAA", "RoleAA-IAMFullAccess", "IAMFullAccess"),
        ("GroupBB", "RoleBB-EC2ReadOnly", "AmazonEC2ReadOnlyAccess"),
        ("GroupCC", "RoleCC-S3ReadOnly", "AmazonS3ReadOnlyAccess"),
    ],
)
def test_role_based_groups_may_only_assume_their_role(
    production: dict[str, Any], group: str, role: str, policy: str
) -> None:
    details = production["details"]
    held = next(one for one in details["GroupDetailList"] if one["GroupName"] == group)[
        "AttachedManagedPolicies"
    ]
    documents = [
        one["PolicyVersionList"][0]["Document"]
        for one in details["Policies"]
        if one["PolicyName"] in {it["PolicyName"] for it in held}
    ]
    assert [document["Statement"] for document in documents] == [
        [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": f"arn:aws:iam::111122223333:role/{role}",
            }
        ]
    ]
    assert trust_of(production, role) == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": ROOT},
            "Action": "sts:AssumeRole",
            "Condition": {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
            },
        }
    ]
    found = next(one for one in details["RoleDetailList"] if one["RoleName"] == role)
    assert [one["PolicyName"] for one in found["AttachedManagedPolicies"]] == [policy]


@pytest.mark.parametrize(
    ("role", "principal", "condition"),
    [
        ("public-artifacts-reader", {"AWS": "*"}, None),
        ("hackday-sandbox", "*", None),
        ("partner-upload", {"AWS": "*"}, {"StringEquals": {"sts:ExternalId": "example-partner-2023"}}),
        ("org-config-reader", {"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}),
        ("tenant-data-reader", {"AWS": "*"}, {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}),
        ("metrics-reader", "*", {"ArnLike": {"aws:PrincipalArn": "*"}}),
        ("deploy-frontend", {"AWS": "111122223333"}, None),
        ("vendor-monitoring", {"AWS": VENDOR}, None),
        ("vendor-backup", {"AWS": VENDOR}, {"StringEquals": {"sts:ExternalId": "example-5c2b9f14"}}),
        ("vendor-costs", {"AWS": "999999999999"}, {"StringLike": {"sts:ExternalId": "*"}}),
        (
            "incident-response",
            {"AWS": "arn:aws:iam::444455556666:root"},
            {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        ),
        ("data-lake-writer", {"AWS": "arn:aws:iam::111122223333:user/etl-loader"}, None),
        ("release-manager", {"AWS": "arn:aws:iam::111122223333:role/ci-runner"}, None),
        ("nightly-report", {"AWS": "arn:aws:sts::111122223333:assumed-role/ci-runner/nightly"}, None),
        ("security-audit", {"AWS": "arn:aws:iam::444455556666:role/auditor"}, None),
        ("forgotten-integration", {"AWS": ["AIDACKCEVSQ6C2EXAMPLE", "AROADBQP57FF2AEXAMPLE"]}, None),
        ("app-config-reader", {"AWS": "arn:aws:iam::111122223333:role/app-*"}, None),
        ("saml-contractor", {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"}, None),
        (
            "saml-developer",
            {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
            {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        ),
        (
            "github-legacy",
            {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"},
            {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}},
        ),
        (
            "app-guest",
            {"Federated": "cognito-identity.amazonaws.com"},
            {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}},
        ),
        ("web-server", {"Service": "ec2.amazonaws.com"}, None),
        ("trail-to-logs", {"Service": "cloudtrail.amazonaws.com"}, None),
        (
            "sns-delivery-status",
            {"Service": ["sns.amazonaws.com"]},
            {"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:*"}},
        ),
        ("jenkins", {"Service": "ec2.amazonaws.com", "AWS": ROOT}, None),
        ("AWSServiceRoleForSupport", {"Service": "support.amazonaws.com"}, None),
    ],
)
def test_every_kind_of_principal_is_trusted_somewhere(
    production: dict[str, Any], role: str, principal: object, condition: object
) -> None:
    (statement,) = trust_of(production, role)
    assert (statement["Principal"], statement.get("Condition")) == (principal, condition)


def test_a_trust_policy_names_everybody_but_one(production: dict[str, Any]) -> None:
    (statement,) = trust_of(production, "shared-tools")
    assert statement == {"Effect": "Allow", "NotPrincipal": {"AWS": VENDOR}, "Action": "sts:AssumeRole"}


def test_a_statement_is_a_single_object(production: dict[str, Any]) -> None:
    single = [
        role["RoleName"]
        for role in production["details"]["RoleDetailList"]
        if isinstance(role["AssumeRolePolicyDocument"]["Statement"], dict)
    ]
    assert single == ["sns-delivery-status"]


@pytest.mark.parametrize(
    ("role", "effect", "condition"),
    [
        ("database-operator", "Allow", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),
        ("network-operator", "Deny", {"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        ("key-custodian", "Deny", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
        ("support-billing", "Allow", {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
        ("developer", "Allow", {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    ],
)
def test_every_idiom_of_mfa_is_there(
    production: dict[str, Any], role: str, effect: str, condition: dict[str, Any]
) -> None:
    asked = [one for one in trust_of(production, role) if "Condition" in one]
    assert [(one["Effect"], one["Condition"]) for one in asked] == [(effect, condition)]


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("AWSServiceRoleForAutoScaling", "aws-service-role/autoscaling.amazonaws.com"),
        ("AWSReservedSSO_ViewOnly_0123456789abcdef", "aws-reserved/sso.amazonaws.com/eu-west-1"),
    ],
)
def test_roles_made_by_aws_have_their_paths(production: dict[str, Any], role: str, path: str) -> None:
    arns = {one["RoleName"]: one["Arn"] for one in production["details"]["RoleDetailList"]}
    assert arns[role] == f"arn:aws:iam::111122223333:role/{path}/{role}"


def test_the_older_version_of_a_policy_allows_everything(production: dict[str, Any]) -> None:
    policy = next(one for one in production["details"]["Policies"] if one["PolicyName"] == "reporting-access")
    versions = {one["VersionId"]: one for one in policy["PolicyVersionList"]}
    assert policy["DefaultVersionId"] == "v2"
    assert versions["v1"]["Document"]["Statement"][0]["Action"] == "*"
    assert versions["v1"]["CreateDate"] < versions["v2"]["CreateDate"]


def test_the_table_of_what_is_planted_names_everything(told: dict[str, Any]) -> None:
    table = iamscout.demo.__doc__ or ""
    missing = [
        name
        for account in told["accounts"].values()
        for kind, key in (
            ("RoleDetailList", "RoleName"),
            ("GroupDetailList", "GroupName"),
            ("UserDetailList", "UserName"),
        )
        for name in (one[key] for one in account["details"][kind])
        if name not in table
    ]
    assert missing == []


def test_what_was_planned_is_what_aws_tells(told: dict[str, Any]) -> None:
    for account in blueprints():
        details = told["accounts"][account.account_id]["details"]
        assert [one["UserName"] for one in details["UserDetailList"]] == [
            one.name for one in account.scene.users
        ]
        assert [one["GroupName"] for one in details["GroupDetailList"]] == [
            one.name for one in account.scene.groups
        ]
        assert {one["RoleName"] for one in details["RoleDetailList"]} == {
            one.name for one in account.scene.roles
        }
        trusts = {one["RoleName"]: one["AssumeRolePolicyDocument"] for one in details["RoleDetailList"]}
        assert trusts == {one.name: json.loads(json.dumps(one.trust)) for one in account.scene.roles}
