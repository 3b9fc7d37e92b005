"""The policies that a plan writes: the trust of a role, what a group gets instead, self-service.

Sources: IAM User Guide, "Configuring MFA-protected API access" and "AWS: Allows MFA-authenticated IAM users
to manage their own credentials on the Security credentials page"; STS API Reference, "GetSessionToken".
"""

from __future__ import annotations

from typing import Any

from iamscout.plan.split import pretty
from iamscout.snapshot.account import Account

Json = dict[str, Any]
VERSION = "2012-10-17"


def mfa_conditions(seconds: int) -> Json:
    """MFA was used, less than so many seconds ago: the deck's two conditions."""
    return {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": str(seconds)},
    }


def trust_policy(account: Account, seconds: int) -> str:
    """Whoever the account allows may assume the role, with MFA of less than this age."""
    statement = {
        "Sid": "OwnAccountWithFreshMfa",
        "Effect": "Allow",
        "Principal": {"AWS": account.root_arn},
        "Action": "sts:AssumeRole",
        "Condition": mfa_conditions(seconds),
    }
    return pretty({"Version": VERSION, "Statement": [statement]})


def group_policy(role: str, kept: tuple[Json, ...], self_service: tuple[Json, ...]) -> str:
    """What a group has from then on: its role, what it kept, and the care for one's own credentials."""
    own_role = {"Sid": "AssumeOwnRole", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}
    statements, taken = [], set[str]()
    for statement in (own_role, *kept, *self_service):
        sid = statement.get("Sid", "")
        # Sids are unique within a document; two policies may both have had the same.
        statements.append(
            {key: value for key, value in statement.items() if key != "Sid"} if sid in taken else statement
        )
        taken.add(sid)
    return pretty({"Version": VERSION, "Statement": statements})


def self_service(account: Account) -> tuple[Json, ...]:
    """What lets members enrol MFA and look after themselves, so that nobody is locked out.

    A stolen access key must not enrol a device of its own: enrolment wants a session (the Null condition),
    and one that GetSessionToken makes from a key "cannot call any IAM API operations unless MFA
    authentication information is included in the request".
    """
    prefix = account.root_arn.removesuffix("root")
    oneself = [f"{prefix}user/${{aws:username}}", f"{prefix}user/*/${{aws:username}}"]
    return (
        {
            "Sid": "SeeOwnCredentials",
            "Effect": "Allow",
            "Action": ["iam:ChangePassword", "iam:GetUser", "iam:ListAccessKeys", "iam:ListMFADevices"],
            "Resource": oneself,
        },
        {
            "Sid": "SeeDevicesAndRules",
            "Effect": "Allow",
            "Action": ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"],
            "Resource": "*",
        },
        {
            "Sid": "EnrolMfaFromSession",
            "Effect": "Allow",
            "Action": ["iam:EnableMFADevice", "iam:ResyncMFADevice"],
            "Resource": oneself,
            "Condition": {"Null": {"aws:MultiFactorAuthPresent": "false"}},
        },
        {
            "Sid": "CreateMfaDeviceFromSession",
            "Effect": "Allow",
            "Action": ["iam:CreateVirtualMFADevice"],
            "Resource": f"{prefix}mfa/*",
            "Condition": {"Null": {"aws:MultiFactorAuthPresent": "false"}},
        },
        {
            "Sid": "ManageOwnKeysWithMfa",
            "Effect": "Allow",
            "Action": [
                "iam:CreateAccessKey",
                "iam:DeactivateMFADevice",
                "iam:DeleteAccessKey",
                "iam:UpdateAccessKey",
            ],
            "Resource": oneself,
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        },
    )
