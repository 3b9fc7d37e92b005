"""Open questions: what is left open, as alternatives, and what contradicts itself or covers everything."""

import pytest

from iamscout.policy.atoms import Test as Atom
from iamscout.policy.document import Condition
from tests.access.worlds import (
    AccountMaker,
    Json,
    World,
    allow,
    deny,
    trust,
)


@pytest.mark.parametrize(
    ("pattern", "values", "if_exists"),
    [
        ("role/${sts:ExternalId}", ["target"], False),
        ("role/tar${sts:ExternalId}", ["get"], False),
        ("role/t${sts:ExternalId}*et", ["", "a", "ar", "arg"], False),
        ("role/${sts:ExternalId, 'target'}", ["target"], True),
        ("role/${sts:ExternalId, 'other'}", ["target"], False),
    ],
)
def test_a_variable_of_the_request_in_the_resource_is_left_open(
    pattern: str, values: list[str], *, if_exists: bool
) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("sts:AssumeRole", account.arn(pattern))])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    decision = world.ask(user, role, closed=False)
    condition = Condition("StringEquals", "sts:ExternalId", tuple(values), if_exists=if_exists)
    assert decision.requires.alternatives == ((Atom(condition),),)
    assert world.ask(user, role).result == ("allow" if if_exists else "deny")
    assert world.ask(user, role, {"sts:ExternalId": values[0]}).result == "allow"
    assert world.ask(user, role, {"sts:ExternalId": "x"}).result == "deny"


def test_what_is_left_open_is_the_conjunction_of_both_halves_less_the_denies() -> None:
    account = AccountMaker()
    region = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    user = account.user(
        "ann", [allow(Condition=region), deny(Condition={"Bool": {"aws:SecureTransport": "false"}})]
    )
    role = account.role("target", [trust(account.root, Condition=office)])
    decision = World(account).ask(user, role, closed=False)
    assert decision.result == "conditional"
    (alternative,) = decision.requires.alternatives
    assert {atom.condition for atom in alternative if isinstance(atom, Atom) and not atom.negated} == {
        Condition("StringEquals", "aws:RequestedRegion", ("eu-west-1",)),
        Condition("IpAddress", "aws:SourceIp", ("192.0.2.0/24",)),
        Condition("Bool", "aws:SecureTransport", ("true",), if_exists=True),
    }


def test_what_the_question_gives_is_not_left_open() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    condition = {"StringEquals": {"sts:ExternalId": "x", "aws:RequestedRegion": "eu-west-1"}}
    role = account.role("target", [trust(account.root, Condition=condition)])
    decision = World(account).ask(user, role, {"sts:ExternalId": "x"}, closed=False)
    (alternative,) = decision.requires.alternatives
    assert alternative == (Atom(Condition("StringEquals", "aws:RequestedRegion", ("eu-west-1",))),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"StringEquals": {"a:x": "1"}}, {"StringEquals": {"a:x": "2"}}),
        ({"StringEquals": {"a:x": "1"}}, {"Null": {"a:x": "true"}}),
        ({"NumericLessThan": {"a:x": "5"}}, {"NumericGreaterThan": {"a:x": "7"}}),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}),
        (
            {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}},
            {"DateGreaterThan": {"aws:CurrentTime": "2026-02-01"}},
        ),
        ({"StringLike": {"a:x": "a*"}}, {"StringLike": {"a:x": "b*"}}),
        ({"StringLike": {"a:x": "a*"}}, {"StringNotLike": {"a:x": "a*"}}),
    ],
)
def test_halves_that_contradict_each_other_are_unsatisfiable(one: Json, other: Json) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow(Condition=one)])
    role = account.role("target", [trust(account.root, Condition=other)])
    decision = World(account).ask(user, role, closed=False)
    assert (decision.result, decision.reason) == ("deny", "unsatisfiable")


def test_alternatives_that_cover_everything_leave_nothing_open() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    present = {"Null": {"sts:ExternalId": "false"}}
    absent = {"Null": {"sts:ExternalId": "true"}}
    role = account.role(
        "target", [trust(account.root, Condition=present), trust(account.root, Condition=absent)]
    )
    assert World(account).ask(user, role, closed=False).result == "allow"
