"""A role trusts everyone of its own account by a condition, which skips identity policies."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import access, called, everyone_evidence, graded, insider, is_open_to_strangers
from iamscout.analysis.visitor import ways_in
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """Only where strangers stay out: a role open to all is reported as such."""
    if is_open_to_strangers(estate, role):
        return
    somebody = insider(estate, account)
    for entry in access(estate, role, "public"):
        if not any(way.is_open for way in ways_in(entry.verdict.requires, somebody, account.captured_at)):
            continue
        power = estate.power_of(account, role)
        yield Hit(
            f"Every user and role of the account can assume {called(role, power)} without a permission",
            everyone_evidence(estate, role, "Condition"),
            severity=graded(power, administrator="high", privileged="high", ordinary="medium", none="low"),
        )


RULE = Rule(
    title="Role trusts everyone of its own account and skips identity policies",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A trust in `*` that a condition narrows to the own account or organization is wider than a trust "
        "in the account (`:root`): in the same account the trust policy alone grants access, so that every "
        "user and role gets in without an identity policy that allows sts:AssumeRole, and whatever its "
        "permissions boundary."
    ),
    remediation=(
        "Trust the account itself; then the account's identity policies decide who may.\n\n"
        '"Principal": {"AWS": "arn:aws:iam::111122223333:root"}'
    ),
    references=(
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
        iam_guide("Policy evaluation logic", "reference_policies_evaluation-logic"),
    ),
    examples=(
        rejected(
            "the star and the own account's id",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}},
            },
        ),
        rejected(
            "the star and any role of the own account",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}},
            },
        ),
        rejected(
            "the star and the organization that the account is in",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}},
            },
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {"111122223333": {"name": "production", "path": "o-exampleorg/r-ab12/"}},
            },
        ),
        accepted(
            "the account itself",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "one role by its ARN is as narrow as naming it",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/build"}},
            },
        ),
        accepted(
            "everyone at all is another rule's matter",
            trust={"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
        ),
    ),
    check=check,
)
