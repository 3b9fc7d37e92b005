"""The management account administers every service of its organization itself."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per organization, on the account that was told of it."""
    if account.delegated_administrators == ():
        membership = estate.directory.member_of.get(account.id)
        name = membership[0].id if membership else "the organization"
        yield Hit(f"No account is a delegated administrator of {name}", resource_type="organization")


_NAME = "organizations:ListDelegatedAdministrators"

RULE = Rule(
    title="Delegated administrator is missing",
    severity="low",
    applies_to="account",
    needs=(_NAME,),
    judges_absence=True,
    rationale=(
        "No control policy binds the management account, and whoever works there can do everything in every "
        "member. Work on security services and policies that could be done from a member account should not "
        "be a reason to sign in there."
    ),
    remediation=(
        "Delegate the security services to an account for security, and policies by a resource-based "
        "delegation policy.\n\n"
        "aws organizations register-delegated-administrator --account-id ID --service-principal SERVICE"
    ),
    references=(
        Reference(
            "Delegated administrator for AWS Organizations",
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html",
        ),
        iam_guide("Security best practices in IAM", "best-practices"),
    ),
    frameworks=cis(v7="2.1.6"),
    examples=(
        rejected("nobody", sources={_NAME: {"DelegatedAdministrators": []}}),
        accepted(
            "a security account",
            sources={
                _NAME: {
                    "DelegatedAdministrators": [
                        {
                            "Id": "444455556666",
                            "Arn": "arn:aws:organizations::111122223333:account/o-exampleorg/444455556666",
                            "Name": "security",
                            "Status": "ACTIVE",
                        }
                    ]
                }
            },
        ),
    ),
    check=check,
)
