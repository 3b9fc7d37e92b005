"""Each format is one that others read: its published schema or a real reader takes what is written."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import botocore.session
import msgspec
import pytest
from botocore.validate import ParamValidator
from jsonschema import Draft4Validator
from junitparser import JUnitXml
from msgspec import structs
from py_ocsf_models.events.findings.compliance_finding import (  # type: ignore[import-untyped]  # it ships no types
    ComplianceFinding,
)
from py_ocsf_models.events.findings.finding import Finding as OcsfFinding  # type: ignore[import-untyped]  # as below
from py_ocsf_models.objects.policy import Policy  # type: ignore[import-untyped]  # as below
from py_ocsf_models.objects.remediation import Remediation  # type: ignore[import-untyped]  # as below
from py_ocsf_models.objects.resource_details import ResourceDetails  # type: ignore[import-untyped]  # as below
from py_ocsf_models.objects.user import User  # type: ignore[import-untyped]  # as below
from pydantic import BaseModel, ConfigDict, model_validator

import iamscout.export
from iamscout.analysis.assessment import Assessment
from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.finding import Acceptance
from iamscout.analysis.places import SnapshotFile
from iamscout.analysis.run import analyze
from iamscout.export import formats, load_format, sarif
from iamscout.export.csv import cell
from iamscout.rules import load_rules
from iamscout.snapshot.file import encode
from iamscout.snapshot.model import Snapshot

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
ACCOUNT = "111122223333"
ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
HOSTILE = (
    "</testcase><script>1</script>",
    "[click](https://example.com) @everyone {0} | `x`",
    "\x1b[31m\u202egnp\x00",
    "=cmd|'/c calc'!A1",
    "password=hunter2hunter2",
)
SUPPRESSED = 3
FULL_REASON = "known; ends in May (accepted by alice@example.com from 2026-10-01 to 2027-05-31)"


@cache
def files() -> Mapping[str, SnapshotFile]:
    given = rejected(
        "open and hostile",
        roles=[
            {"RoleName": "deploy", "AssumeRolePolicyDocument": ANYONE, "attached": ["AdministratorAccess"]},
            *({"RoleName": name, "AssumeRolePolicyDocument": ANYONE} for name in HOSTILE),
        ],
        policy={"Effect": "Allow", "Action": "*", "Resource": "*", "Sid": "All"},
        group={"GroupName": "staff", "inline": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}},
        user={"GroupList": ["staff"], "attached": ["SecurityAudit"]},
        credential_report=[{"user": "alice", "password_enabled": "true"}],
    )
    return {ACCOUNT: SnapshotFile("snapshots/a b.json", encode(snapshot_of(given)))}


@cache
def assessment() -> Assessment:
    snapshot = msgspec.json.decode(files()[ACCOUNT].content, type=Snapshot)
    found = analyze((snapshot,), rules=load_rules())
    first, *rest = found.findings
    word = Acceptance("known; ends in May", "alice@example.com", date(2026, 10, 1), date(2027, 5, 31))
    accepted = structs.replace(first, status="accepted", reason=word.reason, acceptance=word)
    return replace(found, findings=(accepted, *rest))


def written(name: str) -> bytes:
    return load_format(name)(assessment(), files())


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in texts(child)]


def test_the_folder_is_the_registry() -> None:
    folder = Path(iamscout.export.__file__).parent
    assert set(formats()) == {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(formats()) == {"asff", "csv", "json", "junit", "markdown", "ocsf", "sarif"}


@pytest.mark.parametrize("name", formats())
def test_twice_the_same_assessment_gives_the_same_bytes(name: str) -> None:
    assert written(name) == written(name)


@pytest.mark.parametrize("name", sorted({*formats()} - {"json"}))
def test_no_control_or_direction_character_and_no_secret_gets_through(name: str) -> None:
    text = written(name).decode()
    if name in {"asff", "ocsf", "sarif"}:
        text = "\n".join(texts(json.loads(text)))
    assert "hunter2hunter2" not in text
    assert not [each for each in "\x00\x1b\u202e" if each in text]
    assert "u202E" in text


def test_the_vendored_schema_is_the_published_one() -> None:
    content = (SCHEMAS / "sarif-2.1.0-rtm.5.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() in (SCHEMAS / "README.md").read_text()


def test_sarif_fits_its_schema() -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
    document = json.loads(written("sarif"))
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []
    assert len(document["runs"][0]["results"]) == len(assessment().findings)


def test_sarif_points_at_the_lines_of_the_statement() -> None:
    (run,) = json.loads(written("sarif"))["runs"]
    lines = files()[ACCOUNT].content.decode().splitlines()
    shown = {
        result["partialFingerprints"]["iamscoutFindingKey/v1"]: result["locations"][0]
        for result in run["results"]
    }
    finding = next(
        each
        for each in assessment().findings
        if each.rule == "role-trusts-everyone" and each.resource.endswith("role/deploy")
    )
    place = shown[finding.key]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "snapshots/a%20b.json"
    assert lines[place["region"]["startLine"] - 1].strip() == '"Principal": "*"'
    inline = next(each for each in assessment().findings if each.rule == "group-has-inline-policy")
    assert '"PolicyDocument"' in lines[shown[inline.key]["physicalLocation"]["region"]["startLine"] - 1]


def test_every_sarif_result_stands_on_a_line_of_the_file() -> None:
    (run,) = json.loads(written("sarif"))["runs"]
    last = len(files()[ACCOUNT].content.splitlines())
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert 1 <= region["startLine"] <= region["endLine"] <= last


def test_sarif_suppresses_what_is_accepted_and_leaves_open_what_was_not_judged() -> None:
    (run,) = json.loads(written("sarif"))["runs"]
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert [result["suppressions"] for result in suppressed] == [
        [{"kind": "external", "status": "accepted", "justification": FULL_REASON}]
    ]
    open_ones = {result["ruleId"] for result in run["results"] if result["kind"] == "open"}
    assert open_ones == {each.rule for each in assessment().findings if each.status == "not_available"}


def test_sarif_puts_what_is_too_much_for_a_run_into_another_category(monkeypatch: pytest.MonkeyPatch) -> None:
    (whole,) = json.loads(written("sarif"))["runs"]
    assert "automationDetails" not in whole
    most = len(whole["results"]) // 2
    monkeypatch.setattr(sarif, "MOST_RESULTS", most)
    document = json.loads(sarif.export(assessment(), files()))
    assert [each for run in document["runs"] for each in run["results"]] == whole["results"]
    assert max(len(run["results"]) for run in document["runs"]) == most
    categories = [run.get("automationDetails", {}).get("id") for run in document["runs"]]
    assert categories[0] is None
    assert len(set(categories)) == len(categories) >= 2
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


def test_sarif_rules_are_all_and_in_the_order_of_their_indexes() -> None:
    (run,) = json.loads(written("sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in load_rules()]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])


def test_junit_is_read_with_a_case_for_each_rule_and_resource() -> None:
    read = JUnitXml.fromstring(written("junit"))
    (suite,) = list(read)
    cases = list(suite)
    names = [(case.classname, case.name) for case in cases]
    assert len(set(names)) == len(names)
    assert {case.classname for case in cases} == {rule.id for rule in load_rules()}
    failed = [case for case in cases if case.is_failure]
    skipped = {case.classname for case in cases if case.is_skipped}
    assert suite.failures == len(failed) > 0
    assert suite.tests == len(cases)
    not_judged = {each.rule for each in assessment().findings if each.status == "not_available"}
    assert not_judged <= skipped
    assert any(case.classname == "role-trusts-everyone" for case in failed)


class _AccessAnalysisResult(BaseModel):
    """OCSF 1.7.0, object `access_analysis_result`: its attributes, and which are required."""

    model_config = ConfigDict(extra="forbid")
    access_level: str | None = None
    access_type: str | None = None
    accessors: list[User]
    condition_keys: list[dict[str, Any]] | None = None
    granted_privileges: list[str] | None = None


class _PermissionAnalysisResult(BaseModel):
    """OCSF 1.7.0, object `permission_analysis_result`."""

    model_config = ConfigDict(extra="forbid")
    condition_keys: list[dict[str, Any]] | None = None
    granted_privileges: list[str] | None = None
    policy: Policy | None = None
    unused_privileges_count: int | None = None
    unused_services_count: int | None = None


class _IamAnalysisFinding(OcsfFinding):  # type: ignore[misc]  # its base ships no types
    """OCSF 1.7.0, class `iam_analysis_finding` (2008), on the reader's own base of findings."""

    access_analysis_result: _AccessAnalysisResult | None = None
    permission_analysis_results: list[_PermissionAnalysisResult] | None = None
    remediation: Remediation | None = None
    resources: list[ResourceDetails] | None = None
    user: User | None = None
    type_uid: Literal[200801]
    class_uid: Literal[2008]
    category_uid: Literal[2]

    @model_validator(mode="after")
    def _at_least_one(self) -> "_IamAnalysisFinding":
        assert self.access_analysis_result or self.permission_analysis_results
        return self


