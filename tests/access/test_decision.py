"""The decision: which policies must allow and which may deny, by account and by form of principal.

Sources: IAM User Guide, "Policy evaluation logic", "Policy evaluation for requests within a single
account", "Cross-account policy evaluation logic", "AWS JSON policy elements: Principal", "Permissions
boundaries for IAM entities"; STS API Reference, "AssumeRole".
"""

import pytest

from iamscout.access.credentials import CredentialResults
from iamscout.access.graph import chain_to
from iamscout.policy.formula import ALWAYS
from tests.access.worlds import (
    HOME,
    OTHER,
    OUTSIDE,
    AccountMaker,
    Json,
    Statement,
    World,
    allow,
    deny,
    distrust,
    organization,
    root,
    trust,
)

NO_STS = [allow("s3:*")]
"""A policy that allows something else: an implicit deny of every sts action."""


# 1. An explicit deny in any policy that applies beats every allow.


def test_explicit_deny_in_an_identity_policy_beats_every_allow() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("*"), deny("sts:*")])
    role = account.role("target", [trust([account.root, "*"])])
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == ("deny", "explicit_deny")
    assert [(ref.kind, ref.statement) for ref in decision.by] == [("identity", 2)]


def test_explicit_deny_in_a_group_policy_reaches_its_members_alone() -> None:
    account = AccountMaker()
    account.group("locked", [deny()])
    member = account.user("ann", [allow()], groups=["locked"])
    free = account.user("bob", [allow()])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert world.ask(member, role).reason == "explicit_deny"
    assert world.ask(free, role).result == "allow"


def test_explicit_deny_in_a_boundary_beats_every_allow() -> None:
    account = AccountMaker()
    boundary = account.policy("limit", [allow("*"), deny("sts:AssumeRole")])
    user = account.user("ann", [allow()], boundary=boundary)
    role = account.role("target", [trust("*")])
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == ("deny", "explicit_deny")
    assert [ref.kind for ref in decision.by] == ["boundary"]


def test_explicit_deny_in_a_session_policy_beats_every_allow() -> None:
    account = AccountMaker()
    account.role("worker", [trust({"Service": "ec2.amazonaws.com"})], [allow()])
    role = account.role("target", [trust("*")])
    decision = World(account).ask(account.session("worker"), role, session_policy=[allow("*"), deny()])
    assert (decision.result, decision.reason) == ("deny", "explicit_deny")


def test_explicit_deny_in_the_trust_beats_every_allow() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root), distrust(user)])
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == ("deny", "explicit_deny")
    assert [(ref.kind, ref.statement) for ref in decision.by] == [("trust", 2)]


@pytest.mark.parametrize("kind", ["scps", "rcps"])
def test_explicit_deny_in_a_control_policy_beats_every_allow(kind: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root)])
    full, denial = [allow("*")], [deny("sts:*", Principal="*")]
    told = organization({HOME: {kind: [[full], [full, denial]]}})
    decision = World(account, organization=told).ask(user, role)
    assert (decision.result, decision.reason) == ("deny", kind.removesuffix("s"))


def test_a_deny_of_another_action_or_role_changes_nothing() -> None:
    account = AccountMaker()
    other = account.arn("role/other")
    user = account.user(
        "ann", [allow(), deny("iam:*"), deny("sts:AssumeRole", other), deny("sts:TagSession")]
    )
    role = account.role("target", [trust(account.root), distrust(user, "sts:TagSession")])
    assert World(account).ask(user, role).result == "allow"


def test_a_deny_whose_condition_fails_changes_nothing() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow(), deny(Condition={"StringEquals": {"sts:ExternalId": "x"}})])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert world.ask(user, role).result == "allow"
    assert world.ask(user, role, {"sts:ExternalId": "x"}).reason == "explicit_deny"


# 3. The trust policy must allow explicitly.


