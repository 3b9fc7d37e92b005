"""Choke points: only a statement that a path cannot do without is one."""

from typing import Any

from iamscout.analysis.estate import Estate
from tests.access.escalations import ALICE, HOME, alice, allow, boss, estate, trust

OWNED = f"arn:aws:iam::{HOME}:role/boss"


def opened() -> dict[str, Any]:
    role = boss()
    statement = trust({"AWS": f"arn:aws:iam::{HOME}:root"})
    return role | {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def chokes(world: Estate) -> dict[tuple[str, int], int]:
    return {
        (point.statement.owner, point.statement.statement): point.principals
        for point in world.escalation.choke_points
    }


def test_the_only_grant_and_the_only_trust_are_choke_points() -> None:
    world = estate(user=alice(allow("sts:AssumeRole", OWNED)), role=opened())
    assert chokes(world) == {(ALICE, 1): 1, (OWNED, 1): 1}


def test_of_two_grants_neither_cuts_the_path() -> None:
    world = estate(user=alice(allow("sts:AssumeRole", OWNED), allow("sts:*")), role=opened())
    assert chokes(world) == {(OWNED, 1): 1}


def test_of_several_actions_that_one_counts_which_a_single_statement_grants() -> None:
    user = alice(
        allow("iam:PassRole"),
        allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
        allow("lambda:*"),
    )
    found = chokes(estate(user=user, role=boss()))
    assert {place for (owner, place) in found if owner == ALICE} == {1}


def test_an_allow_by_not_action_is_another_way() -> None:
    rest = {"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}
    world = estate(user=alice(allow("sts:AssumeRole", OWNED), rest), role=opened())
    assert chokes(world) == {(OWNED, 1): 1}
