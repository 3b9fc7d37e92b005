"""The root user has a password and no MFA."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.keys import root_has_no_password, root_row
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account, unless root has no password (centrally managed) or no console (AWS GovCloud)."""
    if account.partition == "aws-us-gov" or root_has_no_password(account):
        return
    row = root_row(account)
    enabled = (account.summary or {}).get("AccountMFAEnabled", 1 if row is None or row.mfa_active else 0)
    if not enabled:
        yield Hit(f"The root user of {account.label} signs in without MFA")


RULE = Rule(
    title="Root user without MFA",
    severity="critical",
    applies_to="account",
    needs=(),
    needs_any=("iam:GetAccountSummary", "iam:GetCredentialReport"),
    rationale=(
        "Root may do everything and no policy of the account limits it. Its password can be reset by "
        "whoever reads its mailbox; MFA is what keeps that person out."
    ),
    remediation=(
        "Register at least two passkeys or security keys for root; in an organization, take root "
        "credentials of member accounts away instead.\n\n"
        "aws iam enable-organizations-root-credentials-management"
    ),
    references=(
        iam_guide("Multi-factor authentication for AWS account root user", "enable-mfa-for-root"),
        iam_guide(
            "Centrally manage root access for member accounts", "id_root-user#id_root-user-access-management"
        ),
    ),
    frameworks=cis("1.5", "1.4", "2.4", "2.5"),
    also_known_as={"prowler": ("iam_root_mfa_enabled",), "scoutsuite": ("iam-root-account-no-mfa",)},
    examples=(
        rejected("by the account summary", summary={"AccountMFAEnabled": 0, "AccountPasswordPresent": 1}),
        rejected(
            "by the credential report", credential_report=[{"user": "<root_account>", "mfa_active": "false"}]
        ),
        accepted("with MFA", summary={"AccountMFAEnabled": 1}),
        accepted(
            "root credentials are managed centrally: there is no password",
            summary={"AccountMFAEnabled": 0, "AccountPasswordPresent": 0},
        ),
        accepted(
            "AWS GovCloud has no console for root", partition="aws-us-gov", summary={"AccountMFAEnabled": 0}
        ),
    ),
    check=check,
)
