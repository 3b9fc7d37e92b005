"""Chains of roles: what is reached, by the shortest way, and what does not survive the first hop."""

from iamscout.access.graph import CHAINED_SESSION_SECONDS, chain_to, reach, who_reaches
from tests.access.worlds import OTHER, AccountMaker, World, allow, trust

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def a_chain() -> tuple[World, str, list[str]]:
    """A user that may take a, whose session may take b, whose session may take c."""
    account = AccountMaker()
    user = account.user("loic", [allow(resource=account.arn("role/a"))])
    roles = [
        account.role("a", [trust(account.root)], [allow(resource=account.arn("role/b"))]),
        account.role("b", [trust(account.root)], [allow(resource=account.arn("role/c"))]),
        account.role("c", [trust(account.root)]),
    ]
    return World(account), user, roles


def test_a_chain_reaches_role_after_role() -> None:
    world, user, roles = a_chain()
    found = reach(world.access, user)
    assert {role: len(chain.hops) for role, chain in found.items()} == dict(
        zip(roles, (1, 2, 3), strict=True)
    )
    assert [hop.role for hop in found[roles[2]].hops] == roles
    assert all(chain.is_certain for chain in found.values())


def test_a_chained_session_lasts_at_most_an_hour() -> None:
    world, user, roles = a_chain()
    found = reach(world.access, user)
    assert found[roles[0]].max_session_seconds is None
    assert found[roles[1]].max_session_seconds == CHAINED_SESSION_SECONDS == 3600


def test_the_shortest_chain_is_the_proof() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow(resource=[account.arn("role/a"), account.arn("role/c")])])
    account.role("a", [trust(account.root)], [allow(resource=account.arn("role/c"))])
    target = account.role("c", [trust(account.root)])
    chain = chain_to(World(account).access, user, target)
    assert chain is not None
    assert [hop.role for hop in chain.hops] == [target]


def test_a_longer_chain_without_conditions_goes_before_a_shorter_one_with() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow(resource=account.arn("role/*"))])
    way = account.role("way", [trust(account.root)], [allow(resource=account.arn("role/target"))])
    target = account.role("target", [trust(account.root, Condition=MFA), trust(way)])
    world = World(account)
    chain = chain_to(world.access, user, target)
    assert chain is not None
    assert chain.is_certain
    assert [hop.role for hop in chain.hops] == [way, target]


def test_a_role_that_asks_for_mfa_is_not_reached_by_a_chain() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow(resource=account.arn("role/way"))])
    account.role("way", [trust(account.root)], [allow(resource=account.arn("role/target"))])
    target = account.role("target", [trust(account.root, Condition=MFA)])
    world = World(account)
    assert chain_to(world.access, user, target) is None
    assert target not in reach(world.access, user)


def test_a_chain_crosses_accounts() -> None:
    home, other = AccountMaker(), AccountMaker(OTHER)
    user = home.user("loic", [allow(resource=home.arn("role/way"))])
    way = home.role("way", [trust(home.root)], [allow(resource=other.arn("role/far"))])
    far = other.role("far", [trust(way)])
    chain = chain_to(World(home, other).access, user, far)
    assert chain is not None
    assert [hop.role for hop in chain.hops] == [way, far]


def test_roles_that_take_each_other_end_the_walk() -> None:
    account = AccountMaker()
    user = account.user("loic", [allow(resource=account.arn("role/a"))])
    a = account.role("a", [trust(account.root)], [allow(resource=account.arn("role/b"))])
    b = account.role("b", [trust(account.root)], [allow(resource=account.arn("role/a"))])
    assert set(reach(World(account).access, user)) == {a, b}


def test_who_reaches_a_role_is_told_level_by_level() -> None:
    world, user, roles = a_chain()
    found = who_reaches(world.access, roles[2])
    assert list(found) == [roles[2], roles[1], roles[0]]
    assert [principal.value for principal in found[roles[0]]] == [user]
    assert found[roles[2]] == ()
