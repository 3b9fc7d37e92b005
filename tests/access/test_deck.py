"""The truth table of "IAM roles beyond EC2 instances", and its example of a user that cannot assume a role.

The deck says that "IAM users require two authorizations"; that is true of a trust in the account.
"""

import pytest

from tests.access.worlds import AccountMaker, World, allow, trust


@pytest.mark.parametrize(
    ("identity_allows", "trust_allows", "can_assume"),
    [(False, False, "deny"), (True, False, "deny"), (False, True, "deny"), (True, True, "allow")],
)
def test_a_user_needs_both_the_permission_and_the_trust(
    *, identity_allows: bool, trust_allows: bool, can_assume: str
) -> None:
    account = AccountMaker()
    user = account.user("loic", [allow()] if identity_allows else [allow("s3:*")])
    role = account.role("target", [trust(account.root if trust_allows else {"Service": "ec2.amazonaws.com"})])
    assert World(account).ask(user, role).result == can_assume


def test_a_permission_on_everything_does_not_open_a_role_that_trusts_a_service() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow("sts:AssumeRole", "*")])
    role = account.role("instance", [trust({"Service": "ec2.amazonaws.com"})])
    decision = World(account).ask(user, role)
    assert (decision.result, decision.reason) == ("deny", "missing_trust")


def test_other_principals_are_only_limited_by_the_trust() -> None:
    account = AccountMaker()
    role = account.role("instance", [trust({"Service": "ec2.amazonaws.com"})])
    assert World(account).ask("ec2.amazonaws.com", role).result == "allow"
    assert World(account).ask("lambda.amazonaws.com", role).reason == "missing_trust"


def test_mfa_within_the_last_minute_is_needed_where_the_trust_asks_for_it() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/AccountAdmin")])
    condition = {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
    }
    role = account.role("AccountAdmin", [trust(account.root, Condition=condition)])
    world = World(account)
    ages = {None: "deny", "0": "allow", "59": "allow", "60": "deny", "3600": "deny"}
    for age, result in ages.items():
        context = {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": age} if age else {}
        assert world.ask(user, role, context).result == result
    edge = world.edge(user, role)
    assert edge is not None
    assert (edge.verdict.mfa.grade, edge.verdict.mfa.max_age_seconds) == ("fresh", 59)
    assert edge.verdict.credentials is not None
    assert edge.verdict.credentials.long_term_key == "deny"
    assert edge.verdict.credentials.console_without_mfa == "deny"
    assert edge.verdict.credentials.mfa_session == "allow"
