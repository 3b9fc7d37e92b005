"""Users of the same groups and limits are judged once, unless a limit asks who it is or cannot be read."""

from collections.abc import Sequence

import pytest

from iamscout.analysis.estate import Estate
from iamscout.analysis.settings import Settings
from tests.access.escalations import ALICE, BOB, HOME, Json, allow, deny, estate, trust
from tests.access.worlds import AccountMaker, World

BOBS = {"StringEquals": {"aws:username": "bob"}}
LIMIT = f"arn:aws:iam::{HOME}:policy/limit"


def _creators(*limit: Json) -> set[str]:
    """Who of two users of one group can pass a strong role to a new function; `limit` bounds both."""
    members = [
        {
            "UserName": name,
            "GroupList": ["builders"],
            "boundary": LIMIT,
            "Tags": [{"Key": "name", "Value": name}],
        }
        for name in ("alice", "bob")
    ]
    made = estate(
        users=members,
        groups=[{"GroupName": "builders", "inline": allow(["iam:PassRole", "lambda:*"])}],
        policies=[{"PolicyName": "limit", "PolicyDocument": list(limit)}],
        roles=[
            {
                "RoleName": "strong",
                "AssumeRolePolicyDocument": {"Statement": [trust({"Service": "lambda.amazonaws.com"})]},
                "inline": allow("*"),
            }
        ],
    )
    return {
        principal
        for each in made.escalation.escalations
        if each.method.id.startswith("pass-role")
        for principal in each.principals
    } & {ALICE, BOB}


def test_the_same_limits_judge_alike() -> None:
    assert _creators(allow("*")) == {ALICE, BOB}
    assert _creators(allow("s3:*")) == set()


@pytest.mark.parametrize(
    "limit",
    [
        allow("lambda:*", Condition={"StringEquals": {"aws:username": "bob"}}),
        allow("lambda:*", Condition={"StringEquals": {"aws:PrincipalTag/name": "bob"}}),
        allow("lambda:*", f"arn:aws:lambda:*:{HOME}:function:*${{aws:username}}*", Condition=BOBS),
        allow("lambda:*", Condition={"ArnNotLike": {"aws:PrincipalArn": ALICE}}),
    ],
    ids=["username", "tag", "variable", "arn"],
)
def test_a_limit_that_asks_who_it_is_judges_each(limit: Json) -> None:
    assert _creators(allow("iam:PassRole"), limit) == {BOB}


def _conditions(statements: Sequence[Json], unknown: str, method: str) -> dict[str, str]:
    """When who becomes a strong role: alice has a policy beside bob's of which only the name is known."""
    account = AccountMaker()
    account.user("alice", statements, attached=[f"arn:aws:iam::aws:policy/{unknown}"])
    account.user("bob", statements)
    services = {"Service": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"]}
    account.role("strong", [trust(services)], [allow("*")])
    world = World(account)
    made = Estate(world.accounts, world.access, Settings()).escalation
    return {
        principal: str(each.requires)
        for each in made.escalations
        if each.method.id == method
        for principal in each.principals
    }


def test_what_an_unknown_policy_may_allow_is_not_for_those_without_it() -> None:
    statements = [allow("lambda:InvokeFunction"), deny(["iam:PassRole", "kms:*"])]
    assert set(_conditions(statements, "AdministratorAccess", "batch-submit")) == {ALICE}


def test_what_an_unknown_policy_may_deny_is_not_for_those_without_it() -> None:
    found = _conditions([allow(["iam:PassRole", "lambda:*"])], "Unknown", "pass-role-lambda-invoke")
    assert "Unknown" in found[ALICE]
    assert "Unknown" not in found[BOB]


def test_what_has_no_name_is_for_a_star_alone() -> None:
    """A boundary for `arn:*` leaves nothing of what AWS allows on `*` alone, whatever condition is met."""
    met = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    account = AccountMaker()
    limit = account.policy("limit", [allow("*", "arn:*")])
    statements = [allow(["iam:PassRole", "datapipeline:*"], Condition=met)]
    account.user("alice", statements, boundary=limit)
    account.user("bob", statements)
    account.role("strong", [trust({"Service": "datapipeline.amazonaws.com"})], [allow("*")])
    world = World(account)
    made = Estate(world.accounts, world.access, Settings()).escalation
    found = [each.principals for each in made.escalations if each.method.id == "pass-role-datapipeline"]
    assert found == [(BOB,)]
