"""Users, groups, roles and managed policies with their documents: what most rules stand on."""

from iamscout.fetch.spec import SourceSpec, listing, pages_of

SOURCE = SourceSpec(
    name="iam:GetAccountAuthorizationDetails",
    operations=("iam:GetAccountAuthorizationDetails",),
    # One marker runs over all four lists: a page holds whatever comes next of any of them.
    collect=listing(
        "iam:GetAccountAuthorizationDetails",
        "UserDetailList",
        "GroupDetailList",
        "RoleDetailList",
        "Policies",
    ),
    expected_calls=pages_of("Users", "Groups", "Roles", "Policies"),
    note="users, groups, roles and managed policies with their documents",
)
