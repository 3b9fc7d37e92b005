"""The packed forms of a report, checked without unpacking: a zip, a tar.gz, a single file with its digest."""

from __future__ import annotations

import gzip
import hashlib
import re
import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from iamscout.errors import InputError

_UNREADABLE = (KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, RuntimeError)
_BROKEN_TAR = (OSError, EOFError, ValueError, RecursionError, tarfile.TarError, zlib.error)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1 << 20
_SUM = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[^\n]+)\n\Z")
_MOST_LIST = 64 << 20
"""Bytes of a list of digests that is read: one of a million files has less."""


class Packed(Protocol):
    """A report in one file.

    `paths` are as they are in the report's folder, what stands beside that has a `/` before; `repeated` are
    entries that stand in it twice, so that who extracts it gets another one than who looks into it.
    """

    paths: tuple[str, ...]
    repeated: tuple[str, ...]

    def read(self, path: str) -> bytes:
        """The list of digests or the manifest. Raises InputError where it cannot be read."""

    def altered(self, path: str, digest: str) -> str:
        """Why a file is not the one that was written; empty where it is."""


class ZipReport:
    """A report in a zip. Raises InputError where the file is no zip or holds no report."""

    def __init__(self, file: Path, sums: str) -> None:
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except _UNREADABLE as problem:
            raise InputError(f"is not a zip ({problem})", where=str(file)) from None
        names = [name for name in self._zip.namelist() if not name.endswith("/")]
        self._root = _root(names, sums, file)
        self.repeated, self.paths = _repeated(names), _paths(names, self._root)

    def read(self, path: str) -> bytes:
        """A small file. Raises InputError where it cannot be read."""
        try:
            with self._opened(path) as content:
                return content.read(_MOST_LIST)
        except _UNREADABLE as problem:
            raise InputError(f"{path} cannot be read: {problem}", where=str(self._file)) from None

    def altered(self, path: str, digest: str) -> str:
        """Why a file is not the one that was written; empty where it is."""
        try:
            with self._opened(path) as content:
                found = _digest(content)
        except _UNREADABLE as problem:
            return f"cannot be read: {problem}"
        return "" if found == digest else "altered"

    def _opened(self, path: str) -> IO[bytes]:
        entry = self._zip.getinfo(self._root + path)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise zipfile.BadZipFile("it is a link")
        if entry.compress_type not in _METHODS:
            raise zipfile.BadZipFile("it is packed in another way")
        return self._zip.open(entry)


class TarReport:
    """A report in a tar.gz, which is read once from its beginning to its end.

    Raises InputError where the file is none, is cut, or holds no report.
    """

    def __init__(self, file: Path, sums: str, manifest: str) -> None:
        self._file = file
        self._digests: dict[str, str] = {}
        self._kept: dict[str, bytes] = {}
        names: list[str] = []
        try:
            with gzip.open(file) as pressed, tarfile.open(fileobj=pressed, mode="r:") as opened:
                for member in opened:
                    if member.isdir():
                        continue
                    names.append(member.name)
                    plain = member.isreg() and not member.issparse()  # holes may be endless
                    content = opened.extractfile(member) if plain else None
                    if content is None:
                        self._digests[member.name] = ""  # a link, a device: no file has this digest
                    elif member.name.rpartition("/")[2] in (sums, manifest) and member.size <= _MOST_LIST:
                        self._kept[member.name] = kept = content.read()
                        self._digests[member.name] = hashlib.sha256(kept).hexdigest()
                    else:
                        self._digests[member.name] = _digest(content)
                _check_end(pressed)
        except _BROKEN_TAR as problem:
            raise InputError(f"is not a whole tar.gz ({problem})", where=str(file)) from None
        self._root = _root(names, sums, file)
        self.repeated, self.paths = _repeated(names), _paths(names, self._root)

    def read(self, path: str) -> bytes:
        """The list of digests or the manifest. Raises InputError where it cannot be read."""
        kept = self._kept.get(self._root + path)
        if kept is None:
            raise InputError(f"{path} cannot be read: it is no file, or too large", where=str(self._file))
        return kept

    def altered(self, path: str, digest: str) -> str:
        """Why a file is not the one that was written; empty where it is."""
        found = self._digests.get(self._root + path)
        return "" if found == digest else "altered" if found else "no longer a file"


def _check_end(rest: gzip.GzipFile) -> None:
    """Raise TarError where more than zeros follow what was read: other programs go on and extract that."""
    while chunk := rest.read(_CHUNK):
        if chunk.strip(b"\0"):
            raise tarfile.TarError("something stands behind its end")


def _root(names: Sequence[str], sums: str, file: Path) -> str:
    """The folder of the report in an archive."""
    roots = [name.removesuffix(sums) for name in names if name.rpartition("/")[2] == sums]
    if len(roots) != 1:
        raise InputError(f"holds no report: one {sums} is expected", where=str(file))
    return roots[0]


def _repeated(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name, count in Counter(names).items() if count > 1))


def _paths(names: Sequence[str], root: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(root) if name.startswith(root) else f"/{name}" for name in names)


def _digest(content: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()


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
