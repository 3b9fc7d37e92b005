"""The AWS services that may act in every account of the organization (trusted access)."""

from iamscout.fetch.spec import SourceSpec, in_organization, listing

_OPERATION = "organizations:ListAWSServiceAccessForOrganization"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=in_organization(listing(_OPERATION, "EnabledServicePrincipals")),
    switch="organization",
    note="services with trusted access to the organization",
)
