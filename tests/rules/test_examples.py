"""Every rule's examples, through the whole pipeline: snapshot, view, access, rule."""

import pytest

from iamscout.analysis.example import run_example
from iamscout.analysis.rule import Example, Rule
from iamscout.rules import load_rules

CASES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.expected}, {example.title}")
    for rule in load_rules()
    for example in rule.examples
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_the_rule_judges_its_example_as_it_says(rule: Rule, example: Example) -> None:
    findings = run_example(rule, example)

    assert [finding.reason for finding in findings if finding.status == "not_available"] == []
    titles = [finding.title for finding in findings]
    assert bool(titles) == (example.expected == "rejected"), titles


@pytest.mark.parametrize(
    ("rule", "example"),
    [case for case in CASES if case.values[1].expected == "rejected"],  # type: ignore[union-attr]  # an Example
)
def test_a_finding_of_an_example_is_well_made(rule: Rule, example: Example) -> None:
    for finding in run_example(rule, example):
        assert finding.rule == rule.id
        assert finding.resource.startswith("arn:")
        assert finding.title
        assert finding.title[0].isupper() or finding.title[0].isdigit()
        assert not finding.title.endswith(".")
        assert "  " not in finding.title
