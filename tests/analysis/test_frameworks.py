"""Every number that a rule names is a control of the table, and the tables are whole."""

import pytest

from iamscout.analysis.controls import cover
from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.frameworks import CONTROLS, FRAMEWORKS
from iamscout.analysis.run import analyze
from iamscout.rules import load_rules


def test_every_number_of_a_rule_is_a_control() -> None:
    known = {(framework, control.number) for framework, controls in CONTROLS.items() for control in controls}
    used = {
        (framework, number, rule.id)
        for rule in load_rules()
        for framework, numbers in rule.frameworks.items()
        for number in numbers
    }
    assert sorted(each for each in used if each[:2] not in known) == []
    assert used


@pytest.mark.parametrize(
    ("framework", "numbers"),
    [
        ("cis-4.0.1", [f"1.{number}" for number in range(1, 23)]),
        ("cis-5.0", [f"1.{number}" for number in range(1, 22)]),
        ("cis-6.0", [f"2.{number}" for number in range(1, 22)]),
        (
            "cis-7.0",
            [*(f"2.1.{number}" for number in range(1, 7)), *(f"2.{number}" for number in range(2, 22))],
        ),
    ],
)
def test_the_numbers_of_a_benchmark_are_without_holes(framework: str, numbers: list[str]) -> None:
    assert [control.number for control in CONTROLS[framework]] == numbers


def test_no_rule_judges_what_is_said_to_be_beyond_a_snapshot() -> None:
    beyond = {
        (framework, control.number)
        for framework, controls in CONTROLS.items()
        for control in controls
        if control.beyond
    }
    assert not [
        rule.id
        for rule in load_rules()
        for framework, numbers in rule.frameworks.items()
        for number in numbers
        if (framework, number) in beyond
    ]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_denied_source_makes_its_controls_not_judged_and_none_clear(framework: str) -> None:
    given = rejected("nothing of credentials", trust=[], denied=["iam:GetCredentialReport"])
    assessment = analyze((snapshot_of(given),), rules=load_rules())
    results = cover(assessment, framework).controls
    assert len(results) == len(CONTROLS[framework])
    by_title = {result.title: result for result in results}
    mfa = by_title["Users with a console password have MFA"]
    assert mfa.outcome == "not_judged"
    assert mfa.reason == "iam:GetCredentialReport is denied: AccessDenied"
    assert all(result.reason for result in results if result.outcome == "not_judged")
