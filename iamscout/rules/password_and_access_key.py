"""A user has both a console password and an active access key."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.keys import active_keys
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user."""
    if not row.is_root and row.password_enabled and active_keys(row):
        yield Hit(f"User {row.user} has a console password and an active access key")


RULE = Rule(
    title="User has a password and an access key",
    severity="info",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "A user is a person or a machine. One that is both shares its permissions between them: the key on "
        "the build server may do what the person may, and MFA protects half of the user."
    ),
    remediation=(
        "Let people work on the command line with short-lived credentials (aws login, or IAM Identity "
        "Center), and give machines a role."
    ),
    references=(
        iam_guide("Security best practices in IAM", "best-practices"),
        iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),
    ),
    also_known_as={"scoutsuite": ("iam-user-with-password-and-key",)},
    examples=(
        rejected(
            "both",
            credential_report=[{"user": "alice", "password_enabled": "true", "access_key_1_active": "true"}],
        ),
        accepted("a password", credential_report=[{"user": "alice", "password_enabled": "true"}]),
        accepted("a key", credential_report=[{"user": "build", "access_key_1_active": "true"}]),
    ),
    check=check,
)
