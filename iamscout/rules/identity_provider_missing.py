"""A role trusts an identity provider that the account does not have."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import allowed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per provider of this account that is not in its lists; other accounts are not judged."""
    providers = {provider.arn for provider in account.saml_providers or ()}
    providers |= {provider.arn for provider in account.oidc_providers or ()}
    missing = {
        grant.principal.value: grant
        for grant in allowed(estate, role, "saml", "oidc")
        if grant.principal.account == account.id and grant.principal.value not in providers
    }
    for value, grant in sorted(missing.items()):
        yield Hit(
            f"Role {role.name} trusts the identity provider {grant.principal.name}, which is not there",
            (trust_evidence(role, grant.statement, "Principal"),),
            locator=value,
        )


_EKS = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"

RULE = Rule(
    title="Role trusts an identity provider that is missing",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails", "iam:ListSAMLProviders", "iam:ListOpenIDConnectProviders"),
    judges_absence=True,
    rationale=(
        "Nobody can use the trust as long as the provider is not there. But providers are found by name: "
        "whoever may create one with this name decides whom it vouches for, and has the role."
    ),
    remediation="Remove the statement, or delete the role if nothing else uses it.",
    references=(
        iam_guide("Identity providers and federation into AWS", "id_roles_providers"),
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
    ),
    examples=(
        rejected(
            "a SAML provider that was deleted",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/former"},
                "Action": "sts:AssumeRoleWithSAML",
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        rejected(
            "an EKS cluster that was deleted",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _EKS},
                "Action": "sts:AssumeRoleWithWebIdentity",
            },
        ),
        accepted(
            "a provider that is there",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": "sts:AssumeRoleWithSAML",
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        accepted(
            "a built-in provider needs none",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
            },
        ),
    ),
    check=check,
)
