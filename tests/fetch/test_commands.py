"""`iamscout fetch` and `iamscout policy`: files, exit statuses, and what stands on which stream."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner, Result

from iamscout.cli import sign_in as sign_in_module
from iamscout.cli.fetch import fetch_command
from iamscout.cli.policy import policy_command
from iamscout.errors import IamscoutError, OutputError, SignInError, UsageError
from iamscout.fetch import session as session_module
from iamscout.fetch.spec import OPTIONS
from iamscout.snapshot.file import load

if TYPE_CHECKING:
    from tests.fetch.conftest import ScriptedAws, ServiceError


@pytest.fixture
def aws(
    monkeypatch: pytest.MonkeyPatch, scripted: type[ScriptedAws], script: dict[str, Any], tmp_path: Path
) -> ScriptedAws:
    session = scripted(script)
    monkeypatch.setattr(session_module, "_plain_session", lambda _: session)
    monkeypatch.chdir(tmp_path)
    return session


def _run(command: Any, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments)


def test_the_snapshot_gets_a_dated_name_under_reports(aws: ScriptedAws) -> None:
    result = _run(fetch_command)
    assert result.exit_code == 0
    path = Path(result.stdout.strip())
    assert path.parent == Path("reports")
    assert path.name.startswith("111122223333-")
    assert load(path).account == "111122223333"


def test_progress_stands_on_stderr(aws: ScriptedAws) -> None:
    result = _run(fetch_command, "--out", "here.json.gz")
    assert result.stdout == "here.json.gz\n"
    first, second, third, *_, last = result.stderr.splitlines()
    assert first == "account 111122223333 (aws), signed in as arn:aws:iam::111122223333:user/auditor"
    assert second == "asking iam.amazonaws.com, sts.eu-west-1.amazonaws.com"
    assert third == "15 sources, at least 15 calls"
    assert last == f"{len(aws.calls)} calls made, 0 gaps"
    assert load(Path("here.json.gz")).account == "111122223333"


def test_quiet_says_nothing(aws: ScriptedAws) -> None:
    assert _run(fetch_command, "--quiet").stderr == ""


def test_a_gap_is_written_told_and_exit_status_4(aws: ScriptedAws, error: type[ServiceError]) -> None:
    aws.script["iam:ListRoles"] = error("AccessDenied", 403, "not \u202eyou")
    result = _run(fetch_command, "--out", "folder")
    assert result.exit_code == 4
    assert "! iam:ListRoles: denied (iam:ListRoles: AccessDenied)" in result.stderr.splitlines()
    assert load(Path(result.stdout.strip())).sources["iam:ListRoles"].status == "denied"


def test_switches_reach_the_fetch(aws: ScriptedAws) -> None:
    snapshot = load(Path(_run(fetch_command, *filter(None, OPTIONS.values())).stdout.strip()))
    assert {source.status for source in snapshot.sources.values()} == {"ok"}


@pytest.mark.parametrize(
    ("arguments", "problem", "told"),
    [
        (["--expect-account", "12345"], UsageError, "is not an account id"),
        (["--external-id", "x"], UsageError, "give --role-arn too"),
        (["--resume-within", "inf"], UsageError, "inf is no number of hours"),
        (["--expect-account", "444455556666"], SignInError, "not 444455556666"),
        (["--out", "file.txt/x.json"], OutputError, "cannot be written"),
    ],
)
def test_problems_are_one_line(
    aws: ScriptedAws, arguments: list[str], problem: type[IamscoutError], told: str
) -> None:
    Path("file.txt").write_text("in the way", "utf-8")
    result = _run(fetch_command, *arguments)
    assert isinstance(result.exception, problem)
    assert told in str(result.exception)
    assert "\n" not in str(result.exception)
    assert not Path("reports").exists()


def test_a_place_that_cannot_be_written_is_found_before_the_first_call(aws: ScriptedAws) -> None:
    Path("file.txt").write_text("in the way", "utf-8")
    _run(fetch_command, "--out", "file.txt/x.json")
    assert aws.calls == []


def test_without_a_terminal_nobody_is_asked_for_the_mfa_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoTerminal:
        def isatty(self) -> bool:
            return False

    monkeypatch.setattr("sys.stdin", NoTerminal())
    with pytest.raises(SignInError, match="run it in a terminal"):
        sign_in_module.ask_token("arn:aws:iam::111122223333:mfa/me")


def test_the_policy_is_printed_as_json() -> None:
    result = _run(policy_command)
    assert json.loads(result.stdout)["Statement"][0]["Sid"] == "ReadIam"


@pytest.mark.parametrize(
    ("argument", "action"),
    [
        ("--deep", "iam:ListMFADevices"),
        ("--with-organization", "organizations:ListPolicies"),
        ("--with-access-analyzer", "access-analyzer:ListFindings"),
        ("--with-identity-center", "sso:ListAccountAssignments"),
        ("--with-roles-anywhere", "rolesanywhere:ListTrustAnchors"),
        ("--with-last-accessed", "iam:GenerateServiceLastAccessedDetails"),
    ],
)
def test_the_policy_follows_the_switches(argument: str, action: str) -> None:
    assert action in _run(policy_command, argument).stdout
    assert action not in _run(policy_command).stdout


def test_the_caller_who_reads_an_organization_is_allowed_to_assume_the_role() -> None:
    statements = json.loads(_run(policy_command, "--role-name", "audit").stdout)["Statement"]
    assert statements[-1]["Resource"] == "arn:*:iam::*:role/audit"
    nested = json.loads(_run(policy_command, "--role-name", "/team/audit").stdout)["Statement"]
    assert nested[-1]["Resource"] == "arn:*:iam::*:role/team/audit"
    result = _run(policy_command, "--role-name", "audit", "--format", "terraform")
    assert isinstance(result.exception, UsageError)


@pytest.mark.parametrize("name", ["*", "arn:aws:iam::111122223333:role/audit", "a?", "/"])
def test_a_role_name_that_would_allow_more_than_one_role_is_refused(name: str) -> None:
    assert isinstance(_run(policy_command, "--role-name", name).exception, UsageError)


def test_the_role_is_written_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    result = _run(policy_command, "--format", "cloudformation", "--out", str(path))
    assert result.stdout == ""
    assert json.loads(path.read_text("utf-8"))["AWSTemplateFormatVersion"] == "2010-09-09"
    assert _run(policy_command, "--format", "terraform").stdout.startswith("variable ")
