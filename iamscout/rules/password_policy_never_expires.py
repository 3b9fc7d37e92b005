"""The account's passwords have no age."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.people import console_users
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account with users that have passwords; told for those whose rules ask for it."""
    policy = account.password_policy
    if policy and policy.exists and not policy.max_age_days and console_users(account) != frozenset():
        yield Hit(f"Passwords in {account.label} never expire")


RULE = Rule(
    title="Passwords never expire",
    severity="info",
    applies_to="account",
    needs=("iam:GetAccountPasswordPolicy",),
    rationale=(
        "Some rules still ask for passwords to be changed regularly. Others advise against it, because "
        "people then choose weaker ones; MFA and a change after an incident do more."
    ),
    remediation=(
        "If a rule that binds you asks for it, set an age.\n\n"
        "aws iam update-account-password-policy --max-password-age 90"
    ),
    references=(
        iam_guide("Set an account password policy for IAM users", "id_credentials_passwords_account-policy"),
    ),
    also_known_as={
        "prowler": ("iam_password_policy_expires_passwords_within_90_days_or_less",),
        "scoutsuite": ("iam-password-policy-no-expiration",),
    },
    examples=(
        rejected("no age", password_policy={"MinimumPasswordLength": 14}),
        accepted("90 days", password_policy={"MinimumPasswordLength": 14, "MaxPasswordAge": 90}),
        accepted("no policy is another rule's matter", password_policy=None),
    ),
    check=check,
)
