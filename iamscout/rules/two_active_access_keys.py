"""A user has two active access keys."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.keys import active_keys
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user."""
    if not row.is_root and len(active_keys(row)) > 1:
        yield Hit(f"User {row.user} has two active access keys")


RULE = Rule(
    title="User has two active access keys",
    severity="low",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "IAM allows a second key so that one can be changed for the other. Two that stay are two to lose, "
        "and leave no place for the change of either."
    ),
    remediation=(
        "Find out which key is not needed, and delete it.\n\n"
        "aws iam get-access-key-last-used --access-key-id KEY_ID\n"
        "aws iam delete-access-key --user-name USER --access-key-id KEY_ID"
    ),
    references=(iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),),
    frameworks=cis("1.13", "1.12", "2.12"),
    also_known_as={
        "prowler": ("iam_user_two_active_access_key",),
        "scoutsuite": ("iam-user-with-multiple-access-keys",),
    },
    examples=(
        rejected(
            "both active",
            credential_report=[
                {"user": "build", "access_key_1_active": "true", "access_key_2_active": "true"}
            ],
        ),
        accepted(
            "one active",
            credential_report=[
                {"user": "build", "access_key_1_active": "true", "access_key_2_active": "false"}
            ],
        ),
    ),
    check=check,
)
