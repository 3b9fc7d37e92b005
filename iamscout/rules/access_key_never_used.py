"""An active access key that nobody has used since it was made."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.keys import active_keys
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per key without a use, once it is older than the threshold."""
    limit = estate.settings.credential_unused_days
    for slot in () if row.is_root else active_keys(row):
        age = age_days(slot.key.last_rotated, account)
        if slot.key.last_used is None and age is not None and age > limit:
            yield Hit(
                f"{slot.name.capitalize()} of {row.user} was made {age:,} days ago and never used",
                locator=slot.name,
            )


RULE = Rule(
    title="Access key was never used",
    severity="medium",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "A key that was made and never used was made in vain, and lies wherever it was saved. Deleting it "
        "breaks nothing."
    ),
    remediation=(
        "Delete the key, since nothing uses it.\n\n"
        "aws iam delete-access-key --user-name USER --access-key-id KEY_ID"
    ),
    references=(
        iam_guide("Find unused AWS credentials", "id_credentials_finding-unused"),
        iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),
    ),
    frameworks=cis("1.12", "1.11", "2.11", "2.11") | fsbp("IAM.8"),
    also_known_as={"prowler": ("iam_user_accesskey_unused",)},
    examples=(
        rejected(
            "made in spring",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-04-01T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "made last week",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-10-25T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "used once, long ago, is another rule's matter",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-01-01T00:00:00+00:00",
                    "access_key_1_last_used_date": "2026-01-02T00:00:00+00:00",
                }
            ],
        ),
    ),
    check=check,
)
