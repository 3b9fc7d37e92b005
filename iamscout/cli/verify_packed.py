"""The packed forms of a report, checked without unpacking: a zip, and a single file with its digest."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections import Counter
from pathlib import Path

from iamscout.errors import InputError

_UNREADABLE = (KeyError, OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)
_CHUNK = 1 << 20
_SUM = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[^\n]+)\n\Z")
_MOST_LIST = 64 << 20
"""Bytes of a list of digests that is read: one of a million files has less."""


class PackedReport:
    """A report in a zip: paths as they are in the report's folder, and what each holds.

    Raises InputError where the file is no zip or holds no report.
    """

    def __init__(self, file: Path, sums: str) -> None:
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except (OSError, zipfile.BadZipFile) as problem:
            raise InputError(f"is not a zip ({problem})", where=str(file)) from None
        names = [name for name in self._zip.namelist() if not name.endswith("/")]
        roots = [name.removesuffix(sums) for name in names if name.rpartition("/")[2] == sums]
        if len(roots) != 1:
            raise InputError(f"holds no report: one {sums} is expected", where=str(file))
        self._root = roots[0]
        self.repeated = tuple(sorted(name for name, count in Counter(names).items() if count > 1))
        """Entries that stand in it twice, so that who extracts it gets another one than who looks into it."""
        self.paths = tuple(
            name.removeprefix(self._root) if name.startswith(self._root) else f"/{name}" for name in names
        )

    def read(self, path: str) -> bytes:
        """A small file. Raises InputError where it cannot be read."""
        try:
            with self._zip.open(self._root + path) as content:
                return content.read(_MOST_LIST)
        except _UNREADABLE as problem:
            raise InputError(f"{path} cannot be read: {problem}", where=str(self._file)) from None

    def altered(self, path: str, digest: str) -> str:
        """Why a file is not the one that was written; empty where it is."""
        found = hashlib.sha256()
        try:
            with self._zip.open(self._root + path) as content:
                while chunk := content.read(_CHUNK):
                    found.update(chunk)
        except (
            KeyError,
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
        ) as problem:
            return f"cannot be read: {problem}"
        return "" if found.hexdigest() == digest else "altered"


def check_single_file(file: Path) -> tuple[bool, str]:
    """Whether a single file is as its `.sha256` beside it tells, and its own digest. Raises InputError."""
    beside = file.with_name(f"{file.name}.sha256")
    try:
        told = _SUM.match(beside.read_text("utf-8", errors="replace"))
        content = hashlib.sha256()
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                content.update(chunk)
    except OSError as problem:
        raise InputError(
            f"{problem.strerror}",
            where=str(problem.filename),
            remedy=f"give {file.name} and {beside.name} together",
        ) from None
    if told is None or told["name"] != file.name:
        raise InputError(f"does not tell the digest of {file.name}", where=str(beside))
    return content.hexdigest() == told["digest"], content.hexdigest()
