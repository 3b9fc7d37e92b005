"""The account has no password policy of its own, and users with passwords."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import fsbp
from iamscout.analysis.people import console_users
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account that leaves it at IAM's default."""
    if (
        account.password_policy
        and not account.password_policy.exists
        and console_users(account) != frozenset()
    ):
        yield Hit(
            f"Account {account.label} has no password policy; "
            "IAM's default asks for 8 characters and remembers none"
        )


RULE = Rule(
    title="Password policy is missing",
    severity="medium",
    applies_to="account",
    needs=("iam:GetAccountPasswordPolicy",),
    rationale=(
        "Without a policy of its own the account accepts passwords of eight characters, and the old one "
        "again when a new one is asked for."
    ),
    remediation=(
        "Set a policy, or move people to an identity provider and take their passwords away.\n\n"
        "aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24"
    ),
    references=(
        iam_guide("Set an account password policy for IAM users", "id_credentials_passwords_account-policy"),
    ),
    frameworks=fsbp("IAM.7"),
    examples=(
        rejected("IAM's default", password_policy=None),
        accepted("a policy", password_policy={"MinimumPasswordLength": 14, "PasswordReusePrevention": 24}),
        accepted("nobody has a password", password_policy=None, credential_report=[{"user": "build"}]),
    ),
    check=check,
)
