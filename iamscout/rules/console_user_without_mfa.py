"""A user signs in to the console with a password alone."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.keys import power_of_row
from iamscout.analysis.power import POWER_WORDS
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import graded
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user with a password and no MFA device; graver the more the password opens."""
    if row.is_root or not row.password_enabled or row.mfa_active:
        return
    power = power_of_row(estate, account, row)
    yield Hit(
        f"User {row.user} signs in without MFA{POWER_WORDS[power]}",
        severity=graded(
            power, administrator="critical", privileged="critical", ordinary="high", none="medium"
        ),
    )


RULE = Rule(
    title="Console user without MFA",
    severity="high",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "A password is guessed, reused or typed into the wrong page. Without MFA it is all that stands "
        "before the user's permissions, and before every role that the user may assume and that asks for no "
        "MFA."
    ),
    remediation=(
        "Have the user register a passkey or another MFA device, and deny everything else until that is "
        "done.\n\n"
        "aws iam enable-mfa-device --user-name USER --serial-number SERIAL --authentication-code1 CODE "
        "--authentication-code2 CODE"
    ),
    references=(
        iam_guide("AWS Multi-factor authentication in IAM", "id_credentials_mfa"),
        iam_guide("Generate credential reports for your AWS account", "id_credentials_getting-report"),
    ),
    frameworks=cis("1.10", "1.9", "2.9", "2.10") | fsbp("IAM.5"),
    also_known_as={
        "prowler": ("iam_user_mfa_enabled_console_access",),
        "scoutsuite": ("iam-user-without-mfa",),
    },
    examples=(
        rejected(
            "a password and no device",
            credential_report=[{"user": "alice", "password_enabled": "true", "mfa_active": "false"}],
        ),
        accepted(
            "a password and a device",
            credential_report=[{"user": "alice", "password_enabled": "true", "mfa_active": "true"}],
        ),
        accepted(
            "a machine has no password", credential_report=[{"user": "build", "access_key_1_active": "true"}]
        ),
        accepted(
            "the root user is another rule's matter",
            credential_report=[{"user": "<root_account>", "mfa_active": "false"}],
        ),
    ),
    check=check,
)
