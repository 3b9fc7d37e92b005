"""`iamscout verify`: every way a delivered report can differ from what was written, and its exit status."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from iamscout.cli.main import run
from iamscout.cli.verify import SCHEMA, differences
from iamscout.report import site

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def report(snapshot: Path, tmp_path: Path, capsys: Capture) -> Path:
    out = tmp_path / "report"
    assert run(["report", str(snapshot), "--out", str(out)]) == 0
    capsys.readouterr()
    return out


def flip(file: Path, at: int, bit: int = 1) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= bit
    file.write_bytes(content)


def sign_again(folder: Path) -> None:
    """SHA256SUMS as somebody would make it who changed a file."""
    paths = sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    )
    lines = [f"{hashlib.sha256((folder / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")


def test_a_report_as_written_ends_with_0_and_tells_the_digest_of_the_list(
    report: Path, capsys: Capture
) -> None:
    assert run(["verify", str(report)]) == 0
    digest = hashlib.sha256((report / "SHA256SUMS").read_bytes()).hexdigest()
    files = len((report / "SHA256SUMS").read_text("utf-8").splitlines())
    assert capsys.readouterr().out == f"as written: {files} files; sha256 of SHA256SUMS: {digest}\n"


def test_changed_missing_and_added_files_are_named(report: Path, capsys: Capture) -> None:
    flip(report / "index.html", 100)
    (report / "data" / "findings.csv").unlink()
    (report / "data" / "extra.txt").write_text("x", "utf-8")
    (report / ".hidden").write_text("x", "utf-8")
    assert run(["verify", str(report)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "added    .hidden",
        "added    data/extra.txt",
        "missing  data/findings.csv",
        "changed  index.html",
        "not as written: 2 added, 1 changed, 1 missing",
    ]


def test_one_flipped_bit_is_found_in_every_file(report: Path) -> None:
    for file in sorted(path for path in report.rglob("*") if path.is_file() and path.name != "SHA256SUMS"):
        size = file.stat().st_size
        for at in {0, size // 2, size - 1}:
            flip(file, at)
            found, _, _ = differences(report)
            assert [(each.path, each.kind) for each in found] == [(str(file.relative_to(report)), "changed")]
            flip(file, at)
    assert differences(report)[0] == ()


def test_one_flipped_bit_is_found_anywhere_in_the_list(report: Path) -> None:
    sums = report / "SHA256SUMS"
    first, second, _ = sums.read_bytes().split(b"\n", 2)
    for at in [*range(len(first) + len(second) + 2), sums.stat().st_size - 1]:
        for bit in (1, 0x20, 0x80):
            flip(sums, at, bit)
            assert differences(report)[0], (at, bit)
            flip(sums, at, bit)


def test_a_link_in_place_of_a_file_is_a_change_even_to_the_same_bytes(report: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.html"
    (report / "index.html").rename(elsewhere)
    (report / "index.html").symlink_to(elsewhere)
    (found,) = differences(report)[0]
    assert (found.kind, found.path, found.note) == ("changed", "index.html", "no longer a file")


def test_a_linked_folder_is_not_entered(report: Path, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").write_text("x", "utf-8")
    (report / "more").symlink_to(tmp_path / "inner")
    (found,) = differences(report)[0]
    assert (found.kind, found.path) == ("added", "more")


def test_a_pipe_is_not_waited_for(report: Path) -> None:
    (report / "index.html").unlink()
    os.mkfifo(report / "index.html")
    assert run(["verify", str(report)]) == 1


def test_an_empty_folder_is_added(report: Path) -> None:
    (report / "empty").mkdir()
    assert [(each.kind, each.path) for each in differences(report)[0]] == [("added", "empty/")]


def test_a_page_that_was_put_into_the_list_contradicts_the_manifest(report: Path, capsys: Capture) -> None:
    (report / "more.html").write_text("<p>", "utf-8")
    sign_again(report)
    assert run(["verify", str(report)]) == 1
    assert "the manifest tells" in capsys.readouterr().out


def test_a_path_that_leaves_the_folder_is_never_opened(report: Path) -> None:
    with (report / "SHA256SUMS").open("a", encoding="utf-8") as file:
        file.write(f"{'0' * 64}  ../snapshot.json\n")
    assert [(each.kind, each.path) for each in differences(report)[0]] == [("missing", "../snapshot.json")]


@pytest.mark.parametrize(
    "what", ["nothing", "file", "empty", "foreign", "no-sums", "linked", "newer", "sums-pipe"]
)
def test_what_is_no_report_ends_with_3(what: str, report: Path, tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / what
    match what:
        case "file":
            folder.write_text("x", "utf-8")
        case "empty":
            folder.mkdir()
        case "foreign":
            folder.mkdir()
            (folder / "a").write_text("x", "utf-8")
            sign_again(folder)
        case "no-sums" | "sums-pipe":
            report.rename(folder)
            (folder / "SHA256SUMS").unlink()
            if what == "sums-pipe":
                os.mkfifo(folder / "SHA256SUMS")
        case "linked":
            folder.symlink_to(report)
        case "newer":
            report.rename(folder)
            manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
            content = json.dumps({**manifest, "schema": "iamscout/report/2"})
            (folder / "manifest.json").write_text(content, "utf-8")
            sign_again(folder)
    assert run(["verify", str(folder)]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"iamscout: {folder}")
    assert told.err.count("\n") == 1


def test_names_in_a_report_do_nothing_to_the_terminal(report: Path, capsys: Capture) -> None:
    (report / "a\x1b[2J\nchanged  index.html").write_text("x", "utf-8")
    assert run(["verify", str(report)]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.count("\n") == 2


def test_the_format_is_the_one_that_reports_have() -> None:
    assert SCHEMA == site.SCHEMA
