"""No control policy of the organization limits an account."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.power import covers_everything
from iamscout.analysis.rule import Reference, Rule
from iamscout.snapshot.account import Account
from iamscout.snapshot.organization import GuardrailPolicy


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per member account whose control policies deny nothing and allow everything."""
    membership = estate.directory.member_of.get(account.id)
    if membership is None or membership[0].management == account.id:
        return
    member = membership[1]
    levels = [*(member.scps or ()), *(member.rcps or ())]
    policies = [policy for level in levels for policy in level]
    if all(_limits_nothing(policy) for policy in policies):
        yield Hit(
            f"No control policy of {membership[0].id} limits {account.label}", resource_type="organization"
        )


def _limits_nothing(policy: GuardrailPolicy) -> bool:
    statements = policy.document.statements
    return not policy.document.unreadable and all(
        statement.effect == "Allow" and not statement.unreadable and covers_everything(statement)
        for statement in statements
    )


RULE = Rule(
    title="Organization sets no guardrails for the account",
    severity="low",
    applies_to="account",
    needs=("organization",),
    rationale=(
        "Service and resource control policies are what even an administrator of the account cannot change: "
        "regions, the audit trail, leaving the organization, principals from outside. Without any the "
        "account's administrators are bound by nothing."
    ),
    remediation=(
        "Attach a baseline to the organizational unit, first where it can do no harm.\n\n"
        '{"Effect": "Deny", "Action": ["organizations:LeaveOrganization", "cloudtrail:StopLogging", '
        '"cloudtrail:DeleteTrail"], "Resource": "*"}'
    ),
    references=(
        Reference(
            "Service control policies (SCPs)",
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
        ),
        Reference(
            "Resource control policies (RCPs)",
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
        ),
    ),
    frameworks=cis(v7="2.1.2"),
    examples=(
        rejected(
            "FullAWSAccess alone",
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {
                    "111122223333": {
                        "name": "production",
                        "scps": [
                            [
                                {
                                    "name": "FullAWSAccess",
                                    "policy": {
                                        "Version": "2012-10-17",
                                        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
                                    },
                                }
                            ]
                        ],
                    }
                },
            },
        ),
        accepted(
            "a Deny at the root",
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {
                    "111122223333": {
                        "name": "production",
                        "scps": [
                            [
                                {
                                    "name": "baseline",
                                    "policy": {
                                        "Version": "2012-10-17",
                                        "Statement": [
                                            {"Effect": "Allow", "Action": "*", "Resource": "*"},
                                            {
                                                "Effect": "Deny",
                                                "Action": "cloudtrail:StopLogging",
                                                "Resource": "*",
                                            },
                                        ],
                                    },
                                }
                            ]
                        ],
                    }
                },
            },
        ),
        accepted(
            "the management account, which no control policy binds",
            organization={
                "id": "o-exampleorg",
                "management": "111122223333",
                "accounts": {"111122223333": {"name": "management"}},
            },
        ),
    ),
    check=check,
)
