"""A role can be assumed from an account that nobody has named."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import allowed, called, foreign_access
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per foreign account, where no organization tells which accounts are one's own."""
    if account.id in estate.directory.member_of:
        return
    grants = allowed(estate, role, "account", "user", "role", "session")
    for foreign in foreign_access(estate, role):
        if foreign in estate.vendors:
            continue
        power = estate.power_of(account, role)
        yield Hit(
            f"Account {foreign} can assume {called(role, power)}, and nothing tells whose it is",
            tuple(
                trust_evidence(role, g.statement, "Principal")
                for g in grants
                if g.principal.account == foreign
            ),
            locator=foreign,
        )


RULE = Rule(
    title="Role trusts an unknown account",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "An account id is twelve digits. Whether it is another account of yours, a supplier's or a typing "
        "error, nobody sees, unless it is written down somewhere."
    ),
    remediation=(
        "Enter the account with a label among the known accounts of the configuration, give the "
        "organization's list of accounts, or remove the trust."
    ),
    references=(
        iam_guide("Access to AWS accounts owned by third parties", "id_roles_common-scenarios_third-party"),
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
    ),
    examples=(
        rejected(
            "an account that is in no snapshot",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "a1b2c3"}},
            },
        ),
        accepted(
            "the own account",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
        ),
        accepted(
            "the organization tells; another rule judges by it",
            trust={"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"},
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {"111122223333": {"name": "production"}},
            },
        ),
    ),
    check=check,
)
