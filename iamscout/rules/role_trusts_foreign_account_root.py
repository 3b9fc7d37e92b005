"""A role trusts a whole foreign account."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import account_name, allowed, called, foreign_access, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per foreign account that is trusted as a whole and really gets in."""
    grants = allowed(estate, role, "account")
    for foreign, entries in foreign_access(estate, role).items():
        if not any(entry.principals[0].kind == "account" for entry in entries):
            continue
        power = estate.power_of(account, role)
        # Companies that serve many customers tell them to trust their account; which role comes is theirs.
        is_vendor = foreign in estate.vendors
        yield Hit(
            f"Role {called(role, power)} trusts all of {account_name(estate, foreign)}",
            tuple(
                trust_evidence(role, g.statement, "Principal")
                for g in grants
                if g.principal.account == foreign
            ),
            locator=foreign,
            severity=graded(
                power,
                administrator="medium" if is_vendor else "high",
                privileged="low" if is_vendor else "medium",
                ordinary="info" if is_vendor else "low",
                none="info",
            ),
        )


RULE = Rule(
    title="Role trusts a whole foreign account",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Trust in an account (`:root` or its id) leaves it to that account's administrators which of their "
        "users and roles may come. A trust in one role of theirs says it here, and ends when that role is "
        "deleted."
    ),
    remediation=(
        "Ask for the ARN of the role that needs access, and trust that.\n\n"
        '"Principal": {"AWS": "arn:aws:iam::999999999999:role/collector"}'
    ),
    references=(
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
        iam_guide("Access to AWS accounts owned by third parties", "id_roles_common-scenarios_third-party"),
    ),
    examples=(
        rejected(
            "a foreign account by its id",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "a1b2c3"}},
            },
        ),
        accepted(
            "one role of the foreign account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999999999999:role/collector"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "the own account",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
        ),
        accepted(
            "a foreign account in a Deny",
            trust=[
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                },
                {"Effect": "Deny", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"},
            ],
        ),
    ),
    check=check,
)
