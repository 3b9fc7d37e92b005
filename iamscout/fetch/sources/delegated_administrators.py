"""The member accounts that administer a service for the whole organization."""

from iamscout.fetch.spec import SourceSpec, in_organization, listing

_OPERATION = "organizations:ListDelegatedAdministrators"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=in_organization(listing(_OPERATION, "DelegatedAdministrators")),
    switch="organization",
    note="accounts that administer services for the organization",
)