@pytest.mark.parametrize(
    "trusts",
    [
        [],
        [distrust("*")],
        [trust(root(OTHER))],
        [trust(root(HOME), "sts:TagSession")],
        [trust({"Service": "ec2.amazonaws.com"})],
        [trust({"AWS": []})],
        [trust({})],
    ],
)
def test_identity_alone_never_suffices_not_even_in_the_same_account(trusts: list[Statement]) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("*")])
    role = account.role("target", trusts)
    assert World(account).ask(user, role).result == "deny"


# 4. Same account: the form of principal that matched decides what else is needed.

FORMS = {
    "the account": root(HOME),
    "the account by its number": HOME,
    "the user": f"arn:aws:iam::{HOME}:user/ann",
    "everyone": "*",
    "everyone as AWS": {"AWS": "*"},
}


@pytest.mark.parametrize(
    ("form", "without_identity"),
    [
        ("the account", "deny"),
        ("the account by its number", "deny"),
        ("the user", "allow"),
        ("everyone", "allow"),
        ("everyone as AWS", "allow"),
    ],
)
def test_a_user_of_the_own_account_needs_an_identity_policy_where_the_trust_names_the_account(
    form: str, without_identity: str
) -> None:
    account = AccountMaker()
    without, granted = account.user("ann", NO_STS), account.user("zoe", [allow()])
    principal: Json = FORMS[form]
    role = account.role("target", [trust(principal)])
    world = World(account)
    decision = world.ask(without, role)
    assert decision.result == without_identity
    assert decision.reason == ("missing_identity" if without_identity == "deny" else "")
    assert world.ask(granted, role).result == ("deny" if form == "the user" else "allow")


@pytest.mark.parametrize("condition", ["aws:PrincipalArn", "aws:PrincipalAccount"])
def test_everyone_narrowed_to_the_own_account_by_a_condition_skips_identity_policies(condition: str) -> None:
    account = AccountMaker()
    user = account.user("ann", NO_STS)
    value = {"aws:PrincipalArn": user, "aws:PrincipalAccount": HOME}[condition]
    role = account.role("target", [trust("*", Condition={"StringEquals": {condition: value}})])
    world = World(account)
    assert world.ask(user, role).result == "allow"
    edge = world.edge(user, role)
    assert edge is not None
    assert not edge.verdict.needs_identity_policy


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("the account", ("deny", "boundary")),
        ("the user", ("conditional", "contested")),
        ("everyone", ("allow", "")),
    ],
)
def test_implicit_deny_of_a_users_boundary(form: str, expected: tuple[str, str]) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()], boundary=account.policy("limit", NO_STS))
    role = account.role("target", [trust(FORMS[form])])
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == expected


def test_the_two_pages_on_a_named_users_boundary_are_both_read() -> None:
    account = AccountMaker()
    user = account.user("ann", boundary=account.policy("limit", NO_STS))
    role = account.role("target", [trust(user)])
    decision = World(account).ask(user, role)
    assert [(reading.result, reading.source.partition(":")[0]) for reading in decision.readings] == [
        ("allow", "Permissions boundaries for IAM entities"),
        ("deny", "Update a role trust policy"),
    ]


def test_a_contested_answer_is_certain_for_no_credential_and_in_no_chain() -> None:
    account = AccountMaker()
    user = account.user("ann", boundary=account.policy("limit", NO_STS))
    role = account.role("target", [trust(user)])
    world = World(account)
    edge = world.edge(user, role)
    assert edge is not None
    assert edge.verdict.requires != ALWAYS
    assert edge.verdict.credentials == CredentialResults("conditional", "conditional", "conditional")
    chain = chain_to(world.access, user, role)
    assert chain is not None
    assert not chain.is_certain


def test_a_named_user_whose_boundary_allows_is_not_contested() -> None:
    account = AccountMaker()
    user = account.user("ann", boundary=account.policy("limit", [allow("sts:*")]))
    role = account.role("target", [trust(user)])
    assert World(account).ask(user, role).result == "allow"


