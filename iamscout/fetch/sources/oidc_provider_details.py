"""Each OpenID Connect provider with its client ids; an account has few (the quota is 700)."""

from iamscout.fetch.api import Api
from iamscout.fetch.spec import SourceSpec

_LISTING = "iam:ListOpenIDConnectProviders"
_OPERATION = "iam:GetOpenIDConnectProvider"


def _collect(api: Api) -> object:
    listed = api.answer(_LISTING).get("OpenIDConnectProviderList", ())
    arns = [each["Arn"] for each in listed if each.get("Arn")]
    return api.each(_OPERATION, "OpenIDConnectProviderArn", arns)


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=_collect,
    needs=(_LISTING,),
    # The summary counts providers of both kinds together; that share is expected by iam:GetSAMLProvider.
    expected_calls=lambda _: 0,
    note="each OpenID Connect provider's client ids and thumbprints",
)
