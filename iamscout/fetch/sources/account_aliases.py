"""The account's alias, the name that people know it by."""

from iamscout.fetch.spec import SourceSpec, listing

SOURCE = SourceSpec(
    name="iam:ListAccountAliases",
    operations=("iam:ListAccountAliases",),
    collect=listing("iam:ListAccountAliases", "AccountAliases"),
    note="the account's name",
)
