"""No rule objects to a well-kept account of an organization that has no IAM users, in any partition.

What AWS and the organization put there (Identity Center, service-linked roles, the organization's own access
role) is not shouted about, and nobody is asked for a password policy where nobody has a password.
"""

from typing import Any

import pytest

from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.analysis.settings import Settings
from iamscout.rules import load_rules
from tests.rules.test_well_kept_account import OTHER_SOURCES

ACCOUNT = "111122223333"
MANAGEMENT = "555566667777"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
RECENT = "2026-10-25T08:00:00+00:00"
SSO_PATH = "/aws-reserved/sso.amazonaws.com/eu-west-1/"
SIGN_IN = {
    "aws": "https://signin.aws.amazon.com/saml",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
    "aws-cn": "https://signin.amazonaws.cn/saml",
}
HOSTS = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}


def _role(name: str, trust: dict[str, Any], *attached: str, **more: Any) -> dict[str, Any]:
    return {
        "RoleName": name,
        "AssumeRolePolicyDocument": {"Effect": "Allow", **trust},
        "attached": attached,
        "RoleLastUsed": {"LastUsedDate": RECENT, "Region": "eu-west-1"},
        "MaxSessionDuration": 3600,
        **more,
    }


def _roles(partition: str) -> list[dict[str, Any]]:
    own = f"arn:{partition}:iam::{ACCOUNT}"
    host = HOSTS[partition]
    reading = f"{own}:policy/reading"
    sso = f"{own}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    federated = ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    audience = {"StringEquals": {"SAML:aud": SIGN_IN[partition]}}
    return [
        _role(
            "AWSReservedSSO_AdministratorAccess_0123456789abcdef",
            {"Principal": {"Federated": sso}, "Action": federated, "Condition": audience},
            "AdministratorAccess",
            Path=SSO_PATH,
            MaxSessionDuration=43200,
        ),
        _role(
            "AWSServiceRoleForOrganizations",
            {"Principal": {"Service": "organizations.amazonaws.com"}, "Action": "sts:AssumeRole"},
            Path="/aws-service-role/organizations.amazonaws.com/",
        ),
        _role(
            "OrganizationAccountAccessRole",
            {
                "Principal": {"AWS": f"arn:{partition}:iam::{MANAGEMENT}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "Bool": {"aws:MultiFactorAuthPresent": "true"},
                    "NumericLessThan": {"aws:MultiFactorAuthAge": "900"},
                },
            },
            "AdministratorAccess",
        ),
        _role(
            "auditors",
            {
                "Principal": {"Federated": f"{own}:saml-provider/corporate"},
                "Action": federated,
                "Condition": audience,
            },
            "SecurityAudit",
            "AWSSupportAccess",
        ),
        _role(
            "pipeline-target",
            {
                "Principal": {"AWS": f"arn:{partition}:iam::444455556666:role/pipeline"},
                "Action": "sts:AssumeRole",
            },
            reading,
        ),
        _role("web", {"Principal": {"Service": f"ec2.{host}"}, "Action": "sts:AssumeRole"}, reading),
        _role(
            "functions",
            {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
            reading,
        ),
        _role(
            "shop-pods",
            {
                "Principal": {"Federated": f"{own}:oidc-provider/{EKS}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{EKS}:sub": "system:serviceaccount:shop:web",
                        f"{EKS}:aud": "sts.amazonaws.com",
                    }
                },
            },
            reading,
        ),
        _role(
            "backup-vendor",
            {
                "Principal": {"AWS": f"arn:{partition}:iam::999999999999:role/backup"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "b7f2c1d4-example"}},
            },
            reading,
        ),
    ]


@pytest.mark.parametrize("partition", sorted(SIGN_IN))
def test_no_rule_objects_to_a_well_kept_member_of_an_organization(partition: str) -> None:
    baseline = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": ["organizations:LeaveOrganization", "cloudtrail:StopLogging"],
            "Resource": "*",
        },
    ]
    account = rejected(
        "a well-kept member",
        partition=partition,
        roles=_roles(partition),
        policies=[
            {
                "PolicyName": "reading",
                "PolicyDocument": {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:ListBucket"],
                    "Resource": [
                        f"arn:{partition}:s3:::example-site",
                        f"arn:{partition}:s3:::example-site/*",
                    ],
                },
            }
        ],
        saml_providers=[{"Name": "corporate"}, {"Name": "AWSSSO_0123456789abcdef_DO_NOT_DELETE"}],
        oidc_providers=[{"Url": EKS}],
        credential_report=[{"user": "<root_account>", "password_enabled": "false"}],
        virtual_mfa_devices=[],
        summary={"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0, "AccountPasswordPresent": 0},
        password_policy=None,
        sources={
            name: told
            for name, told in OTHER_SOURCES.items()
            if not name.startswith(("iam:ListServerCertificates", "organizations:ListDelegated"))
        }
        | {
            "iam:ListServerCertificates": {"ServerCertificateMetadataList": []},
            "organizations:ListDelegatedAdministrators": {
                "DelegatedAdministrators": [{"Id": "444455556666", "Name": "security", "Status": "ACTIVE"}]
            },
            "organizations:ListDelegatedServicesForAccount": {},
        },
        organization={
            "id": "o-exampleorg",
            "management": MANAGEMENT,
            "accounts": {
                ACCOUNT: {
                    "name": "production",
                    "scps": [
                        [
                            {
                                "name": "baseline",
                                "policy": {"Version": "2012-10-17", "Statement": baseline},
                            }
                        ]
                    ],
                },
                MANAGEMENT: {"name": "management"},
                "444455556666": {"name": "tools"},
            },
        },
    )

    settings = Settings(known_accounts=(("999999999999", "Example Backup"),))
    findings = analyze((snapshot_of(account),), rules=load_rules(), settings=settings).findings

    inventory = "delegated-administrators-to-review"  # says who it is, whoever it is
    assert [
        (each.rule, each.status, each.title, each.reason) for each in findings if each.rule != inventory
    ] == []
