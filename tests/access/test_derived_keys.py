"""Keys that follow from the caller and the role are derived, in conditions and by variables, never asked for.

Sources: IAM User Guide, "AWS global condition context keys", "IAM policy elements: Variables and tags".
"""

import pytest

from tests.access.worlds import (
    HOME,
    OTHER,
    AccountMaker,
    Json,
    World,
    allow,
    granted_under,
    organization,
    trust,
)

ID = "AROAWORKER3333EXAMPLE"


DERIVED: list[tuple[Json, str]] = [
    ({"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/team/ann"}}, "allow"),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/team/*"}}, "allow"),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/ann"}}, "deny"),
    ({"StringEquals": {"aws:PrincipalAccount": HOME}}, "allow"),
    ({"StringEquals": {"aws:PrincipalAccount": OTHER}}, "deny"),
    ({"StringEquals": {"aws:PrincipalType": "User"}}, "allow"),
    ({"StringEquals": {"aws:username": "ann"}}, "allow"),
    ({"StringEquals": {"aws:userid": "AIDAANN3333EXAMPLE"}}, "allow"),
    ({"StringEquals": {"aws:PrincipalTag/Dept": "blue"}}, "allow"),
    ({"StringEquals": {"aws:principaltag/dept": "blue"}}, "allow"),
    ({"StringEquals": {"aws:PrincipalTag/Dept": "Blue"}}, "deny"),
    ({"StringEquals": {"aws:PrincipalTag/none": "blue"}}, "deny"),
    ({"Null": {"aws:PrincipalTag/none": "true"}}, "allow"),
    ({"StringEquals": {"aws:ResourceTag/Dept": "${aws:PrincipalTag/Dept}"}}, "allow"),
    ({"StringEquals": {"iam:ResourceTag/Dept": "blue"}}, "allow"),
    ({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}, "deny"),
    ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, "allow"),
    ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, "allow"),
]


@pytest.mark.parametrize(("condition", "expected"), DERIVED)
def test_a_key_that_follows_from_caller_and_role_is_derived(condition: Json, expected: str) -> None:
    assert granted_under(condition) == expected


def test_derived_keys_cannot_be_claimed_in_the_question() -> None:
    claimed = {
        "aws:PrincipalArn": "arn:aws:iam::444455556666:user/eve",
        "aws:PrincipalTag/Dept": "red",
        "aws:username": "eve",
        "aws:ResourceTag/Dept": "red",
    }
    assert granted_under({"StringEquals": {"aws:PrincipalTag/Dept": "red"}}, claimed) == "deny"
    assert (
        granted_under({"StringEquals": {"aws:PrincipalTag/new": "red"}}, {"aws:PrincipalTag/new": "red"})
        == "deny"
    )
    assert granted_under({"StringEquals": {"aws:username": "eve"}}, claimed) == "deny"
    assert granted_under({"StringEquals": {"aws:ResourceTag/Dept": "red"}}, claimed) == "deny"
    assert (
        granted_under({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:user/eve"}}, claimed)
        == "deny"
    )


ROLE_KEYS: list[tuple[Json, str, str]] = [
    ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:role/jobs/worker"}}, "allow", "allow"),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:sts::{HOME}:assumed-role/worker/*"}}, "deny", "deny"),
    ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, "allow", "allow"),
    ({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}, "deny", "deny"),
    ({"Null": {"aws:username": "true"}}, "allow", "allow"),
    ({"StringEquals": {"aws:userid": f"{ID}:deploy"}}, "conditional", "allow"),
    ({"StringEquals": {"aws:userid": f"{ID}:other"}}, "conditional", "deny"),
    ({"StringLike": {"aws:userid": f"{ID}:*"}}, "allow", "allow"),
    ({"StringEquals": {"aws:userid": f"{ID}:*"}}, "deny", "deny"),  # a character of no session's name
    ({"StringLike": {"aws:userid": "AROAOTHEREXAMPLE:*"}}, "deny", "deny"),
    ({"StringNotLike": {"aws:userid": [f"{ID}:*", "AIDAX"]}}, "deny", "deny"),
]


@pytest.mark.parametrize(("condition", "of_role", "of_session"), ROLE_KEYS)
@pytest.mark.parametrize("principal", ["*", HOME])
def test_derived_keys_of_a_role_and_of_one_of_its_sessions(
    condition: Json, of_role: str, of_session: str, principal: str
) -> None:
    account = AccountMaker()
    context = {"sts:RoleSessionName": "deploy"}
    worker = account.role("worker", [], [allow()], path="/jobs/")
    role = account.role("target", [trust(principal, Condition=condition)])
    world = World(account)
    assert world.ask(worker, role, context).result == of_role
    assert world.ask(account.session("worker", "deploy"), role, context).result == of_session


def test_what_the_identity_policy_asks_of_the_session_is_derived_as_well() -> None:
    account = AccountMaker()
    worker = account.role("worker", [], [allow(Condition={"StringLike": {"aws:userid": f"{ID}:*"}})])
    other = account.role("other", [], [allow(Condition={"StringLike": {"aws:userid": f"{ID}:*"}})])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert world.ask(worker, role).result == "allow"
    assert world.ask(other, role).reason == "condition"


def test_principal_tags_and_resource_tags_decide_in_identity_policies_too() -> None:
    account = AccountMaker()
    match = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    account.group("staff", [allow("sts:AssumeRole", "*", Condition=match)])
    blue, red = (account.user(team, groups=["staff"], tags={"team": team}) for team in ("blue", "red"))
    untagged = account.user("none", groups=["staff"])
    role = account.role("target", [trust(account.root)], tags={"team": "blue"})
    bare = account.role("bare", [trust(account.root)])
    world = World(account)
    assert world.ask(blue, role).result == "allow"
    assert world.ask(red, role).reason == "condition"
    assert world.ask(untagged, role).reason == "condition"
    assert world.ask(untagged, bare).reason == "condition"


def test_the_user_name_may_stand_in_the_resource() -> None:
    account = AccountMaker()
    account.group("staff", [allow("sts:AssumeRole", "arn:aws:iam::*:role/of-${aws:username}")])
    ann, bob = account.user("ann", groups=["staff"]), account.user("bob", groups=["staff"])
    role = account.role("of-ann", [trust(account.root)])
    world = World(account)
    assert world.ask(ann, role).result == "allow"
    assert world.ask(bob, role).reason == "missing_identity"


def test_the_organization_of_the_caller_is_derived_where_it_is_told() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    inside, outside = home.user("ann", [allow()]), other.user("eve", [allow()])
    by_id = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    by_path = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/r-root/ou-root-apps/*"}}
    negated = {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    roles = [
        home.role(name, [trust("*", Condition=condition)])
        for name, condition in (("by-id", by_id), ("by-path", by_path), ("negated", negated))
    ]
    told = organization({HOME: {}})
    world = World(home, other, organization=told)
    assert [world.ask(inside, role).result for role in roles] == ["allow", "allow", "deny"]
    assert [world.ask(outside, role).result for role in roles] == ["deny", "deny", "allow"]


def test_the_organization_of_a_caller_is_open_where_it_is_not_told() -> None:
    account = AccountMaker()
    user = account.user("ann")
    role = account.role("target", [trust("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-x"}})])
    world = World(account)
    assert world.ask(user, role).reason == "condition"
    assert world.ask(user, role).result == "conditional"
    assert world.ask(user, role, {"aws:PrincipalOrgID": "o-x"}).result == "allow"
