"""A policy uses policy variables in a version of the language that has none."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import is_aws_managed, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per policy whose variables are plain text to IAM."""
    document = use.document
    if document is None or document.has_variables or is_aws_managed(use):
        return
    found = [
        statement
        for statement in document.statements
        if any("${" in text for text in (*(statement.resources or ()), *(statement.not_resources or ())))
        or any("${" in value for condition in statement.conditions for value in condition.values)
    ]
    if found:
        yield Hit(
            f"Policy {policy_name(use)} has policy variables, "
            f"which its version {document.version} takes for text",
            tuple(use_evidence(use, statement) for statement in found),
        )


RULE = Rule(
    title="Policy uses variables in an old version",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Policy variables came with Version 2012-10-17. In an older version, which is also the one where "
        "none is given, `${aws:username}` is text: an Allow grants nothing, and a Deny denies nothing."
    ),
    remediation='Set the version, and look at what the policy then grants.\n\n"Version": "2012-10-17"',
    references=(
        iam_guide("IAM JSON policy elements: Version", "reference_policies_elements_version"),
        iam_guide("IAM policy elements: Variables and tags", "reference_policies_variables"),
    ),
    examples=(
        rejected(
            "a variable and no version",
            policy={
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "iam:*AccessKey*",
                        "Resource": "arn:aws:iam::*:user/${aws:username}",
                    }
                ]
            },
        ),
        accepted(
            "a variable in the current version",
            policy={
                "Effect": "Allow",
                "Action": "iam:*AccessKey*",
                "Resource": "arn:aws:iam::*:user/${aws:username}",
            },
        ),
        accepted(
            "an old version without variables",
            policy={
                "Version": "2008-10-17",
                "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
            },
        ),
    ),
    check=check,
)
