"""The account's password policy accepts short passwords."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.people import console_users
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account with users that have passwords."""
    policy, least = account.password_policy, estate.settings.password_minimum_length
    if policy and policy.exists and policy.minimum_length < least and console_users(account) != frozenset():
        yield Hit(
            f"Passwords in {account.label} may have {policy.minimum_length} characters; the least is {least}"
        )


RULE = Rule(
    title="Password policy accepts short passwords",
    severity="low",
    applies_to="account",
    needs=("iam:GetAccountPasswordPolicy",),
    rationale=(
        "Length is what makes guessing a password hard; other demands on it mostly make it hard to remember."
    ),
    remediation=(
        "Ask for more characters.\n\naws iam update-account-password-policy --minimum-password-length 14"
    ),
    references=(
        iam_guide("Set an account password policy for IAM users", "id_credentials_passwords_account-policy"),
    ),
    frameworks=cis("1.8", "1.7", "2.7", "2.8") | fsbp("IAM.7"),
    also_known_as={
        "prowler": ("iam_password_policy_minimum_length_14",),
        "scoutsuite": ("iam-password-policy-minimum-length",),
    },
    examples=(
        rejected("eight characters", password_policy={"MinimumPasswordLength": 8}),
        accepted("fourteen characters", password_policy={"MinimumPasswordLength": 14}),
        accepted(
            "nobody has a password",
            password_policy={"MinimumPasswordLength": 8},
            credential_report=[{"user": "build"}],
        ),
        accepted("no policy is another rule's matter", password_policy=None),
    ),
    check=check,
)
