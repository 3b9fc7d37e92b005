"""The Principal element: every spelling, what it means, and what it does not.

Source: IAM User Guide, "AWS JSON policy elements: Principal", "AWS JSON policy elements: NotPrincipal" and
"IAM identifiers".
"""

import pytest

from iamscout.access.callers import find_caller
from iamscout.access.principals import Principal, normalise
from iamscout.errors import InputError
from iamscout.policy.document import PrincipalElement, PrincipalType
from tests.access.worlds import (
    HOME,
    OTHER,
    OUTSIDE,
    AccountMaker,
    Json,
    World,
    allow,
    distrust,
    root,
    trust,
)


def verdict(principal: Json, caller: str = "user", *, granted: bool = True) -> str:
    """What a trust in `principal` gives to a user, role or session, with or without an identity policy."""
    account = AccountMaker()
    may = [allow()] if granted else []
    callers = {
        "user": account.user("ann", may, path="/team/"),
        "role": account.role("worker", [], may, path="/jobs/"),
        "session": account.session("worker", "deploy"),
    }
    role = account.role("target", [trust(principal)])
    return World(account).ask(callers[caller], role).result


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": ["*", HOME]}])
@pytest.mark.parametrize("caller", ["user", "role", "session"])
def test_everyone_in_every_spelling(principal: Json, caller: str) -> None:
    assert verdict(principal, caller, granted=False) == "allow"


@pytest.mark.parametrize("principal", [HOME, root(HOME), {"AWS": [HOME]}, {"AWS": [root(OTHER), root(HOME)]}])
@pytest.mark.parametrize("caller", ["user", "role", "session"])
def test_an_account_is_everybody_in_it_who_is_granted_access_not_its_root_user(
    principal: Json, caller: str
) -> None:
    assert verdict(principal, caller) == "allow"
    assert verdict(principal, caller, granted=False) == "deny"


@pytest.mark.parametrize(
    "principal",
    [
        f"arn:aws:iam::{HOME}:user/*",
        f"arn:aws:iam::{HOME}:*",
        f"arn:aws:iam::{HOME}:role/jobs/*",
        f"arn:aws:iam::{HOME}:role/jobs/worke?",
        f"arn:aws:sts::{HOME}:assumed-role/worker/*",
        "arn:aws:iam::*:root",
        "arn:aws:iam::*:user/team/ann",
        "1111222233*",
    ],
)
@pytest.mark.parametrize("caller", ["user", "role", "session"])
def test_no_other_wildcard_matches_anything(principal: str, caller: str) -> None:
    assert verdict(principal, caller) == "deny"


@pytest.mark.parametrize(
    "principal",
    [
        f"arn:aws:iam::{HOME}:group/staff",
        f"arn:aws:iam::{HOME}:user/ann",  # without its path
        f"arn:aws:iam::{HOME}:user/team/Ann",  # user names are case-sensitive
        f"arn:aws:iam::{HOME}:role/worker",
        f"arn:aws:sts::{HOME}:assumed-role/jobs/worker/deploy",
        f"arn:aws:sts::{OTHER}:assumed-role/worker/deploy",
        f"arn:aws-cn:sts::{HOME}:assumed-role/worker/deploy",
        f"arn:aws-cn:iam::{HOME}:role/jobs/worker",
        "AIDAGONEEXAMPLE",
        "ann",
        "",
    ],
)
@pytest.mark.parametrize("caller", ["user", "role", "session"])
def test_what_names_nobody_here_matches_nobody(principal: str, caller: str) -> None:
    assert verdict(principal, caller) == "deny"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Service", f"arn:aws:iam::{HOME}:user/team/ann"),
        ("Federated", root(HOME)),
        ("CanonicalUser", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"),
    ],
)
def test_a_principal_of_another_type_is_nobody_here(kind: str, value: str) -> None:
    assert verdict({kind: value}) == "deny"


def test_the_name_of_a_session_is_case_sensitive() -> None:
    assert verdict(f"arn:aws:sts::{HOME}:assumed-role/worker/Deploy", "session", granted=False) == "deny"


def test_several_types_at_once_are_alternatives() -> None:
    principal = {"Service": "ec2.amazonaws.com", "AWS": root(HOME), "Federated": "accounts.google.com"}
    assert verdict(principal) == "allow"


