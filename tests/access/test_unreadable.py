"""What cannot be read or is not there: a stated uncertainty, never an allow and never silence."""

from typing import Any

import pytest

from iamscout.snapshot.model import Source, encode_source
from tests.access.worlds import (
    HOME,
    OTHER,
    AccountMaker,
    Document,
    World,
    allow,
    deny,
    distrust,
    root,
    trust,
)

SURE = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}, %s]}'
DOCUMENTS = {
    "no JSON": "{",
    "no text": " ",
    "a list": "[]",
    "no statement": "{}",
    "the same element twice": '{"Statement": [], "Statement": []}',
    "a version that is none": '{"Version": "2030-01-01", "Statement": []}',
    "nested too deeply": '{"Statement": ' + "[" * 40 + "]" * 40 + "}",
    "half a surrogate": '{"Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "\\ud800"}}',
    "too long": '{"Statement": [], "Id": "' + "x" * 200_001 + '"}',
}
CONDITIONED = '{"Effect": "Deny", "Action": "sts:*", "Resource": "*", "Condition": %s}'
STATEMENTS = {
    "an effect that is none": '{"Effect": "allow", "Action": "sts:*", "Resource": "*"}',
    "no effect": '{"Action": "sts:*", "Resource": "*"}',
    "an effect twice": '{"Effect": "Allow", "Effect": "Deny", "Action": "sts:*", "Resource": "*"}',
    "no action": '{"Effect": "Deny", "Resource": "*"}',
    "a number as action": '{"Effect": "Deny", "Action": 1, "Resource": "*"}',
    "both forms of action": '{"Effect": "Deny", "Action": "s3:*", "NotAction": "s3:*", "Resource": "*"}',
    "an element that is none": '{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "When": "now"}',
    "an operator that is none": CONDITIONED % '{"Is": {"a:x": "1"}}',
    "Null with IfExists": CONDITIONED % '{"NullIfExists": {"a:x": "true"}}',
    "a key twice": CONDITIONED % '{"Bool": {"a:x": "1", "a:x": "2"}}',
    "text": '"Allow"',
}


def asked(identity: Document = (), trusts: Document = (), *, boundary: Document = ()) -> tuple[str, str]:
    """What a user gets of a role in its own account; the halves not given allow by the account."""
    account = AccountMaker()
    limit = account.policy("limit", boundary) if boundary else ""
    user = account.user("ann", identity or [allow()], boundary=limit)
    role = account.role("target", trusts or [trust(account.root)])
    decision = World(account).ask(user, role)
    return decision.result, decision.reason


@pytest.mark.parametrize("odd", DOCUMENTS)
@pytest.mark.parametrize("layer", ["identity", "trusts", "boundary"])
def test_a_document_that_cannot_be_read_is_no_allow_and_no_silence(odd: str, layer: str) -> None:
    documents: dict[str, Any] = {layer: DOCUMENTS[odd]}
    assert asked(**documents) == ("conditional", "unreadable")


@pytest.mark.parametrize("odd", STATEMENTS)
@pytest.mark.parametrize("layer", ["identity", "boundary"])
def test_a_statement_that_cannot_be_read_may_deny_what_another_allows(odd: str, layer: str) -> None:
    documents: dict[str, Any] = {layer: SURE % STATEMENTS[odd]}
    assert asked(**documents) == ("conditional", "unreadable")


@pytest.mark.parametrize("odd", STATEMENTS)
def test_a_statement_of_a_trust_that_cannot_be_read_may_deny_what_another_allows(odd: str) -> None:
    sure = f'{{"Effect": "Allow", "Principal": {{"AWS": "{HOME}"}}, "Action": "sts:AssumeRole"}}'
    spoiled = STATEMENTS[odd].replace('"Resource": "*"', f'"Principal": {{"AWS": "{HOME}"}}')
    text = f'{{"Version": "2012-10-17", "Statement": [{sure}, {spoiled}]}}'
    assert asked(trusts=text) == ("conditional", "unreadable")


