"""An active access key that was used, and not for long."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.keys import active_keys
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per key that was last used before the threshold."""
    limit = estate.settings.credential_unused_days
    for slot in () if row.is_root else active_keys(row):
        idle = age_days(slot.key.last_used, account)
        if idle is not None and idle > limit:
            yield Hit(
                f"{slot.name.capitalize()} of {row.user} was last used {idle:,} days ago", locator=slot.name
            )


RULE = Rule(
    title="Access key is unused",
    severity="medium",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "A key that its owner no longer uses is missed by nobody when it is stolen, and its use by a thief "
        "is noticed by nobody."
    ),
    remediation=(
        "Make the key inactive, wait, and delete it.\n\n"
        "aws iam update-access-key --user-name USER --access-key-id KEY_ID --status Inactive"
    ),
    references=(
        iam_guide("Find unused AWS credentials", "id_credentials_finding-unused"),
        iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),
    ),
    frameworks=cis("1.12", "1.11", "2.11", "2.11") | fsbp("IAM.8"),
    also_known_as={
        "prowler": ("iam_user_accesskey_unused",),
        "scoutsuite": ("iam-unused-credentials-not-disabled",),
    },
    examples=(
        rejected(
            "last used in spring",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-01-01T00:00:00+00:00",
                    "access_key_1_last_used_date": "2026-04-01T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "used last week",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-01-01T00:00:00+00:00",
                    "access_key_1_last_used_date": "2026-10-25T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "never used is another rule's matter",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-01-01T00:00:00+00:00",
                }
            ],
        ),
    ),
    check=check,
)
