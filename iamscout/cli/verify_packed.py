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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

from iamscout.errors import InputError

_UNREADABLE = (KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, RuntimeError)
_BROKEN_TAR = (OSError, EOFError, ValueError, RecursionError, tarfile.TarError, zlib.error)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MARK = slice(257, 262)
_GIVE = "give the folder of the report, or the .zip or .tar.gz that was written of it"
_SUM = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[^\n]+)\n\Z")
_MOST_HEADERS = 16 << 10
"""Characters of the name and all headers of a file in a tar: a path has 4,096 bytes at most."""
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
            with _Pressed(file) as pressed, tarfile.open(fileobj=pressed, mode="r:") as opened:
                for member in opened:
                    _check_headers(opened, member)
                    if member.isdir():
                        continue
                    names.append(member.name)
                    plain = member.isreg() and not member.issparse()  # holes may be endless
                    content = opened.extractfile(member) if plain else None
                    if content is None:
                        self._digests[member.name] = ""  # a link, a device: no file has this digest
                    elif member.name.rpartition("/")[2] in (sums, manifest) and member.size <= _MOST_LIST:
                        self._kept[member.name] = kept = b"".join(_chunks(content))
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


class _Pressed(gzip.GzipFile):
    """A tar as `tarfile` may read it: it takes a header whole, and few bytes may unpack to gigabytes."""

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes. Raises TarError where they are more than anybody here asks for."""
        if size is None or not 0 <= size <= _CHUNK:
            raise tarfile.TarError("a header of it is too large")
        return super().read(size)


def _check_headers(archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    """Raise TarError where headers could fill the memory, which keeps those of all files."""
    if archive.pax_headers:
        raise tarfile.TarError("it has headers for all that follows")
    if len(member.name) + sum(map(len, member.pax_headers.values())) > _MOST_HEADERS:
        raise tarfile.TarError("a header of it is too large")


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
    for chunk in _chunks(content):
        found.update(chunk)
    return found.hexdigest()


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(_CHUNK):
        yield chunk


def open_packed(file: Path, sums: str, manifest: str) -> Packed:
    """A report in one file, whatever its name: the first bytes tell how it is packed. Raises InputError."""
    try:
        with file.open("rb") as opened:
            start = opened.read(_TAR_MARK.stop)
    except OSError as problem:
        raise InputError(f"cannot be read: {problem.strerror}", where=str(file)) from None
    if start.startswith(_GZIP):
        return TarReport(file, sums, manifest)
    if start[_TAR_MARK] == b"ustar":
        raise InputError("is a tar that is not packed, which is not read", where=str(file), remedy=_GIVE)
    if not start.startswith(_ZIP):
        raise InputError("is neither a zip nor a tar.gz", where=str(file), remedy=_GIVE)
    return ZipReport(file, sums)


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
