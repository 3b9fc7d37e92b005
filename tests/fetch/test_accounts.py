"""Several accounts: one snapshot each, side by side, and a closed account is a gap that the report shows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

from iamscout.cli.main import run
from iamscout.fetch import session as session_module
from iamscout.fetch.journal import Journal
from iamscout.snapshot.file import load, load_all
from tests.embedded import all_default_listings

HOME, MEMBER, CLOSED = "123456789012", "111122223333", "444455556666"
KEYS = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = made-up\n"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:aws:iam::{CLOSED}:root", f"arn:aws:iam::{CLOSED}:user/eve"]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


class Doors:
    """Which accounts' roles cannot be assumed, and what was called by whom; stands between boto3 and moto."""

    def __init__(self) -> None:
        self.closed: dict[str, tuple[int, str]] = {}
        self.sent: list[tuple[str, bytes]] = []
        self.broken_after: int | None = None

    def answer(self, request: Any, **_: object) -> AWSResponse | None:
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        self.sent.append((request.url, body))
        if self.broken_after is not None and len(self.sent) > self.broken_after:
            return _error(403, "ExpiredToken", "it has expired")
        for account, (status, code) in self.closed.items():
            if b"Action=AssumeRole" in body and f"%3A{account}%3A".encode() in body:
                return _error(status, code, "the door is closed")
        return None


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]


def _error(status: int, code: str, message: str) -> AWSResponse:
    text = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return AWSResponse("", status, {}, _Body(text.encode()))  # type: ignore[arg-type]  # enough of a body


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Doors]:
    """An organization in moto, the caller in its management account, as `iamscout fetch` meets it."""
    found = Doors()
    Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]).write_text(KEYS, "utf-8")
    monkeypatch.chdir(tmp_path)
    plain, renewing = session_module._plain_session, session_module._renewing

    def watched(session: boto3.Session) -> boto3.Session:
        session.events.register_first("before-send.*.*", found.answer)  # type: ignore[arg-type]  # may answer
        return session

    monkeypatch.setattr(session_module, "_plain_session", lambda sign_in: watched(plain(sign_in)))
    monkeypatch.setattr(session_module, "_renewing", lambda *given: watched(renewing(*given)))
    with mock_aws(), all_default_listings():
        home = boto3.Session(
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", region_name="us-east-1"
        )
        home.client("iam").create_role(RoleName="ops", AssumeRolePolicyDocument=TRUST)
        yield found


def _organization(count: int) -> list[str]:
    """An organization of moto's with so many member accounts; their ids."""
    client = boto3.client(
        "organizations",
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="made-up",
    )
    client.create_organization(FeatureSet="ALL")
    return [
        client.create_account(AccountName=f"member-{number}", Email=f"m{number}@example.com")[
            "CreateAccountStatus"
        ]["AccountId"]
        for number in range(count)
    ]


