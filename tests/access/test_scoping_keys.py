"""Keys that scope a trust: external id, source of a service, address, claims of a federated caller.

Sources: IAM User Guide, "AWS global condition context keys", "IAM and AWS STS condition context keys".
"""

import pytest

from tests.access.worlds import (
    HOME,
    OTHER,
    AccountMaker,
    Context,
    Json,
    World,
    allow,
    distrust,
    granted_under,
    trust,
)


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
