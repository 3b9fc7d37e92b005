"""`iamscout import`: where the snapshots go, and what the exit status tells."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from iamscout.cli.import_ import import_command, run_import
from iamscout.errors import InputError, UsageError
from iamscout.snapshot.file import load

NOW = datetime(2026, 11, 1, 8, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def details(tmp_path: Path) -> Path:
    return roles(tmp_path / "details.json", "111122223333")


def roles(path: Path, account: str, **rest: Any) -> Path:
    item = {"Arn": f"arn:aws:iam::{account}:role/a", "RoleName": "a"}
    path.write_text(json.dumps({"Roles": [item], **rest}))
    return path


def imported(*files: Path, **options: Any) -> list[Path]:
    return run_import(files, **{"out": None, "account": "", "captured_at": None, "now": NOW, **options})


def command(*arguments: str) -> tuple[int, str, str]:
    app = typer.Typer()
    app.command()(import_command)
    result = CliRunner().invoke(app, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_default_is_a_dated_name_under_reports(
    details: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert imported(details) == [Path("reports/111122223333-2026-11-01T080000Z.json")]
    assert load("reports/111122223333-2026-11-01T080000Z.json").captured_at == NOW.replace(microsecond=0)


@pytest.mark.parametrize("name", ["one.json", "one.json.gz"])
def test_one_account_may_go_to_a_file(details: Path, tmp_path: Path, name: str) -> None:
    (path,) = imported(details, out=tmp_path / "new" / name)
    assert path == tmp_path / "new" / name
    assert load(path).account == "111122223333"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_several_accounts_go_to_a_folder(details: Path, tmp_path: Path) -> None:
    other = roles(tmp_path / "other.json", "444455556666")
    first, second = imported(other, details, out=tmp_path / "all")
    assert [first.name[:12], second.name[:12]] == ["111122223333", "444455556666"]
    with pytest.raises(UsageError, match="is one file, and there are 2 accounts"):
        imported(other, details, out=tmp_path / "one.json")


def test_nothing_is_written_where_the_input_is_wrong(details: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(InputError):
        imported(details, broken, out=tmp_path / "all")
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize("account", ["1", "abcdefghijkl", "1111-2222-3333"])
def test_an_account_is_twelve_digits(details: Path, account: str) -> None:
    with pytest.raises(UsageError, match="is not an account id"):
        imported(details, account=account)


def test_a_capture_is_not_in_the_future(details: Path) -> None:
    with pytest.raises(UsageError, match="in the future"):
        imported(details, captured_at=NOW + timedelta(seconds=1))


def test_the_command_prints_the_path_and_ends_with_0(details: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    assert command(str(details), "--out", str(out), "--captured-at", "2026-01-02") == (0, f"{out}\n", "")
    snapshot = load(out)
    assert snapshot.captured_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert snapshot.time_source == "given"


def test_a_cut_listing_ends_with_4_and_says_so(tmp_path: Path) -> None:
    cut = roles(tmp_path / "cut.json", "111122223333", NextToken="x")
    status, printed, said = command(str(cut), "--out", str(tmp_path / "a.json"))
    assert (status, printed) == (4, f"{tmp_path / 'a.json'}\n")
    assert said == "account 111122223333: iam:ListRoles is partial: cut short: NextToken is left\n"


def test_an_unreadable_time_is_a_usage_error(details: Path) -> None:
    with pytest.raises(UsageError, match="not a time"):
        command(str(details), "--captured-at", "yesterday")


def test_files_are_needed() -> None:
    assert command()[0] == 2
