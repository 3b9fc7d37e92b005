"""Who can call, from where and by which action; roles that AWS makes.

Sources: IAM User Guide, "How IAM roles differ from resource-based policies", "Requesting temporary security
credentials", "Using service-linked roles"; STS API Reference, "AssumeRoleWithSAML".
"""

import pytest

from iamscout.snapshot.model import Source, encode_source
from tests.access.worlds import (
    HOME,
    OTHER,
    AccountMaker,
    World,
    allow,
    root,
    trust,
)


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_trust_never_crosses_partitions_not_even_with_the_same_number(partition: str) -> None:
    home, elsewhere = AccountMaker(HOME), AccountMaker(OTHER, partition)
    user = elsewhere.user("ann", [allow("*")])
    role = home.role("target", [trust(["*", elsewhere.root, user, OTHER])])
    world = World(home, elsewhere)
    assert world.ask(user, role).reason == "principal_cannot_assume"
    namesake = f"arn:{partition}:iam::{HOME}:user/ann"
    assert World(home).ask(namesake, role).reason == "principal_cannot_assume"


def test_a_trust_that_asks_who_calls_does_not_cross_partitions_either() -> None:
    home, elsewhere = AccountMaker(HOME), AccountMaker(OTHER, "aws-cn")
    user = elsewhere.user("ann", [allow("*")])
    condition = {"StringLike": {"aws:PrincipalArn": "arn:*"}}
    role = home.role("target", [trust("*", Condition=condition)])
    world = World(home, elsewhere)
    assert world.ask(user, role).reason == "principal_cannot_assume"
    assert world.edge(user, role) is None


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_other_partitions_decide_alike(partition: str) -> None:
    account = AccountMaker(HOME, partition)
    granted = account.user("ann", [allow("sts:AssumeRole", account.arn("role/*"))])
    without = account.user("bob")
    by_account = account.role("by-account", [trust(account.root)])
    by_number = account.role("by-number", [trust(HOME)])
    by_name = account.role("by-name", [trust(without)])
    wrong = account.role("wrong", [trust(root(HOME, "aws"))])
    world = World(account)
    assert world.ask(granted, by_account).result == "allow"
    assert world.ask(granted, by_number).result == "allow"
    assert world.ask(without, by_number).reason == "missing_identity"
    assert world.ask(without, by_name).result == "allow"
    assert world.ask(granted, wrong).reason == "missing_trust"


@pytest.mark.parametrize(
    "caller",
    [HOME, root(HOME), f"arn:aws:sts::{HOME}:federated-user/ann"],
    ids=["number", "root", "federated"],
)
def test_the_root_user_and_federation_token_sessions_cannot_assume_roles(caller: str) -> None:
    account = AccountMaker()
    role = account.role("target", [trust(["*", account.root, f"arn:aws:sts::{HOME}:federated-user/ann"])])
    decision = World(account).ask(caller, role)
    assert (decision.result, decision.reason) == ("deny", "principal_cannot_assume")


def test_services_and_identity_providers_need_the_trust_alone() -> None:
    account = AccountMaker()
    saml, oidc = account.arn("saml-provider/corp"), account.arn("oidc-provider/gitlab.example.com")
    for_service = account.role("a", [trust({"Service": "lambda.amazonaws.com"})])
    for_saml = account.role("b", [trust({"Federated": saml}, "sts:AssumeRoleWithSAML")])
    for_oidc = account.role("c", [trust({"Federated": oidc}, "sts:AssumeRoleWithWebIdentity")])
    world = World(account)
    assert world.ask("lambda.amazonaws.com", for_service).result == "allow"
    assert world.ask(saml, for_saml, actions=["sts:AssumeRoleWithSAML"]).result == "allow"
    assert world.ask(oidc, for_oidc, actions=["sts:AssumeRoleWithWebIdentity"]).result == "allow"
    assert world.edge("lambda.amazonaws.com", for_service).scope == "service"  # type: ignore[union-attr]  # it is there
    assert world.edge(saml, for_saml, "sts:AssumeRoleWithSAML").scope == "federated"  # type: ignore[union-attr]  # as above


