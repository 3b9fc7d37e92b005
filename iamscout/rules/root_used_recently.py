"""Somebody worked as root."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account whose root password or keys were used within the threshold."""
    if not row.is_root:
        return
    uses = {"password": row.password_last_used}
    uses |= {f"access key {number}": key.last_used for number, key in enumerate(row.access_keys, 1)}
    for what, when in uses.items():
        days = age_days(when, account)
        if days is not None and 0 <= days <= estate.settings.root_unused_days:
            yield Hit(
                f"The {what} of the root user of {account.label} was used {days:,} days ago", locator=what
            )


RULE = Rule(
    title="Root user was used recently",
    severity="medium",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "A handful of tasks needs root, and most accounts see none of them in a year. Work done as root is "
        "work that no policy limits and that nobody can be told apart in."
    ),
    remediation=(
        "Find out in CloudTrail what was done, and make a role for it. Keep root's credentials locked away."
    ),
    references=(
        iam_guide("Root user best practices for your AWS account", "root-user-best-practices"),
        iam_guide("AWS account root user", "id_root-user#root-user-tasks"),
    ),
    frameworks=cis("1.7", "1.6", "2.6", "2.7"),
    also_known_as={"prowler": ("iam_avoid_root_usage",), "scoutsuite": ("iam-root-account-used-recently",)},
    examples=(
        rejected(
            "signed in last week",
            credential_report=[{"user": "<root_account>", "password_last_used": "2026-10-25T00:00:00+00:00"}],
        ),
        rejected(
            "a key used yesterday",
            credential_report=[
                {
                    "user": "<root_account>",
                    "access_key_1_active": "true",
                    "access_key_1_last_used_date": "2026-10-31T00:00:00+00:00",
                }
            ],
        ),
        accepted(
            "signed in last year",
            credential_report=[{"user": "<root_account>", "password_last_used": "2025-05-01T00:00:00+00:00"}],
        ),
        accepted(
            "somebody else",
            credential_report=[
                {
                    "user": "alice",
                    "password_enabled": "true",
                    "password_last_used": "2026-10-31T00:00:00+00:00",
                }
            ],
        ),
    ),
    check=check,
)
