"""Packed reports: what verify takes for one, and what is left where packing ends early."""

import errno
import gzip
import os
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from iamscout.cli.main import run

Capture = pytest.CaptureFixture[str]


def report(snapshot: Path, out: Path, *options: str, status: int = 0) -> Path:
    assert run(["report", str(snapshot), "--out", str(out), *options]) == status
    return out


@pytest.mark.parametrize("form", ["--zip", "--tar", "--single-file"])
@pytest.mark.parametrize(
    "ending",
    [
        (OSError(errno.ENOSPC, "No space left on device"), 2, "cannot be written: No space left on device"),
        (KeyboardInterrupt(), 130, "iamscout: interrupted"),
    ],
    ids=["full", "interrupted"],
)
def test_packing_that_ends_early_leaves_nothing_half_written(
    snapshot: Path,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    ending: tuple[BaseException, int, str],
) -> None:
    problem, status, told = ending
    report(snapshot, tmp_path / "site", form)
    before = {file.name: file.read_bytes() for file in tmp_path.glob("site.*")}
    capsys.readouterr()
    sync = os.fsync

    def end_early(handle: int) -> None:
        if any(tmp_path.glob(".site.*.tmp")):
            raise problem
        sync(handle)

    monkeypatch.setattr(os, "fsync", end_early)
    report(snapshot, tmp_path / "site", form, status=status)
    assert {file.name: file.read_bytes() for file in tmp_path.glob("site.*")} == before
    assert not list(tmp_path.glob(".*"))
    (line,) = (line for line in capsys.readouterr().err.splitlines() if line.startswith("iamscout: "))
    assert told in line
    assert run(["verify", str(tmp_path / "site")]) == 0


def test_a_single_file_does_not_stand_beside_the_digest_of_another(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(snapshot, tmp_path / "site", "--single-file")
    sync = os.fsync

    def fill_up(handle: int) -> None:
        if any(tmp_path.glob(".site.html.sha256.*")):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", fill_up)
    report(snapshot, tmp_path / "site", "--single-file", status=2)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("site.", "."))] == []


def test_an_archive_is_known_by_its_first_bytes(snapshot: Path, tmp_path: Path, capsys: Capture) -> None:
    site = report(snapshot, tmp_path / "site", "--zip", "--tar")
    site.with_suffix(".zip").rename(tmp_path / "zipped.tar.gz")
    site.with_suffix(".tar.gz").rename(tmp_path / "pressed.zip")
    assert run(["verify", str(tmp_path / "zipped.tar.gz")]) == 0
    assert run(["verify", str(tmp_path / "pressed.zip")]) == 0

    plain = tmp_path / "plain.tar.gz"
    plain.write_bytes(gzip.decompress((tmp_path / "pressed.zip").read_bytes()))
    capsys.readouterr()
    assert run(["verify", str(plain)]) == 3
    assert "is a tar that is not packed, which is not read" in capsys.readouterr().err
    plain.write_bytes(b"%PDF-1.7")
    assert run(["verify", str(plain)]) == 3
    assert "is neither a zip nor a tar.gz" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_of_a_tar_is_not_read_without_bound(tmp_path: Path, capsys: Capture, kind: bytes) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = kind, 64 << 20
    packed = tmp_path / "header.tar.gz"
    packed.write_bytes(gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + bytes(64 << 20), 1))
    tracemalloc.start()
    assert run(["verify", str(packed)]) == 3
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 16 << 20
    assert "is not a whole tar.gz (a header of it is too large)" in capsys.readouterr().err


def test_headers_for_all_that_follows_are_not_gathered(tmp_path: Path, capsys: Capture) -> None:
    packed = tmp_path / "global.tar.gz"
    with tarfile.open(packed, "w:gz", format=tarfile.PAX_FORMAT, pax_headers={"comment": "x"}) as made:
        made.addfile(tarfile.TarInfo("site/SHA256SUMS"))
    assert run(["verify", str(packed)]) == 3
    assert "it has headers for all that follows" in capsys.readouterr().err
