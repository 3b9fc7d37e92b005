"""Snapshot files: read with limits, written canonically and atomically.

A file is UTF-8 JSON with LF, indent 2 and sorted keys, or the same under gzip. The bytes depend on the
snapshot alone.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import os
import re
import tempfile
from collections.abc import Iterable
from datetime import UTC
from io import BytesIO
from pathlib import Path

import msgspec
from msgspec import Raw, Struct, structs

from iamscout.errors import InputError, OutputError
from iamscout.policy.arn import ACCOUNT_ID
from iamscout.snapshot.model import SCHEMA, Snapshot
from iamscout.snapshot.reading import collector_off, decode_json, read_file
from iamscout.snapshot.recognise import CREDENTIAL_REPORT_START, recognise

SUFFIXES = (".json", ".json.gz")
"""The files of a folder that are looked at for snapshots."""

_VERSION = re.compile(r"iamscout/snapshot/([0-9]+)\Z")


class NotSnapshotError(InputError):
    """A file that is readable but of another kind; folders are searched past these."""


class _Header(Struct):
    """The one member that is looked at before all others."""

    schema: str = ""


def load(path: Path | str) -> Snapshot:
    """Read one snapshot. Raises InputError for everything that is not a whole snapshot of this version."""
    where = str(path)
    content = read_file(Path(path))
    with collector_off():
        _check_schema(content, where)
        try:
            snapshot = decode_json(content, Snapshot, where)
        except msgspec.ValidationError as problem:
            raise InputError(
                f"is a damaged snapshot ({problem})", where=where, remedy="make it again"
            ) from None
    if not ACCOUNT_ID.match(snapshot.account) or not snapshot.partition:
        raise InputError(
            "is a damaged snapshot (no account id or partition)", where=where, remedy="make it again"
        )
    if snapshot.captured_at.tzinfo is None or snapshot.captured_until.tzinfo is None:
        raise InputError("is a damaged snapshot (a time without offset)", where=where, remedy="make it again")
    return structs.replace(
        snapshot,
        captured_at=snapshot.captured_at.astimezone(UTC),
        captured_until=snapshot.captured_until.astimezone(UTC),
    )


def load_all(paths: Iterable[Path | str], *, one_per_account: bool = True) -> tuple[Snapshot, ...]:
    """Read files and folders of snapshots, sorted by account and time.

    Of a folder its own files are read, not those of folders in it; files of another kind are passed over
    there. Two snapshots of one account are an InputError unless `one_per_account` is False.
    """
    files: dict[str, Path] = {}
    for path in map(Path, paths):
        for file in snapshot_files(path) if path.is_dir() else (path,):
            files.setdefault(os.path.realpath(file), file)
    found = sorted(
        ((load(file), file) for file in files.values()),
        key=lambda pair: (pair[0].account, pair[0].captured_at, str(pair[1])),
    )
    if not found:
        raise InputError("no snapshot was given", remedy="name a snapshot file or a folder of them")
    if one_per_account:
        for (one, first), (other, second) in itertools.pairwise(found):
            if one.account == other.account:
                raise InputError(
                    f"two snapshots of account {one.account}: {first} and {second}",
                    remedy="give one of them, or compare them with `iamscout diff` or `iamscout history`",
                )
    return tuple(snapshot for snapshot, _ in found)


def snapshot_files(folder: Path) -> tuple[Path, ...]:
    """The snapshots in a folder, sorted by name. Raises InputError where there is none."""
    try:
        names = sorted(file for file in folder.iterdir() if file.name.endswith(SUFFIXES) and file.is_file())
    except OSError as problem:
        raise InputError(f"cannot be read: {problem.strerror}", where=str(folder)) from None
    found, importable = [], False
    for file in names:
        try:
            _check_schema(read_file(file), str(file))
        except NotSnapshotError as problem:
            importable = importable or "iamscout import" in problem.remedy
            continue
        found.append(file)
    if not found:
        remedy = (
            "run `iamscout import` on it"
            if importable
            else "make one with `iamscout fetch` or `iamscout import`"
        )
        raise InputError("holds no snapshot", where=str(folder), remedy=remedy)
    return tuple(found)


def encode(snapshot: Snapshot) -> bytes:
    """The canonical bytes. Sources are written as they are: :func:`encode_source` has sorted their keys."""
    content = msgspec.json.encode(snapshot, order="sorted")
    return msgspec.json.format(content, indent=2) + b"\n"


def digest(snapshot: Snapshot | Path | str) -> str:
    """The sha256, in hex, of a snapshot's canonical bytes or of what a file holds (decompressed)."""
    content = encode(snapshot) if isinstance(snapshot, Snapshot) else read_file(Path(snapshot))
    return hashlib.sha256(content).hexdigest()


