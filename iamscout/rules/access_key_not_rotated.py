"""An active access key is older than the threshold."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.keys import active_keys, power_of_row
from iamscout.analysis.power import POWER_WORDS
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import graded
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per key; graver for who may change permissions."""
    if row.is_root:
        return
    limit = estate.settings.access_key_max_age_days
    for slot in active_keys(row):
        age = age_days(slot.key.last_rotated, account)
        if age is not None and age > limit:
            power = power_of_row(estate, account, row)
            yield Hit(
                f"{slot.name.capitalize()} of {row.user}{POWER_WORDS[power]} is {age:,} days old; "
                f"the limit is {limit:,} days",
                locator=slot.name,
                severity=graded(
                    power, administrator="high", privileged="high", ordinary="medium", none="low"
                ),
            )


RULE = Rule(
    title="Access key is not rotated",
    severity="medium",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "Access keys are valid until somebody deletes them, wherever copies of them lie. The older a key, "
        "the more places it has been to. A role needs no rotation, because its credentials end by "
        "themselves."
    ),
    remediation=(
        "Replace the key by a role where the workload can have one; else make a second key, change over, "
        "and delete the first.\n\n"
        "aws iam create-access-key --user-name USER\n"
        "aws iam update-access-key --user-name USER --access-key-id KEY_ID --status Inactive\n"
        "aws iam delete-access-key --user-name USER --access-key-id KEY_ID"
    ),
    references=(
        iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),
        iam_guide("Security best practices in IAM", "best-practices"),
    ),
    frameworks=cis("1.14", "1.13", "2.13", "2.12") | fsbp("IAM.3"),
    also_known_as={
        "prowler": ("iam_rotate_access_key_90_days",),
        "scoutsuite": ("iam-user-no-Active-key-rotation",),
    },
    examples=(
        rejected(
            "a key of last year",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2025-06-01T00:00:00+00:00",
                }
            ],
        ),
        rejected(
            "the second key",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-10-20T00:00:00+00:00",
                    "access_key_2_active": "true",
                    "access_key_2_last_rotated": "2025-06-01T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "a key of this month",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-10-20T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "an old key that is inactive",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "false",
                    "access_key_1_last_rotated": "2025-06-01T00:00:00+00:00",
                }
            ],
        ),
    ),
    check=check,
)
