"""Access of those who are no users or roles of the snapshots: everyone, strangers, services, providers."""

import pytest

from tests.access.worlds import (
    HOME,
    OTHER,
    OUTSIDE,
    AccountMaker,
    Json,
    World,
    allow,
    deny,
    distrust,
    organization,
    root,
    trust,
)

WEB = "sts:AssumeRoleWithWebIdentity"
SAML = "sts:AssumeRoleWithSAML"


def edges(world: World, principal: str, role: str) -> list[tuple[str, str, str, str]]:
    """Action, scope, result and reason of every entry of a pair."""
    return [
        (entry.action, entry.scope, entry.verdict.result, entry.verdict.reason)
        for entry in world.access.by_role.get(role, ())
        if any(member.value == principal for member in entry.principals)
    ]


def test_everyone_is_public() -> None:
    account = AccountMaker()
    role = account.role("target", [trust("*")])
    assert edges(World(account), "*", role) == [("sts:AssumeRole", "public", "allow", "")]


def test_everyone_under_a_condition_is_public_under_that_condition() -> None:
    account = AccountMaker()
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    role = account.role("target", [trust("*", Condition=condition)])
    assert edges(World(account), "*", role) == [("sts:AssumeRole", "public", "conditional", "condition")]


@pytest.mark.parametrize("action", ["sts:TagSession", "sts:SetSourceIdentity", "iam:GetRole"])
def test_an_action_that_hands_out_no_credentials_makes_no_role_public(action: str) -> None:
    account = AccountMaker()
    role = account.role("target", [trust("*", action)])
    assert edges(World(account), "*", role) == []


def test_everyone_by_web_identity_is_public_by_that_action() -> None:
    account = AccountMaker()
    role = account.role("target", [trust("*", [WEB, "sts:TagSession"])])
    assert edges(World(account), "*", role) == [(WEB, "public", "allow", "")]


@pytest.mark.parametrize(("providers", "actions"), [(None, [SAML]), ([], [])])
def test_everyone_by_saml_needs_a_provider_of_the_account(providers: Json, actions: list[str]) -> None:
    account = AccountMaker()
    if providers is not None:
        account.sources["iam:ListSAMLProviders"] = {"SAMLProviderList": providers}
    role = account.role("target", [trust("*", SAML)])
    assert [edge[0] for edge in edges(World(account), "*", role)] == actions


def test_a_deny_for_everyone_closes_what_everyone_is_allowed() -> None:
    account = AccountMaker()
    role = account.role("target", [trust("*"), distrust("*")])
    assert edges(World(account), "*", role) == []


def test_a_deny_for_one_account_leaves_the_role_public() -> None:
    account = AccountMaker()
    role = account.role("target", [trust("*"), distrust(root(OUTSIDE))])
    world = World(account)
    assert edges(world, "*", role) == [("sts:AssumeRole", "public", "allow", "")]
    assert world.ask(f"arn:aws:iam::{OUTSIDE}:user/eve", role).reason == "explicit_deny"


def test_everyone_is_stopped_by_an_rcp_that_knows_its_organization() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust("*")])
    condition = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    perimeter = [deny("sts:AssumeRole", Principal="*", Condition=condition)]
    told = organization({HOME: {"rcps": [[[allow("*")], perimeter]]}})
    world = World(account, organization=told)
    assert edges(world, "*", role) == [("sts:AssumeRole", "public", "conditional", "condition")]
    assert world.ask(user, role).result == "allow"
    assert world.ask(f"arn:aws:iam::{OUTSIDE}:user/eve", role).reason == "rcp"
    assert world.ask("ec2.amazonaws.com", role).result == "allow"


def test_roles_of_one_trust_policy_are_told_apart_by_an_rcp_that_names_one() -> None:
    account = AccountMaker()
    spared, closed = (account.role(name, [trust("*")]) for name in ("spared", "closed"))
    told = organization({HOME: {"rcps": [[[allow("*")], [deny("sts:AssumeRole", closed, Principal="*")]]]}})
    world = World(account, organization=told)
    assert edges(world, "*", spared) == [("sts:AssumeRole", "public", "allow", "")]
    assert edges(world, "*", closed) == []


@pytest.mark.parametrize(
    "principal",
    [
        root(OUTSIDE),
        f"arn:aws:iam::{OUTSIDE}:user/eve",
        f"arn:aws:iam::{OUTSIDE}:role/r",
        f"arn:aws:sts::{OUTSIDE}:assumed-role/r/s",
    ],
)
def test_principals_outside_are_conditional_on_their_own_account(principal: str) -> None:
    account = AccountMaker()
    role = account.role("target", [trust(principal)])
    world = World(account)
    assert edges(world, principal, role) == [
        ("sts:AssumeRole", "cross_account", "conditional", "unknown_account")
    ]
    edge = world.edge(principal, role)
    assert edge is not None
    assert edge.verdict.needs_identity_policy
    assert edge.verdict.credentials is None


