"""Statements that do not tell whom they mean or what they do, and policies of sessions from elsewhere."""

import pytest

from tests.access.worlds import HOME, OUTSIDE, AccountMaker, World, allow, deny, root, trust

NOBODY_NAMED = {"Effect": "Deny", "Action": "sts:AssumeRole"}
TWO_EFFECTS = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "%s", "Effect": "%s",'
    ' "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}'
)
STRANGER = f"arn:aws:sts::{OUTSIDE}:assumed-role/visitor/s"


def test_a_trust_statement_that_names_no_principal_is_not_dropped() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust("*"), NOBODY_NAMED])
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == ("conditional", "unreadable")
    assert "the statement names no principal" in str(decision.requires)


@pytest.mark.parametrize("effects", [("Allow", "Deny"), ("Deny", "Allow")])
def test_two_effects_of_one_statement_answer_alike_in_any_order(effects: tuple[str, str]) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", TWO_EFFECTS % effects)
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == ("conditional", "unreadable")


@pytest.mark.parametrize(
    ("policy", "reason"),
    [([allow("s3:*")], "session_policy"), ([allow("*"), deny()], "explicit_deny")],
)
def test_a_session_policy_limits_a_session_of_an_account_in_no_snapshot(
    policy: list[dict[str, object]], reason: str
) -> None:
    account = AccountMaker(HOME)
    role = account.role("target", [trust(root(OUTSIDE))])
    world = World(account)
    assert world.ask(STRANGER, role, session_policy=[allow("*")]).reason == "unknown_account"
    decision = world.ask(STRANGER, role, session_policy=policy)
    assert (decision.result, decision.reason) == ("deny", reason)
