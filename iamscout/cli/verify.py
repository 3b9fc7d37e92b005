"""`iamscout verify`: whether a delivered report is, byte for byte, what iamscout wrote."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from msgspec import Struct, ValidationError

from iamscout.cli.exit import Status
from iamscout.cli.printer import one_line, say
from iamscout.cli.verify_packed import check_single_file, open_packed
from iamscout.errors import InputError
from iamscout.report.folder import SUMS
from iamscout.snapshot.reading import decode_json

MANIFEST = "manifest.json"
SCHEMA = "iamscout/report/1"
"""That of the report, whose module would bring all that judges along; a test keeps them the same."""

_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<path>[^\n]+)\Z")
_CHUNK = 1 << 20
_NO_REPORT = "give the folder that `iamscout report` wrote, extracted whole"


class Difference(Struct, frozen=True, order=True):
    """One thing that is not as it was written: `kind` is added, changed or missing."""

    path: str
    kind: str
    note: str = ""


class Manifest(Struct, frozen=True):
    """The members of `manifest.json` that the folder itself must bear out."""

    schema: str = ""
    pages: int = -1


def verify_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT",
            help="The folder of a report, its archive, or its single file.",
            show_default=False,
        ),
    ],
) -> None:
    """Check that a delivered report is, byte for byte, what was written.

    Names every file that was changed, added or is missing, by SHA256SUMS and the manifest; exit status 1
    tells that there is one. Links are not followed. Whoever changes a file can change SHA256SUMS with it:
    compare the digest that is printed with the one that the sender of the report tells you. A zip or
    tar.gz is checked as it is, whatever its name, a tar that is not packed is not read; a single file is
    checked by the digest beside it.

    Example: iamscout verify reports/demo
    """
    if folder.suffix == ".html" and folder.is_file():
        as_told, digest = check_single_file(folder)
        say(f"{'as written' if as_told else 'not as written'}: sha256 of {folder.name}: {digest}")
        if not as_told:
            raise typer.Exit(Status.FINDINGS)
        return
    found, files, digest = packed_differences(folder) if folder.is_file() else differences(folder)
    for each in found:
        note = f" ({each.note})" if each.note else ""
        say(f"{each.kind:8} {one_line(each.path)}{note}")
    if found:
        kinds = Counter(each.kind for each in found)
        say(f"not as written: {', '.join(f'{kinds[kind]:,} {kind}' for kind in sorted(kinds))}")
        raise typer.Exit(Status.FINDINGS)
    say(f"as written: {files:,} files; sha256 of {SUMS}: {digest}")


def differences(folder: Path) -> tuple[tuple[Difference, ...], int, str]:
    """What is not as written, sorted by path; how many files are listed; the SHA-256 of the list itself.

    Raises InputError where the folder is no report of iamscout.
    """
    sums = _read_sums(folder)
    listed, found = _listed(sums)
    present = dict(_entries(folder))
    if not listed or MANIFEST not in {*listed, *present}:
        raise InputError("is not an iamscout report", where=str(folder), remedy=_NO_REPORT)
    found.extend(Difference(path, "missing") for path in listed if path not in present)
    for path, is_file in present.items():
        if path == SUMS:
            continue
        if path not in listed:
            found.append(Difference(path, "added", "" if is_file else "not a file"))
        elif not is_file:
            found.append(Difference(path, "changed", "no longer a file"))
        elif note := _altered(folder / path, listed[path]):
            found.append(Difference(path, "changed", "" if note == "altered" else note))
    if not any(each.path == MANIFEST for each in found):
        found.extend(_against_manifest(folder, listed))
    return tuple(sorted(found)), len(listed), hashlib.sha256(sums).hexdigest()


def packed_differences(file: Path) -> tuple[tuple[Difference, ...], int, str]:
    """The same for a report in a zip or tar.gz. Raises InputError where it is none."""
    packed = open_packed(file, SUMS, MANIFEST)
    sums = packed.read(SUMS)
    listed, found = _listed(sums)
    if not listed or MANIFEST not in {*listed, *packed.paths}:
        raise InputError("holds no iamscout report", where=str(file), remedy=_NO_REPORT)
    found.extend(Difference(name, "changed", "stands in the archive twice") for name in packed.repeated)
    found.extend(Difference(path, "missing") for path in listed if path not in packed.paths)
    for path in dict.fromkeys(packed.paths):
        if path == SUMS:
            continue
        if path not in listed:
            found.append(Difference(path, "added"))
        elif note := packed.altered(path, listed[path]):
            found.append(Difference(path, "changed", "" if note == "altered" else note))
    if not any(each.path == MANIFEST for each in found):
        found.extend(_pages_told(packed.read(MANIFEST), listed, f"{file}: {MANIFEST}"))
    return tuple(sorted(found)), len(listed), hashlib.sha256(sums).hexdigest()


def _read_sums(folder: Path) -> bytes:
    if folder.is_symlink():
        raise InputError(
            "is a symbolic link, which is not followed", where=str(folder), remedy="name the folder itself"
        )
    if not folder.is_dir():
        reason = "is not a folder" if folder.exists() else "no such folder"
        raise InputError(reason, where=str(folder), remedy=_NO_REPORT)
    try:
        with _opened(folder / SUMS) as file:
            return file.read()
    except OSError as problem:
        raise InputError(
            f"is not an iamscout report: {SUMS}: {problem.strerror}", where=str(folder), remedy=_NO_REPORT
        ) from None


def _listed(sums: bytes) -> tuple[dict[str, str], list[Difference]]:
    """Digests by path, and what is wrong with the list itself."""
    listed: dict[str, str] = {}
    wrong: list[Difference] = []
    text = sums.decode("utf-8", "surrogateescape")
    lines = text.removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        match = _LINE.match(line)
        if match is None:
            wrong.append(Difference(SUMS, "changed", f"line {number} is not a digest and a path"))
        elif match["path"] in listed:
            wrong.append(Difference(SUMS, "changed", f"line {number} lists a file again"))
        else:
            listed[match["path"]] = match["digest"]
    if not text.endswith("\n"):
        wrong.append(Difference(SUMS, "changed", "its last line has no end"))
    return listed, wrong


def _entries(folder: Path, prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Relative paths of everything but folders that hold something, and whether each is a regular file."""
    try:
        with os.scandir(folder) as found:
            items = sorted(found, key=lambda item: item.name)
    except OSError as problem:
        if not prefix:
            raise InputError(f"cannot be read: {problem.strerror}", where=str(folder)) from None
        items = []
    if prefix and not items:
        yield prefix, False
    for item in items:
        path = f"{prefix}{item.name}"
        if item.is_dir(follow_symlinks=False):
            yield from _entries(folder / item.name, f"{path}/")
        else:
            yield path, item.is_file(follow_symlinks=False)


