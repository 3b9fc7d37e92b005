"""A policy grants everything in CloudTrail, stopping the audit trail included."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import in_force, is_aws_managed, only_bounds, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import coverage, is_administrator
from iamscout.analysis.rule import Reference, Rule
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy that is short of administration."""
    covered = coverage(use)
    if "cloudtrail" not in covered.services or "cloudtrail" in covered.denied or is_aws_managed(use):
        return
    if not is_administrator(use) and not only_bounds(use, account, estate):
        yield Hit(
            f"Policy {policy_name(use)} grants all of CloudTrail, stopping and deleting trails included",
            (use_evidence(use),),
            severity=in_force(use, account, estate, "medium"),
        )


RULE = Rule(
    title="Policy grants full access to CloudTrail",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Who may stop a trail or delete it can work unseen afterwards. Reading trails, or adding one, needs "
        "no such permission."
    ),
    remediation=(
        "Grant what is needed, and deny the rest to everybody by a service control policy.\n\n"
        '{"Effect": "Deny", "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", '
        '"cloudtrail:UpdateTrail"], "Resource": "*"}'
    ),
    references=(
        Reference(
            "Security best practices in AWS CloudTrail",
            "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
        ),
    ),
    also_known_as={
        "prowler": (
            "iam_policy_no_full_access_to_cloudtrail",
            "iam_inline_policy_no_full_access_to_cloudtrail",
        )
    },
    examples=(
        rejected("all of CloudTrail", policy={"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"}),
        rejected(
            "all but IAM and STS",
            policy={"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"},
        ),
        accepted(
            "reading",
            policy={
                "Effect": "Allow",
                "Action": ["cloudtrail:Get*", "cloudtrail:LookupEvents"],
                "Resource": "*",
            },
        ),
        accepted(
            "all, with a Deny of what ends it",
            policy=[
                {"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"},
                {
                    "Effect": "Deny",
                    "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"],
                    "Resource": "*",
                },
            ],
        ),
        accepted(
            "everything is another rule's matter", policy={"Effect": "Allow", "Action": "*", "Resource": "*"}
        ),
    ),
    check=check,
)
