"""The account's password policy lets people take an old password again."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.people import console_users
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account with users that have passwords."""
    policy = account.password_policy
    if policy and policy.exists and not policy.reuse_prevention and console_users(account) != frozenset():
        yield Hit(f"Passwords in {account.label} may be used again")


RULE = Rule(
    title="Password policy allows reuse",
    severity="low",
    applies_to="account",
    needs=("iam:GetAccountPasswordPolicy",),
    rationale=(
        "Whoever must change a password that has leaked, and sets it back afterwards, has changed nothing."
    ),
    remediation=(
        "Remember the last passwords.\n\n"
        "aws iam update-account-password-policy --password-reuse-prevention 24"
    ),
    references=(
        iam_guide("Set an account password policy for IAM users", "id_credentials_passwords_account-policy"),
    ),
    frameworks=cis("1.9", "1.8", "2.8", "2.9"),
    also_known_as={
        "prowler": ("iam_password_policy_reuse_24",),
        "scoutsuite": ("iam-password-policy-reuse-enabled",),
    },
    examples=(
        rejected("nothing remembered", password_policy={"MinimumPasswordLength": 14}),
        accepted(
            "24 remembered", password_policy={"MinimumPasswordLength": 14, "PasswordReusePrevention": 24}
        ),
        accepted("no policy is another rule's matter", password_policy=None),
    ),
    check=check,
)
