"""A policy allows actions on whatever resource it does not list."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import allows, in_force, is_aws_managed, only_bounds, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy."""
    found = [statement for statement in allows(use) if statement.not_resources is not None]
    if found and not is_aws_managed(use) and not only_bounds(use, account, estate):
        left_out = sorted({pattern for statement in found for pattern in statement.not_resources or ()})
        yield Hit(
            f"Policy {policy_name(use)} allows actions on every resource but {listed(left_out)}",
            tuple(use_evidence(use, statement, "NotResource") for statement in found),
            severity=in_force(use, account, estate, "medium"),
        )


RULE = Rule(
    title="Policy allows resources it does not list",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Allow with NotResource grants the actions on every resource but the listed ones, in every service "
        "that the actions reach and on everything made later. What was meant as an exception becomes the "
        "rule."
    ),
    remediation=(
        "List the resources, and take exceptions out by a Deny.\n\n"
        '{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::team-*"}\n'
        '{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::team-secrets*"}'
    ),
    references=(
        iam_guide("IAM JSON policy elements: NotResource", "reference_policies_elements_notresource"),
    ),
    examples=(
        rejected(
            "all buckets but one",
            policy={"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secrets/*"},
        ),
        accepted(
            "a Deny of all buckets but one",
            policy={"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::team/*"},
        ),
        accepted(
            "resources by name",
            policy={"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::team/*"},
        ),
    ),
    check=check,
)