def _altered(file: Path, digest: str) -> str:
    """Why a file is not the one that was written; empty where it is."""
    found = hashlib.sha256()
    try:
        with _opened(file) as content:
            while chunk := content.read(_CHUNK):
                found.update(chunk)
    except OSError as problem:
        return f"cannot be read: {problem.strerror}"
    return "" if found.hexdigest() == digest else "altered"


def _opened(file: Path) -> BinaryIO:
    """A regular file for reading; a link or a pipe in its place is an OSError and never waited for."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a file")
    return os.fdopen(handle, "rb")


def _against_manifest(folder: Path, listed: dict[str, str]) -> Iterator[Difference]:
    """What an unaltered manifest tells of the folder that SHA256SUMS does not bear out."""
    with _opened(folder / MANIFEST) as file:
        return _pages_told(file.read(), listed, str(folder / MANIFEST))


def _pages_told(content: bytes, listed: dict[str, str], where: str) -> Iterator[Difference]:
    try:
        manifest = decode_json(content, Manifest, where)
    except ValidationError:
        raise InputError("is not a manifest of iamscout", where=where, remedy=_NO_REPORT) from None
    if manifest.schema != SCHEMA:
        raise InputError(
            f"is of format {manifest.schema!r}; this iamscout reads {SCHEMA!r}",
            where=where,
            remedy="update iamscout" if manifest.schema.startswith("iamscout/report/") else _NO_REPORT,
        )
    pages = sum(path.endswith(".html") for path in listed)
    if pages != manifest.pages:
        yield Difference(SUMS, "changed", f"it lists {pages:,} pages, the manifest tells {manifest.pages:,}")
