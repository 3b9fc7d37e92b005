"""What an attacker may write into an account: bounded time, and never an allow that it is not worth."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.access.worlds import HOME, AccountMaker, Json, Statement, World, allow, deny, trust

SECONDS = 2.0
"""For some questions and all edges of a small account: a few tenths, and more on a machine that is busy."""


@contextmanager
def bounded() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


def asked(may: list[Statement] | str, trusts: list[Statement] | str | None = None) -> tuple[str, str]:
    account = AccountMaker()
    user = account.user("ann", may, tags={f"k{number}": "v" for number in range(50)})
    account.role("worker", [], may)
    role = account.role("a" * 64, trusts or [trust(account.root)])
    world = World(account)
    with bounded():
        closed = world.ask(user, role)
        world.ask(user, role, closed=False)
        world.ask(account.session("worker"), role)
    return closed.result, closed.reason


STARS = "*a" * 2000 + "*b"
QUESTIONS = "?*" * 2000 + "b"


@pytest.mark.parametrize(
    "pattern", [STARS, QUESTIONS, "*" * 10_000 + "b", "${*}" * 2000, "${" * 2000, "*?" * 3000]
)
@pytest.mark.parametrize(
    "build",
    [
        lambda pattern: [allow("sts:AssumeRole", f"arn:aws:iam::{HOME}:role/{pattern}")],
        lambda pattern: [allow("sts:AssumeRole", pattern)],
        lambda pattern: [allow(f"sts:{pattern}")],
        lambda pattern: [allow(Condition={"StringLike": {"aws:username": pattern}})],
        lambda pattern: [
            allow(Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/{pattern}"}})
        ],
    ],
    ids=["resource", "bare resource", "action", "StringLike", "ArnLike"],
)
def test_patterns_with_many_wildcards(pattern: str, build: Callable[[str], list[Statement]]) -> None:
    assert asked(build(pattern))[0] == "deny"


@pytest.mark.parametrize("depth", [50, 900, 50_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_documents_nested_deep(depth: int, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    nested = f"{opening * depth}1{closing * depth}"
    text = f'{{"Version": "2012-10-17", "Statement": {nested}}}'
    assert asked(text) == ("conditional", "unreadable")
    assert asked([allow()], text) == ("conditional", "unreadable")


def conditions(count: int, make: Callable[[int], Json]) -> list[Statement]:
    return [allow(Condition=make(number)) for number in range(count)]


MANY: dict[str, Callable[[int], Json]] = {
    "own keys": lambda number: {"StringEquals": {f"a:{number}": "1", f"b:{number}": "1"}},
    "one key": lambda number: {"StringLike": {"a:x": f"*{number}*"}},
    "numbers": lambda number: {"NumericLessThan": {"a:x": number}, "NumericGreaterThan": {"a:y": number}},
    "addresses": lambda number: {"IpAddress": {"aws:SourceIp": f"10.{number % 250}.{number // 250}.0/24"}},
    "set operators": lambda number: {"ForAnyValue:StringLike": {"aws:TagKeys": [f"{number}*", f"*{number}"]}},
    "MFA ages": lambda number: {"NumericLessThan": {"aws:MultiFactorAuthAge": number + 1}},
    "variables": lambda number: {"StringLike": {"a:x": f"${{a:{number}}}*${{b:{number}}}"}},
}


@pytest.mark.parametrize("kind", MANY)
def test_thousands_of_conditions_that_allow(kind: str) -> None:
    assert asked(conditions(1000, MANY[kind])) == ("deny", "condition")


@pytest.mark.parametrize("kind", MANY)
def test_thousands_of_conditions_that_deny(kind: str) -> None:
    denies = [{**statement, "Effect": "Deny"} for statement in conditions(1000, MANY[kind])]
    assert asked([allow(), *denies])[0] in ("allow", "conditional")


def test_alternatives_that_multiply_are_given_up_and_never_allowed() -> None:
    account = AccountMaker()
    denies = [
        deny(Condition={"StringEquals": {f"a:{number}": "1", f"b:{number}": "1", f"c:{number}": "1"}})
        for number in range(40)
    ]
    user = account.user("ann", [allow(), *denies])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    with bounded():
        decision = world.ask(user, role, closed=False)
    assert decision.result == "conditional"
    assert len(decision.requires.alternatives) <= 256
    assert world.ask(user, role).result == "allow"
    assert world.ask(user, role, {"a:7": "1", "b:7": "1", "c:7": "1"}).reason == "explicit_deny"


def test_halves_whose_alternatives_multiply() -> None:
    account = AccountMaker()
    one = [allow(Condition={"StringLike": {"a:x": f"{number}*"}}) for number in range(200)]
    other = [trust(account.root, Condition={"StringLike": {"a:y": f"{number}*"}}) for number in range(200)]
    user = account.user("ann", one)
    role = account.role("target", other)
    with bounded():
        assert World(account).ask(user, role, closed=False).result == "conditional"


def test_a_long_list_of_values_principals_and_actions() -> None:
    account = AccountMaker()
    users = [account.arn(f"user/u{number}") for number in range(2000)]
    may = allow(["iam:Get*"] * 2000, ["arn:aws:iam::*:role/x"] * 2000)
    may["Condition"] = {"StringEquals": {"aws:username": [f"u{number}" for number in range(2000)]}}
    user = account.user("ann", [may, allow()])
    role = account.role("target", [trust(users), trust(account.root)])
    with bounded():
        assert World(account).ask(user, role).result == "allow"


def test_a_variable_of_the_request_in_the_resource_of_many_roles() -> None:
    account = AccountMaker()
    for number in range(300):
        account.role(f"{'r' * 50}{number}", [trust(account.root)])
    user = account.user(
        "ann", [allow("sts:AssumeRole", account.arn("role/*${sts:ExternalId}*${aws:RequestTag/x}"))]
    )
    other = account.user("bob", [allow("sts:AssumeRole", account.arn("role/*${sts:ExternalId}*"))])
    world = World(account)
    with bounded():
        assert world.edge(user, account.arn(f"role/{'r' * 50}7")) is not None
        assert world.edge(other, account.arn(f"role/{'r' * 50}7")) is not None


def test_names_that_are_legal_and_odd() -> None:
    account = AccountMaker()
    names = ["=1+1", "@x", "a,b", "..", "-", "awsusername"]
    may = [allow("sts:AssumeRole", account.arn("role/*"))]
    users = [account.user(name, may, path="/<b>/../%41/") for name in names]
    role = account.role("+=,.@-_", [trust(users)], path="/!~/'\"/")
    world = World(account)
    assert [world.ask(user, role).result for user in users] == ["allow"] * len(users)


def test_text_that_json_can_hold_and_iam_cannot() -> None:
    account = AccountMaker()
    odd = "\u0000\u202e\ufeff𝒳"
    user = account.user("ann", [allow("sts:AssumeRole", f"arn:aws:iam::{HOME}:role/{odd}*")])
    role = account.role("target", [trust([odd, root_like(odd)]), trust({"Service": odd})])
    assert World(account).ask(user, role).result == "deny"


def root_like(odd: str) -> str:
    return f"arn:aws:iam::{odd}:root"


def test_numbers_beyond_every_measure() -> None:
    huge = json.loads("1" + "0" * 300)
    assert asked([allow(Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": huge}})])[0] == "deny"
    assert asked([allow(Condition={"NumericLessThan": {"a:x": "1e999999999"}})])[0] == "deny"
    assert asked([allow(Condition={"DateLessThan": {"aws:CurrentTime": "9" * 2000}})])[0] == "deny"
    assert asked([allow(Condition={"IpAddress": {"aws:SourceIp": "1.2.3.4/" + "9" * 2000}})])[0] == "deny"
