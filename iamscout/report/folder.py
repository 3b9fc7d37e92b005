"""The report's folder on disk: written aside, put in place in one step, nothing deleted that is not ours.

Beside `OUT` stand, while a run is under way, `.OUT.iamscout-new` (being written) and for a moment
`.OUT.iamscout-old` (what stood there before). A run that finds either from a run that was killed finishes or
discards it first.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from iamscout.errors import OutputError

SUMS = "SHA256SUMS"
"""The list of all files and their digests, written last: a folder that holds it is complete."""

_SUM = re.compile(r"[0-9a-f]{64}  (?P<path>[^\n]+)\Z")
_OURS = re.compile(r"(?:[a-z0-9-]+/){0,2}[A-Za-z0-9-]+(?:\.[a-z0-9]+)*\Z")
"""What a path of ours looks like: at most two folders deep, nothing hidden."""


class Folder:
    """A report folder being written, in a `with` block. Nothing is seen at `out` before :meth:`finish`.

    Raises OutputError where `out` is a file, a symbolic link, or a folder that holds anything but a report.
    """

    def __init__(self, out: Path) -> None:
        # resolve() would follow the very link that is refused
        self.out = Path(os.path.abspath(out))  # noqa: PTH100
        self._new = self.out.with_name(f".{self.out.name}.iamscout-new")
        self._old = self.out.with_name(f".{self.out.name}.iamscout-old")
        self._sums: list[tuple[str, str]] = []
        self._folders: set[str] = set()
        self._lock = -1

    def __enter__(self) -> Self:
        try:
            _make_parents(self.out.parent)
            self._settle()
            check_replaceable(self.out)
            self._begin()
        except OSError as problem:
            raise _cannot(self.out, problem) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1
            if kind is not None and self._new.is_dir():
                _discard(self._new)
        except OSError:
            if kind is None:
                raise
        if isinstance(problem, OSError):
            raise _cannot(self.out, problem) from None

    def add(self, path: str, content: bytes | Iterable[bytes]) -> None:
        """Write one file, whole or in parts that need not be in memory at once, for its owner's eyes only."""
        self.prepare(path)
        digest = hashlib.sha256()
        _write(f"{self._new}/{path}", (content,) if isinstance(content, bytes) else content, digest)
        self._sums.append((path, digest.hexdigest()))

    def prepare(self, path: str) -> None:
        """Make the folder in which a file will stand."""
        head, _, _ = path.rpartition("/")
        if head and head not in self._folders:
            self.prepare(head)
            (self._new / head).mkdir(mode=0o700)
            (self._new / head).chmod(0o700)
            self._folders.add(head)

    @property
    def sums(self) -> tuple[tuple[str, str], ...]:
        """Pairs of path and digest of what was added so far."""
        return tuple(self._sums)

    def adopt(self, sums: Iterable[tuple[str, str]]) -> None:
        """Take in what a forked process added."""
        self._sums.extend(sums)

    def forget(self, path: str) -> None:
        """Delete what a forked process wrote, wholly or in part, before it ended too early."""
        Path(f"{self._new}/{path}").unlink(missing_ok=True)

    def finish(self) -> None:
        """Write the digests and put the folder in its place, the former one aside and then away."""
        listed = "".join(f"{digest}  {path}\n" for path, digest in sorted(self._sums))
        _write(f"{self._new}/{SUMS}", (listed.encode(),), hashlib.sha256())
        if self.out.is_dir():
            self.out.rename(self._old)
        self._new.rename(self.out)
        _sync(self.out.parent)
        _discard(self._old)

    def _settle(self) -> None:
        """Finish the job of a run that was killed between the two renames, or discard what it left."""
        for left in (self._new, self._old):
            if left.is_symlink() or (left.exists() and not left.is_dir()):
                raise OutputError("is in the way", where=str(left), remedy="remove it")
        if self._new.is_dir():
            lock = _lock(self._new, self.out)
            try:
                whole = (self._new / SUMS).is_file()
                if self._old.is_dir() and whole and not self.out.exists():
                    self._new.rename(self.out)
                else:
                    _discard(self._new)
            finally:
                os.close(lock)
        if self._old.is_dir():
            if self.out.exists():
                _discard(self._old)
            else:
                self._old.rename(self.out)

    def _begin(self) -> None:
        self._new.mkdir(mode=0o700)
        self._new.chmod(0o700)
        self._lock = _lock(self._new, self.out)


def check_replaceable(out: Path) -> None:
    """Raise OutputError unless `out` is free, an empty folder or a report with no other file in it."""
    if out.is_symlink():
        raise OutputError("is a symbolic link", where=str(out), remedy="name the folder itself")
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputError("is not a folder", where=str(out), remedy="choose another --out")
    if next(out.iterdir(), None) is None:
        return
    listed = _listed(out)
    if listed is None:
        raise OutputError(
            "is not empty and not an iamscout report", where=str(out), remedy="choose another --out"
        )
    for path, is_regular in _files(out):
        if path not in listed or not is_regular:
            raise OutputError(
                f"holds {path!r}, which iamscout did not write", where=str(out), remedy="move it away"
            )


def _listed(folder: Path) -> frozenset[str] | None:
    """The files that a report says are its own, or None where it is no whole report."""
    sums = folder / SUMS
    if sums.is_symlink() or not sums.is_file() or not (folder / "manifest.json").is_file():
        return None
    lines = sums.read_text("utf-8", errors="replace").splitlines()
    found = [_SUM.match(line) for line in lines]
    paths = {match["path"] for match in found if match} | {SUMS}
    return frozenset(paths) if all(found) and all(_OURS.match(path) for path in paths) else None


def _files(folder: Path, prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Everything in a folder that is no folder: relative path, and whether it is a file and no link."""
    with os.scandir(folder) as found:
        for item in sorted(found, key=lambda item: item.name):
            path = f"{prefix}{item.name}"
            if item.is_dir(follow_symlinks=False):
                yield from _files(folder / item.name, f"{path}/")
            else:
                yield path, item.is_file(follow_symlinks=False)


def _discard(folder: Path) -> None:
    """Delete a report that is ours, whole or half-written; what has another form stays, with its folder."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as found:
        items = list(found)
    for item in items:
        if item.is_dir(follow_symlinks=False):
            _discard(folder / item.name)
        elif _OURS.match(item.name) and item.is_file(follow_symlinks=False):
            Path(item.path).unlink()
    folder.rmdir()


def _lock(folder: Path, out: Path) -> int:
    """Hold a folder as long as this process lives; another that lives and holds it is an OutputError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise OutputError(
            "is being written by another run", where=str(out), remedy="wait for it or choose another --out"
        ) from None
    return handle


def _write(path: str, parts: Iterable[bytes], digest: hashlib._Hash) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, stat.S_IRUSR | stat.S_IWUSR)
    try:
        for part in parts:
            digest.update(part)
            view = memoryview(part)
            while view:
                view = view[os.write(handle, view) :]
    finally:
        os.close(handle)


def _make_parents(folder: Path) -> None:
    if not folder.exists():
        _make_parents(folder.parent)
        folder.mkdir(mode=0o700)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot(out: Path, problem: OSError) -> OutputError:
    reason = problem.strerror or str(problem)
    return OutputError(f"cannot be written: {reason}", where=str(out), remedy="choose another --out")
