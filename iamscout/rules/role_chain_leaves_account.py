"""A role may go on to a role of a foreign account."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse, own_policies
from iamscout.access.trust import ASSUME_ROLE
from iamscout.analysis.documents import allows, covers_action
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import account_name, is_foreign
from iamscout.policy.arn import ACCOUNT_ID, parse_arn
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per foreign account whose roles a role's policies name; a star names none."""
    if role.kind != "plain":
        return
    found: dict[str, list[tuple[PolicyUse, Statement]]] = {}
    for use in own_policies(account, role):
        for statement in allows(use):
            if not covers_action(statement, ASSUME_ROLE):
                continue
            for resource in statement.resources or ():
                arn = parse_arn(resource)
                if (
                    arn
                    and arn.service == "iam"
                    and ACCOUNT_ID.match(arn.account)
                    and is_foreign(estate, arn.account)
                ):
                    found.setdefault(arn.account, []).append((use, statement))
    for foreign, grants in sorted(found.items()):
        yield Hit(
            f"Role {role.name} may assume roles of {account_name(estate, foreign)}",
            tuple(use_evidence(use, statement, "Resource") for use, statement in grants),
            locator=foreign,
        )


RULE = Rule(
    title="Chain of roles leaves the account",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Whoever assumes this role can go on into an account of which nothing is known here: what it may do "
        "there, and who else comes back from there, no review of this account shows."
    ),
    remediation=(
        "Enter the account with a label among the known accounts if the way is meant, and give its snapshot "
        "to the analysis; else remove the permission."
    ),
    references=(
        iam_guide("IAM roles", "id_roles#iam-term-role-chaining"),
        iam_guide("Cross account resource access in IAM", "access_policies-cross-account-resource-access"),
    ),
    examples=(
        rejected(
            "a role of a foreign account",
            role={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::999999999999:role/deploy",
                }
            },
        ),
        accepted(
            "a role of the own account",
            role={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/deploy",
                }
            },
        ),
        accepted(
            "any role at all is another rule's matter",
            role={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
        ),
        accepted(
            "a Deny",
            role={
                "inline": {
                    "Effect": "Deny",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::999999999999:role/*",
                }
            },
        ),
    ),
    check=check,
)
