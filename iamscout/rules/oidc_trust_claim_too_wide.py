"""A role trusts tenants or projects at an OpenID Connect provider that its author did not mean."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit, Severity
from iamscout.analysis.oidc import breadth, claim, issuer_of
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import access, allowed, called
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per provider, worded by how far the pattern reaches."""
    for entry in access(estate, role, "federated"):
        principal = entry.principals[0]
        if principal.kind != "oidc" or (size := breadth(entry.verdict.requires, principal)) in (
            None,
            "anyone",
        ):
            continue
        grants = [g for g in allowed(estate, role, "oidc") if g.principal == principal]
        patterns = sorted(
            {
                value
                for g in grants
                for c in g.conditions
                if claim(issuer_of(principal), c) == "sub"
                for value in c.values
            }
        )
        power = estate.power_of(account, role)
        yield Hit(
            f"Role {called(role, power)} lets in {_MEANING[size]}: {listed(patterns)}",
            tuple(trust_evidence(role, g.statement, "Condition") for g in grants),
            locator=principal.value,
            severity=_SEVERITY[size],
        )


_MEANING = {
    "tenants_alike": "every tenant whose name begins alike, which anybody may register",
    "any_project": "every project of the tenant",
    "projects_alike": "every project whose name begins alike",
}
_SEVERITY: dict[str, Severity] = {"tenants_alike": "high", "any_project": "low", "projects_alike": "low"}

_GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
_EKS = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"

RULE = Rule(
    title="OpenID Connect trust is wider than it looks",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A wildcard in the subject matches more than the eye reads: `repo:acme*` also means the "
        "organization acme-evil, which anybody may found; `repo:acme/app*` also means acme/app-playground. "
        "Whoever may write to any project that matches has the role."
    ),
    remediation=(
        "Close the name with the character that ends it, and keep wildcards behind it.\n\n"
        '"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:*"}'
    ),
    references=(
        iam_guide("Create a role for OpenID Connect federation", "id_roles_create_for-idp_oidc"),
        iam_guide(
            "Identity-provider controls for shared OIDC providers",
            "id_roles_providers_oidc_secure-by-default",
        ),
    ),
    examples=(
        rejected(
            "organizations of similar names",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme*"}},
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
        rejected(
            "repositories of similar names",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app*"}},
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
        rejected(
            "every service account of a namespace",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _EKS},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringLike": {
                        "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub": "system:serviceaccount:default:*"
                    }
                },
            },
            oidc_providers=[{"Url": "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"}],
        ),
        accepted(
            "any branch of one repository",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:*"}},
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
        accepted(
            "a wide subject beside the repository's id",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": _GITHUB},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme*"},
                    "StringEquals": {"token.actions.githubusercontent.com:repository_id": "1234567"},
                },
            },
            oidc_providers=[{"Url": "token.actions.githubusercontent.com"}],
        ),
    ),
    check=check,
)
