"""Each method of escalation works in one account, and in none where a single thing is in the way."""

import pytest

from iamscout.access.escalation.methods import COMPUTE, PASSING, all_methods
from tests.access.escalation_cases import CASES, gated, near_misses, working
from tests.access.escalations import estate, found

ALWAYS_TRIED = {"boundary", "resource", "condition"}
OF_PASSING = {"trust without that service", "PassedToService", "resource of iam:PassRole"}
SERVICES = {each.method.id for each in (*PASSING, *COMPUTE)}
PASSED = {each.method.id for each in PASSING}

each_method = pytest.mark.parametrize("method", sorted(CASES))


def test_no_method_is_without_a_case() -> None:
    assert set(CASES) == {method.id for method in all_methods() if method.family != "assume"}


@each_method
def test_every_method_has_near_misses_of_each_kind(method: str) -> None:
    kinds = [kind for kind, _ in near_misses(CASES[method])]
    assert set(kinds) >= ALWAYS_TRIED | {f"deny {action}" for action in CASES[method].actions}
    if method in SERVICES:
        assert "trust without that service" in kinds
    if method in PASSED and CASES[method].actions[0] == "iam:PassRole":
        assert set(kinds) >= OF_PASSING
    assert len(kinds) >= 4


@each_method
def test_it_works(method: str) -> None:
    assert method in found(estate(**working(CASES[method])))


@each_method
def test_one_thing_in_the_way_is_enough(method: str) -> None:
    facts = found(estate(**working(CASES[method])))[method].facts
    passed = []
    for kind, given in near_misses(CASES[method]):
        hit = found(estate(**given)).get(method)
        # Whoever may write a role but not enter it needs something that IAM does not tell.
        if hit is not None and len(hit.facts) <= len(facts):
            passed.append(kind)
    assert passed == []


@each_method
def test_mfa_is_left_open_and_said(method: str) -> None:
    each = found(estate(**gated(CASES[method])))[method]
    assert not each.is_certain
    assert "MultiFactorAuthPresent" in str(each.requires)