def test_a_principal_outside_that_a_condition_rules_out_is_no_edge() -> None:
    account = AccountMaker()
    condition = {"StringEquals": {"aws:PrincipalAccount": HOME}}
    role = account.role("target", [trust(root(OUTSIDE), Condition=condition)])
    assert edges(World(account), root(OUTSIDE), role) == []


def test_an_account_outside_stays_conditional_on_who_exactly_calls() -> None:
    account = AccountMaker()
    condition = {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OUTSIDE}:role/deploy-*"}}
    role = account.role("target", [trust(root(OUTSIDE), Condition=condition)])
    world = World(account)
    edge = world.edge(root(OUTSIDE), role)
    assert edge is not None
    assert len(edge.verdict.requires.alternatives[0]) == 2
    assert world.ask(f"arn:aws:iam::{OUTSIDE}:role/deploy-a", role).reason == "unknown_account"
    assert world.ask(f"arn:aws:iam::{OUTSIDE}:role/other", role).reason == "condition"


def test_the_tags_of_a_principal_outside_are_not_known_to_be_absent() -> None:
    account = AccountMaker()
    condition = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    role = account.role("target", [trust(root(OUTSIDE), Condition=condition)])
    world = World(account)
    stranger = f"arn:aws:iam::{OUTSIDE}:user/eve"
    assert world.ask(stranger, role).reason == "unknown_account"
    assert world.ask(stranger, role, {"aws:PrincipalTag/team": "blue"}).reason == "unknown_account"
    assert world.ask(stranger, role, {"aws:PrincipalTag/team": "red"}).reason == "condition"
    assert world.ask(stranger, role, {"aws:PrincipalTag/team": []}).reason == "condition"


def test_an_account_outside_the_organization_has_another_organization_or_none() -> None:
    account = AccountMaker()
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    role = account.role("target", [trust("*", Condition=condition)])
    world = World(account, organization=organization({HOME: {}}))
    assert world.ask(f"arn:aws:iam::{OUTSIDE}:user/eve", role, closed=False).reason == "condition"


def test_an_account_of_another_partition_is_no_edge() -> None:
    account = AccountMaker()
    principal = root(OUTSIDE, "aws-cn")
    role = account.role("target", [trust(principal)])
    assert edges(World(account), principal, role) == []


def test_services_and_providers_have_no_mfa_and_no_credentials() -> None:
    account = AccountMaker()
    provider = account.arn("saml-provider/corp")
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    role = account.role(
        "target",
        [trust({"Service": "ec2.amazonaws.com"}), trust({"Federated": provider}, SAML)],
    )
    guarded = account.role("guarded", [trust({"Federated": provider}, SAML, Condition=condition)])
    world = World(account)
    for principal, action in (("ec2.amazonaws.com", "sts:AssumeRole"), (provider, SAML)):
        edge = world.edge(principal, role, action)
        assert edge is not None
        assert edge.verdict.mfa.grade == "not_applicable"
        assert edge.verdict.credentials is None
        assert not edge.verdict.needs_identity_policy
    assert world.edge(provider, guarded, SAML) is None
    assert world.ask(provider, guarded, actions=[SAML]).reason == "condition"


def test_a_named_session_of_a_known_role_has_its_own_entry() -> None:
    account = AccountMaker()
    worker = account.role("worker")
    session = account.session("worker", "deploy")
    role = account.role("target", [trust(session)])
    world = World(account)
    assert edges(world, session, role) == [("sts:AssumeRole", "same_account", "allow", "")]
    assert edges(world, worker, role) == [("sts:AssumeRole", "same_account", "conditional", "condition")]


def test_the_id_of_a_named_session_is_known() -> None:
    account = AccountMaker()
    condition = {"StringLike": {"aws:userid": "*:deploy"}}
    account.role("worker", [], [allow(Condition=condition)])
    elsewhere = AccountMaker(OTHER)
    sessions = [account.session("worker", name) for name in ("deploy", "other")]
    role = elsewhere.role("target", [trust(sessions)])
    world = World(account, elsewhere)
    assert edges(world, sessions[0], role) == [("sts:AssumeRole", "cross_account", "allow", "")]
    assert edges(world, sessions[1], role) == []
    assert world.ask(sessions[0], role).result == "allow"


def test_an_identity_provider_of_another_partition_is_no_edge() -> None:
    account = AccountMaker(HOME, "aws-cn")
    provider = f"arn:aws:iam::{OTHER}:saml-provider/corp"
    role = account.role("target", [trust({"Federated": provider}, SAML)])
    world = World(account)
    assert edges(world, provider, role) == []
    assert world.ask(provider, role, actions=[SAML]).reason == "principal_cannot_assume"


def test_users_and_roles_that_are_not_there_are_no_edge() -> None:
    account = AccountMaker()
    gone = [account.arn("user/gone"), account.arn("role/gone"), account.session("gone")]
    role = account.role("target", [trust([*gone, "AIDAGONEEXAMPLE"])])
    world = World(account)
    assert [edges(world, principal, role) for principal in gone] == [[], [], []]
