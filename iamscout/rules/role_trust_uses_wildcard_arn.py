"""A trust policy names principals by an ARN with a wildcard, which matches nobody."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role: AWS compares the Principal element as text, but for the bare star."""
    found: dict[str, Statement] = {}
    for statement in role.trust_policy.statements:
        for element in (*(statement.principals or ()), *(statement.not_principals or ())):
            if element.value != "*" and ("*" in element.value or "?" in element.value):
                found.setdefault(element.value, statement)
    if found:
        yield Hit(
            f"The trust policy of {role.name} names {listed(sorted(found))}, which matches nobody",
            tuple(trust_evidence(role, statement, "Principal") for statement in found.values()),
        )


RULE = Rule(
    title="Trust policy names a principal by a wildcard that matches nobody",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The Principal element knows one wildcard: the bare star, for everyone. Within an ARN a star is an "
        "ordinary character, so the statement means nobody. Whoever wrote it believes that somebody has, or "
        "has not, access."
    ),
    remediation=(
        "Trust the account, and narrow it by a condition in which wildcards work.\n\n"
        '{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole", '
        '"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci-*"}}}'
    ),
    references=(iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),),
    examples=(
        rejected(
            "all users of an account, it seems",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/*"},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "all accounts, it seems",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::*:root"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "everyone", trust={"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        ),
        accepted(
            "a wildcard in a condition",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci-*"}},
            },
        ),
    ),
    check=check,
)
