"""A SAML provider whose metadata is no longer valid."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, OidcProvider, SamlProvider


def check(provider: SamlProvider | OidcProvider, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per SAML provider that was valid until a time before the capture."""
    if not isinstance(provider, SamlProvider) or provider.valid_until is None:
        return
    if provider.valid_until < account.captured_at:
        yield Hit(
            f"The metadata of {provider.arn.partition('/')[2]} expired on {provider.valid_until:%Y-%m-%d}",
        )


RULE = Rule(
    title="SAML metadata has expired",
    severity="low",
    applies_to="identity_provider",
    needs=("iam:ListSAMLProviders",),
    rationale=(
        "The certificate with which the provider signs is out of date. Either nobody signs in through it "
        "any more, and it should go; or the next change of certificate at the provider will lock everybody "
        "out."
    ),
    remediation=(
        "Upload the provider's current metadata, or delete the provider.\n\n"
        "aws iam update-saml-provider --saml-provider-arn ARN --saml-metadata-document file://metadata.xml"
    ),
    references=(iam_guide("Create a SAML identity provider in IAM", "id_roles_providers_create_saml"),),
    examples=(
        rejected(
            "valid until last year",
            saml_providers=[{"Name": "corporate", "ValidUntil": "2025-06-30T00:00:00Z"}],
        ),
        accepted(
            "valid until next year",
            saml_providers=[{"Name": "corporate", "ValidUntil": "2027-06-30T00:00:00Z"}],
        ),
        accepted(
            "an OpenID Connect provider has no such date", oidc_providers=[{"Url": "login.example.com"}]
        ),
    ),
    check=check,
)