@pytest.mark.parametrize(
    ("form", "without_identity", "boundary", "session"),
    [
        ("account", "missing_identity", "boundary", "session_policy"),
        ("role", "", "boundary", "session_policy"),
        ("session", "", "", ""),
        ("everyone", "", "", ""),
    ],
)
def test_what_limits_a_role_session_of_the_own_account(
    form: str, without_identity: str, boundary: str, session: str
) -> None:
    account = AccountMaker()
    ec2 = [trust({"Service": "ec2.amazonaws.com"})]
    principals = {
        "account": account.root,
        "role": account.arn("role/worker"),
        "session": account.session("worker"),
        "everyone": "*",
    }
    limit = account.policy("limit", NO_STS)
    account.role("worker", ec2, NO_STS)
    account.role("granted", ec2, [allow()])
    account.role("limited", ec2, [allow()], boundary=limit)

    def role_for(caller: str) -> str:
        principal = principals[form].replace("worker", caller)
        return account.role(f"target-{caller}", [trust(principal)])

    roles = {caller: role_for(caller) for caller in ("worker", "granted", "limited")}
    world = World(account)
    assert world.ask(account.session("worker"), roles["worker"]).reason == without_identity
    assert world.ask(account.session("granted"), roles["granted"]).result == "allow"
    assert world.ask(account.session("limited"), roles["limited"]).reason == boundary
    cut = world.ask(account.session("granted"), roles["granted"], session_policy=NO_STS)
    assert (cut.result, cut.reason) == ("deny" if session else "allow", session)
    kept = world.ask(account.session("granted"), roles["granted"], session_policy=[allow("sts:*")])
    assert kept.result == "allow"


def test_a_boundary_that_cuts_a_named_role_is_the_reason_even_without_an_identity_policy() -> None:
    account = AccountMaker()
    caller = account.role("worker", boundary=account.policy("limit", NO_STS))
    role = account.role("target", [trust(caller)])
    assert World(account).ask(caller, role).reason == "boundary"


def test_a_session_policy_that_cuts_a_named_role_is_the_reason_even_without_an_identity_policy() -> None:
    account = AccountMaker()
    caller = account.role("worker")
    role = account.role("target", [trust(caller)])
    assert (
        World(account).ask(account.session("worker"), role, session_policy=NO_STS).reason == "session_policy"
    )


def test_of_several_forms_the_freest_decides() -> None:
    account = AccountMaker()
    user = account.user("ann")
    worker = account.role("worker", boundary=account.policy("limit", NO_STS))
    role = account.role("target", [trust([account.root, user, worker, account.session("worker", "deploy")])])
    world = World(account)
    assert world.ask(user, role).result == "allow"
    assert world.ask(account.session("worker", "deploy"), role).result == "allow"
    assert world.ask(account.session("worker", "other"), role).reason == "boundary"


@pytest.mark.parametrize("first", ["account", "session"])
def test_a_role_whose_session_is_open_may_be_the_session_that_is_named_beside_its_account(first: str) -> None:
    account = AccountMaker()
    caller = account.role("worker", NO_STS)
    named = [account.root, account.session("worker", "deploy")]
    role = account.role("target", [trust(named if first == "account" else named[::-1])])
    decision = World(account).ask(caller, role)
    assert (decision.result, decision.reason) == ("conditional", "condition")
    ((test,),) = decision.requires.alternatives
    assert test.condition.key == "aws:userid"  # type: ignore[union-attr]  # a test, not an opaque atom
    assert test.condition.values == (f"{account.unique_id('AROA', 'worker')}:deploy",)  # type: ignore[union-attr]  # as above


# 5. Another account: both sides must allow, whatever the form.


