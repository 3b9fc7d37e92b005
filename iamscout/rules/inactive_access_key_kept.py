"""An access key that was made inactive and never deleted."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per inactive key; a slot without any date holds no key."""
    for number, key in enumerate(row.access_keys, 1):
        if not key.active and key.last_rotated is not None and not row.is_root:
            yield Hit(
                f"Access key {number} of {row.user} is inactive and was kept", locator=f"access key {number}"
            )


RULE = Rule(
    title="Inactive access key is kept",
    severity="info",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "An inactive key works again as soon as somebody who may call iam:UpdateAccessKey says so, and "
        "whoever has a copy of it waits for that."
    ),
    remediation=(
        "Delete the key when nothing has missed it.\n\n"
        "aws iam delete-access-key --user-name USER --access-key-id KEY_ID"
    ),
    references=(iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),),
    also_known_as={"scoutsuite": ("iam-user-no-Inactive-key-rotation",)},
    examples=(
        rejected(
            "an inactive key",
            credential_report=[
                {
                    "user": "build",
                    "access_key_2_active": "false",
                    "access_key_2_last_rotated": "2025-01-01T00:00:00+00:00",
                }
            ],
        ),
        accepted("no key at all", credential_report=[{"user": "build"}]),
        accepted(
            "an active key",
            credential_report=[
                {
                    "user": "build",
                    "access_key_1_active": "true",
                    "access_key_1_last_rotated": "2026-10-25T00:00:00+00:00",
                }
            ],
        ),
    ),
    check=check,
)
