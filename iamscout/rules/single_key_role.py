"""A role names a user or role of its own account, which then needs no permission of its own."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import allowed, called, graded
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role, with everybody of the own account whom its trust policy names."""
    if role.kind != "plain":
        return
    grants = [
        g for g in allowed(estate, role, "user", "role", "session") if g.principal.account == account.id
    ]
    names = sorted({grant.principal.name for grant in grants})
    if names:
        power = estate.power_of(account, role)
        yield Hit(
            f"The trust policy of {called(role, power)} alone lets in {listed(names)}",
            tuple(
                trust_evidence(role, statement, "Principal")
                for statement in dict.fromkeys(g.statement for g in grants)
            ),
            severity=graded(power, administrator="low", privileged="low", ordinary="info", none="info"),
        )


RULE = Rule(
    title="Role names its callers and skips identity policies",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A trust in the account takes two keys: the trust policy and an identity policy that allows "
        "sts:AssumeRole. A trust in a user or role of the same account takes one: the named user or role "
        "gets in though no policy of its own says so, and a review of users and groups does not show it."
    ),
    remediation=(
        "Where two keys are wanted, trust the account and narrow it by a condition on the caller's ARN.\n\n"
        '"Principal": {"AWS": "111122223333"}, "Condition": {"ArnEquals": '
        '{"aws:PrincipalArn": "arn:aws:iam::111122223333:role/build"}}'
    ),
    references=(
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
        iam_guide("Policy evaluation logic", "reference_policies_evaluation-logic"),
    ),
    examples=(
        rejected(
            "a user by name",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                "Action": "sts:AssumeRole",
            },
            user={"UserName": "alice"},
        ),
        accepted(
            "the account",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            user={"UserName": "alice"},
        ),
        accepted(
            "a user of another account needs both keys anyway",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::444455556666:user/bob"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "a user in a Deny",
            trust=[
                {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                    "Action": "sts:AssumeRole",
                },
            ],
            user={"UserName": "alice"},
        ),
    ),
    check=check,
)
