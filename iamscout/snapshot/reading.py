"""From a file to decoded JSON, with every way it can fail told as one :class:`InputError`.

Files come from other people: the limits here keep a hostile one from costing more than a message.
"""

from __future__ import annotations

import codecs
import gc
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import msgspec

from iamscout.errors import InputError

MAX_BYTES = 512 * 1024 * 1024
"""Larger files are not read, before or after decompression: the largest account that AWS's quotas allow has
about 200 MB."""

_GZIP = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 1 << 16
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_OFFSET = re.compile(r"\(byte ([0-9]+)\)\Z")
_NO_NUMBERS = (b"NaN", b"Infinity", b"-Infinity")
_FROZEN_BY_PYTHON = 1_000  # at most: 3.12 starts with 375

T = TypeVar("T")


def read_file(path: Path, *, limit: int = MAX_BYTES, may_be_empty: bool = False) -> bytes:
    """The content of a UTF-8 file without its byte order mark, decompressed if its first bytes say gzip."""
    where = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except IsADirectoryError:
        raise InputError("is a folder, not a file", where=where) from None
    except FileNotFoundError:
        raise InputError("no such file", where=where, remedy="check the path") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise InputError(
            f"cannot be read: {reason}", where=where, remedy="check the file and its permissions"
        ) from None
    if content.startswith(_GZIP):
        content = _decompress(content, where, limit)
    if len(content) > limit:
        raise InputError(f"is larger than {limit:,} bytes, the most that is read", where=where)
    return b"" if may_be_empty and (not content or content.isspace()) else _utf8(content, where)


def decode_json(
    content: bytes | msgspec.Raw, kind: type[T], where: str, *, remedy: str = "make it again"
) -> T:
    """Decode JSON into a type.

    Text that is no JSON is an InputError, JSON of another shape a msgspec.ValidationError.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise _not_json(bytes(content), str(problem), where, remedy) from None
    except RecursionError:
        raise InputError(
            "is nested too deeply to be read", where=where, remedy="give the file as AWS printed it"
        ) from None


@contextmanager
def collector_off() -> Iterator[None]:
    """Build many values without the garbage collector walking them again and again (3 x faster)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            _let_age()
            gc.enable()


def _let_age() -> None:
    """Count all values as old: as young ones they would all be walked as soon as the collector is on again.

    Unfreezing puts what is frozen into the oldest generation ("gc — Garbage Collector interface"); what a
    program of its own has frozen stays so.
    """
    if gc.get_freeze_count() <= _FROZEN_BY_PYTHON:
        gc.freeze()
        gc.unfreeze()


def _decompress(content: bytes, where: str, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            return file.read(limit + 1)
    except EOFError:
        raise InputError(
            "is a gzip file that ends too early", where=where, remedy="copy or make it again"
        ) from None
    except (OSError, zlib.error) as problem:
        raise InputError(
            f"is a damaged gzip file ({problem})", where=where, remedy="copy or make it again"
        ) from None


def _utf8(content: bytes, where: str) -> bytes:
    content = content.removeprefix(_UTF8_MARK)
    if not content or content.isspace():
        raise InputError(
            "is empty", where=where, remedy="make it again; the command that wrote it may have failed"
        )
    if content.startswith(_UTF16_MARKS) or b"\0" in content[:4]:
        raise InputError(
            "is UTF-16 or UTF-32, not UTF-8, as `>` of Windows PowerShell writes it",
            where=where,
            remedy="save it as UTF-8 (PowerShell: `… | Out-File -Encoding utf8 FILE`)",
        )
    if not content.isascii():
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                # Few chunks hold anything but ASCII, unless one before ends within a character.
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise InputError(
                "is not UTF-8 text", where=where, remedy="give the file as it was written"
            ) from None
    return content


def _not_json(content: bytes, problem: str, where: str, remedy: str) -> InputError:
    """The most helpful words for what the decoder stumbled over."""
    found = _OFFSET.search(problem)
    rest = content[int(found[1]) :] if found else b""
    if len(_SURROGATE.findall(content)) > 2 * len(_PAIR.findall(content)):
        return InputError(
            r"holds half of a surrogate pair (\ud800 to \udfff), which is no text", where=where, remedy=remedy
        )
    if rest.startswith(_NO_NUMBERS) or rest[1:].startswith((b"aN", b"nfinity")):
        return InputError("holds NaN or Infinity, which JSON does not have", where=where, remedy=remedy)
    if "truncated" in problem:
        return InputError("is JSON that ends too early", where=where, remedy="copy or make it again")
    if "trailing" in problem and found:
        return InputError(
            f"holds more than one JSON text (byte {found[1]})", where=where, remedy="give one text per file"
        )
    return InputError(
        f"is not JSON ({problem.removeprefix('JSON is malformed: ')})", where=where, remedy=remedy
    )
