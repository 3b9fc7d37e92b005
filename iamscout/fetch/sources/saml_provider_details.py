"""Each SAML provider with its metadata; an account has few (the quota is 100)."""

from iamscout.fetch.api import Api
from iamscout.fetch.spec import SourceSpec, one_per

_LISTING = "iam:ListSAMLProviders"
_OPERATION = "iam:GetSAMLProvider"


def _collect(api: Api) -> object:
    listed = api.answer(_LISTING).get("SAMLProviderList", ())
    return api.each(_OPERATION, "SAMLProviderArn", [each["Arn"] for each in listed if each.get("Arn")])


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=_collect,
    needs=(_LISTING,),
    expected_calls=one_per("Providers"),
    note="each SAML provider's metadata and expiry",
)