def store(snapshot: Snapshot, path: Path | str) -> Path:
    """Write a snapshot for its owner's eyes only, under gzip where the name ends with `.gz`."""
    path = Path(path)
    content = encode(snapshot)
    if path.suffix == ".gz":
        # gzip.compress writes another header from one Python version to the next; GzipFile does not.
        packed = BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0, compresslevel=6) as file:
            file.write(content)
        content = packed.getvalue()
    write_private(path, content)
    return path


def default_name(snapshot: Snapshot) -> str:
    """The name of a snapshot's file where the user gives none: `111122223333-2026-11-01T080000Z.json`."""
    return f"{snapshot.account}-{snapshot.captured_at:%Y-%m-%dT%H%M%SZ}.json"


def write_private(path: Path, content: bytes) -> None:
    """Replace a file in one step: either the old content or the new is there, whatever happens in between.

    The file gets mode 0600 and folders that are made on the way 0700, whatever the umask. Raises OutputError.
    """
    temporary = ""
    try:
        make_private_folder(path.parent)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        temporary = ""
        _sync_folder(path.parent)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise OutputError(
            f"cannot be written: {reason}", where=str(path), remedy="choose another --out"
        ) from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it with mode 0700; what is there already stays as it is."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
        if folder == folder.parent:
            break
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        each.chmod(0o700)


def _check_schema(content: bytes, where: str) -> None:
    try:
        schema = decode_json(content, _Header, where).schema
    except InputError as problem:
        if content.startswith(CREDENTIAL_REPORT_START):
            raise _importable("is a credential report", where) from None
        raise problem
    except msgspec.ValidationError:
        decode_json(content, Raw, where)
        schema = ""
    if schema == SCHEMA:
        return
    version = _VERSION.match(schema)
    if version:
        raise InputError(
            f"is a snapshot of format {version[1]}; this iamscout reads format {SCHEMA.rpartition('/')[2]}",
            where=where,
            remedy="use the iamscout that wrote it or a newer one",
        )
    if schema.startswith("iamscout/"):
        raise NotSnapshotError(
            f"is not a snapshot but {schema[:40]!r}",
            where=where,
            remedy="give the snapshot that it was made from",
        )
    members = _members(content)
    kind = recognise(members)
    if kind:
        by = kind.printed_by
        raise _importable(
            f"is not a snapshot but {f'the output of `{by}`' if by.startswith('aws') else by}", where
        )
    raise NotSnapshotError(
        "is JSON, but not a snapshot",
        where=where,
        remedy="make one with `iamscout fetch` or `iamscout import`",
    )


def _importable(message: str, where: str) -> NotSnapshotError:
    return NotSnapshotError(message, where=where, remedy=f"run `iamscout import {where}`")


def _members(content: bytes) -> tuple[str, ...]:
    """The names of a JSON object's members, or of the first item's where it is a list (API pages)."""
    value: object = None
    for kind in (dict[str, Raw], list[dict[str, Raw]]):
        try:
            value = msgspec.json.decode(content, type=kind)
        except msgspec.ValidationError:
            continue
        break
    if isinstance(value, list):
        value = value[0] if value else None
    return tuple(value) if isinstance(value, dict) else ()


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the file system lets a folder be synced."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
