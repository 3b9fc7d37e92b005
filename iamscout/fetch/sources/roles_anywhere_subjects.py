"""The certificates by which IAM Roles Anywhere was used, in the session's region: who, and when last."""

from iamscout.fetch.spec import SourceSpec, in_region, listing

_OPERATION = "rolesanywhere:ListSubjects"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=in_region(listing(_OPERATION, "subjects")),
    switch="roles_anywhere",
    note="certificates that were used, and when",
)
