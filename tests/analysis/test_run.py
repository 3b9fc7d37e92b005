"""The engine: missing sources, keys, merging, order, blame.

Rules here are made up, small, and do what a test asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from iamscout.analysis.example import ACCOUNT, Given, rejected, snapshot_of
from iamscout.analysis.finding import Evidence, Finding, Hit
from iamscout.analysis.rule import Rule, Subject
from iamscout.analysis.run import analyze
from iamscout.errors import InputError
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot, Source

DETAILS = "iam:GetAccountAuthorizationDetails"


def rule(check: Callable[..., Iterable[Hit]], *, applies_to: Subject = "role", **changes: Any) -> Rule:
    made = replace(
        load_rules()[0], id="made-up", check=check, applies_to=applies_to, needs=(DETAILS,), needs_any=()
    )
    return replace(made, frameworks={}, judges_absence=False, **changes)


def snapshot(**given: Any) -> Snapshot:
    options: Given = given  # type: ignore[assignment]  # the keywords of an example
    return snapshot_of(rejected("some account", **options))


def with_status(given: Snapshot, source: str, status: Any) -> Snapshot:
    sources = {**given.sources, source: Source(status, given.sources[source].data, "as the test says")}
    return structs.replace(given, sources=sources)


def found(check: Callable[..., Iterable[Hit]], given: Snapshot, **changes: Any) -> tuple[Finding, ...]:
    return analyze((given,), rules=(rule(check, **changes),)).findings


def always(subject: Any, account: Any, estate: Any) -> Iterable[Hit]:
    yield Hit("something is wrong")


def test_a_hit_becomes_an_open_finding_on_its_subject() -> None:
    (finding,) = found(always, snapshot(role={"RoleName": "deploy"}))

    assert finding.resource == f"arn:aws:iam::{ACCOUNT}:role/deploy"
    assert (finding.account, finding.resource_type, finding.status) == (ACCOUNT, "role", "open")
    assert finding.title == "something is wrong"


@pytest.mark.parametrize("status", ["denied", "throttled", "failed", "skipped", "absent"])
def test_a_missing_source_is_not_available_and_never_a_pass(status: str) -> None:
    given = with_status(snapshot(role={}), DETAILS, status)

    (finding,) = found(always, given)

    assert finding.status == "not_available"
    assert finding.reason == f"{DETAILS} is {status}: as the test says"
    assert finding.resource == f"arn:aws:iam::{ACCOUNT}:root"


def test_a_partial_source_is_judged_as_far_as_it_goes() -> None:
    given = with_status(snapshot(role={}), DETAILS, "partial")
    assert [finding.status for finding in found(always, given)] == ["open", "not_available"] or [
        finding.status for finding in found(always, given)
    ] == ["not_available", "open"]


def test_a_rule_that_concludes_from_absence_does_not_judge_a_partial_source() -> None:
    given = with_status(snapshot(role={}), DETAILS, "partial")
    changed = replace(rule(always), judges_absence=True)
    assert [finding.status for finding in analyze((given,), rules=(changed,)).findings] == ["not_available"]


def test_one_of_several_sources_will_do_where_the_rule_says_so() -> None:
    changed = replace(
        rule(always, applies_to="account"), needs=(), needs_any=("iam:GetAccountSummary", DETAILS)
    )
    assert [f.status for f in analyze((snapshot(),), rules=(changed,)).findings] == ["open"]
    neither = replace(changed, needs_any=("iam:GetAccountSummary", "iam:GetCredentialReport"))
    (finding,) = analyze((snapshot(),), rules=(neither,)).findings
    assert "iam:GetAccountSummary" in finding.reason
    assert "iam:GetCredentialReport" in finding.reason


def test_the_key_depends_on_rule_resource_and_locator_alone() -> None:
    def worded(text: str, locator: str) -> Callable[..., Iterable[Hit]]:
        return lambda *_: [Hit(text, locator=locator)]

    given = snapshot(role={})
    keys = [
        found(worded(text, locator), given)[0].key for text, locator in (("a", "x"), ("b", "x"), ("a", "y"))
    ]
    assert keys[0] == keys[1]
    assert keys[0] != keys[2]
    assert len(keys[0]) == 12


def test_the_order_of_statements_changes_no_key() -> None:
    statements = [
        {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"},
    ]
    one = analyze((snapshot(trust=statements),), rules=load_rules()).findings
    other = analyze((snapshot(trust=statements[::-1]),), rules=load_rules()).findings
    assert [(f.key, f.severity, f.title) for f in one] == [(f.key, f.severity, f.title) for f in other]


def test_two_hits_with_one_key_are_one_finding_as_grave_as_the_graver() -> None:
    def twice(*_: Any) -> Iterable[Hit]:
        yield Hit("first", (Evidence("trust", "a"),), severity="low")
        yield Hit("second", (Evidence("trust", "b"), Evidence("trust", "a")), severity="high")

    (finding,) = found(twice, snapshot(role={}))
    assert (finding.title, finding.severity) == ("first", "high")
    assert [evidence.owner for evidence in finding.evidence] == ["a", "b"]


def test_findings_come_by_severity_rule_account_and_resource() -> None:
    def graded(role: Any, *_: Any) -> Iterable[Hit]:
        yield Hit("x", severity="critical" if role.name == "zebra" else "low")

    findings = found(
        graded, snapshot(roles=[{"RoleName": "ant"}, {"RoleName": "zebra"}, {"RoleName": "bee"}])
    )
    assert [finding.resource.rpartition("/")[2] for finding in findings] == ["zebra", "ant", "bee"]


def test_an_inline_policy_is_told_from_another_of_the_same_owner() -> None:
    given = snapshot(
        role={
            "RolePolicyList": [
                {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}
                for name in "ab"
            ]
        }
    )
    findings = [f for f in found(always, given, applies_to="document") if f.resource_type == "role"]
    assert len({finding.key for finding in findings}) == 2


def test_an_aws_managed_policy_has_a_key_of_its_own_in_each_account() -> None:
    keys = {
        finding.key
        for account in (ACCOUNT, "444455556666")
        for finding in found(
            always, snapshot(account=account, role={"attached": ["SecurityAudit"]}), applies_to="policy"
        )
    }
    assert len(keys) == 2


def test_what_a_rule_raises_tells_the_rule_and_the_resource() -> None:
    def broken(*_: Any) -> Iterable[Hit]:
        raise KeyError("oops")

    with pytest.raises(KeyError) as raised:
        found(broken, snapshot(role={"RoleName": "deploy"}))
    assert raised.value.__notes__ == [
        f"in the rule made-up, judging arn:aws:iam::{ACCOUNT}:role/deploy of account {ACCOUNT}"
    ]


def test_two_snapshots_of_one_account_are_refused() -> None:
    with pytest.raises(InputError, match="two snapshots of account 111122223333"):
        analyze((snapshot(), snapshot()), rules=())


def test_coverage_tells_every_source_and_its_reason() -> None:
    given = with_status(snapshot(role={}), "iam:ListRoles", "denied")
    lines = {(line.source, line.status, line.message) for line in analyze((given,), rules=()).coverage}
    assert ("iam:ListRoles", "denied", "as the test says") in lines
    assert (DETAILS, "ok", "") in lines


def test_metrics_count_what_there_is_and_what_was_found() -> None:
    given = snapshot(
        trust={"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}, user={}, group={}
    )
    metrics = analyze((given,), rules=(rule(always),)).metrics
    assert metrics["roles"] == metrics["users"] == metrics["groups"] == 1
    assert metrics["roles_trusting_everyone"] == 1
    assert metrics["findings_open"] == 1
    assert list(metrics) == sorted(metrics)


def test_the_same_snapshots_give_the_same_findings_in_whatever_order() -> None:
    one, other = snapshot(role={}), snapshot(account="444455556666", role={})
    assert (
        analyze((one, other), rules=load_rules()).findings
        == analyze((other, one), rules=load_rules()).findings
    )