def test_a_user_and_a_role_are_meant_by_their_arns_with_path() -> None:
    assert verdict(f"arn:aws:iam::{HOME}:user/team/ann", granted=False) == "allow"
    assert verdict(f"arn:aws:iam::{HOME}:role/jobs/worker", "role", granted=False) == "allow"
    assert verdict(f"arn:aws:iam::{HOME}:role/jobs/worker", "session", granted=False) == "allow"


def test_a_session_is_meant_by_its_arn_without_path_and_no_other_session_is() -> None:
    assert verdict(f"arn:aws:sts::{HOME}:assumed-role/worker/deploy", "session", granted=False) == "allow"
    assert verdict(f"arn:aws:sts::{HOME}:assumed-role/worker/other", "session", granted=False) == "deny"


def test_a_role_whose_session_is_open_is_meant_by_a_sessions_arn_where_the_session_has_that_name() -> None:
    assert verdict(f"arn:aws:sts::{HOME}:assumed-role/worker/deploy", "role", granted=False) == "conditional"


def test_a_role_outside_may_be_the_session_that_is_named() -> None:
    account = AccountMaker()
    role = account.role("target", [trust(f"arn:aws:sts::{OUTSIDE}:assumed-role/worker/deploy")])
    decision = World(account).ask(f"arn:aws:iam::{OUTSIDE}:role/jobs/worker", role)
    assert (decision.result, decision.reason) == ("conditional", "unknown_account")
    assert World(account).ask(f"arn:aws:iam::{OUTSIDE}:role/jobs/other", role).reason == "missing_trust"


def test_a_session_outside_is_meant_by_its_roles_arn_whatever_the_path() -> None:
    account = AccountMaker()
    role = account.role("target", [trust(f"arn:aws:iam::{OUTSIDE}:role/jobs/worker")])
    world = World(account)
    assert world.ask(f"arn:aws:sts::{OUTSIDE}:assumed-role/worker/s", role).reason == "unknown_account"
    assert world.ask(f"arn:aws:sts::{OUTSIDE}:assumed-role/other/s", role).reason == "missing_trust"


def test_a_unique_id_written_by_hand_means_the_user_or_role_that_has_it() -> None:
    account = AccountMaker()
    user, worker = account.user("ann"), account.role("worker")
    stranger = account.user("bob")
    role = account.role("target", [trust(["AIDAANN3333EXAMPLE", "AROAWORKER3333EXAMPLE"])])
    world = World(account)
    assert world.ask(user, role).result == "allow"
    assert world.ask(worker, role).result == "allow"
    assert world.ask(account.session("worker"), role).result == "allow"
    assert world.ask(stranger, role).result == "deny"


def test_a_unique_id_of_another_account_needs_that_accounts_identity_policy() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    granted, without = other.user("ann", [allow()]), other.user("bob")
    role = home.role("target", [trust(["AIDAANN6666EXAMPLE", "AIDABOB6666EXAMPLE"])])
    world = World(home, other)
    assert world.ask(granted, role).result == "allow"
    assert world.ask(without, role).reason == "missing_identity"


def test_a_deleted_principal_never_matches_a_recreated_namesake() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()], unique_id="AIDANEWANNEXAMPLE")
    role = account.role("target", [trust("AIDAOLDANNEXAMPLE")])
    world = World(account)
    assert world.ask(user, role).reason == "missing_trust"
    assert [grant.principal.kind for grant in world.access.grants[role]] == ["deleted"]
    assert world.access.by_role.get(role, ()) == ()


def test_deny_of_an_account_covers_everybody_in_it_whatever_else_allows_them() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    worker = account.role("worker", [], [allow()])
    role = account.role("target", [trust([user, worker, "*"]), distrust(HOME)])
    world = World(account)
    assert world.ask(user, role).reason == "explicit_deny"
    assert world.ask(worker, role).reason == "explicit_deny"
    assert world.ask(account.session("worker"), role).reason == "explicit_deny"


