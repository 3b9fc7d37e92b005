"""The root user has signing certificates."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.keys import root_row
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account, by the credential report or by the account summary."""
    row = root_row(account)
    active = sum(is_active for is_active, _ in row.certificates) if row else 0
    present = (account.summary or {}).get("AccountSigningCertificatesPresent", 0)
    if active or present:
        yield Hit(
            f"The root user of {account.label} has {count(max(active, present), 'signing certificate')}"
        )


RULE = Rule(
    title="Root user has a certificate",
    severity="high",
    applies_to="account",
    needs=(),
    needs_any=("iam:GetCredentialReport", "iam:GetAccountSummary"),
    rationale=(
        "A signing certificate is a long-term credential of the root user, for a few old interfaces. It is "
        "worth as much as an access key, and forgotten more easily."
    ),
    remediation="Sign in as root and delete the certificate under Security credentials.",
    references=(iam_guide("Root user best practices for your AWS account", "root-user-best-practices"),),
    also_known_as={"scoutsuite": ("iam-root-account-with-active-certs",)},
    examples=(
        rejected(
            "by the credential report",
            credential_report=[{"user": "<root_account>", "cert_1_active": "true"}],
        ),
        rejected("by the account summary", summary={"AccountSigningCertificatesPresent": 1}),
        accepted("none", credential_report=[{"user": "<root_account>"}]),
    ),
    check=check,
)
