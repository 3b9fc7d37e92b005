"""The OpenID Connect identity providers of the account."""

from iamscout.fetch.spec import SourceSpec, answer

SOURCE = SourceSpec(
    name="iam:ListOpenIDConnectProviders",
    operations=("iam:ListOpenIDConnectProviders",),
    collect=answer("iam:ListOpenIDConnectProviders"),
    note="OpenID Connect identity providers",
)
