"""`iamscout plan` from the command line: what is written, what is never replaced, the same bytes twice."""

from pathlib import Path

import boto3
import pytest

from iamscout.cli.main import run
from iamscout.snapshot.file import store
from tests.plan.conftest import ACCOUNT, fetched


def test_the_command_writes_a_folder_for_each_account_and_replaces_nothing(
    session: boto3.Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = store(fetched(session), tmp_path / "snapshot.json")
    out = tmp_path / "plan"
    assert run(["plan", str(snapshot), "--out", str(out)]) == 0
    assert f"account {ACCOUNT}: score 0 of 100, 4 groups to change" in capsys.readouterr().out
    home = out / ACCOUNT
    assert {path.name for path in home.iterdir()} == {
        "1-prepare.sh", "2-switch.sh", "README.md", "cloudformation.json", "documents", "members",
        "plan.json", "terraform", "undo-1-prepare.sh", "undo-2-switch.sh",
    }  # fmt: skip
    assert (home / "1-prepare.sh").stat().st_mode & 0o777 == 0o700
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert run(["plan", str(snapshot), "--out", str(out)]) != 0
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_twice_the_same_snapshot_gives_twice_the_same_bytes(session: boto3.Session, tmp_path: Path) -> None:
    snapshot = store(fetched(session), tmp_path / "snapshot.json")
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        assert run(["plan", str(snapshot), "--out", str(folder)]) == 0
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in folders
    )
    assert one == two
