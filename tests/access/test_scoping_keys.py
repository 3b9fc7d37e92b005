"""Keys that scope a trust: external id, source of a service, address, claims of a federated caller.

Sources: IAM User Guide, "AWS global condition context keys", "IAM and AWS STS condition context keys".
"""

import pytest

from iamscout.access.credentials import CredentialResults
from iamscout.access.principals import BUILT_IN_PROVIDERS
from tests.access.worlds import (
    HOME,
    OTHER,
    OUTSIDE,
    AccountMaker,
    Context,
    Json,
    World,
    allow,
    distrust,
    granted_under,
    trust,
)

WEB = "sts:AssumeRoleWithWebIdentity"


def test_an_external_id_is_asked_of_the_request() -> None:
    condition = {"StringEquals": {"sts:ExternalId": "s3cret"}}
    assert granted_under(condition) == "deny"
    assert granted_under(condition, {"sts:externalid": "s3cret"}) == "allow"
    assert granted_under({"StringLike": {"sts:ExternalId": "*"}}) == "deny"
    assert granted_under({"StringEqualsIfExists": {"sts:ExternalId": "s3cret"}}) == "allow"
    assert granted_under({"StringNotEquals": {"sts:ExternalId": "s3cret"}}) == "allow"


def test_a_service_is_scoped_by_the_resource_it_acts_for() -> None:
    account = AccountMaker()
    condition = {
        "StringEquals": {"aws:SourceAccount": HOME},
        "ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{HOME}:*"},
    }
    role = account.role("target", [trust({"Service": "sns.amazonaws.com"}, Condition=condition)])
    world = World(account)
    ours = {"aws:SourceAccount": HOME, "aws:SourceArn": f"arn:aws:sns:eu-west-1:{HOME}:topic"}
    assert world.ask("sns.amazonaws.com", role, ours).result == "allow"
    assert world.ask("sns.amazonaws.com", role, {**ours, "aws:SourceAccount": OTHER}).reason == "condition"
    assert world.ask("sns.amazonaws.com", role).reason == "condition"
    assert world.ask("sns.amazonaws.com", role, closed=False).result == "conditional"