def test_deny_of_a_role_reaches_its_sessions_and_deny_of_a_session_that_one_alone() -> None:
    account = AccountMaker()
    account.role("worker", [], [allow()])
    by_role = account.role("a", [trust(account.root), distrust(account.arn("role/worker"))])
    by_session = account.role("b", [trust(account.root), distrust(account.session("worker", "bad"))])
    world = World(account)
    assert world.ask(account.session("worker", "bad"), by_role).reason == "explicit_deny"
    assert world.ask(account.session("worker", "bad"), by_session).reason == "explicit_deny"
    assert world.ask(account.session("worker", "good"), by_session).result == "allow"
    assert world.ask(account.arn("role/worker"), by_session).reason == "condition"


def test_root_as_the_value_of_principal_arn_means_the_root_user_alone() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    condition = {"ArnEquals": {"aws:PrincipalArn": account.root}}
    role = account.role("target", [trust(account.root, Condition=condition)])
    assert World(account).ask(user, role).reason == "condition"


@pytest.mark.parametrize(
    "service", ["ec2.amazonaws.com", "ec2.amazonaws.com.cn", "s3.eu-west-1.amazonaws.com"]
)
def test_services_are_exact_names(service: str) -> None:
    account = AccountMaker()
    role = account.role("target", [trust({"Service": [service, "x.amazonaws.com"]})])
    world = World(account)
    assert world.ask(service, role).result == "allow"
    assert world.ask("s3.amazonaws.com", role).reason == "missing_trust"
    assert world.ask(f"x{service}", role).reason == "missing_trust"


@pytest.mark.parametrize(
    "provider",
    [
        f"arn:aws:iam::{HOME}:oidc-provider/token.actions.githubusercontent.com",
        f"arn:aws:iam::{HOME}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
        "cognito-identity.amazonaws.com",
        "accounts.google.com",
        "graph.facebook.com",
        "www.amazon.com",
    ],
)
def test_identity_providers_by_arn_and_the_four_built_in_ones_by_host(provider: str) -> None:
    account = AccountMaker()
    action = "sts:AssumeRoleWithWebIdentity"
    role = account.role("target", [trust({"Federated": provider}, action)])
    world = World(account)
    assert world.ask(provider, role, actions=[action]).result == "allow"
    assert world.edge(provider, role, action) is not None
    other = f"arn:aws:iam::{HOME}:oidc-provider/other.example.com"
    assert world.ask(other, role, actions=[action]).reason == "missing_trust"


# NotPrincipal: "You cannot use the NotPrincipal element … in an IAM role trust policy"; old ones may have it.


def excepted(principal: Json, effect: str = "Deny") -> Json:
    if isinstance(principal, str | list):
        principal = {"AWS": principal}
    return {"Effect": effect, "NotPrincipal": principal, "Action": "sts:AssumeRole"}


def test_deny_with_not_principal_reaches_all_but_those_listed() -> None:
    account = AccountMaker()
    listed, other = account.user("ann", [allow()]), account.user("bob", [allow()])
    role = account.role("target", [trust(account.root), excepted([listed, account.root])])
    world = World(account)
    assert world.ask(listed, role).result == "allow"
    assert world.ask(other, role).reason == "explicit_deny"


def test_deny_with_not_principal_reaches_every_other_account_and_service() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    stranger = other.user("eve", [allow()])
    everybody = {"AWS": "*", "Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}
    kept = {"AWS": [home.root, home.user("ann")], "Service": "ec2.amazonaws.com"}
    role = home.role("target", [trust(everybody), excepted(kept)])
    world = World(home, other)
    assert world.ask(stranger, role).reason == "explicit_deny"
    assert world.ask("ec2.amazonaws.com", role).result == "allow"
    assert world.ask("lambda.amazonaws.com", role).reason == "explicit_deny"


@pytest.mark.parametrize("listed", ["user", "account"])
def test_not_principal_that_lists_the_caller_or_its_account_but_not_both_is_contested(
    listed: str,
) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root), excepted(user if listed == "user" else account.root)])
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == ("conditional", "contested")
    assert [reading.result for reading in decision.readings] == ["allow", "deny"]
    assert "AWS JSON policy elements: NotPrincipal" in decision.readings[0].source


def test_a_contested_deny_is_not_the_reason_where_nothing_allows_anyway() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [excepted(user)])
    assert World(account).ask(user, role).reason == "missing_trust"


