"""A role trusts an OpenID Connect provider for whatever audience, and the provider knows several."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.oidc import issuer_of
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import access, allowed
from iamscout.analysis.wording import count
from iamscout.policy.condition import holds
from iamscout.policy.formula import Alternative, Test
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per provider in the account with several client ids of which the trust names none."""
    clients = {provider.arn: provider.client_ids for provider in account.oidc_providers or ()}
    for entry in access(estate, role, "federated"):
        principal = entry.principals[0]
        if principal.kind != "oidc" or len(clients.get(principal.value, ())) < 2:
            continue
        key = f"{issuer_of(principal)}:aud".lower()
        if all(_names_audience(alternative, key) for alternative in entry.verdict.requires.alternatives):
            continue
        yield Hit(
            f"Role {role.name} accepts tokens of {principal.name} for any of "
            f"{count(len(clients[principal.value]), 'audience')}",
            tuple(
                trust_evidence(role, g.statement, "Condition" if g.conditions else "Principal")
                for g in allowed(estate, role, "oidc")
                if g.principal == principal
            ),
            locator=principal.value,
        )


def _names_audience(alternative: Alternative, key: str) -> bool:
    """Whether an alternative has a test on the audience that a token for another one fails."""
    tests = [atom for atom in alternative if isinstance(atom, Test) and atom.condition.key.lower() == key]
    return any(holds(test.condition, ("q9-another-audience",)) == test.negated for test in tests)


RULE = Rule(
    title="OpenID Connect trust lacks an audience",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails", "iam:ListOpenIDConnectProviders"),
    rationale=(
        "The provider in IAM accepts tokens for several audiences (client ids), each for another "
        "application. A role that does not say which one it means can be entered with a token that was made "
        "for another application."
    ),
    remediation=(
        'Name the audience in the trust policy.\n\n"StringEquals": {"login.example.com:aud": "deploy"}'
    ),
    references=(iam_guide("Create a role for OpenID Connect federation", "id_roles_create_for-idp_oidc"),),
    examples=(
        rejected(
            "two audiences, and neither is named",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/login.example.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {"login.example.com:sub": "deploy"}},
            },
            oidc_providers=[{"Url": "login.example.com", "ClientIDList": ["deploy", "wiki"]}],
        ),
        accepted(
            "one of two audiences is named",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/login.example.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {"login.example.com:aud": "deploy"}},
            },
            oidc_providers=[{"Url": "login.example.com", "ClientIDList": ["deploy", "wiki"]}],
        ),
        accepted(
            "a provider with one audience",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/login.example.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {"login.example.com:sub": "deploy"}},
            },
            oidc_providers=[{"Url": "login.example.com", "ClientIDList": ["deploy"]}],
        ),
    ),
    check=check,
)
