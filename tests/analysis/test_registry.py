"""The folder of rules is the registry: ids by file name, sorted, and no module passes that is no rule."""

from dataclasses import replace
from types import ModuleType

import pytest

from iamscout.analysis.rule import Rule, RuleError
from iamscout.rules import gather, load_rules


def module(name: str, rule: object | None) -> ModuleType:
    made = ModuleType(f"iamscout.rules.{name}")
    if rule is not None:
        made.__dict__["RULE"] = rule
    return made


def a_rule() -> Rule:
    return replace(load_rules()[0], id="")


def test_the_id_is_the_module_name_with_dashes() -> None:
    (rule,) = gather([module("user_is_odd", a_rule())])
    assert rule.id == "user-is-odd"


def test_rules_come_sorted_by_id() -> None:
    rules = gather([module("zebra_runs", a_rule()), module("ant_crawls", a_rule())])
    assert [rule.id for rule in rules] == ["ant-crawls", "zebra-runs"]


def test_a_module_without_a_rule_is_an_error() -> None:
    with pytest.raises(RuleError, match="has no RULE") as raised:
        gather([module("helpers", None)])
    assert raised.value.where == "iamscout.rules.helpers"


def test_one_id_twice_is_an_error() -> None:
    one = replace(a_rule(), id="user-is-odd")
    with pytest.raises(RuleError, match="'user-is-odd' of another rule"):
        gather([module("user_is_odd", a_rule()), module("another", one)])
