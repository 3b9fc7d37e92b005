"""A trust policy uses NotPrincipal."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role; an Allow to a role that may do anything is graver than a Deny."""
    statements = [s for s in role.trust_policy.statements if s.not_principals is not None]
    if not statements:
        return
    allows = any(statement.effect != "Deny" for statement in statements)
    how = "allows everybody but those it lists" if allows else "denies everybody but those it lists"
    power = estate.power_of(account, role)
    graver = graded(power, administrator="high", privileged="high", ordinary="high", none="medium")
    yield Hit(
        f"The trust policy of {role.name} uses NotPrincipal: it {how}",
        tuple(trust_evidence(role, statement, "NotPrincipal") for statement in statements),
        severity=graver if allows else "medium",
    )


RULE = Rule(
    title="Trust policy uses NotPrincipal",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "AWS documents NotPrincipal as unusable in trust policies. With Allow it means everybody else, "
        "strangers included; with Deny it stops sessions of a role that is listed unless their session ARNs "
        "and the account are listed as well, which nobody can foresee."
    ),
    remediation=(
        "Name the principals in an Allow. For a Deny that leaves some out, use a condition.\n\n"
        '{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", '
        '"Condition": {"ArnNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::111122223333:role/build"]}}}'
    ),
    references=(
        iam_guide("AWS JSON policy elements: NotPrincipal", "reference_policies_elements_notprincipal"),
    ),
    examples=(
        rejected(
            "everybody but one user",
            trust={
                "Effect": "Allow",
                "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/mallory"},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "a Deny for all but one role",
            trust=[
                {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
                {
                    "Effect": "Deny",
                    "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/build"},
                    "Action": "sts:AssumeRole",
                },
            ],
        ),
        accepted(
            "a Deny with a condition on the caller's ARN",
            trust=[
                {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/build"}
                    },
                },
            ],
        ),
    ),
    check=check,
)
