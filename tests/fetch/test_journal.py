"""The journal holds what was answered, whole lines or none, for one process and one user."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from iamscout.errors import OutputError
from iamscout.fetch.journal import Header, Journal
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.resume import Opening, Resumption

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
HEADER = Header("111122223333", "arn:aws:iam::111122223333:user/me", "digest", "0.1.0", START)
ROLES = "iam:ListRoles"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "111122223333.journal"


@pytest.fixture
def written(path: Path) -> Path:
    """A journal of two pages and a refusal."""
    journal = Journal(path)
    journal.begin(HEADER)
    journal.keep(ROLES, {}, {"Roles": ["a"], "Marker": "2"}, 0.0)
    journal.keep(ROLES, {"Marker": "2"}, {"Roles": ["b"]}, 1.0)
    journal.keep_refusal(RefusalError("iam:ListUsers", "AccessDenied", "no", "denied"), {}, 2.0)
    journal.close()
    return path


def _resume(path: Path, header: Header = HEADER, opening: Opening = "resume", **options: Any) -> Journal:
    return Resumption(lambda _: path, opening, **options).open(header)


def test_what_was_kept_is_recalled_by_operation_and_parameters(written: Path) -> None:
    journal = Journal(written)
    assert (journal.earlier, journal.kept) == (HEADER, 3)
    assert journal.recall(ROLES, {"Marker": "2"}) == {"Roles": ["b"]}
    assert journal.recall(ROLES, {"Marker": "3"}) is None
    assert journal.recall(ROLES, {}) == {"Roles": ["a"], "Marker": "2"}
    with pytest.raises(RefusalError) as caught:
        journal.recall("iam:ListUsers", {})
    assert caught.value.gap() == RefusalError("iam:ListUsers", "AccessDenied", "no", "denied").gap()


def test_refusals_are_asked_again_for_another_caller_and_not_for_another_session(path: Path) -> None:
    def journal_of(caller: str) -> Journal:
        return _resume(path, structs.replace(HEADER, caller=caller))

    first = journal_of("arn:aws:sts::111122223333:assumed-role/audit/monday")
    first.keep(ROLES, {}, {"Roles": []}, 0.0)
    first.keep_refusal(RefusalError("iam:ListUsers", "AccessDenied", "no", "denied"), {}, 0.0)
    first.close()
    same = journal_of("arn:aws:sts::111122223333:assumed-role/audit/tuesday")
    with pytest.raises(RefusalError):
        same.recall("iam:ListUsers", {})
    same.close()
    other = journal_of("arn:aws:sts::111122223333:assumed-role/admin/monday")
    assert other.recall("iam:ListUsers", {}) is None
    assert other.recall(ROLES, {}) == {"Roles": []}


def test_a_journal_that_its_holder_removed_meanwhile_is_not_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def late(file: int, how: int) -> None:
        path.unlink()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(OutputError, match="another iamscout"):
        Journal(path)


def test_answers_to_the_same_question_come_in_their_order(path: Path) -> None:
    journal = Journal(path)
    journal.begin(HEADER)
    for state in ("IN_PROGRESS", "COMPLETED"):
        journal.keep("iam:GetServiceLastAccessedDetails", {"JobId": "1"}, {"JobStatus": state}, 0.0)
    journal.close()
    again = Journal(path)
    told = [again.recall("iam:GetServiceLastAccessedDetails", {"JobId": "1"}) for _ in range(3)]
    assert told == [{"JobStatus": "IN_PROGRESS"}, {"JobStatus": "COMPLETED"}, None]


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_last_line_is_dropped_and_the_next_one_stands(written: Path, cut: int) -> None:
    os.truncate(written, written.stat().st_size - cut)
    journal = Journal(written)
    assert journal.kept == 2
    journal.keep("iam:ListGroups", {}, {"Groups": []}, 0.0)
    journal.close()
    again = Journal(written)
    assert again.kept == 3
    assert again.recall("iam:ListGroups", {}) == {"Groups": []}


def test_a_flipped_bit_ends_what_is_trusted(written: Path) -> None:
    content = bytearray(written.read_bytes())
    content[content.index(b'"a"') + 1] ^= 1
    written.write_bytes(bytes(content))
    assert Journal(written).kept == 0


def test_every_cut_of_the_file_opens(written: Path) -> None:
    content = written.read_bytes()
    for length in range(len(content) + 1):
        written.write_bytes(content[:length])
        journal = Journal(written)
        assert journal.kept == max(0, content[:length].count(b"\n") - 1)
        journal.close()


def test_it_is_for_its_owner_only(written: Path) -> None:
    assert written.stat().st_mode & 0o777 == 0o600


def test_two_runs_do_not_write_one_journal(written: Path) -> None:
    held = Journal(written)
    script = (
        "import sys, pathlib; from iamscout.fetch.journal import Journal; Journal(pathlib.Path(sys.argv[1]))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script, written], capture_output=True, text=True, check=False
    )
    assert "another iamscout is writing it" in other.stderr
    held.close()


def test_a_file_that_is_no_journal_is_left_alone(path: Path) -> None:
    path.write_text("dear diary\n", "utf-8")
    path.chmod(0o644)
    with pytest.raises(OutputError, match="is in the way and not a journal"):
        Journal(path)
    assert path.read_text("utf-8") == "dear diary\n"
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine", "utf-8")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="cannot be written"):
        Journal(path)
    assert (tmp_path / "elsewhere").read_text("utf-8") == "mine"


def test_a_full_disk_is_told(path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    journal = Journal(path)
    journal.begin(HEADER)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, journal._file)
    os.close(full)
    with pytest.raises(OutputError, match="No space left on device"):
        journal.keep(ROLES, {}, {}, 0.0)


def test_resume_goes_on_and_keeps_the_start(written: Path) -> None:
    told: list[str] = []
    later = structs.replace(HEADER, started=START + timedelta(hours=2))
    journal = _resume(written, later, told=told.append)
    assert journal.earlier is not None
    assert (journal.kept, journal.earlier.started) == (3, START)
    assert told == ["going on with a run of 2026-11-01 08:00 UTC stopped after 3 answers"]


def test_resume_without_a_journal_begins(path: Path) -> None:
    journal = _resume(path)
    assert (journal.kept, journal.earlier) == (0, HEADER)


def test_a_new_run_does_not_drop_what_was_fetched(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(OutputError, match=r"stopped after 3 answers; --resume goes on, --restart drops it"):
        _resume(written, opening="new")
    assert written.read_bytes() == before


def test_restart_drops_it(written: Path) -> None:
    assert _resume(written, opening="restart").kept == 0


def test_a_new_run_drops_what_is_too_old_to_go_on_from(written: Path) -> None:
    told: list[str] = []
    late = Header(HEADER.account, HEADER.caller, "digest", "0.1.0", START + timedelta(hours=25))
    assert _resume(written, late, "new", told=told.append).kept == 0
    assert "too long ago to go on; it is dropped" in told[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"account": "444455556666"},
            "it is of account 111122223333, the credentials belong to 444455556666",
        ),
        ({"options": "other"}, "it was begun with other options"),
        ({"tool_version": "0.2.0"}, "it was written by iamscout 0.1.0"),
        ({"started": START + timedelta(hours=25)}, "it began more than 24 hours ago"),
    ],
)
def test_a_journal_of_another_run_is_refused(written: Path, change: dict[str, Any], reason: str) -> None:
    fields = {name: getattr(HEADER, name) for name in Header.__struct_fields__}
    with pytest.raises(OutputError) as caught:
        _resume(written, Header(**{**fields, **change}))
    assert (
        str(caught.value)
        == f"{written}: cannot go on from here: {reason}; --restart drops it and begins anew"
    )


def test_how_old_it_may_be_is_an_option(written: Path) -> None:
    late = Header(HEADER.account, HEADER.caller, "digest", "0.1.0", START + timedelta(hours=25))
    assert _resume(written, late, longest_hours=48).kept == 3
