"""The answer that a person reads: verdict, why, both halves quoted, and which half is missing."""

import pytest

from iamscout.access.assume import Question, answer
from iamscout.access.callers import find_caller
from iamscout.access.explain import explain
from iamscout.snapshot.account import Role
from tests.access.worlds import AccountMaker, World, allow, trust


def lines(
    world: World,
    principal: str,
    role: str,
    *,
    actions: tuple[str, ...] = ("sts:AssumeRole",),
    closed: bool = True,
) -> list[str]:
    entry = world.directory.by_arn[role]
    assert isinstance(entry.entity, Role)
    question = Question(
        find_caller(principal, world.directory),
        entry.entity,
        world.directory.accounts[entry.account],
        actions,
        {},
        closed=closed,
    )
    return list(explain(question, answer(question, world.directory), world.directory))


def test_a_yes_quotes_the_statements_of_both_halves() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow(Sid="MayBecomeIt")])
    role = account.role("audit", [trust(account.root, Sid="OwnAccount")])
    told = lines(World(account), user, role)
    assert told[:2] == [f"Yes: user {user}", f"     sts:AssumeRole  {role}"]
    assert "Identity policy, statement 1 (MayBecomeIt)" in told
    assert "Trust policy, statement 1 (OwnAccount)" in told
    assert '  |   "Sid": "OwnAccount",' in told
    assert f'  |     "AWS": "{account.root}"' in told


def test_conditions_are_told_in_words() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow()])
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    role = account.role("audit", [trust(account.root, Condition=mfa)])
    told = lines(World(account), user, role, closed=False)
    assert told[0] == f"It depends: user {user}"
    assert told[3:6] == ["", "Needs:", "  - MFA present"]


@pytest.mark.parametrize(
    ("actions", "missing"),
    [
        (("sts:AssumeRole",), "an identity policy that allows the caller sts:AssumeRole on the role"),
        (
            ("sts:TagSession", "sts:AssumeRole"),
            "a trust statement of the role that allows the caller sts:TagSession",
        ),
    ],
)
def test_a_no_names_the_half_and_the_action_that_is_missing(actions: tuple[str, ...], missing: str) -> None:
    account = AccountMaker()
    user = account.user("loic", [allow("sts:TagSession")])
    role = account.role("audit", [trust(account.root)])
    assert f"Half that is missing: {missing}" in lines(World(account), user, role, actions=actions)


def test_a_boundary_that_cuts_is_named() -> None:
    account = AccountMaker()
    boundary = account.policy("limit", [allow("s3:*")])
    user = account.user("loic", [allow()], boundary=boundary)
    role = account.role("audit", [trust(account.root)])
    assert f"Boundary that does not allow sts:AssumeRole: {boundary}" in lines(World(account), user, role)


def test_contested_answers_show_both_readings_and_no_needs() -> None:
    account = AccountMaker()
    boundary = account.policy("limit", [allow("s3:*")])
    user = account.user("loic", boundary=boundary)
    role = account.role("audit", [trust(user)])
    told = lines(World(account), user, role)
    assert "Why: AWS's pages disagree" in told
    assert "Needs:" not in told
    assert [line[:7] for line in told[told.index("The two readings:") + 1 :][:2]] == ["  - yes", "  - no,"]