@pytest.mark.parametrize(
    ("caller", "action"),
    [
        ("lambda.amazonaws.com", "sts:AssumeRoleWithSAML"),
        (f"arn:aws:iam::{HOME}:saml-provider/corp", "sts:AssumeRole"),
        (f"arn:aws:iam::{HOME}:saml-provider/corp", "sts:AssumeRoleWithWebIdentity"),
        ("accounts.google.com", "sts:AssumeRoleWithSAML"),
        (f"arn:aws:iam::{HOME}:user/ann", "sts:AssumeRoleWithSAML"),
    ],
)
def test_each_kind_of_caller_has_one_action(caller: str, action: str) -> None:
    account = AccountMaker()
    account.user("ann", [allow("sts:*")])
    everyone = {"AWS": "*", "Service": "lambda.amazonaws.com", "Federated": caller}
    role = account.role("target", [trust(everyone, "sts:*")])
    assert World(account).ask(caller, role, actions=[action]).reason == "principal_cannot_assume"


def test_a_provider_that_the_account_has_not_cannot_be_used() -> None:
    account = AccountMaker()
    gone, there = account.arn("saml-provider/gone"), account.arn("saml-provider/there")
    account.sources["iam:ListSAMLProviders"] = {"SAMLProviderList": [{"Arn": there}]}
    role = account.role("target", [trust({"Federated": [gone, there]}, "sts:AssumeRoleWithSAML")])
    world = World(account)
    assert world.ask(gone, role, actions=["sts:AssumeRoleWithSAML"]).reason == "provider_missing"
    assert world.ask(there, role, actions=["sts:AssumeRoleWithSAML"]).result == "allow"
    assert world.edge(gone, role, "sts:AssumeRoleWithSAML") is None


def test_a_provider_is_not_missing_where_the_listing_is_cut() -> None:
    account = AccountMaker()
    provider = account.arn("saml-provider/corp")
    listed = {"SAMLProviderList": [{"Arn": account.arn("saml-provider/other")}]}
    account.sources["iam:ListSAMLProviders"] = Source("partial", encode_source(listed), "throttled")
    role = account.role("target", [trust({"Federated": provider}, "sts:AssumeRoleWithSAML")])
    world = World(account)
    assert world.ask(provider, role, actions=["sts:AssumeRoleWithSAML"]).result == "allow"
    assert world.edge(provider, role, "sts:AssumeRoleWithSAML") is not None


def test_a_service_linked_role_is_taken_by_its_service_alone() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    path = "/aws-service-role/config.amazonaws.com/"
    role = account.role("AWSServiceRoleForConfig", [trust({"Service": "config.amazonaws.com"})], path=path)
    world = World(account)
    assert world.ask("config.amazonaws.com", role).result == "allow"
    assert world.ask("ec2.amazonaws.com", role).reason == "missing_trust"
    assert world.ask(user, role).reason == "missing_trust"


def test_assume_role_with_saml_does_not_work_on_the_roles_of_identity_center() -> None:
    account = AccountMaker()
    provider = account.arn("saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE")
    user = account.user("ann", [allow()])
    role = account.role(
        "AWSReservedSSO_Admin_0123456789abcdef",
        [trust({"Federated": provider}, ["sts:AssumeRoleWithSAML", "sts:TagSession"])],
        path="/aws-reserved/sso.amazonaws.com/eu-west-1/",
    )
    world = World(account)
    assert world.ask(provider, role, actions=["sts:AssumeRoleWithSAML"]).reason == "principal_cannot_assume"
    assert world.ask(user, role).reason == "missing_trust"
    assert world.edge(provider, role, "sts:AssumeRoleWithSAML") is None


def test_a_role_of_identity_center_is_a_caller_like_any_other() -> None:
    account = AccountMaker()
    path = "/aws-reserved/sso.amazonaws.com/eu-west-1/"
    caller = account.role("AWSReservedSSO_Admin_0123456789abcdef", [], [allow()], path=path)
    role = account.role("target", [trust(caller)])
    world = World(account)
    assert world.ask(
        account.session("AWSReservedSSO_Admin_0123456789abcdef", "ann@example.com"), role
    ).result == ("allow")
