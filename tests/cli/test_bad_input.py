"""Bad input of every kind, through the real command line: one clear line, no traceback, the right status."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from iamscout.cli.main import run
from tests.cli.conftest import Cli, account_details

READERS = {
    "report": ["report", "--out", "out"],
    "analyze": ["analyze"],
    "can-assume": ["can-assume", "--all"],
    "plan": ["plan", "--out", "out"],
}
"""The commands that read snapshots, with what they need besides."""

UNUSABLE = {
    "not-json": (b"hello, world", "is not JSON"),
    "another-json": (b'{"some": "thing"}', "is JSON, but not a snapshot"),
    "list": (b"[1, 2, 3]", "is JSON, but not a snapshot"),
    "text": (b'"text"', "is JSON, but not a snapshot"),
    "null": (b"null", "is JSON, but not a snapshot"),
    "empty": (b"", "is empty"),
    "blank": (b" \n\t ", "is empty"),
    "truncated": (b'{"schema": "iamscout/snapshot/1", "account": "1111', "is JSON that ends too early"),
    "not-utf-8": (b'{"schema": "\xff\xfe\xfa"}', "is not UTF-8 text"),
    "utf-16": ('{"schema": "x"}'.encode("utf-16"), "is UTF-16 or UTF-32"),
    "nan": (b'{"schema": NaN}', "holds NaN or Infinity"),
    "deep": (b"[" * 200_000, "is nested too deeply"),
    "two-texts": (b"{} {}", "holds more than one JSON text"),
    "damaged-gzip": (gzip.compress(b"{}" * 100)[:-9], "gzip file"),
    "newer": (b'{"schema": "iamscout/snapshot/2"}', "is a snapshot of format 2"),
    "analysis": (b'{"schema": "iamscout/analysis/1"}', "is not a snapshot but 'iamscout/analysis/1'"),
    "no-account": (b'{"schema": "iamscout/snapshot/1"}', "is a damaged snapshot"),
    "aws-cli": (json.dumps(account_details()).encode(), "run `iamscout import bad.json`"),
    "credential-report": (
        b"user,arn,user_creation_time,password_enabled\n",
        "run `iamscout import bad.json`",
    ),
    "binary": (bytes(range(250, 127, -1)), "is not UTF-8 text"),
    "html": (b"<!doctype html><title>x</title>", "is not JSON"),
}

NOT_IMPORTABLE = {
    name: content
    for name, (content, _) in UNUSABLE.items()
    if name not in ("aws-cli", "credential-report", "newer", "analysis", "no-account")
}


def assert_told(done: "CompletedProcess[str]", status: int, *words: str) -> None:
    """One line on stderr, nothing on stdout."""
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("iamscout")
    assert [word for word in words if word not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 500
    assert done.returncode == status


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_file_that_is_no_snapshot(cli: Cli, tmp_path: Path, kind: str) -> None:
    content, words = UNUSABLE[kind]
    (tmp_path / "bad.json").write_bytes(content)
    assert_told(cli(*READERS["report"], "bad.json"), 3, "bad.json", words)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.json"]


@pytest.mark.parametrize("kind", UNUSABLE)
@pytest.mark.parametrize("reader", READERS)
def test_every_command_says_the_same_of_it(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    reader: str,
    kind: str,
) -> None:
    """In this process, as a process for each of them takes half a second."""
    content, words = UNUSABLE[kind]
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_bytes(content)
    status = run([*READERS[reader], "bad.json"])
    out, problem = capsys.readouterr()
    assert_told(CompletedProcess(reader, status, out, problem), 3, "bad.json", words)
    assert [path.name for path in Path().iterdir()] == ["bad.json"]


@pytest.mark.parametrize("kind", NOT_IMPORTABLE)
def test_a_file_that_cannot_be_imported(cli: Cli, tmp_path: Path, kind: str) -> None:
    (tmp_path / "bad.json").write_bytes(NOT_IMPORTABLE[kind])
    assert_told(cli("import", "bad.json"), 3, "bad.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.json"]


@pytest.mark.parametrize("arguments", [*READERS.values(), ["import"]], ids=[*READERS, "import"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["missing.json"], ["missing.json", "no such file"]),
        (["folder"], ["folder", "holds no"]),
        (["missing/"], ["no such file"]),
    ],
    ids=["missing-file", "folder-without-snapshots", "missing-folder"],
)
def test_nothing_to_read(
    cli: Cli, tmp_path: Path, arguments: Sequence[str], given: Sequence[str], words: Sequence[str]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("nothing here", "utf-8")
    assert_told(cli(*arguments, *given), 3, *words)


@pytest.mark.parametrize("reader", READERS)
def test_two_snapshots_of_one_account(cli: Cli, snapshot: Path, tmp_path: Path, reader: str) -> None:
    (tmp_path / "other.json").write_bytes(snapshot.read_bytes())
    assert_told(
        cli(*READERS[reader], "snapshot.json", "other.json"),
        3,
        "two snapshots of account 111122223333",
        "iamscout diff",
        "iamscout history",
    )


@pytest.mark.parametrize("reader", READERS)
def test_the_same_snapshot_twice_is_one(cli: Cli, snapshot: Path, reader: str) -> None:
    assert cli(*READERS[reader], "snapshot.json", "./snapshot.json").returncode == 0


@pytest.mark.parametrize("reader", READERS)
def test_nothing_given_is_misuse(cli: Cli, reader: str) -> None:
    assert_told(cli(*READERS[reader]), 2, "SNAPSHOT", f"see `iamscout {reader} --help`")


@pytest.mark.parametrize("name", ["a\x1b[2Jb.json", "a\nb.json", "a\u202eb.json", "\udcff.json"], ids=ascii)
def test_a_file_name_cannot_act_on_the_terminal(cli: Cli, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"{")
    done = cli("import", name)
    assert_told(done, 3, "ends too early")
    assert done.stderr.removesuffix("\n").isprintable()


@pytest.mark.parametrize(
    "out",
    ["file.txt/snapshot.json", "file.txt/folder", "/proc/none/here"],
    ids=["below-a-file", "folder", "proc"],
)
def test_a_snapshot_that_cannot_be_written(cli: Cli, details: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "file.txt").write_text("in the way", "utf-8")
    assert_told(cli("import", details, "--out", out), 2, "cannot be written", "choose another --out")


@pytest.mark.parametrize("out", ["file.txt", "file.txt/report", "full", "link"])
def test_a_report_that_cannot_be_written(cli: Cli, snapshot: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "file.txt").write_text("in the way", "utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary.txt").write_text("mine", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    assert_told(cli("report", snapshot, "--out", out), 2, out.partition("/")[0])
    assert sorted(tmp_path.rglob("*")) == before