def test_an_address_is_absent_behind_a_vpc_endpoint_and_a_negated_operator_then_passes() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    condition = {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    role = account.role("target", [trust(account.root), distrust("*", Condition=condition)])
    world = World(account)
    assert world.ask(user, role, {"aws:SourceIp": "192.0.2.7"}).result == "allow"
    assert world.ask(user, role, {"aws:SourceIp": "198.51.100.7"}).reason == "explicit_deny"
    assert world.ask(user, role, {"aws:SourceVpce": "vpce-1"}).reason == "explicit_deny"


@pytest.mark.parametrize(
    ("provider", "action", "condition", "right", "wrong"),
    [
        (
            "saml-provider/corp",
            "sts:AssumeRoleWithSAML",
            {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            {"SAML:aud": "https://signin.aws.amazon.com/saml"},
            {"SAML:aud": "https://evil.example.com/saml"},
        ),
        (
            "saml-provider/corp",
            "sts:AssumeRoleWithSAML",
            {"ForAnyValue:StringEquals": {"SAML:eduPersonAffiliation": ["staff"]}},
            {"saml:edupersonaffiliation": ["member", "staff"]},
            {"saml:edupersonaffiliation": ["member"]},
        ),
        (
            "oidc-provider/token.actions.githubusercontent.com",
            "sts:AssumeRoleWithWebIdentity",
            {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:*"}},
            {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:ref:refs/heads/main"},
            {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo-evil:ref:refs/heads/main"},
        ),
        (
            "cognito-identity.amazonaws.com",
            "sts:AssumeRoleWithWebIdentity",
            {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
            {
                "cognito-identity.amazonaws.com:aud": "eu-west-1:pool",
                "cognito-identity.amazonaws.com:amr": ["authenticated", "graph"],
            },
            {
                "cognito-identity.amazonaws.com:aud": "eu-west-1:other",
                "cognito-identity.amazonaws.com:amr": "authenticated",
            },
        ),
    ],
)
def test_claims_of_a_federated_caller(
    provider: str, action: str, condition: Json, right: Context, wrong: Context
) -> None:
    account = AccountMaker()
    caller = provider if provider.startswith("cognito") else account.arn(provider)
    role = account.role("target", [trust({"Federated": caller}, action, Condition=condition)])
    world = World(account)
    assert world.ask(caller, role, right, actions=[action]).result == "allow"
    assert world.ask(caller, role, wrong, actions=[action]).reason == "condition"
    assert world.ask(caller, role, actions=[action]).reason == "condition"
    edge = world.edge(caller, role, action)
    assert edge is not None
    assert (edge.verdict.result, edge.verdict.reason) == ("conditional", "condition")


OIDC = {
    "gitlab.com": ("sub", "project_path:g/p:*", "project_path:g/p:ref_type:branch:ref:main"),
    "app.terraform.io": (
        "sub",
        "organization:acme:*",
        "organization:acme:project:p:workspace:w:run_phase:plan",
    ),
    "oidc.eks.eu-west-1.amazonaws.com/id/0123": (
        "sub",
        "system:serviceaccount:n:*",
        "system:serviceaccount:n:a",
    ),
    "oidc.circleci.com/org/0123": ("sub", "org/0123/project/4567/*", "org/0123/project/4567/user/89"),
    "agent.buildkite.com": ("organization_slug", "acme", "acme"),
    "accounts.google.com": ("oaud", "client.apps.example.com", "client.apps.example.com"),
    "graph.facebook.com": ("app_id", "1234567890", "1234567890"),
    "www.amazon.com": ("app_id", "amzn1.application.example", "amzn1.application.example"),
}
"""Provider to a claim that ties a trust to a tenant, a pattern of it, and a value that fits."""


@pytest.mark.parametrize("host", OIDC)
def test_a_tenant_claim_scopes_the_trust_in_its_provider(host: str) -> None:
    claim, pattern, fitting = OIDC[host]
    account = AccountMaker()
    provider = host if host in BUILT_IN_PROVIDERS else account.arn(f"oidc-provider/{host}")
    condition = {"StringLike": {f"{host}:{claim}": pattern}}
    role = account.role("target", [trust({"Federated": provider}, WEB, Condition=condition)])
    world = World(account)
    assert world.ask(provider, role, {f"{host}:{claim}": fitting}, actions=[WEB]).result == "allow"
    assert world.ask(provider, role, {f"{host}:{claim}": "evil"}, actions=[WEB]).reason == "condition"
    assert world.ask(provider, role, {f"evil.{host}:{claim}": fitting}, actions=[WEB]).reason == "condition"


def test_a_pattern_for_principals_may_leave_the_account_open() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    deployer, stranger = other.role("deployer", [], [allow()]), other.role("other", [], [allow()])
    condition = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deployer"}}
    role = home.role("target", [trust("*", Condition=condition)])
    world = World(home, other)
    assert world.ask(deployer, role).result == "allow"
    assert world.ask(stranger, role).reason == "condition"
    assert world.ask(f"arn:aws:iam::{OUTSIDE}:role/deployer", role).reason == "unknown_account"


def test_sessions_that_are_revoked_by_their_age_leave_long_term_keys_alone() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    revoked = {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}
    role = account.role("target", [trust(account.root), distrust("*", Condition=revoked)])
    world = World(account)
    assert world.ask(user, role).result == "allow"
    assert world.ask(user, role, {"aws:TokenIssueTime": "2025-12-31T00:00:00Z"}).reason == "explicit_deny"
    edge = world.edge(user, role)
    assert edge is not None
    assert edge.verdict.credentials == CredentialResults("allow", "conditional", "conditional")


def test_tags_that_are_passed_are_asked_of_the_request() -> None:
    account = AccountMaker()
    both = ["sts:AssumeRole", "sts:TagSession"]
    user = account.user("ann", [allow(both)])
    condition = {
        "StringEquals": {"aws:RequestTag/team": "blue"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
    }
    role = account.role("target", [trust(account.root, both, Condition=condition)])
    world = World(account)
    right = {"aws:RequestTag/team": "blue", "aws:TagKeys": ["team"]}
    assert world.ask(user, role, right, actions=both).result == "allow"
    assert world.ask(user, role, {**right, "aws:TagKeys": ["team", "x"]}, actions=both).reason == "condition"
    assert world.ask(user, role, {**right, "aws:RequestTag/team": "red"}, actions=both).reason == "condition"
