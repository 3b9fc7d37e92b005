"""`iamscout paths`: what it prints and how it ends."""

import json
from pathlib import Path

import pytest

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.cli.main import run
from iamscout.snapshot.file import store

ALICE = "arn:aws:iam::111122223333:user/alice"
BOSS = "arn:aws:iam::111122223333:role/boss"


@pytest.fixture
def snapshot(tmp_path: Path) -> str:
    """Alice may make the administrator's role trust her; bob may nothing."""
    rewrite = {"Effect": "Allow", "Action": "iam:UpdateAssumeRolePolicy", "Resource": BOSS}
    example = accepted(
        "paths",
        users=[{"UserName": "alice", "inline": rewrite}, {"UserName": "bob"}],
        role={"RoleName": "boss", "attached": ["AdministratorAccess"]},
    )
    return str(store(snapshot_of(example), tmp_path / "snapshot.json"))


def test_each_step_names_method_target_and_statement(
    snapshot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["paths", snapshot, "--from", ALICE]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"{ALICE}: escalation",
        f"  1. make a role trust it: {BOSS}",
        "     by iam:UpdateAssumeRolePolicy",
        f"     allowed by example, statement 1, of {ALICE}",
    ]


def test_json_holds_the_entries(snapshot: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["paths", snapshot, "--to", BOSS, "--from", ALICE, "--format", "json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["principal"], entry["target"], entry["gains"]) == (ALICE, BOSS, "admin")
    assert entry["steps"][0]["by"][0]["owner"] == ALICE


def test_no_path_is_an_answer(snapshot: str, capsys: pytest.CaptureFixture[str]) -> None:
    bob = ALICE.replace("alice", "bob")
    assert run(["paths", snapshot, "--from", bob]) == 0
    assert capsys.readouterr().out == "There is no such path, as far as the snapshots tell.\n"


def test_who_is_administrator_already(snapshot: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["paths", snapshot, "--from", BOSS]) == 0
    assert capsys.readouterr().out == f"{BOSS} is administrator already.\n"


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_name_that_is_not_there(snapshot: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["paths", snapshot, option, "arn:aws:iam::111122223333:user/nobody"]) == 3
    assert "nobody" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["paths"], ["can-assume", "--all"], ["plan", "--out", "plan"]], ids=lambda words: words[0]
)
def test_a_no_of_an_account_that_was_not_read_is_not_told_as_certain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = accepted("refused", denied=["iam:GetAccountAuthorizationDetails"])
    snapshot = store(snapshot_of(refused), tmp_path / "refused.json")
    assert run([command[0], str(snapshot), *command[1:]]) == 0
    told = capsys.readouterr().err
    assert "users, groups and roles of 111122223333 are not all known (" in told
    assert "iam:GetAccountAuthorizationDetails: denied" in told
