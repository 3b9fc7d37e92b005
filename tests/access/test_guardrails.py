"""Control policies of the organization: SCPs bind the caller's account, RCPs the role's.

Sources: Organizations User Guide, "Service control policies (SCPs)", "SCP evaluation", "Resource control
policies (RCPs)"; IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access".
"""

import pytest

from tests.access.worlds import (
    HOME,
    MANAGEMENT,
    OTHER,
    OUTSIDE,
    AccountMaker,
    Json,
    Statement,
    World,
    allow,
    deny,
    organization,
    trust,
)

FULL = [allow("*")]
NO_STS = [allow("s3:*")]
DENY = [deny("sts:AssumeRole", Principal="*")]


def across(
    home: Json = None, other: Json = None, *, caller: str = HOME, role_account: str = OTHER
) -> tuple[str, str]:
    """What a granted user of one account gets of a role of another, under control policies of both."""
    one, two = AccountMaker(caller), AccountMaker(role_account)
    user = one.user("ann", [allow()])
    role = two.role("target", [trust(one.root)])
    told = organization({caller: home or {}, role_account: other or {}})
    decision = World(one, two, organization=told).ask(user, role)
    return decision.result, decision.reason


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([[FULL], [FULL], [FULL]], ("allow", "")),
        ([[FULL], [[allow("sts:*")]], [[allow("sts:Assume*", "arn:aws:iam::*:role/target")]]], ("allow", "")),
        ([[FULL], [NO_STS, [allow("sts:*")]], [FULL]], ("allow", "")),
        ([[NO_STS], [FULL], [FULL]], ("deny", "scp")),
        ([[FULL], [NO_STS], [FULL]], ("deny", "scp")),
        ([[FULL], [FULL], [NO_STS]], ("deny", "scp")),
        ([[FULL], [FULL, [deny("sts:*")]], [FULL]], ("deny", "scp")),
        ([[FULL], [[allow("sts:*", "arn:aws:iam::*:role/other")]]], ("deny", "scp")),
        ([[FULL], []], ("deny", "scp")),
        ([], ("allow", "")),
    ],
)
def test_every_level_of_scps_of_the_callers_account_must_allow(
    levels: Json, expected: tuple[str, str]
) -> None:
    assert across({"scps": levels}) == expected


def test_scps_of_the_roles_account_do_not_bind_a_caller_of_another() -> None:
    assert across(other={"scps": [[NO_STS, DENY]]}) == ("allow", "")


def test_scps_do_not_bind_the_management_account() -> None:
    levels = {"scps": [[NO_STS, DENY]]}
    assert across(levels, caller=MANAGEMENT) == ("allow", "")
    assert across(levels) == ("deny", "scp")


def test_scps_do_not_bind_callers_that_are_in_no_organization() -> None:
    one, two = AccountMaker(HOME), AccountMaker(OTHER)
    user = one.user("ann", [allow()])
    role = two.role("target", [trust(one.root)])
    told = organization({OTHER: {"scps": [[DENY]]}})
    assert World(one, two, organization=told).ask(user, role).result == "allow"


def test_scps_do_not_bind_service_linked_roles_and_services() -> None:
    account = AccountMaker()
    path = "/aws-service-role/config.amazonaws.com/"
    linked = account.role("AWSServiceRoleForConfig", [], [allow()], path=path)
    plain = account.role("plain", [], [allow()])
    role = account.role("target", [trust(account.root), trust({"Service": "config.amazonaws.com"})])
    told = organization({HOME: {"scps": [[FULL, DENY]]}})
    world = World(account, organization=told)
    assert world.ask(linked, role).result == "allow"
    assert world.ask(account.session("AWSServiceRoleForConfig"), role).result == "allow"
    assert world.ask("config.amazonaws.com", role).result == "allow"
    assert world.ask(plain, role).reason == "scp"


def test_an_scp_may_spare_callers_by_their_arn() -> None:
    account = AccountMaker()
    spared, bound = account.role("admin", [], [allow()]), account.role("other", [], [allow()])
    role = account.role("target", [trust(account.root)])
    condition = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}
    told = organization({HOME: {"scps": [[FULL, [deny("sts:*", Condition=condition)]]]}})
    world = World(account, organization=told)
    assert world.ask(spared, role).result == "allow"
    assert world.ask(bound, role).reason == "scp"


