"""`iamscout scan`: one command from the sign-in to the report, and nothing lost on the way."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from iamscout.cli.main import run
from iamscout.fetch import session as session_module
from iamscout.snapshot.file import load
from tests.fetch.conftest import ScriptedAws, ServiceError, small_account


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ScriptedAws:
    session = ScriptedAws(small_account())
    monkeypatch.setattr(session_module, "_plain_session", lambda _: session)
    monkeypatch.chdir(tmp_path)
    return session


def _index(printed: str) -> Path:
    """The file that the last line names."""
    address = urlsplit(printed.splitlines()[-1].split()[-1])
    assert address.scheme == "file"
    return Path(unquote(address.path))


def test_it_writes_the_report_and_the_snapshot_beside_it(
    aws: ScriptedAws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", "--out", "here/my report"]) == 0
    out, told = capsys.readouterr()
    assert told.splitlines()[-1] == "snapshot written: here/my report.json"
    assert _index(out) == Path("here/my report/index.html").absolute()
    assert _index(out).is_file()
    assert load("here/my report.json").account == "111122223333"


def test_the_default_is_a_dated_name_under_reports(
    aws: ScriptedAws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan"]) == 0
    folder = _index(capsys.readouterr().out).parent
    assert folder.parent == Path("reports").absolute()
    assert folder.name.startswith("111122223333-20")
    assert Path(f"{folder}.json").is_file()


def test_it_tells_what_there_is_and_what_was_found(
    aws: ScriptedAws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", "--out", "out"]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("account 111122223333 example, 20")
    assert first.endswith(": 1 user, 1 group, 1 role, 1 customer and 0 AWS managed policies")
    assert any("finding" in line for line in rest)
    assert not any("not collected" in line for line in rest)


def test_a_gap_is_told_and_exit_status_4(aws: ScriptedAws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.script["iam:ListVirtualMFADevices"] = ServiceError("AccessDenied", 403, "not \u202eyou")
    assert run(["scan", "--out", "out"]) == 4
    out = capsys.readouterr().out
    assert "not collected, or not all of it:" in out
    assert "  111122223333 iam:ListVirtualMFADevices: denied (iam:ListVirtualMFADevices: AccessDenied)" in out
    assert _index(out).is_file()


def test_a_place_that_is_not_ours_is_found_before_the_first_call(
    aws: ScriptedAws, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine").mkdir()
    Path("mine/diary.txt").write_text("dear diary", "utf-8")
    assert run(["scan", "--out", "mine"]) == 2
    assert "is not empty and not an iamscout report" in capsys.readouterr().err
    assert aws.calls == []
    assert [path.name for path in Path("mine").iterdir()] == ["diary.txt"]


def test_a_file_beside_the_report_that_is_no_snapshot_is_not_replaced(
    aws: ScriptedAws, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out.json").write_text('{"not": "a snapshot"}', "utf-8")
    assert run(["scan", "--out", "out"]) == 2
    assert "out.json: is in the way and not a snapshot" in capsys.readouterr().err
    assert aws.calls == []
    assert Path("out.json").read_text("utf-8") == '{"not": "a snapshot"}'


def test_a_second_scan_replaces_the_first(aws: ScriptedAws) -> None:
    assert [run(["scan", "--out", "out"]), run(["scan", "--out", "out"])] == [0, 0]
    assert sorted(path.name for path in Path().iterdir()) == ["out", "out.json"]


def test_what_was_fetched_is_kept_when_the_rest_fails(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("iamscout.rules.load_rules", fail)
    assert run(["scan", "--out", "out"]) == 70
    assert load("out.json").account == "111122223333"
    assert "snapshot written: out.json" in capsys.readouterr().err


def test_the_sign_in_options_are_checked_first(aws: ScriptedAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "--expect-account", "444455556666"]) == 5
    assert "not 444455556666" in capsys.readouterr().err
    assert not Path("reports").exists()


def test_a_redacted_scan_leaves_no_account_id_in_any_file_or_name(aws: ScriptedAws) -> None:
    assert run(["scan", "--redact", "all", "--zip", "--single-file"]) == 0
    found = [path for path in Path().rglob("*") if path.is_file()]

    assert len(found) > 20
    assert [path for path in found if "111122223333" in str(path)] == []
    assert [path for path in found if b"111122223333" in path.read_bytes()] == []
