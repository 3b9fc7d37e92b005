"""`can-assume` through the real command line."""

import json
from pathlib import Path
from typing import Any

from tests.access.worlds import AccountMaker, allow, trust

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def write_snapshot(cli: Any, folder: Path) -> tuple[str, str]:
    account = AccountMaker()
    user = account.user("loic", [allow(resource=account.arn("role/audit"))])
    role = account.role("audit", [trust(account.root, Condition=MFA)])
    (folder / "details.json").write_text(json.dumps(account.details))
    assert cli("import", "details.json", "--out", "s.json").returncode == 0
    return user, role


def test_a_question_is_open_unless_a_context_is_given(cli: Any, tmp_path: Path) -> None:
    user, role = write_snapshot(cli, tmp_path)
    asked = ["can-assume", "s.json", "--principal", user, "--role", role]
    assert cli(*asked).stdout.startswith("It depends: ")
    assert cli(*asked, "--closed").stdout.startswith("No: ")
    assert cli(*asked, "--context", "aws:SourceIp=192.0.2.1").stdout.startswith("No: ")
    assert cli(*asked, "--context", "aws:MultiFactorAuthPresent=true").stdout.startswith("Yes: ")
    assert cli(*asked, "--open", "--context", "aws:SourceIp=192.0.2.1").stdout.startswith("It depends: ")


def test_a_bad_line_is_one_refusal_among_answers(cli: Any, tmp_path: Path) -> None:
    user, role = write_snapshot(cli, tmp_path)
    good = json.dumps({"id": "good", "principal": user, "role": role})
    (tmp_path / "asked.jsonl").write_bytes(
        b"\n".join([b'{"id": "\xff"}', b"[" * 99_999, b"{", good.encode()])
    )
    done = cli("can-assume", "s.json", "--requests", "asked.jsonl")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [set(line) == {"id", "error"} for line in told] == [True, True, True, False]
    assert (told[3]["id"], told[3]["result"], told[3]["reason"]) == ("good", "deny", "condition")


def test_all_pairs_are_json_lines(cli: Any, tmp_path: Path) -> None:
    user, role = write_snapshot(cli, tmp_path)
    (line,) = cli("can-assume", "s.json", "--all").stdout.splitlines()
    pair = json.loads(line)
    assert (pair["principal"], pair["role"], pair["result"]) == (user, role, "conditional")
    assert pair["mfa"] == {"grade": "present", "max_age_seconds": None}
    assert pair["credentials"] == {
        "console_without_mfa": "deny",
        "long_term_key": "deny",
        "mfa_session": "allow",
    }


def test_requests_of_which_none_is_one_are_input_that_cannot_be_used(cli: Any, tmp_path: Path) -> None:
    write_snapshot(cli, tmp_path)
    (tmp_path / "asked.jsonl").write_text("garbage\n{}\n")
    done = cli("can-assume", "s.json", "--requests", "asked.jsonl")
    assert done.returncode == 3
    assert [json.loads(line)["error"].partition(":")[0] for line in done.stdout.splitlines()] == [
        "not a request",
        "not a request",
    ]
    assert "asked.jsonl: no line is a request" in done.stderr
