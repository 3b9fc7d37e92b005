"""The chain import -> report -> analyze as users run it: right counts, bytes that its input alone decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ACCOUNT, Cli, account_details, entity, trust

SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": "80"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Apia", "LC_ALL": "POSIX", "COLUMNS": "200"},
)

HOSTILE = "re\x1b[2Jd\u202etxt\x07<b>&\u200b"
"""A name that no AWS would allow: a file may hold it all the same."""


def _write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), "utf-8")
    return path


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def _chain(
    cli: Cli, out: Path, environment: dict[str, str], *files: Path
) -> tuple[dict[str, bytes], str, str]:
    """All files that the chain writes, and what it prints: the findings as JSON and as text."""
    out.mkdir()
    imported = cli(
        "import",
        *files,
        "--captured-at",
        "2026-11-01T08:00:00Z",
        "--out",
        "s.json",
        environment=environment,
        cwd=out,
    )
    assert (imported.returncode, imported.stdout, imported.stderr) == (0, "s.json\n", "")
    report = cli("report", "s.json", "--out", "report", environment=environment, cwd=out)
    assert (report.returncode, report.stderr) == (0, "")
    assert (out / "report" / "index.html").as_uri() in report.stdout
    as_json = cli("analyze", "s.json", "--format", "json", environment=environment, cwd=out)
    assert (as_json.returncode, as_json.stderr) == (0, "")
    as_text = cli("analyze", "s.json", environment=environment, cwd=out)
    assert (as_text.returncode, as_text.stderr) == (0, "")
    return _files(out), as_json.stdout, as_text.stdout


def test_the_chain_gives_the_same_bytes_whatever_the_surroundings(
    cli: Cli, details: Path, tmp_path: Path
) -> None:
    first, *other = [
        _chain(cli, tmp_path / name, environment, details)
        for name, environment in zip("ab", SURROUNDINGS, strict=True)
    ]
    assert other == [first]


def test_the_chain_tells_what_is_in_the_file(cli: Cli, details: Path, tmp_path: Path) -> None:
    files, findings, text = _chain(cli, tmp_path / "a", SURROUNDINGS[0], details)
    told = json.loads(findings)
    assert [snapshot["account"] for snapshot in told["header"]["snapshots"]] == [ACCOUNT]
    metrics = told["metrics"]
    assert [metrics[name] for name in ("users", "groups", "roles")] == [1, 1, 2]
    opened = f"arn:aws:iam::{ACCOUNT}:role/open"
    assert ("role-trusts-everyone", opened) in {
        (finding["rule"], finding["resource"]) for finding in told["findings"] if finding["status"] == "open"
    }
    assert "role-trusts-everyone, 1 finding" in text
    assert json.loads(files["report/data/analysis.json"]) == told


def test_names_that_would_act_on_a_terminal_come_out_visible(cli: Cli, tmp_path: Path) -> None:
    content = account_details()
    content["RoleDetailList"].append(
        {
            **entity(ACCOUNT, "role", HOSTILE, "AROAEXAMPLEHOSTILE001"),
            "AssumeRolePolicyDocument": trust("*"),
            "RolePolicyList": [],
            "AttachedManagedPolicies": [],
        }
    )
    files, as_json, as_text = _chain(
        cli, tmp_path / "a", SURROUNDINGS[0], _write(tmp_path / "hostile.json", content)
    )
    for text in (as_json, as_text, files["report/index.html"].decode()):
        assert not set(text) & set("\x1b\u202e\x07\u200b")
    assert "re\\u001B[2Jd\\u202Etxt\\u0007<b>&\\u200B" in as_text
    resources = {finding["resource"] for finding in json.loads(as_json)["findings"]}
    assert f"arn:aws:iam::{ACCOUNT}:role/{HOSTILE}" in resources


def test_several_accounts_make_one_report(cli: Cli, details: Path, tmp_path: Path) -> None:
    other = _write(tmp_path / "other.json", account_details("444455556666"))
    assert cli("import", details, other, "--out", "all").returncode == 0
    done = cli("report", "all", "--out", "report")
    assert done.returncode == 0, done.stderr
    assert "account 111122223333" in done.stdout
    assert "account 444455556666" in done.stdout


def test_a_gap_in_a_snapshot_is_exit_status_4(cli: Cli, tmp_path: Path) -> None:
    cut = _write(tmp_path / "cut.json", {**account_details(), "IsTruncated": True, "Marker": "x"})
    assert cli("import", cut, "--out", "s.json").returncode == 4
    for arguments in (["report", "s.json", "--out", "report"], ["analyze", "s.json"]):
        assert cli(*arguments).returncode == 4


@pytest.mark.parametrize("name", ["s.json", "s.json.gz"])
def test_a_report_in_its_default_place(cli: Cli, details: Path, tmp_path: Path, name: str) -> None:
    assert cli("import", details, "--out", name).returncode == 0
    done = cli("report", name)
    assert done.returncode == 0, done.stderr
    (index,) = tmp_path.glob("reports/*/index.html")
    assert done.stdout.rstrip().endswith(index.as_uri())
