"""A trust policy that cannot be read with certainty."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role with what could not be read."""
    document = role.trust_policy
    spoiled = [statement for statement in document.statements if statement.unreadable]
    reason = document.unreadable or "; ".join(dict.fromkeys(statement.unreadable for statement in spoiled))
    if reason:
        power = estate.power_of(account, role)
        yield Hit(
            f"Who can assume {called(role, power)} cannot be judged: {reason}",
            tuple(trust_evidence(role, statement, note=statement.unreadable) for statement in spoiled)
            or (trust_evidence(role, note=document.unreadable),),
            severity=graded(power, administrator="high", privileged="high", ordinary="medium", none="low"),
        )


RULE = Rule(
    title="Trust policy cannot be judged",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Who may assume the role is not certain: equal keys of which readers keep different ones, elements "
        "that IAM does not know, or text that is no policy. A tool that reads on regardless shows a clean "
        "role."
    ),
    remediation=(
        "Write the trust policy anew in plain JSON, each key once.\n\n"
        "aws iam update-assume-role-policy --role-name ROLE --policy-document file://trust.json"
    ),
    references=(
        iam_guide("Grammar of the IAM JSON policy language", "reference_policies_grammar"),
        iam_guide("Update a role trust policy", "id_roles_update-role-trust-policy"),
    ),
    examples=(
        rejected(
            "a key that occurs twice",
            trust='{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Effect": "Allow", '
            '"Principal": "*", "Action": "sts:AssumeRole"}}',
        ),
        rejected(
            "an operator that IAM does not have",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEqualsUnlessRoot": {"sts:ExternalId": "a1b2c3"}},
            },
        ),
        accepted(
            "one statement as an object, a service in a list",
            trust={
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": ["ec2.amazonaws.com"]},
                    "Action": ["sts:AssumeRole"],
                },
            },
        ),
    ),
    check=check,
)
