"""The report's folder as one archive: the same bytes for the same folder, whoever packs it, and when."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from gzip import GzipFile
from io import BytesIO
from pathlib import Path

from iamscout.report.folder import SUMS
from iamscout.snapshot.file import write_private

_MADE = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can tell: the report itself says when it was captured."""
_LEVEL = 6
_PRIVATE_FILE = 0o100600
_UNIX = 3
_FIRST = ("README.txt", "index.html")
"""What somebody who looks into the archive should see first."""


def archive(folder: Path, out: Path) -> Path:
    """Pack a report into `out`, under the folder's name, so that it extracts into a folder of its own.

    Raises OutputError where it cannot be written.
    """
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as made:
        for path in _paths(folder):
            entry = zipfile.ZipInfo(f"{_name(folder)}/{path}", _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _PRIVATE_FILE << 16
            entry.create_system = _UNIX
            made.writestr(entry, (folder / path).read_bytes())
    write_private(out, packed.getvalue())
    return out


def tarball(folder: Path, out: Path) -> Path:
    """The same as a `.tar.gz`, which packs what pages share once: of thousands of pages half of the zip.

    Raises OutputError where it cannot be written.
    """
    packed = BytesIO()
    with (
        GzipFile("", "wb", _LEVEL, packed, mtime=0) as pressed,
        tarfile.open(fileobj=pressed, mode="w", format=tarfile.PAX_FORMAT) as made,
    ):
        for path in _paths(folder):
            content = (folder / path).read_bytes()
            entry = tarfile.TarInfo(f"{_name(folder)}/{path}")
            entry.size = len(content)
            entry.mode = stat.S_IMODE(_PRIVATE_FILE)
            made.addfile(entry, BytesIO(content))
    write_private(out, packed.getvalue())
    return out


def _name(folder: Path) -> str:
    """The folder's name, as text: on Linux it may be any bytes, in an archive it may not."""
    return os.fsencode(folder.name).decode("utf-8", "replace")


def _paths(folder: Path) -> Iterator[str]:
    """The files that the report lists, and the list."""
    listed = [line[66:] for line in (folder / SUMS).read_text("utf-8").splitlines()]
    yield from (path for path in _FIRST if path in listed)
    yield from sorted({*listed, SUMS} - {*_FIRST})
