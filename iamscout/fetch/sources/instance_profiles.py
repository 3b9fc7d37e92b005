"""Instance profiles in one listing; the authorization details have only those that hold a role."""

from iamscout.fetch.spec import SourceSpec, listing, pages_of

_OPERATION = "iam:ListInstanceProfiles"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=listing(_OPERATION, "InstanceProfiles"),
    expected_calls=pages_of("InstanceProfiles"),
    note="instance profiles, with and without a role",
)