def test_no_restriction_is_known_where_the_organization_tells_no_levels() -> None:
    assert across({}, {}) == ("allow", "")


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([[FULL], [FULL]], ("allow", "")),
        ([[FULL], [FULL, DENY]], ("deny", "rcp")),
        ([[FULL, DENY], [FULL]], ("deny", "rcp")),
        ([[FULL, [deny("s3:*", Principal="*")]]], ("allow", "")),
        ([[FULL, [deny("*", "arn:aws:iam::*:role/other", Principal="*")]]], ("allow", "")),
    ],
)
def test_rcps_of_the_roles_account_deny(levels: Json, expected: tuple[str, str]) -> None:
    assert across(other={"rcps": levels}) == expected


def test_rcps_of_the_callers_account_do_not_matter() -> None:
    assert across({"rcps": [[FULL, DENY]]}) == ("allow", "")


def test_rcps_do_not_bind_resources_of_the_management_account() -> None:
    assert across(other={"rcps": [[FULL, DENY]]}, role_account=MANAGEMENT) == ("allow", "")


@pytest.mark.parametrize("action", ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"])
def test_rcps_bind_federated_callers_too(action: str) -> None:
    account = AccountMaker()
    kind = "saml-provider" if action.endswith("SAML") else "oidc-provider"
    provider = account.arn(f"{kind}/corp")
    role = account.role("target", [trust({"Federated": provider}, action)])
    rcp = [deny(action, Principal="*")]
    world = World(account, organization=organization({HOME: {"rcps": [[FULL, rcp]]}}))
    assert world.ask(provider, role, actions=[action]).reason == "rcp"
    assert world.edge(provider, role, action) is None


def test_rcps_bind_services_but_not_where_they_take_their_service_linked_role() -> None:
    account = AccountMaker()
    service = {"Service": "config.amazonaws.com"}
    path = "/aws-service-role/config.amazonaws.com/"
    linked = account.role("AWSServiceRoleForConfig", [trust(service)], path=path)
    plain = account.role("plain", [trust(service)])
    world = World(account, organization=organization({HOME: {"rcps": [[FULL, DENY]]}}))
    assert world.ask("config.amazonaws.com", linked).result == "allow"
    assert world.ask("config.amazonaws.com", plain).reason == "rcp"


def test_an_rcp_may_close_a_role_to_accounts_outside_the_organization() -> None:
    account = AccountMaker()
    inside = account.user("ann", [allow()])
    role = account.role("target", [trust("*")])
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}
    perimeter: list[Statement] = [deny("sts:AssumeRole", Principal="*", Condition=condition)]
    told = organization({HOME: {"rcps": [[FULL, perimeter]]}})
    world = World(account, organization=told)
    assert world.ask(inside, role).result == "allow"
    stranger = world.ask(f"arn:aws:iam::{OUTSIDE}:user/eve", role, {"aws:PrincipalOrgID": "o-other"})
    assert stranger.reason == "rcp"


@pytest.mark.parametrize("kind", ["scps", "rcps"])
def test_a_control_policy_that_cannot_be_read_is_no_allow(kind: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root)])
    told = organization({HOME: {kind: [[FULL]]}})
    told["accounts"][HOME][kind][0].append({"name": "odd", "policy": {"Statement": [{"Effect": "deny"}]}})
    decision = World(account, organization=told).ask(user, role)
    assert (decision.result, decision.reason) == ("conditional", "unreadable")


def test_a_session_is_bound_by_the_scps_of_its_roles_account() -> None:
    account = AccountMaker()
    account.role("worker", [], [allow()])
    role = account.role("target", [trust(account.session("worker"))])
    world = World(account, organization=organization({HOME: {"scps": [[NO_STS]]}}))
    assert world.ask(account.session("worker"), role).reason == "scp"
    assert world.edge(account.session("worker"), role) is None
