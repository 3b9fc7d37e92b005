"""A permissions policy that cannot be read with certainty."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import holders, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per policy with what could not be read; a missing document counts where it is in use."""
    if use.document is None:
        if holders(use, account, estate):
            yield Hit(
                f"The snapshot has no document of {policy_name(use)}, which is in use", (use_evidence(use),)
            )
        return
    spoiled = [statement for statement in use.document.statements if statement.unreadable]
    reason = use.document.unreadable or "; ".join(
        dict.fromkeys(statement.unreadable for statement in spoiled)
    )
    if reason:
        yield Hit(
            f"Policy {policy_name(use)} cannot be judged: {reason}",
            tuple(use_evidence(use, statement, note=statement.unreadable) for statement in spoiled)
            or (use_evidence(use, note=use.document.unreadable),),
        )


RULE = Rule(
    title="Policy cannot be judged",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "What the policy grants or denies is not certain: equal keys of which readers keep different ones, "
        "elements that IAM does not know, or a document that is not there. Whatever this report says of its "
        "holders may be wrong."
    ),
    remediation=(
        "Rewrite the policy in plain JSON, each key once, and validate it.\n\n"
        "aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY --policy-document "
        "file://policy.json"
    ),
    references=(
        iam_guide("Grammar of the IAM JSON policy language", "reference_policies_grammar"),
        iam_guide("IAM policy validation", "access_policies_policy-validator"),
    ),
    examples=(
        rejected(
            "a key that occurs twice",
            policy=(
                '{"Version": "2012-10-17", "Statement": '
                '{"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}'
            ),
        ),
        rejected("text that is no JSON", role={"inline": "{"}),
        rejected(
            "an effect that IAM does not have",
            policy={
                "Version": "2012-10-17",
                "Statement": [{"Effect": "allow", "Action": "s3:*", "Resource": "*"}],
            },
        ),
        accepted(
            "one statement as an object, strings for lists",
            policy={
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            },
        ),
    ),
    check=check,
)