def test_deny_with_not_principal_always_reaches_callers_with_a_boundary() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()], boundary=account.policy("limit", [allow("*")]))
    role = account.role("target", [trust(account.root), excepted([user, account.root])])
    assert World(account).ask(user, role).reason == "explicit_deny"


def test_allow_with_not_principal_lets_everyone_else_in() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    listed, free = home.user("ann", [allow()]), home.user("bob")
    granted, without = other.user("eve", [allow()]), other.user("mal")
    role = home.role("target", [excepted([listed], "Allow")])
    world = World(home, other)
    assert world.ask(listed, role).reason == "missing_trust"
    assert world.ask(free, role).result == "allow"
    assert world.ask(granted, role).result == "allow"
    assert world.ask(without, role).reason == "missing_identity"
    assert world.edge("*", role) is not None


def test_not_principal_that_lists_a_session_leaves_out_that_session_alone() -> None:
    account = AccountMaker()
    worker = account.role("worker", [], [allow()])
    session = account.session("worker", "deploy")
    role = account.role("target", [trust(account.root), excepted([session, account.root])])
    world = World(account)
    assert world.ask(session, role).result == "allow"
    assert world.ask(account.session("worker", "other"), role).reason == "explicit_deny"
    assert world.ask(worker, role).reason == "condition"


# Reading what somebody types.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "arn:aws:iam::111122223333:user/*",
        "arn:aws:iam::*:user/ann",
        "arn:aws:iam::111122223333:group/staff",
        "arn:aws:iam::111122223333:user/nobody",
        "arn:aws:iam::111122223333:role/nobody",
        "arn:aws:sts::111122223333:assumed-role/nobody/s",
        "arn:aws:sts::111122223333:assumed-role/worker",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::111122223333:root/more",
        "two words.example.com",
        "*",
    ],
)
def test_what_names_no_caller_is_refused(text: str) -> None:
    account = AccountMaker()
    account.role("worker")
    with pytest.raises(InputError):
        find_caller(text, World(account).directory)


SESSION = f"arn:aws:sts::{OTHER}:assumed-role/r/s"
FEDERATED = f"arn:aws:sts::{OTHER}:federated-user/f"
SAML = f"arn:aws:iam::{HOME}:saml-provider/x"
ELEMENTS: list[tuple[PrincipalType, str, Principal]] = [
    ("*", "*", Principal("everyone", "*")),
    ("AWS", "*", Principal("everyone", "*")),
    ("AWS", HOME, Principal("account", root(HOME), HOME)),
    ("AWS", root(OTHER), Principal("account", root(OTHER), OTHER)),
    ("AWS", f"arn:aws:iam::{HOME}:user/a/b", Principal("user", f"arn:aws:iam::{HOME}:user/a/b", HOME)),
    ("AWS", f"arn:aws:iam::{OTHER}:role/r", Principal("role", f"arn:aws:iam::{OTHER}:role/r", OTHER)),
    ("AWS", SESSION, Principal("session", SESSION, OTHER)),
    ("AWS", "AROAGONEEXAMPLE", Principal("deleted", "AROAGONEEXAMPLE")),
    ("AWS", FEDERATED, Principal("unknown", FEDERATED, OTHER)),
    ("AWS", "arn:aws:iam::*:root", Principal("unknown", "arn:aws:iam::*:root")),
    ("Service", "ec2.amazonaws.com", Principal("service", "ec2.amazonaws.com")),
    ("Federated", SAML, Principal("saml", SAML, HOME)),
    ("Federated", "accounts.google.com", Principal("oidc", "accounts.google.com")),
    ("Federated", "evil.example.com", Principal("unknown", "evil.example.com")),
    ("CanonicalUser", "79a59df9", Principal("unknown", "79a59df9")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "expected"), ELEMENTS)
def test_normal_form(kind: PrincipalType, value: str, expected: Principal) -> None:
    assert normalise(PrincipalElement(kind, value), World(AccountMaker()).directory, "aws") == expected


def test_an_account_number_takes_the_partition_of_the_policy() -> None:
    element = PrincipalElement("AWS", HOME)
    found = normalise(element, World(AccountMaker()).directory, "aws-cn")
    assert found == Principal("account", root(HOME, "aws-cn"), HOME)
