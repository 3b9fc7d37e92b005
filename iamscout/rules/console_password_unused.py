"""A password that nobody has signed in with for long."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user; a password never used counts from when it was set."""
    if row.is_root or not row.password_enabled:
        return
    limit = estate.settings.credential_unused_days
    idle = age_days(row.password_last_used or row.password_last_changed or row.created, account)
    if idle is not None and idle > limit:
        since = (
            f"last signed in {idle:,} days ago"
            if row.password_last_used
            else f"never signed in for {idle:,} days"
        )
        yield Hit(f"User {row.user} {since}")


RULE = Rule(
    title="Console password is unused",
    severity="medium",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "Whoever left, or needs the console no more, does not notice that somebody else signs in. A "
        "password that is gone cannot be guessed."
    ),
    remediation="Take the console password away.\n\naws iam delete-login-profile --user-name USER",
    references=(
        iam_guide("Find unused AWS credentials", "id_credentials_finding-unused"),
        iam_guide("Manage passwords for IAM users", "id_credentials_passwords_admin-change-user"),
    ),
    frameworks=cis("1.12", "1.11", "2.11", "2.11") | fsbp("IAM.8"),
    also_known_as={
        "prowler": ("iam_user_console_access_unused",),
        "scoutsuite": ("iam-unused-credentials-not-disabled",),
    },
    examples=(
        rejected(
            "last signed in in spring",
            credential_report=[
                {
                    "user": "alice",
                    "password_enabled": "true",
                    "password_last_used": "2026-04-01T00:00:00+00:00",
                }
            ],
        ),
        rejected(
            "a password set in spring and never used",
            credential_report=[
                {
                    "user": "alice",
                    "password_enabled": "true",
                    "password_last_used": "no_information",
                    "password_last_changed": "2026-04-01T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "signed in last week",
            credential_report=[
                {
                    "user": "alice",
                    "password_enabled": "true",
                    "password_last_used": "2026-10-25T00:00:00+00:00",
                }
            ],
        ),
        accepted("no password", credential_report=[{"user": "alice", "password_enabled": "false"}]),
    ),
    check=check,
)
