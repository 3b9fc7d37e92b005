"""People sign in with passwords of IAM users though an identity provider is there."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.people import console_users
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account with a SAML provider, or roles of IAM Identity Center, and users with passwords."""
    federated = bool(account.saml_providers) or any(role.kind == "sso" for role in account.roles)
    people = sorted(console_users(account) or ())
    if federated and people:
        names = [arn.rpartition("/")[2] for arn in people]
        yield Hit(f"{count(len(names), 'user')} sign in beside the identity provider: {listed(names)}")


RULE = Rule(
    title="People sign in beside the identity provider",
    severity="low",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails", "iam:GetCredentialReport"),
    rationale=(
        "The identity provider is where people join, leave and show MFA. A user in IAM is a second account "
        "of the same person, which stays when the first one is closed."
    ),
    remediation=(
        "Give these people access through the identity provider and delete their passwords; keep one or two "
        "users for the day on which the provider is down, and watch them.\n\n"
        "aws iam delete-login-profile --user-name USER"
    ),
    references=(
        iam_guide("Identity providers and federation into AWS", "id_roles_providers"),
        iam_guide("Security best practices in IAM", "best-practices"),
    ),
    frameworks=cis("1.21", "1.20", "2.20", "2.19"),
    examples=(
        rejected(
            "a SAML provider and a user with a password",
            saml_providers=[{"Name": "corporate"}],
            credential_report=[{"user": "alice", "password_enabled": "true"}],
        ),
        rejected(
            "IAM Identity Center and a user with a password",
            role={
                "RoleName": "AWSReservedSSO_Audit_0123456789abcdef",
                "Path": "/aws-reserved/sso.amazonaws.com/eu-west-1/",
            },
            credential_report=[{"user": "alice", "password_enabled": "true"}],
        ),
        accepted("no identity provider", credential_report=[{"user": "alice", "password_enabled": "true"}]),
        accepted(
            "machines only",
            saml_providers=[{"Name": "corporate"}],
            credential_report=[{"user": "build", "access_key_1_active": "true"}],
        ),
    ),
    check=check,
)
