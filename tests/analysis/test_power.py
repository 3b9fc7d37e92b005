"""What makes an administrator, in every spelling, and what cuts it."""

import pytest

from iamscout.analysis.example import Policy, rejected, snapshot_of
from iamscout.analysis.power import Power, power_of
from iamscout.snapshot.view import view_account

EVERYTHING: Policy = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def power(inline: Policy, **role: object) -> Power:
    account = view_account(snapshot_of(rejected("a role", role={"inline": inline, **role})))
    return power_of(account, account.roles[0])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (EVERYTHING, "administrator"),
        ({"Effect": "Allow", "Action": "*:*", "Resource": "*"}, "administrator"),
        ({"Effect": "Allow", "Action": "?*", "Resource": "arn:aws:*"}, "administrator"),
        ({"Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*"}, "administrator"),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "ordinary"),
        ({"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"}, "privileged"),
        ({"Effect": "Allow", "Action": "iam:*", "Resource": "*"}, "privileged"),
        ({"Effect": "Allow", "Action": "iam:Put*Policy", "Resource": "arn:aws:iam::*:role/*"}, "privileged"),
        (
            {
                "Effect": "Allow",
                "Action": "iam:*AccessKey*",
                "Resource": "arn:aws:iam::*:user/${aws:username}",
            },
            "ordinary",
        ),
        ({"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}, "ordinary"),
        ({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::example/*"}, "ordinary"),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, "none"),
        ([EVERYTHING, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}], "privileged"),
        (
            [EVERYTHING, {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::secret/*"}],
            "administrator",
        ),
        ([EVERYTHING, {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}], "ordinary"),
        ({**EVERYTHING, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}, "privileged"),  # type: ignore[dict-item]  # a statement
    ],
)
def test_what_a_policy_makes_of_its_holder(policy: Policy, expected: Power) -> None:
    assert power(policy) == expected


def test_a_boundary_cuts() -> None:
    assert power(EVERYTHING, boundary="SecurityAudit") == "ordinary"
    assert power(EVERYTHING, boundary="AdministratorAccess") == "administrator"


def test_two_policies_together_may_make_an_administrator() -> None:
    assert power([], attached=["PowerUserAccess", "IAMFullAccess"]) == "administrator"