def test_ocsf_tells_access_and_permissions_as_iam_analysis_findings() -> None:
    events = [event for event in json.loads(written("ocsf")) if event["class_uid"] == 2008]
    read = [_IamAnalysisFinding.model_validate(event) for event in events]
    assert {event["metadata"]["version"] for event in events} == {"1.7.0"}
    by_rule = {event.finding_info.types[0]: event for event in read}
    open_role = by_rule["role-trusts-everyone"].access_analysis_result
    assert open_role.access_type == "Public"
    assert [each.uid for each in open_role.accessors] == ["*"]
    assert open_role.granted_privileges == ["sts:AssumeRole"]
    (grant,) = by_rule["policy-allows-everything"].permission_analysis_results
    assert grant.granted_privileges == ["*"]
    keys = {finding.key for finding in assessment().findings if finding.status != "not_available"}
    for event in read:
        (related,) = event.finding_info.related_events
        assert related.uid in keys
        assert event.finding_info.uid == f"{related.uid}-analysis"


def test_the_word_of_an_acceptance_is_told_with_its_owner_and_end() -> None:
    (asff,) = [each for each in json.loads(written("asff")) if each["Workflow"]["Status"] == "SUPPRESSED"]
    assert asff["Note"]["Text"] == FULL_REASON
    assert asff["Note"]["UpdatedBy"] == "alice@example.com"
    told = {
        each.get("status_detail") for each in json.loads(written("ocsf")) if each["status_id"] == SUPPRESSED
    }
    assert told == {FULL_REASON}


