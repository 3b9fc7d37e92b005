"""The profiles of IAM Roles Anywhere in the session's region: which roles a certificate can become."""

from iamscout.fetch.spec import SourceSpec, in_region, listing

_OPERATION = "rolesanywhere:ListProfiles"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=in_region(listing(_OPERATION, "profiles")),
    switch="roles_anywhere",
    note="roles that certificates give, and by which session policies they are cut",
)
