"""The journal of a run: every answer of AWS as it arrives, so that a run which stopped can go on.

A line is the CRC-32 of a JSON object in eight hex digits, a blank, and the object: first the header, then one
for each call that AWS answered for good. Lines are written whole and at once, so kill -9 loses none of them;
a sync every few seconds bounds what a power cut loses, as one for each of ten thousand calls would take
longer than the calls. What is torn or damaged is dropped together with all that follows it.

The journal holds what the snapshot will hold, never credentials, and is for its owner's eyes only.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Raw, Struct

from iamscout.errors import OutputError
from iamscout.fetch.refusal import RefusalError, RefusalStatus
from iamscout.snapshot.file import make_private_folder

SUFFIX = ".journal"

_SYNC_SECONDS = 5.0
_CHECKSUM_LENGTH = 9
"""Eight digits and a blank."""
_LONGEST_TORN_HEADER = 8_192


class Header(Struct, frozen=True):
    """Whose run it is: account and caller, a digest of what was asked for, who asked, since when (UTC).

    The start of the run is that of the snapshot: a run that goes on keeps it, since the first answers are
    as old as that.
    """

    account: str
    caller: str
    options: str
    tool_version: str
    started: datetime
    schema: Literal["iamscout/journal/1"] = "iamscout/journal/1"


class _Refused(Struct, frozen=True):
    """What AWS said instead of an answer."""

    code: str
    message: str
    status: RefusalStatus


class _Record(Struct, frozen=True, omit_defaults=True):
    """One call: its operation, its parameters, and AWS's answer or refusal."""

    operation: str
    parameters: Raw
    answer: Raw = Raw(b"null")
    refused: _Refused | None = None


class _Place(NamedTuple):
    """Where a record stands in the file, in bytes."""

    offset: int
    length: int
    is_refusal: bool


class Journal:
    """A journal file, held by one process at a time. `kept` counts the calls that it held when it was opened.

    `earlier` is the header of the run that it holds, None where there is none yet: then :meth:`begin` comes
    first. Raises OutputError where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.earlier: Header | None = None
        self.kept = 0
        self._places: dict[bytes, deque[_Place]] = defaultdict(deque)
        self._synced_at = 0.0
        try:
            make_private_folder(path.parent)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            self._lock()
            self._read()
            # Only now is it known to be a journal and not somebody's file of that name.
            os.fchmod(self._file, 0o600)
        except OSError as problem:
            raise _unusable(path, problem) from None

    def begin(self, header: Header) -> None:
        """Drop what the file holds and begin the journal of a new run."""
        self._places.clear()
        self.kept = 0
        try:
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            self._append(msgspec.json.encode(header))
            os.fsync(self._file)
        except OSError as problem:
            raise _unusable(self.path, problem) from None
        self.earlier = header

    def forget_refusals(self) -> None:
        """Ask again what was refused: another caller may be told."""
        for places in self._places.values():
            kept = [place for place in places if not place.is_refusal]
            places.clear()
            places.extend(kept)

    def recall(self, operation: str, parameters: Mapping[str, object]) -> Any:
        """The next answer to a call that the earlier run made, as plain values; None where there is none.

        Raises RefusalError where AWS refused that call.
        """
        places = self._places.get(_key(operation, msgspec.json.encode(parameters, order="sorted")))
        if not places:
            return None
        place = places.popleft()
        record = msgspec.json.decode(os.pread(self._file, place.length, place.offset), type=_Record)
        if record.refused is not None:
            refused = record.refused
            raise RefusalError(operation, refused.code, refused.message, refused.status)
        return msgspec.json.decode(record.answer)

    def keep(self, operation: str, parameters: Mapping[str, object], answer: object, now: float) -> None:
        """Add an answer; `now` are the seconds of a clock that only grows. Bytes are kept as base64 text."""
        asked = Raw(msgspec.json.encode(parameters, order="sorted"))
        self._write(_Record(operation, asked, Raw(msgspec.json.encode(answer))), now)

    def keep_refusal(self, refusal: RefusalError, parameters: Mapping[str, object], now: float) -> None:
        """Add a refusal that a second try will not change."""
        asked = Raw(msgspec.json.encode(parameters, order="sorted"))
        told = _Refused(refusal.code, refusal.message, refusal.status)
        self._write(_Record(refusal.operation, asked, refused=told), now)

    def close(self) -> None:
        """Let go of the file; the journal stays for the next run."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def remove(self) -> None:
        """The run is done and its snapshot stands: the journal goes."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as problem:
            raise _unusable(self.path, problem) from None
        finally:
            self.close()

    def _write(self, record: _Record, now: float) -> None:
        try:
            self._append(msgspec.json.encode(record))
            if now - self._synced_at >= _SYNC_SECONDS:
                os.fsync(self._file)
                self._synced_at = now
        except OSError as problem:
            raise _unusable(self.path, problem) from None

    def _append(self, content: bytes) -> None:
        line = memoryview(b"%08x %s\n" % (zlib.crc32(content), content))
        while line:
            line = line[os.write(self._file, line) :]

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held it may have removed it between our opening and our lock.
            if not os.fstat(self._file).st_nlink:
                raise BlockingIOError
        except BlockingIOError:
            os.close(self._file)
            raise OutputError(
                "another iamscout is writing it",
                where=str(self.path),
                remedy="let it finish, or choose another --out",
            ) from None

    def _read(self) -> None:
        """Find the header and where each answer stands; cut off what is torn, so that lines can follow."""
        end = 0
        for offset, content in self._sound_lines():
            if self.earlier is None:
                try:
                    self.earlier = msgspec.json.decode(content, type=Header)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    break
            else:
                record = msgspec.json.decode(content, type=_Record)
                key = _key(record.operation, bytes(record.parameters))
                place = _Place(offset + _CHECKSUM_LENGTH, len(content), record.refused is not None)
                self._places[key].append(place)
                self.kept += 1
            end = offset + _CHECKSUM_LENGTH + len(content) + 1
        size = os.fstat(self._file).st_size
        # A file without one whole line is a header that was not written to its end, or not ours.
        if self.earlier is None and (
            size > _LONGEST_TORN_HEADER or b"\n" in os.pread(self._file, _LONGEST_TORN_HEADER, 0)
        ):
            self.close()
            raise OutputError(
                "is in the way and not a journal of this iamscout",
                where=str(self.path),
                remedy="move it away or choose another --out",
            )
        os.ftruncate(self._file, end)
        os.lseek(self._file, end, os.SEEK_SET)

    def _sound_lines(self) -> Iterator[tuple[int, bytes]]:
        offset = 0
        with os.fdopen(os.dup(self._file), "rb") as file:
            for line in file:
                content = line[_CHECKSUM_LENGTH:-1]
                if not line.endswith(b"\n") or line[:_CHECKSUM_LENGTH] != b"%08x " % zlib.crc32(content):
                    return
                yield offset, content
                offset += len(line)


def _key(operation: str, parameters: bytes) -> bytes:
    return b"%s %s" % (operation.encode(), parameters)


def _unusable(path: Path, problem: OSError) -> OutputError:
    reason = problem.strerror or str(problem)
    return OutputError(f"cannot be written: {reason}", where=str(path), remedy="choose another --out")
