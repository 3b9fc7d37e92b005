"""Users of the same groups and limits are judged once, unless a limit asks who it is."""

import pytest

from tests.access.escalations import ALICE, BOB, HOME, Json, allow, estate, trust

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