@pytest.mark.parametrize("form", ["account", "user", "everyone"])
@pytest.mark.parametrize(
    ("identity", "boundary", "expected"),
    [
        ([allow()], [allow("sts:*")], ("allow", "")),
        (NO_STS, [allow("sts:*")], ("deny", "missing_identity")),
        ([allow()], NO_STS, ("deny", "boundary")),
    ],
)
def test_across_accounts_trust_identity_and_boundary_must_all_allow(
    form: str, identity: list[Statement], boundary: list[Statement], expected: tuple[str, str]
) -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    user = home.user("ann", identity, boundary=home.policy("limit", boundary))
    role = other.role("target", [trust({"account": home.root, "user": user, "everyone": "*"}[form])])
    decision = World(home, other).ask(user, role)
    assert (decision.result, decision.reason) == expected


@pytest.mark.parametrize("form", ["account", "role", "session", "everyone"])
def test_across_accounts_a_session_policy_must_allow_whatever_the_form(form: str) -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    worker = home.role("worker", [], [allow()])
    session = home.session("worker")
    principal = {"account": home.root, "role": worker, "session": session, "everyone": "*"}[form]
    role = other.role("target", [trust(principal)])
    world = World(home, other)
    assert world.ask(session, role).result == "allow"
    assert world.ask(session, role, session_policy=NO_STS).reason == "session_policy"


def test_an_account_that_is_not_at_hand_is_never_a_bare_allow() -> None:
    account = AccountMaker()
    stranger = f"arn:aws:iam::{OUTSIDE}:user/eve"
    role = account.role("target", [trust(root(OUTSIDE))])
    world = World(account)
    for principal in (
        stranger,
        stranger.replace("user", "role"),
        f"arn:aws:sts::{OUTSIDE}:assumed-role/eve/s",
    ):
        decision = world.ask(principal, role)
        assert (decision.result, decision.reason) == ("conditional", "unknown_account")
    edge = world.edge(root(OUTSIDE), role)
    assert edge is not None
    assert (edge.scope, edge.verdict.reason) == ("cross_account", "unknown_account")


def test_an_account_that_is_not_at_hand_is_denied_where_the_trust_says_nothing_of_it() -> None:
    account = AccountMaker()
    role = account.role("target", [trust(account.root)])
    assert World(account).ask(f"arn:aws:iam::{OUTSIDE}:user/eve", role).reason == "missing_trust"


def test_the_control_policies_of_an_account_that_is_not_at_hand_hold_where_they_are_told() -> None:
    account = AccountMaker()
    role = account.role("target", [trust([root(OUTSIDE), root(OTHER)])])
    told = organization({OUTSIDE: {"scps": [[[allow("*")], [deny("sts:AssumeRole")]]]}, OTHER: {}})
    world = World(account, organization=told)
    assert world.ask(f"arn:aws:iam::{OUTSIDE}:user/eve", role).reason == "scp"
    assert world.edge(root(OUTSIDE), role) is None
    assert world.ask(f"arn:aws:iam::{OTHER}:user/eve", role).reason == "unknown_account"
    linked = f"arn:aws:iam::{OUTSIDE}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    assert world.ask(linked, role).reason == "unknown_account"


# 9. and 10. What the role itself is does not matter.


def test_the_assumed_roles_own_boundary_and_policies_do_not_matter() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role(
        "target", [trust(account.root)], [deny("*")], boundary=account.policy("limit", [deny("*")])
    )
    assert World(account).ask(user, role).result == "allow"


def test_a_role_does_not_trust_itself_unless_its_policy_says_so() -> None:
    account = AccountMaker()
    closed = account.role("closed", [trust({"Service": "ec2.amazonaws.com"})], [allow()])
    named = account.role("named", [trust(account.arn("role/named"))])
    by_account = account.role("by-account", [trust(account.root)], [allow()])
    world = World(account)
    assert world.ask(closed, closed).reason == "missing_trust"
    assert world.ask(named, named).result == "allow"
    assert world.ask(by_account, by_account).result == "allow"
