"""`iamscout analyze` for other programs and by the controls of a benchmark."""

import json
from pathlib import Path
from typing import get_args

import pytest

from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.frameworks import FRAMEWORKS
from iamscout.cli.analyze import Format
from iamscout.cli.formats import FrameworkName
from iamscout.cli.main import run
from iamscout.export import formats
from iamscout.snapshot.file import store

ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    given = rejected(
        "open, without MFA, with a denied source",
        trust=ANYONE,
        credential_report=[{"user": "alice", "password_enabled": "true"}],
        password_policy={"MinimumPasswordLength": 14},
        denied=["iam:GetAccountSummary"],
    )
    store(snapshot_of(given), tmp_path / "kept" / "one.json.gz")
    return "kept"


def test_the_options_name_every_format_and_framework() -> None:
    assert set(get_args(Format)) == {"text", *formats()}
    assert set(get_args(FrameworkName)) == set(FRAMEWORKS)


@pytest.mark.parametrize("name", sorted({*formats()} - {"json"}))
def test_each_format_is_printed(snapshot: str, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run(["analyze", snapshot, "--format", name]) in (0, 4)
    out = capsys.readouterr().out
    assert "role-trusts-everyone" in out
    assert out.endswith("\n")


def test_sarif_names_the_file_from_the_current_folder(
    snapshot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["analyze", snapshot, "--format", "sarif", "--rules", "role-trusts-everyone"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "kept/one.json.gz"
    assert place["region"]["startLine"] > 1


def test_a_framework_tells_what_is_judged_and_why_the_rest_is_not(
    snapshot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["analyze", snapshot, "--framework", "cis-7.0"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "CIS Amazon Web Services Foundations Benchmark 7.0.0, the controls on IAM"
    flawed = next(line for line in lines if line.startswith("  2.10 "))
    assert flawed == "  2.10    FLAWED      Users with a console password have MFA (1 finding)"
    at = next(number for number, line in enumerate(lines) if line.startswith("  2.2 "))
    assert "NOT JUDGED" in lines[at]
    assert "Account Management API" in lines[at + 1]


def test_a_framework_as_json_has_an_outcome_for_every_control(
    snapshot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["analyze", snapshot, "--framework", "fsbp", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    outcomes = {each["control"]: each["outcome"] for each in document["controls"]}
    assert outcomes["IAM.5"] == "flawed"
    assert set(outcomes) == {f"IAM.{number}" for number in (*range(1, 9), 21)}
    assert all(each["reason"] for each in document["controls"] if each["outcome"] == "not_judged")


def test_a_framework_is_not_told_in_formats_for_findings(
    snapshot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", snapshot, "--framework", "fsbp", "--format", "csv"]) == 2
    assert "use text or json" in capsys.readouterr().err
