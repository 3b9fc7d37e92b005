"""Each source taken away in turn: the rules that declare it are not available, no finding appears, none is
lost silently.
"""

import pytest
from msgspec import structs

from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.rule import Rule
from iamscout.analysis.run import analyze
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot, Source
from tests.rules.test_well_kept_account import OTHER_SOURCES

ALL = load_rules()


def everything() -> Snapshot:
    return snapshot_of(
        rejected(
            "an account with every source",
            trust={"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
            user={"UserName": "alice", "attached": ["AdministratorAccess"]},
            saml_providers=[{"Name": "corporate"}],
            oidc_providers=[{"Url": "login.example.com"}],
            credential_report=[{"user": "<root_account>"}, {"user": "alice", "password_enabled": "true"}],
            virtual_mfa_devices=[],
            summary={"AccountMFAEnabled": 0, "AccountPasswordPresent": 1},
            password_policy={"MinimumPasswordLength": 8},
            organization={
                "id": "o-exampleorg",
                "management": "111122223333",
                "accounts": {"111122223333": {"name": "a"}},
            },
            sources=OTHER_SOURCES,
        )
    )


def _looked_at(rule: Rule) -> tuple[str, ...]:
    return (*rule.needs, *rule.needs_any, *rule.weighs)


SOURCES = sorted({source for rule in ALL for source in _looked_at(rule)})


def test_with_every_source_every_rule_is_available() -> None:
    assert [f.rule for f in analyze((everything(),), rules=ALL).findings if f.status == "not_available"] == []


@pytest.mark.parametrize("source", SOURCES)
def test_without_a_source_exactly_its_rules_are_not_available(source: str) -> None:
    given = everything()
    given = structs.replace(given, sources={**given.sources, source: Source("denied", reason="AccessDenied")})

    findings = analyze((given,), rules=ALL).findings

    without = {finding.rule for finding in findings if finding.status == "not_available"}
    assert without == {rule.id for rule in ALL if source in _looked_at(rule)}
    opened = {finding.rule for finding in findings if finding.status == "open"}
    assert opened <= {finding.rule for finding in analyze((everything(),), rules=ALL).findings} | {
        "policy-cannot-be-judged"
    }
