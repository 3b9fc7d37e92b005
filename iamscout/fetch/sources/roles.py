"""Roles once more, for what the authorization details lack: the longest session and the description."""

from iamscout.fetch.spec import SourceSpec, listing, pages_of

SOURCE = SourceSpec(
    name="iam:ListRoles",
    operations=("iam:ListRoles",),
    collect=listing("iam:ListRoles", "Roles"),
    expected_calls=pages_of("Roles"),
    note="each role's longest session and description",
)
