"""An identity provider that no role trusts."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, OidcProvider, SamlProvider


def check(provider: SamlProvider | OidcProvider, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per provider whose ARN stands in no trust policy of the account."""
    if "/AWSSSO_" in provider.arn:
        return
    for role in account.roles:
        if any(grant.principal.value == provider.arn for grant in estate.access.grants.get(role.arn, ())):
            return
        if role.trust_policy.unreadable and provider.arn in role.trust_policy.text:
            return
    yield Hit(f"No role of the account trusts the identity provider {provider.arn.partition('/')[2]}")


RULE = Rule(
    title="Identity provider is unused",
    severity="info",
    applies_to="identity_provider",
    needs=("iam:GetAccountAuthorizationDetails",),
    needs_any=("iam:ListSAMLProviders", "iam:ListOpenIDConnectProviders"),
    judges_absence=True,
    rationale=(
        "A provider vouches for people or workloads outside AWS. One that no role trusts is a leftover: it "
        "does nothing today, and makes the next trust policy that names it effective at once."
    ),
    remediation=(
        "Delete the provider.\n\n"
        "aws iam delete-saml-provider --saml-provider-arn ARN\n"
        "aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ARN"
    ),
    references=(iam_guide("Identity providers and federation into AWS", "id_roles_providers"),),
    examples=(
        rejected("a SAML provider and no role", saml_providers=[{"Name": "corporate"}]),
        rejected(
            "another provider is trusted",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": "sts:AssumeRoleWithSAML",
            },
            saml_providers=[{"Name": "corporate"}, {"Name": "former"}],
        ),
        accepted(
            "a role trusts it",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": "sts:AssumeRoleWithSAML",
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        accepted(
            "the provider of IAM Identity Center, which AWS keeps",
            saml_providers=[{"Name": "AWSSSO_0123456789abcdef_DO_NOT_DELETE"}],
        ),
    ),
    check=check,
)