@pytest.mark.parametrize(
    "principal",
    [
        '{"AWS": "111122223333", "AWS": "444455556666"}',
        '{"AWS": "444455556666", "User": "ann"}',
        '"arn:aws:iam::444455556666:root"',
        "7",
        '{"AWS": [7]}',
    ],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_principal_that_cannot_be_read_may_mean_anybody(principal: str, effect: str) -> None:
    sure = f'{{"Effect": "Allow", "Principal": {{"AWS": "{root(HOME)}"}}, "Action": "sts:AssumeRole"}}'
    odd = f'{{"Effect": "{effect}", "Principal": {principal}, "Action": "sts:AssumeRole"}}'
    statements = f"{sure}, {odd}" if effect == "Deny" else odd
    text = f'{{"Version": "2012-10-17", "Statement": [{statements}]}}'
    assert asked(trusts=text) == ("conditional", "unreadable")


def test_a_condition_that_cannot_be_read_puts_in_doubt_only_those_whom_its_statement_means() -> None:
    account = AccountMaker()
    meant, other = account.user("ann"), account.user("bob", [allow()])
    role = account.role("target", [trust(meant, Condition={"Is": {"a:x": "1"}}), trust(account.root)])
    only = account.role("only", [trust(meant, Condition={"Is": {"a:x": "1"}})])
    world = World(account)
    assert world.ask(meant, role).reason == "unreadable"
    assert world.ask(other, role).result == "allow"
    assert world.ask(other, only).reason == "missing_trust"
    assert world.edge("*", only) is None


def test_everyone_may_come_in_where_the_trust_cannot_be_read() -> None:
    account = AccountMaker()
    role = account.role(
        "target", '{"Statement": [{"Effect": "Allow", "Principal": 7, "Action": "sts:AssumeRole"}]}'
    )
    document = account.role("document", "{")
    world = World(account)
    for arn in (role, document):
        edge = world.edge("*", arn)
        assert edge is not None
        assert (edge.verdict.result, edge.verdict.reason) == ("conditional", "unreadable")
        assert world.ask(f"arn:aws:iam::{HOME}:root", arn).result == "deny"


def test_a_statement_that_cannot_be_read_does_not_undo_a_certain_deny() -> None:
    account = AccountMaker()
    user = account.user("ann", SURE % '{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}, "odd"')
    role = account.role("target", [trust(account.root)])
    assert World(account).ask(user, role).reason == "explicit_deny"


def test_a_session_policy_that_cannot_be_read_is_no_allow() -> None:
    account = AccountMaker()
    account.role("worker", [], [allow()])
    role = account.role("target", [trust(account.root)])
    decision = World(account).ask(account.session("worker"), role, session_policy="{")
    assert (decision.result, decision.reason) == ("conditional", "unreadable")


def test_the_parts_of_a_policy_that_can_be_read_still_deny() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow(), {"Effect": "Allow"}, deny()])
    role = account.role("target", [trust(account.root)])
    assert World(account).ask(user, role).reason == "explicit_deny"


# What the snapshot lacks ("GAAD" traps of the semantics, section 8).


def test_a_managed_policy_that_is_not_in_the_snapshot_might_allow_and_might_deny() -> None:
    account = AccountMaker()
    missing = "arn:aws:iam::aws:policy/PowerUserAccess"
    unsure = account.user("ann", attached=[missing])
    granted = account.user("bob", [allow()], attached=[missing])
    denied = account.user("eve", [deny()], attached=[missing])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert world.ask(unsure, role).reason == "unreadable"
    assert world.ask(granted, role).reason == "unreadable"
    assert world.ask(denied, role).reason == "explicit_deny"


def test_administrator_access_is_known_by_its_name() -> None:
    known = "arn:aws:iam::aws:policy/AdministratorAccess"
    account = AccountMaker()
    attached = account.user("ann", attached=[known])
    bounded = account.user("bob", [allow()], boundary=known)
    denied = account.user("eve", [deny()], attached=[known])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert world.ask(attached, role).result == "allow"
    assert world.ask(bounded, role).result == "allow"
    assert world.ask(denied, role).reason == "explicit_deny"


def test_a_boundary_that_is_not_in_the_snapshot_is_unknown() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()], boundary=account.arn("policy/gone"))
    role = account.role("target", [trust(account.root)])
    open_role = account.role("open", [trust("*")])
    world = World(account)
    assert world.ask(user, role).reason == "unreadable"
    assert world.ask(user, open_role).reason == "unreadable"


def test_a_group_that_is_not_in_the_snapshot_might_allow_and_might_deny() -> None:
    account = AccountMaker()
    unsure, granted = account.user("ann", groups=["gone"]), account.user("bob", [allow()], groups=["gone"])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert world.ask(unsure, role).reason == "unreadable"
    assert world.ask(granted, role).reason == "unreadable"


def test_a_user_or_role_that_only_a_plain_listing_tells_of_has_unknown_policies() -> None:
    account = AccountMaker()
    listed = {
        "Path": "/",
        "CreateDate": "2025-01-02T03:04:05+00:00",
    }
    user, worker = account.arn("user/ann"), account.arn("role/worker")
    account.sources["iam:ListUsers"] = {
        "Users": [{**listed, "UserName": "ann", "UserId": "AIDAANNEXAMPLE", "Arn": user}]
    }
    account.sources["iam:ListRoles"] = {
        "Roles": [
            {
                **listed,
                "RoleName": "worker",
                "RoleId": "AROAWORKEREXAMPLE",
                "Arn": worker,
                "AssumeRolePolicyDocument": '{"Version": "2012-10-17", "Statement": []}',
            }
        ]
    }
    role = account.role("target", [trust(account.root)])
    open_role = account.role("open", [trust("*"), distrust(worker)])
    world = World(account)
    assert world.ask(user, role).reason == "unreadable"
    assert world.ask(worker, role).reason == "unreadable"
    assert world.ask(user, open_role).reason == "unreadable"
    assert world.ask(worker, open_role).reason == "explicit_deny"


def test_a_named_user_beyond_the_cut_of_a_listing_is_unknown_and_not_missing() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    beyond = other.arn("user/zoe")
    role = home.role("target", [trust(beyond)])
    cut = Source("partial", encode_source(other.details), "NextToken is left")
    other.sources["iam:GetAccountAuthorizationDetails"] = cut
    world = World(home, other)
    assert world.ask(beyond, role).reason == "unknown_account"
    assert world.edge(beyond, role) is not None


def test_what_a_cut_listing_does_tell_is_used() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root)])
    account.sources["iam:GetAccountAuthorizationDetails"] = Source(
        "partial", encode_source(account.details), "NextToken is left"
    )
    assert World(account).ask(user, role).result == "allow"
