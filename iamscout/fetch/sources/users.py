"""Users once more, for what the authorization details lack: when the password was last used."""

from iamscout.fetch.spec import SourceSpec, listing, pages_of

SOURCE = SourceSpec(
    name="iam:ListUsers",
    operations=("iam:ListUsers",),
    collect=listing("iam:ListUsers", "Users"),
    expected_calls=pages_of("Users"),
    note="when each user's password was last used",
)
