"""Counts of the account, also root's keys and MFA; asked first, as they tell what the rest will take."""

from iamscout.fetch.spec import SourceSpec, answer

SOURCE = SourceSpec(
    name="iam:GetAccountSummary",
    operations=("iam:GetAccountSummary",),
    collect=answer("iam:GetAccountSummary"),
    comes_first=True,
    note="counts, quotas, and whether the root user has keys and MFA",
)
