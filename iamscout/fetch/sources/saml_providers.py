"""The SAML identity providers of the account."""

from iamscout.fetch.spec import SourceSpec, answer

SOURCE = SourceSpec(
    name="iam:ListSAMLProviders",
    operations=("iam:ListSAMLProviders",),
    collect=answer("iam:ListSAMLProviders"),
    note="SAML identity providers",
)
