"""What every rule says of itself is complete and in the house's form."""

import re
from pathlib import Path

import pytest

import iamscout.rules
from iamscout.analysis.frameworks import FRAMEWORKS, TOOLS
from iamscout.analysis.rule import Rule
from iamscout.fetch.registry import all_sources
from iamscout.rules import load_rules

RULES = load_rules()
FLAWS = re.compile(
    r"trusts|lacks|bypassable|allows|has|without|outlasts|too|uses|missing|unused|expired|old|never|always|names|not|"
    r"key|certificate|used|recently|two|kept|reuse|short|grants|reaches|outside|unassumable|also|leaves|cannot|"
    r"trusted-by|subscribe|on-all|inline|single-key|full-access|password|condition|escalation|deprecated|unattached|skips|holds|exposure|exfiltration|modification|many|open|to-review|assigned-to|any|no\b"
)

by_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


def test_the_folder_is_the_registry() -> None:
    folder = Path(iamscout.rules.__file__).parent
    names = {path.stem.replace("_", "-") for path in folder.glob("*.py")} - {"--init--"}
    assert {rule.id for rule in RULES} == names
    assert [rule.id for rule in RULES] == sorted(names)


def test_the_first_twelve_are_there() -> None:
    first = (
        "console-user-without-mfa group-has-inline-policy oidc-trust-lacks-tenant-claim "
        "policy-allows-everything role-trust-lacks-mfa role-trust-mfa-is-bypassable "
        "role-trusts-deleted-principal role-trusts-everyone role-trusts-foreign-account-without-external-id "
        "root-access-key user-has-attached-policy user-has-inline-policy"
    )
    assert set(first.split()) <= {rule.id for rule in RULES}


@by_rule
def test_the_id_sounds_like_a_flaw(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert FLAWS.search(rule.id)
    assert not re.search(r"\d", rule.id), "thresholds are parameters, never part of a name"


@by_rule
def test_the_texts_are_there(rule: Rule) -> None:
    assert rule.title
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    for text in (rule.rationale, rule.remediation.partition("\n\n")[0]):
        assert text.rstrip().endswith((".", ":")), text
        assert "  " not in text
    assert len(rule.rationale) > 80


@by_rule
def test_the_references_are_pages_with_titles(rule: Rule) -> None:
    assert rule.references
    for reference in rule.references:
        assert reference.title
        assert reference.url.startswith("https://docs.aws.amazon.com/")


@by_rule
def test_frameworks_and_tools_are_known(rule: Rule) -> None:
    assert set(rule.frameworks) <= set(FRAMEWORKS)
    assert set(rule.also_known_as) <= set(TOOLS)
    for framework, controls in rule.frameworks.items():
        form = r"IAM\.\d+" if framework == "fsbp" else r"\d+(\.\d+)+"
        assert all(re.fullmatch(form, control) for control in controls)


@by_rule
def test_the_needs_are_sources_of_a_snapshot(rule: Rule) -> None:
    assert rule.needs or rule.needs_any
    assert {*rule.needs, *rule.needs_any} <= {source.name for source in all_sources()}


@by_rule
def test_there_are_examples_of_both_kinds(rule: Rule) -> None:
    assert {example.expected for example in rule.examples} == {"rejected", "accepted"}
    titles = [example.title for example in rule.examples]
    assert len(set(titles)) == len(titles)
