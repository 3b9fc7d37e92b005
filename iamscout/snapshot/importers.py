"""Snapshots out of what the AWS CLI printed: files in any order, of one account or of several.

A file's kind is told by its content and its account by the ARNs in it. Files without ARNs (password policy,
account summary, empty lists) belong to the account that was named, or to the one of the folder they lie in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Raw, Struct, structs

from iamscout.errors import InputError
from iamscout.policy.arn import ACCOUNT_ID
from iamscout.snapshot.items import PER_ITEM, assign
from iamscout.snapshot.merging import merge
from iamscout.snapshot.model import Gap, Snapshot, Source, Tool
from iamscout.snapshot.pieces import Piece, read_pieces
from iamscout.snapshot.reading import collector_off
from iamscout.snapshot.recognise import SOURCES

SUFFIXES = (".json", ".json.gz", ".csv", ".csv.gz")
"""The files of a folder that are imported."""

ORGANIZATION = "organization"
IDENTITY = "sts:GetCallerIdentity"


class _Scope(Struct, frozen=True):
    """Files that may share an account: those named on the command line, or those of one folder."""

    folder: Path | None
    files: tuple[Path, ...]


def import_files(
    paths: Iterable[Path | str],
    *,
    now: datetime,
    tool_version: str,
    account: str = "",
    captured_at: datetime | None = None,
) -> tuple[Snapshot, ...]:
    """One snapshot per account, sorted by account; `now` is the time of capture where none is given.

    Raises InputError for a file that cannot be used, or whose account is not clear.
    """
    with collector_off():
        pieces = [piece for scope in _scopes(map(Path, paths)) for piece in _placed(scope, account)]
        by_account: dict[str, list[Piece]] = {}
        for piece in pieces:
            if piece.source != ORGANIZATION:
                by_account.setdefault(piece.account, []).append(piece)
        for piece in pieces:
            if piece.source == ORGANIZATION:
                _add_organization(piece, by_account, account)
        return tuple(
            _snapshot(
                number,
                by_account[number],
                captured_at=captured_at or now,
                time_source="given" if captured_at else "import",
                tool_version=tool_version,
            )
            for number in sorted(by_account)
        )


def _scopes(paths: Iterable[Path]) -> Iterator[_Scope]:
    named = []
    for path in paths:
        if not path.is_dir():
            named.append(path)
            continue
        found = list(_folders(path))
        if not found:
            kinds = " or ".join(SUFFIXES[::2])
            raise InputError(
                f"holds no {kinds} file", where=str(path), remedy="give what the AWS CLI printed"
            )
        yield from found
    if named:
        yield _Scope(None, tuple(dict.fromkeys(named)))


def _folders(folder: Path) -> Iterator[_Scope]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as problem:
        raise InputError(f"cannot be read: {problem.strerror}", where=str(folder)) from None
    files = tuple(entry for entry in entries if entry.name.endswith(SUFFIXES) and entry.is_file())
    if files:
        yield _Scope(folder, files)
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            yield from _folders(entry)


def _placed(scope: _Scope, account: str) -> Iterator[Piece]:
    """The pieces of a scope, each with its account; the organization file is of none."""
    pieces = [
        piece for file in scope.files for piece in read_pieces(file, among_others=scope.folder is not None)
    ]
    if scope.folder is not None and not pieces:
        raise InputError(
            "holds nothing that can be imported",
            where=str(scope.folder),
            remedy="give what the AWS CLI printed",
        )
    told = {piece.account: piece for piece in pieces if piece.account}
    for number, piece in sorted(told.items()):
        if account and number != account:
            raise InputError(
                f"is of account {number}, not {account}",
                where=piece.file,
                remedy="leave it out or correct --account",
            )
    for piece in pieces:
        if piece.account or piece.source == ORGANIZATION:
            yield piece
        else:
            yield structs.replace(piece, account=account or _account_of(scope, told, piece))


def _account_of(scope: _Scope, told: Mapping[str, Piece], piece: Piece) -> str:
    """The account of a piece that does not tell: the folder's own, by its name or by the files beside it."""
    remedy = "give --account, or a folder per account"
    if scope.folder is None:
        hint = f" (--account {next(iter(told))}?)" if len(told) == 1 else ""
        raise InputError(f"does not say which account it is of{hint}", where=piece.file, remedy=remedy)
    named = scope.folder.resolve().name
    candidates = sorted({*told, named} if ACCOUNT_ID.match(named) else told)
    if len(candidates) != 1:
        among = f", and its folder holds {', '.join(candidates)}" if candidates else ""
        raise InputError(f"does not say which account it is of{among}", where=piece.file, remedy=remedy)
    return candidates[0]


def _add_organization(piece: Piece, by_account: dict[str, list[Piece]], account: str) -> None:
    """An organization file says something about every account it names."""
    members = _accounts_of(piece)
    if account:
        by_account.setdefault(account, [])
    named = [number for number in by_account if number in members]
    if not named:
        raise InputError(
            "names none of the accounts that are imported",
            where=piece.file,
            remedy="import it with files of its accounts",
        )
    for number in named:
        by_account[number].append(piece)


def _accounts_of(piece: Piece) -> tuple[str, ...]:
    """The account ids that an organization file names, the management account among them."""
    try:
        accounts = tuple(msgspec.json.decode(piece.members["accounts"], type=dict[str, Raw]))
        management = msgspec.json.decode(piece.members["management"], type=str)
    except msgspec.DecodeError:
        raise InputError(
            "is no organization file: `accounts` is no object or `management` no text", where=piece.file
        ) from None
    return (*accounts, management)


def _snapshot(
    account: str,
    pieces: Sequence[Piece],
    *,
    captured_at: datetime,
    time_source: Literal["given", "import"],
    tool_version: str,
) -> Snapshot:
    partitions = {piece.partition for piece in pieces if piece.partition}
    if len(partitions) > 1:
        raise InputError(
            f"account {account} occurs in several partitions ({', '.join(sorted(partitions))})",
            remedy="import the files of one partition at a time",
        )
    partition = partitions.pop() if partitions else "aws"
    by_source: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_source.setdefault(piece.source, []).append(piece)
    callers = {piece.arns[0] for piece in by_source.pop(IDENTITY, [])}
    sources = {name: Source("absent", reason="not given to the import") for name in SOURCES}
    gaps: list[Gap] = []
    for name, found in by_source.items():
        if name in PER_ITEM:
            sources[name], more = assign(name, found, by_source, f"arn:{partition}:iam::{account}:")
        else:
            sources[name], more = merge(found)
        gaps.extend(more)
    return Snapshot(
        account=account,
        partition=partition,
        captured_at=captured_at,
        captured_until=captured_at,
        tool=Tool("iamscout", tool_version),
        sources=sources,
        caller=callers.pop() if len(callers) == 1 else "",
        gaps=tuple(sorted(gaps)),
        time_source=time_source,
    )
