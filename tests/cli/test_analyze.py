"""The commands analyze, rules and schema: what they print and how they end."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from iamscout.analysis.example import rejected, snapshot_of
from iamscout.cli.main import run
from iamscout.snapshot.file import store
from iamscout.snapshot.model import Snapshot, Source

ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def stored(path: Path, snapshot: Snapshot) -> str:
    return str(store(snapshot, path))


@pytest.fixture
def open_role(tmp_path: Path) -> str:
    given = rejected(
        "an open role",
        role={"RoleName": "deploy", "AssumeRolePolicyDocument": ANYONE, "attached": ["AdministratorAccess"]},
    )
    return stored(tmp_path / "snapshot.json", snapshot_of(given))


def test_text_tells_what_is_wrong_by_severity_and_rule(
    open_role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", open_role]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "account 111122223333, captured 2026-11-01 08:00 UTC"
    start = lines.index("CRITICAL  Role trusts everyone  role-trusts-everyone, 1 finding")
    assert lines[start + 1] == "  Anyone with an AWS account can assume deploy (administrator)"
    assert "NOT JUDGED" in "\n".join(lines)


def test_details_tell_the_statement_and_what_to_do(
    open_role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["analyze", open_role, "--details", "--rules", "role-trusts-everyone"])
    out = capsys.readouterr().out
    assert "trust policy, statement 1 at /Statement/0/Principal" in out
    assert "what to do: Name who may assume the role" in out
    assert "https://docs.aws.amazon.com/IAM/" in out


def test_json_is_the_whole_analysis(open_role: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", open_role, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["header"]["schema"] == "iamscout/analysis/1"
    assert any(finding["rule"] == "role-trusts-everyone" for finding in document["findings"])


@pytest.mark.parametrize(
    ("rules", "severity", "status"),
    [
        ("role-trusts-everyone", "critical", 1),
        ("role-trusts-everyone", "info", 1),
        ("policy-allows-everything", "critical", 0),
        ("policy-allows-everything", "medium", 1),
        ("console-user-without-mfa", "info", 0),
    ],
)
def test_fail_on_ends_with_1_at_or_above_the_severity(
    open_role: str, rules: str, severity: str, status: int
) -> None:
    assert run(["analyze", open_role, "--rules", rules, "--fail-on", severity]) == status


def test_a_refused_source_ends_with_4_which_beats_1(tmp_path: Path) -> None:
    given = snapshot_of(rejected("an open role", trust=ANYONE))
    refused = structs.replace(
        given, sources={**given.sources, "iam:ListRoles": Source("denied", reason="AccessDenied")}
    )
    path = stored(tmp_path / "snapshot.json", refused)
    assert run(["analyze", path]) == 4
    assert run(["analyze", path, "--fail-on", "critical"]) == 4


def test_a_source_that_was_not_asked_for_ends_with_0(tmp_path: Path) -> None:
    given = snapshot_of(rejected("an account"))
    skipped = structs.replace(
        given, sources={**given.sources, "iam:ListRoles": Source("skipped", reason="not asked for")}
    )
    assert run(["analyze", stored(tmp_path / "snapshot.json", skipped)]) == 0


def test_rules_are_chosen_by_patterns_and_lists(open_role: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        [
            "analyze",
            open_role,
            "--format",
            "json",
            "--rules",
            "role-trusts-every*,root-access-key",
            "--skip-rules",
            "*-conditionally,*-organization",
        ]
    )
    rules = [rule["id"] for rule in json.loads(capsys.readouterr().out)["rules"]]
    assert rules == ["role-trusts-everyone", "root-access-key"]


def test_an_unknown_rule_is_refused_with_the_nearest(
    open_role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", open_role, "--rules", "role-trusts-everybody"]) == 2
    assert "did you mean 'role-trusts-everyone'?" in capsys.readouterr().err


def test_names_from_the_account_do_nothing_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "re\x1b[2Jd\u202etxt\nCRITICAL"
    path = stored(
        tmp_path / "snapshot.json",
        snapshot_of(rejected("a hostile name", user={"UserName": name, "attached": ["SecurityAudit"]})),
    )
    run(["analyze", path, "--rules", "user-has-attached-policy", "--details"])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert not [line for line in out.splitlines() if line.startswith("CRITICAL")]


def test_the_catalogue_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules"]) == 0
    text = capsys.readouterr().out
    assert run(["rules", "--format", "json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert all(entry["id"] in text for entry in entries)
    assert run(["rules", "--format", "markdown"]) == 0
    page = capsys.readouterr().out
    assert all(f"## {entry['id']}\n" in page for entry in entries)


def test_one_rule_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "root-access-key"]) == 0
    out = capsys.readouterr().out
    assert "AWS Foundational Security Best Practices (Security Hub CSPM): IAM.4" in out
    assert "rejected: an active key by the credential report" in out


@pytest.mark.parametrize("kind", ["snapshot", "analysis"])
def test_schemas_are_printed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", kind]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == f"iamscout/{kind}/1"
