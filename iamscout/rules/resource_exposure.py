"""A policy allows changing who may use whatever resources there are."""

from collections.abc import Iterable
from functools import cache

from iamscout.access.identity import PolicyUse
from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.analysis.sensitive_actions import CREDENTIALS, bits_of, changing_permissions, exposed
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy with actions of the access level Permissions management on everything."""
    hit = exposed(use, account, estate, wanted=_wanted(), what="changing permissions", severity="medium")
    return () if hit is None else (hit,)


@cache
def _wanted() -> int:
    return changing_permissions() & ~bits_of(_OF_OTHER_RULES)


_OF_OTHER_RULES = CREDENTIALS | {"iam:PassRole", "sts:AssumeRole"}

RULE = Rule(
    title="Policy allows resource exposure",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Actions of the access level Permissions management change who may use a resource: bucket and key "
        "policies, shared snapshots and images, policies of IAM. Whoever may use them on every resource can "
        "open any of these to anybody, and undo what others have closed."
    ),
    remediation=(
        "Name the resources, or give these actions to a role for administrators that asks for MFA.\n\n"
        '{"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::example-reports"}'
    ),
    references=(
        Reference(
            "Access levels in policy summaries",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
        ),
        iam_guide("IAM JSON policy elements: Resource", "reference_policies_elements_resource"),
    ),
    confidence="likely",
    examples=(
        rejected(
            "policies of every bucket",
            policy={"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "*"},
        ),
        rejected(
            "grants on every key",
            policy={
                "Effect": "Allow",
                "Action": ["kms:CreateGrant", "kms:PutKeyPolicy"],
                "Resource": "arn:aws:kms:*:*:key/*",
            },
        ),
        rejected(
            "policies of IAM",
            group={"inline": {"Effect": "Allow", "Action": "iam:*Policy*", "Resource": "*"}},
            user={"GroupList": ["staff"]},
        ),
        accepted(
            "policies of one bucket",
            policy={"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::example"},
        ),
        accepted(
            "reading policies",
            policy={"Effect": "Allow", "Action": ["s3:GetBucketPolicy", "iam:Get*"], "Resource": "*"},
        ),
        accepted(
            "passing roles is another rule's matter",
            policy={"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
        ),
        accepted(
            "grants for AWS services alone",
            policy={
                "Effect": "Allow",
                "Action": "kms:CreateGrant",
                "Resource": "*",
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
        ),
    ),
    check=check,
)
