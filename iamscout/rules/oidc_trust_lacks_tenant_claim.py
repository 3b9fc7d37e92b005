"""A role trusts a shared OpenID Connect provider and not only your tenant there."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.oidc import breadth, provider_of
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import access, allowed, called, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per provider whose tokens get in whoever they were made for."""
    for entry in access(estate, role, "federated"):
        principal = entry.principals[0]
        provider = provider_of(principal)
        if principal.kind != "oidc" or provider is None:
            continue
        if breadth(entry.verdict.requires, principal) != "anyone":
            continue
        power = estate.power_of(account, role)
        who = (
            f"Anybody with an account at {provider.name}"
            if provider.is_shared
            else f"Everybody in {provider.name}"
        )
        yield Hit(
            f"{who} can assume {called(role, power)}: no condition on {provider.tells_tenant}",
            tuple(
                trust_evidence(role, g.statement, "Condition" if g.conditions else "Principal")
                for g in allowed(estate, role, "oidc")
                if g.principal == principal
            ),
            locator=principal.value,
            severity=graded(
                power, administrator="critical", privileged="critical", ordinary="high", none="medium"
            )
            if provider.is_shared
            else graded(power, administrator="high", privileged="high", ordinary="medium", none="low"),
        )


_GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
_EKS = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"

RULE = Rule(
    title="OpenID Connect trust lacks a claim that tells the tenant",
    severity="high",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "GitHub, GitLab, HCP Terraform and others sign the tokens of all their customers with one issuer. "
        "Without a condition on a claim that says whose token it is, anybody can make a token there that "
        "your role accepts. Audience, branch and environment are what the token's owner writes into it, and "
        "keep nobody out."
    ),
    remediation=(
        "Compare the subject (or another claim that tells the tenant) with your own.\n\n"
        '"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, '
        '"StringLike": {"token.actions.githubusercontent.com:sub": "repo:ORG/REPO:ref:refs/heads/main"}}'
    ),
    references=(
        iam_guide(
            "Identity-provider controls for shared OIDC providers",
            "id_roles_providers_oidc_secure-by-default",
        ),
        iam_guide("Create a role for OpenID Connect federation", "id_roles_create_for-idp_oidc"),
    ),
    also_known_as={"prowler": ("iam_role_github_oidc_trust_subject_restricted",)},
    examples=(
        rejected(
            "GitHub with an audience alone",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
                },
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
        rejected(
            "GitHub with a subject that any repository has",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringLike": {"token.actions.githubusercontent.com:sub": "repo:*:ref:refs/heads/main"}
                },
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
        rejected(
            "an EKS cluster without a service account",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _EKS},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:aud": "sts.amazonaws.com"}
                },
            },
            oidc_providers=[{"Url": "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"}],
        ),
        rejected(
            "Cognito without an identity pool",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}
                },
            },
        ),
        accepted(
            "one repository",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:*"}},
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
        accepted(
            "no subject, but the owner's id",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {"token.actions.githubusercontent.com:repository_owner_id": "1234567"}
                },
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
        accepted(
            "a service account of a cluster",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _EKS},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub": "system:serviceaccount:default:app"
                    }
                },
            },
            oidc_providers=[{"Url": "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"}],
        ),
        accepted(
            "one Cognito identity pool",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        "cognito-identity.amazonaws.com:aud": "eu-west-1:00000000-0000-0000-0000-example"
                    }
                },
            },
        ),
        accepted(
            "similar names are another rule's matter",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme*"}},
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
    ),
    check=check,
)
