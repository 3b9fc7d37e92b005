"""The folder of a report: private, replaced in one step, nothing deleted that iamscout did not write."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from iamscout.errors import OutputError
from iamscout.report.folder import SUMS, Folder, check_replaceable


def _write(out: Path, **files: str) -> None:
    with Folder(out) as folder:
        folder.add("manifest.json", b"{}")
        for name, text in files.items():
            folder.add(f"{name}.html", text.encode())
        folder.finish()


def _tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (SUMS, "manifest.json")
    }


def _beside(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir() if path != out)


def test_a_report_is_written_with_the_digests_of_all_files(tmp_path: Path) -> None:
    out = tmp_path / "a" / "report"
    _write(out, index="hello")
    lines = (out / SUMS).read_text().splitlines()
    assert lines == [
        f"{hashlib.sha256(b'hello').hexdigest()}  index.html",
        f"{hashlib.sha256(b'{}').hexdigest()}  manifest.json",
    ]
    assert _beside(out) == []


def test_an_older_report_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "report"
    _write(out, index="old", gone="old")
    _write(out, index="new")
    assert _tree(out) == {"index.html": "new"}
    assert _beside(out) == []


def test_files_may_stand_two_folders_deep(tmp_path: Path) -> None:
    out = tmp_path / "report"
    for text in ("old", "new"):
        with Folder(out) as folder:
            for path in ("assets/vendor/a.min.js", "assets/a.js", "manifest.json", "roles/a.html"):
                folder.add(path, text.encode())
            folder.finish()
    assert (out / "assets" / "vendor" / "a.min.js").read_text() == "new"
    assert _beside(out) == []
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*") if path.is_dir()} == {0o700}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        out = tmp_path / "new" / "report"
        with Folder(out) as folder:
            folder.add("roles/a.html", b"a")
            folder.finish()
    finally:
        os.umask(before)
    modes = {
        path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in tmp_path.rglob("*")
    }
    assert modes == {
        "new": 0o700,
        "new/report": 0o700,
        "new/report/roles": 0o700,
        "new/report/roles/a.html": 0o600,
        f"new/report/{SUMS}": 0o600,
    }


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    out = tmp_path / "report"
    out.mkdir()
    _write(out, index="new")
    assert _tree(out) == {"index.html": "new"}


def test_looking_whether_a_folder_can_be_used_changes_nothing(tmp_path: Path) -> None:
    check_replaceable(tmp_path)
    assert tmp_path.is_dir()


@pytest.mark.parametrize(
    "what", ["file", "folder", "link", "dangling link", "extra file", "extra link", "foreign sums"]
)
def test_what_is_not_a_report_is_refused_and_left_alone(tmp_path: Path, what: str) -> None:
    out, elsewhere = tmp_path / "report", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("precious")
    match what:
        case "file":
            out.write_text("precious")
        case "folder":
            out.mkdir()
            (out / "precious").write_text("precious")
        case "link":
            out.symlink_to(elsewhere)
        case "dangling link":
            out.symlink_to(tmp_path / "nowhere")
        case "extra file":
            _write(out, index="old")
            (out / "notes.txt").write_text("precious")
        case "extra link":
            _write(out, index="old")
            (out / "data").symlink_to(elsewhere)
        case "foreign sums":
            out.mkdir()
            (out / "manifest.json").write_text("{}")
            (out / SUMS).write_text(f"{'0' * 64}  ../elsewhere/precious\n")
    before = sorted(path.as_posix() for path in tmp_path.rglob("*"))
    with pytest.raises(OutputError) as refused:
        _write(out, index="new")
    assert refused.value.exit_status == 2
    assert str(out) in str(refused.value)
    assert sorted(path.as_posix() for path in tmp_path.rglob("*")) == before
    assert (elsewhere / "precious").read_text() == "precious"


def test_a_link_that_takes_the_place_of_a_page_is_not_followed(tmp_path: Path) -> None:
    out, precious = tmp_path / "report", tmp_path / "precious"
    precious.write_text("precious")
    _write(out, index="old")
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(precious)
    with pytest.raises(OutputError, match="iamscout did not write"):
        _write(out, index="new")
    assert (out / "index.html").is_symlink()
    assert precious.read_text() == "precious"
    assert _beside(out) == [precious.name]


def test_a_run_that_fails_leaves_the_older_report(tmp_path: Path) -> None:
    out = tmp_path / "report"
    _write(out, index="old")
    with pytest.raises(ZeroDivisionError), Folder(out) as folder:
        _fail_after(folder)
    assert _tree(out) == {"index.html": "old"}
    assert _beside(out) == []


def _fail_after(folder: Folder) -> None:
    folder.add("index.html", b"new")
    raise ZeroDivisionError


def _killed_while_writing(out: Path) -> None:
    new = out.with_name(f".{out.name}.iamscout-new")
    (new / "roles").mkdir(parents=True)
    (new / "roles" / "a.html").write_text("half")


def _killed_between_the_renames(out: Path) -> None:
    _write(out.with_name("made"), index="whole")
    out.with_name("made").rename(out.with_name(f".{out.name}.iamscout-new"))
    out.rename(out.with_name(f".{out.name}.iamscout-old"))


def _killed_before_the_old_one_was_gone(out: Path) -> None:
    _write(out.with_name(f".{out.name}.iamscout-old"), index="older")


@pytest.mark.parametrize(
    "killed", [_killed_while_writing, _killed_between_the_renames, _killed_before_the_old_one_was_gone]
)
def test_what_a_killed_run_left_is_cleared_up(tmp_path: Path, killed: object) -> None:
    out = tmp_path / "report"
    _write(out, index="old")
    assert callable(killed)
    killed(out)
    _write(out, index="new")
    assert _tree(out) == {"index.html": "new"}
    assert _beside(out) == []


def test_the_report_of_a_run_killed_between_the_renames_is_put_in_place(tmp_path: Path) -> None:
    out = tmp_path / "report"
    _write(out, index="old")
    _killed_between_the_renames(out)
    with pytest.raises(ZeroDivisionError), Folder(out):
        raise ZeroDivisionError
    assert _tree(out) == {"index.html": "whole"}
    assert _beside(out) == []


def test_a_folder_that_another_run_is_writing_is_left_to_it(tmp_path: Path) -> None:
    out = tmp_path / "report"
    with Folder(out) as first:
        first.add("manifest.json", b"{}")
        with pytest.raises(OutputError, match="is being written by another run"), Folder(out):
            pass
        first.finish()
    assert (out / "manifest.json").is_file()


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        _write(blocked / "report", index="new")
