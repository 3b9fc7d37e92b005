"""A console user's access key was made together with the user, and is still there."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.keys import active_keys
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per key that was made within a minute of its user, who has a password."""
    if row.is_root or not row.password_enabled or row.created is None:
        return
    for slot in active_keys(row):
        made = slot.key.last_rotated
        if made is not None and abs((made - row.created).total_seconds()) <= 60:
            used = "" if slot.key.last_used else " and was never used"
            yield Hit(
                f"{slot.name.capitalize()} of {row.user} was made together with the user{used}",
                locator=slot.name,
            )


RULE = Rule(
    title="Access key was created at setup",
    severity="low",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "A key that comes with a new console user was made because a box was ticked, not because somebody "
        "needed it. Whoever needs one can make it, and then knows where it is."
    ),
    remediation=(
        "Delete the key if the user does not know of it.\n\n"
        "aws iam delete-access-key --user-name USER --access-key-id KEY_ID"
    ),
    references=(iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),),
    frameworks=cis("1.11", "1.10", "2.10"),
    also_known_as={"prowler": ("iam_user_no_setup_initial_access_key",)},
    examples=(
        rejected(
            "within seconds",
            credential_report=[
                {
                    "user": "alice",
                    "user_creation_time": "2026-10-20T09:00:00+00:00",
                    "password_enabled": "true",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-10-20T09:00:03+00:00",
                }
            ],
        ),
        accepted(
            "a day later",
            credential_report=[
                {
                    "user": "alice",
                    "user_creation_time": "2026-10-20T09:00:00+00:00",
                    "password_enabled": "true",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-10-21T09:00:00+00:00",
                }
            ],
        ),
        accepted(
            "a machine, which is made for its key",
            credential_report=[
                {
                    "user": "build",
                    "user_creation_time": "2026-10-20T09:00:00+00:00",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-10-20T09:00:03+00:00",
                }
            ],
        ),
    ),
    check=check,
)
