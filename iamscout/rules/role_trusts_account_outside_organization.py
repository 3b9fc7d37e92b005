"""A role can be assumed from an account that is not in the organization."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import account_name, allowed, called, foreign_access, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account that the organization's list does not name and the configuration does not know."""
    membership = estate.directory.member_of.get(account.id)
    if membership is None:
        return
    grants = allowed(estate, role, "account", "user", "role", "session")
    for foreign in foreign_access(estate, role):
        power = estate.power_of(account, role)
        named = account_name(estate, foreign)
        yield Hit(
            f"Role {called(role, power)} can be assumed from {named}, which is not in {membership[0].id}",
            tuple(
                trust_evidence(role, g.statement, "Principal")
                for g in grants
                if g.principal.account == foreign
            ),
            locator=foreign,
            severity=graded(
                power,
                administrator="high",
                privileged="medium",
                ordinary="info" if foreign in estate.vendors else "low",
                none="info",
            ),
        )


RULE = Rule(
    title="Role trusts an account outside the organization",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails", "organization"),
    rationale=(
        "No guardrail of the organization binds an account outside it: neither its service control policies "
        "nor its logging. Each such trust should be known, with an owner and a reason."
    ),
    remediation=(
        "Enter the account with a label among the known accounts of the configuration if it is meant, else "
        "remove it from the trust policy."
    ),
    references=(
        iam_guide(
            "AWS global condition context keys",
            "reference_policies_condition-keys#condition-keys-principalorgid",
        ),
        iam_guide("Access to AWS accounts owned by third parties", "id_roles_common-scenarios_third-party"),
    ),
    examples=(
        rejected(
            "an account that the organization does not have",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999999999999:role/collector"},
                "Action": "sts:AssumeRole",
            },
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {"111122223333": {"name": "production"}, "555566667777": {"name": "management"}},
            },
        ),
        accepted(
            "an account of the organization",
            trust={"Effect": "Allow", "Principal": {"AWS": "555566667777"}, "Action": "sts:AssumeRole"},
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {"111122223333": {"name": "production"}, "555566667777": {"name": "management"}},
            },
        ),
        accepted(
            "an outside account that a condition on the organization keeps out",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}},
            },
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {"111122223333": {"name": "production"}},
            },
        ),
    ),
    check=check,
)