def test_each_account_has_its_own_snapshot(doors: Doors, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--accounts", f"{MEMBER},{CLOSED}", "--accounts", HOME, "--role-name", "audit"]
    assert run(["fetch", *arguments, "--external-id", "shared", "--out", "set"]) == 0
    out, err = capsys.readouterr()
    snapshots = {snapshot.account: snapshot for snapshot in load_all(["set"])}
    assert {account: snapshot.caller for account, snapshot in snapshots.items()} == {
        MEMBER: f"arn:aws:sts::{MEMBER}:assumed-role/audit/iamscout",
        CLOSED: f"arn:aws:sts::{CLOSED}:assumed-role/audit/iamscout",
        # The caller's own account needs no role.
        HOME: f"arn:aws:sts::{HOME}:user/moto",
    }
    assert sorted(out.splitlines()) == sorted(str(path) for path in Path("set").iterdir())
    assert "3 accounts" in err.splitlines()
    assert {line.partition(":")[0] for line in err.splitlines() if line.endswith("of 3)")} == set(snapshots)
    assumed = [body for _, body in doors.sent if b"Action=AssumeRole" in body]
    assert len(assumed) == 2
    assert all(b"ExternalId=shared" in body and b"RoleSessionName=iamscout" in body for body in assumed)


def test_an_account_that_cannot_be_entered_is_a_gap_of_the_set(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    doors.closed[CLOSED] = (403, "AccessDenied")
    assert run(["fetch", "--accounts", f"{HOME},{CLOSED}", "--role-name", "audit", "--out", "set"]) == 4
    assert f"{CLOSED}: ! could not be entered" in capsys.readouterr().err
    closed = next(snapshot for snapshot in load_all(["set"]) if snapshot.account == CLOSED)
    assert {source.status for source in closed.sources.values()} == {"denied", "skipped"}
    (gap,) = closed.gaps
    assert (gap.operation, gap.resource, gap.error_code) == (
        "sts:AssumeRole",
        f"arn:aws:iam::{CLOSED}:role/audit",
        "AccessDenied",
    )


def test_the_report_of_the_set_shows_the_closed_account(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    doors.closed[CLOSED] = (403, "AccessDenied")
    run(["fetch", "--accounts", f"{HOME},{CLOSED}", "--role-name", "audit", "--out", "set"])
    assert run(["report", "set", "--out", "report"]) == 4
    page = Path("report/index.html").read_text("utf-8")
    assert CLOSED in page
    assert "sts:AssumeRole: AccessDenied" in capsys.readouterr().out
    # Who stands in a trust policy and belongs to the closed account is not known to exist, nor to be gone.
    analysis = json.loads(Path("report/data/analysis.json").read_text("utf-8"))
    entries = [entry for entry in analysis["access"] if entry["roles"] == [f"arn:aws:iam::{HOME}:role/ops"]]
    assert entries
    assert {entry["result"] for entry in entries} == {"conditional"}
    of_closed = [each for each in analysis["findings"] if each["account"] == CLOSED]
    assert {each["status"] for each in of_closed} <= {"not_available"}


def test_the_organization_is_listed_and_its_closed_accounts_left_out(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    members = _organization(3)
    boto3.client(
        "organizations",
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="made-up",
    ).close_account(AccountId=members[0])
    arguments = ["--organization", "--role-name", "audit", "--with-organization", "--out", "set"]
    features = ActionResult({"OrganizationId": "o-example", "EnabledFeatures": []})
    with patch.object(IamResponse, "list_organizations_features", lambda _: features, create=True):
        assert run(["fetch", *arguments]) == 0
    assert f"not active and left out: 1 account ({members[0]})" in capsys.readouterr().err
    snapshots = {snapshot.account: snapshot for snapshot in load_all(["set"])}
    assert sorted(snapshots) == sorted([HOME, *members[1:]])
    # Only the management account can tell of the organization; its members are not asked.
    statuses = {account: snapshot.status("organization") for account, snapshot in snapshots.items()}
    assert statuses == {account: "ok" if account == HOME else "skipped" for account in snapshots}


def test_a_set_that_lost_its_credentials_goes_on(doors: Doors, capsys: pytest.CaptureFixture[str]) -> None:
    accounts = [MEMBER, CLOSED, "555566667777", "777788889999", "888899990000"]
    arguments = ["fetch", "--accounts", ",".join([HOME, *accounts]), "--role-name", "audit"]
    doors.broken_after = 50
    assert run(arguments) == 5
    assert "--resume" in capsys.readouterr().err
    assert len(doors.sent) < 120
    first = len(doors.sent)
    doors.broken_after = None
    assert run([*arguments, "--resume"]) == 0
    (folder,) = Path("reports").iterdir()
    assert folder.name.startswith("accounts-20")
    assert sorted(path.name[:12] for path in folder.iterdir()) == sorted([HOME, *accounts])
    assert {snapshot.gaps for snapshot in load_all([folder])} == {()}
    clean = len(doors.sent) - first
    doors.sent.clear()
    assert run(arguments) == 0
    # What the first run was told is not asked again, but for the identity and the start of each report.
    assert clean + 50 <= 1.1 * len(doors.sent) + 3 * len(accounts)


def test_the_journal_of_an_account_that_is_done_does_not_outlive_the_set(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["fetch", "--accounts", f"{MEMBER},{CLOSED}", "--role-name", "audit", "--out", "set"]

    def killed(self: Journal) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "remove", killed)
        assert run(arguments) == 130
    assert list(Path("set").glob("*.journal"))
    # The same accounts in another order are the same set.
    assert run(["fetch", "--accounts", f"{CLOSED},{MEMBER}", *arguments[3:], "--resume"]) == 0
    assert [path.suffix for path in Path("set").iterdir()] == [".json", ".json"]
    assert run(arguments) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--accounts", HOME], "give the name without ARN"),
        (["--accounts", "12", "--role-name", "audit"], "'12' is not an account id"),
        (["--accounts", HOME, "--organization", "--role-name", "audit"], "exclude each other"),
        (["--accounts", ",", "--role-name", "audit"], "names no account"),
        (["--accounts", "", "--role-name", "audit"], "names no account"),
        (["--role-name", "audit"], "give --accounts or --organization too"),
        (["--accounts", HOME, "--role-name", "audit", "--out", "set.json"], "name a folder"),
        (["--accounts", MEMBER, "--role-name", "audit", "--with-organization"], "not among the chosen"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    doors: Doors, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert run(["fetch", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_an_organization_that_is_not_told_is_an_account_problem(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fetch", "--organization", "--role-name", "audit"]) == 5
    assert "AWS refused organizations:ListAccounts (NoAccounts" in capsys.readouterr().err


def test_another_account_than_expected_is_left_alone(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fetch", "--accounts", HOME, "--role-name", "a", "--expect-account", MEMBER]) == 5
    assert f"belong to account {HOME}, not {MEMBER}" in capsys.readouterr().err
    assert len(doors.sent) == 1


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1"])
def test_the_role_is_of_the_callers_partition(doors: Doors, region: str) -> None:
    run(["fetch", "--accounts", MEMBER, "--role-name", "team/audit", "--region", region, "--out", "set"])
    partition = "aws-cn" if region.startswith("cn") else "aws-us-gov"
    (assumed,) = [body for _, body in doors.sent if b"Action=AssumeRole" in body]
    assert f"arn%3A{partition}%3Aiam%3A%3A{MEMBER}%3Arole%2Fteam%2Faudit".encode() in assumed
    (snapshot,) = load_all(["set"])
    assert load(next(Path("set").iterdir())).partition == snapshot.partition == partition
