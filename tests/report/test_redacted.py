"""A redacted report beside the plain one: nothing original in any file, the same findings and ways in."""

import json
import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from iamscout.access.model import AccessEntry
from iamscout.analysis.assessment import Assessment
from iamscout.analysis.run import analyze
from iamscout.cli.demo import take_demo_snapshots
from iamscout.report.site import files
from iamscout.rules import load_rules
from iamscout.snapshot.model import CATEGORIES
from iamscout.snapshot.redact import redact, redactor_for
from iamscout.snapshot.redact_text import Redactor


@cache
def both() -> tuple[Assessment, Assessment, Redactor]:
    """The demo's organization as it is and redacted, and what redacted it."""
    snapshots = take_demo_snapshots(quiet=True)
    by = redactor_for(snapshots, CATEGORIES, b"k" * 32)
    rules = load_rules()
    plain = analyze(snapshots, rules=rules)
    return plain, analyze([redact(each, by) for each in snapshots], rules=rules), by


@cache
def contents() -> dict[str, str]:
    return {path: content.decode("utf-8", "replace") for path, content in files(both()[1])}


def kinds(assessment: Assessment) -> Counter[tuple[str, ...]]:
    return Counter((each.rule, each.severity, each.status, each.confidence) for each in assessment.findings)


def edge(entry: AccessEntry, arn: Any, account: Any) -> tuple[Any, ...]:
    return (
        tuple(sorted((each.kind, account(each.account)) for each in entry.principals)),
        tuple(sorted(map(arn, entry.roles))),
        entry.action,
        entry.verdict.result,
        entry.verdict.mfa,
    )


def test_findings_are_the_same_in_number_and_kind() -> None:
    plain, redacted, _ = both()

    assert len(plain.findings) > 150
    assert kinds(redacted) == kinds(plain)


def test_findings_are_about_the_same_resources() -> None:
    plain, redacted, by = both()

    assert {(each.rule, each.resource) for each in redacted.findings} == {
        (each.rule, by.arn(each.resource)) for each in plain.findings
    }


def test_who_gets_into_which_role_is_the_same() -> None:
    plain, redacted, by = both()

    assert Counter(edge(each, str, str) for each in redacted.estate.access.entries) == Counter(
        edge(each, by.arn, by.account) for each in plain.estate.access.entries
    )


@pytest.mark.parametrize("what", ["account", "user", "group", "role", "policy", "email", "key"])
def test_nothing_original_is_in_any_file_or_name(what: str) -> None:
    accounts = both()[0].estate.accounts
    told: dict[str, set[str]] = {
        "account": {each.id for each in accounts},
        "user": {each.name for account in accounts for each in account.users},
        "group": {each.name for account in accounts for each in account.groups},
        "role": {
            each.name
            for account in accounts
            for each in account.roles
            if each.kind == "plain" and each.name != "OrganizationAccountAccessRole"
        },
        "policy": {each.name for account in accounts for each in account.policies if not each.is_aws_managed},
        "email": {"@example.com"},
        "key": {key.id for account in accounts for key in account.access_keys or ()},
    }
    pages = {path: text for path, text in contents().items() if not path.startswith("assets/vendor/")}
    if what in {"account", "email", "key"}:
        # the texts of rules speak of AWS's documentation ids; the command redacts these, too
        pages = {
            path: text for path, text in pages.items() if not path.startswith(("rules/", "data/analysis"))
        }
        found = [(word, path) for path, text in pages.items() for word in told[what] if word in path + text]
    else:
        # names that are words of English stand in the report's own sentences
        words = {name for name in told[what] if re.search(r"[a-z][A-Z]|[-_.@+=,0-9]", name)}
        tokens = {path: set(re.findall(r"[\w+=.@-]+", f"{path} {text}")) for path, text in pages.items()}
        assert words
        found = [
            (word, path)
            for path, there in tokens.items()
            for word in words & there
            if word != "security-audit"
        ]

    assert found[:10] == []


def test_the_manifest_and_the_method_say_so() -> None:
    assert json.loads(contents()["manifest.json"])["redacted"] == ["accounts", "emails", "keys", "names"]
    assert "This report is redacted" in contents()["method.html"]
