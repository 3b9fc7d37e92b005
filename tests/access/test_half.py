"""Half of an edge, granted or trusted and not both, wherever a statement names the other side."""

import pytest

from tests.access.worlds import (
    HOME,
    OTHER,
    AccountMaker,
    Json,
    World,
    allow,
    deny,
    distrust,
    trust,
)

EC2 = trust({"Service": "ec2.amazonaws.com"})


def missing(world: World, principal: str, role: str) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """For each half of a pair what is missing, and the statements that are there."""
    return [
        (half.missing, [(ref.kind, ref.owner, ref.statement) for ref in half.by])
        for half in world.halves(principal, role)
    ]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:iam::111122223333:role/target",
        "arn:aws:iam::111122223333:role/tar*",
        "arn:aws:iam::*:role/target",
        ["x", "arn:aws:iam::111122223333:role/t?rget"],
    ],
)
def test_a_grant_that_names_a_role_which_does_not_trust_the_caller_lacks_the_trust(resource: Json) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("s3:*"), allow("sts:AssumeRole", resource)])
    role = account.role("target", [EC2])
    account.role("other", [EC2])
    world = World(account)
    assert missing(world, user, role) == [("trust", [("identity", user, 2)])]
    assert world.edge(user, role) is None


@pytest.mark.parametrize("resource", ["*", "arn:aws:iam::111122223333:role/*", "arn:aws:iam::*"])
def test_a_grant_for_every_role_names_none(resource: Json) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("sts:AssumeRole", resource)])
    role = account.role("target", [EC2])
    account.role("other", [EC2])
    assert missing(World(account), user, role) == []


def test_the_grant_of_a_group_is_a_half_of_each_member() -> None:
    account = AccountMaker()
    group = account.group("staff", [allow("sts:AssumeRole", account.arn("role/target"))])
    members = [account.user(name, groups=["staff"]) for name in ("ann", "bob")]
    role = account.role("target", [EC2])
    account.role("other", [EC2])
    world = World(account)
    for member in members:
        assert missing(world, member, role) == [("trust", [("identity", group, 1)])]
    assert len(world.access.half_entries) == 1


def test_a_trust_that_names_a_caller_of_another_account_which_grants_nothing_lacks_the_identity_half() -> (
    None
):
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    user, worker = other.user("ann"), other.role("worker")
    role = home.role("target", [EC2, trust([user, worker])])
    world = World(home, other)
    assert missing(world, user, role) == [("identity", [("trust", role, 2)])]
    assert missing(world, worker, role) == [("identity", [("trust", role, 2)])]


def test_a_trust_that_names_callers_by_a_condition_lacks_their_identity_half() -> None:
    account = AccountMaker()
    user, other = account.user("ann"), account.user("bob")
    condition = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/a*"}}
    role = account.role("target", [trust(account.root, Condition=condition)])
    world = World(account)
    assert missing(world, user, role) == [("identity", [("trust", role, 1)])]
    assert missing(world, other, role) == []


@pytest.mark.parametrize("pattern", ["*", "arn:aws:iam::111122223333:*", "arn:aws:iam::*:user/*"])
def test_a_condition_that_means_every_user_names_none(pattern: str) -> None:
    account = AccountMaker()
    users = [account.user("ann"), account.user("bob")]
    condition = {"ArnLike": {"aws:PrincipalArn": pattern}}
    role = account.role("target", [trust(account.root, Condition=condition)])
    world = World(account)
    assert [missing(world, user, role) for user in users] == [[], []]


def test_a_whole_edge_is_no_half() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    target = home.arn("role/target")
    user = other.user("ann", [allow("sts:AssumeRole", target)])
    single_key = home.user("bob")
    role = home.role("target", [trust([user, single_key])])
    home.role("more", [EC2])
    world = World(home, other)
    assert missing(world, user, role) == []
    assert missing(world, single_key, role) == []


def test_a_role_that_trusts_its_account_and_is_granted_to_nobody_is_no_half() -> None:
    account = AccountMaker()
    user = account.user("ann")
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert missing(world, user, role) == []
    assert world.access.half_entries == ()


def test_a_trust_whose_condition_fails_is_there_and_no_half_is_missing() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("sts:AssumeRole", account.arn("role/target"))])
    condition = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    role = account.role("target", [trust(user, Condition=condition)])
    account.role("other", [EC2])
    assert missing(World(account), user, role) == []


def test_a_denied_caller_is_no_half() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    user = other.user("ann", [deny()])
    role = home.role("target", [trust(user)])
    refused = other.user("bob")
    closed = home.role("closed", [trust(refused), distrust("*")])
    world = World(home, other)
    assert missing(world, user, role) == []
    assert missing(world, refused, closed) == []


def test_halves_are_grouped_by_statement() -> None:
    account = AccountMaker()
    may = [allow("sts:AssumeRole", [account.arn("role/a"), account.arn("role/b")])]
    user = account.user("ann", may)
    roles = [account.role(name, [EC2]) for name in ("a", "b")]
    account.role("c", [EC2])
    (half,) = World(account).access.half_entries
    assert [principal.value for principal in half.principals] == [user]
    assert list(half.roles) == roles
