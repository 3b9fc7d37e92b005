"""The certificate authorities whose certificates IAM Roles Anywhere accepts, in the session's region."""

from iamscout.fetch.spec import SourceSpec, in_region, listing

_OPERATION = "rolesanywhere:ListTrustAnchors"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=in_region(listing(_OPERATION, "trustAnchors")),
    switch="roles_anywhere",
    note="certificate authorities that IAM Roles Anywhere trusts",
)