def test_ocsf_is_read_as_compliance_findings() -> None:
    events = [event for event in json.loads(written("ocsf")) if event["class_uid"] == 2003]
    read = [ComplianceFinding.model_validate(event) for event in events]
    assert [event.finding_info.uid for event in read] == [each.key for each in assessment().findings]
    assert {int(event.type_uid) for event in read} == {200301}
    assert [each["status_id"] for each in events].count(SUPPRESSED) == 1
    for event, finding in zip(events, assessment().findings, strict=True):
        assert event["compliance"]["status_id"] == (2 if finding.status == "not_available" else 3)


def test_asff_fits_what_security_hub_takes() -> None:
    model = botocore.session.get_session().get_service_model("securityhub")
    found = json.loads(written("asff"))
    shape = model.operation_model("BatchImportFindings").input_shape
    assert shape is not None
    report = ParamValidator().validate({"Findings": found}, shape)
    assert report.generate_report() == ""
    assert len({each["Id"] for each in found}) == len(found) == len(assessment().findings)
    for each in found:
        assert len(each["Title"]) <= 256
        assert len(each["Description"]) <= 1024
        assert len(each["Remediation"]["Recommendation"]["Text"]) <= 512


def test_csv_is_quoted_and_no_cell_is_a_formula() -> None:
    text = written("csv").decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(assessment().findings) + 1
    assert all(line.startswith('"') and line.endswith('"') for line in text.split("\r\n") if line)
    assert not [value for row in rows for value in row if value.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize("text", ["=1", "\n=1+1", "\r\n@x", " \t-1", "\u00a0+1", "\uff1d1"])
def test_a_formula_behind_white_space_becomes_text(text: str) -> None:
    assert cell(text).startswith("'")


def test_markdown_mentions_nobody_and_links_nowhere() -> None:
    text = written("markdown").decode()
    assert "@everyone" not in text
    assert "&#64;everyone" not in text
    assert "https:" not in text
    assert "<script" not in text
    assert "### Medium: Role trusts everyone (`role-trusts-everyone`)" in text
    assert "### Accepted" in text
    assert "known; ends in May" in text


def test_markdown_stays_below_the_limit_and_says_what_is_missing() -> None:
    many = tuple(
        structs.replace(assessment().findings[1], key=f"{number:012x}", status="open", title="é" * 300)
        for number in range(500)
    )
    content = load_format("markdown")(replace(assessment(), findings=many), {})
    assert len(content) <= 60_000
    assert b"more lines do not fit here" in content
