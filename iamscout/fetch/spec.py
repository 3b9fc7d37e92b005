"""The declaration of a source: its name, its calls, what the caller must be allowed, the function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from iamscout.fetch.api import Api

Switch = Literal[
    "default", "deep", "organization", "access_analyzer", "identity_center", "roles_anywhere", "last_accessed"
]
"""When a source is asked: always, with `--deep` (calls per user), or with an option of its own."""

OPTIONS: dict[Switch, str] = {
    "default": "",
    "deep": "--deep",
    "organization": "--with-organization",
    "access_analyzer": "--with-access-analyzer",
    "identity_center": "--with-identity-center",
    "roles_anywhere": "--with-roles-anywhere",
    "last_accessed": "--with-last-accessed",
}
"""The option of the command line that turns a switch on."""

PAGE_ITEMS = 1_000
"""Items of one page of IAM's listings, the most that IAM allows (`MaxItems`)."""

Counts = Mapping[str, int]
"""`SummaryMap` of iam:GetAccountSummary; empty as long as it is not known."""


@dataclass(frozen=True, kw_only=True)
class SourceSpec:
    """One source of the snapshot. The modules of `sources/` each hold one as `SOURCE`.

    `collect` returns AWS's own response shape, or raises RefusalError where there is nothing to return.
    `iam_actions` are the permissions its operations need, the operations themselves unless said otherwise.
    `needs` names sources that are asked before and whose answers `collect` reads. `expected_calls` says how
    many calls an account of the given counts takes without retries.
    """

    name: str
    operations: tuple[str, ...]
    collect: Callable[[Api], object]
    iam_actions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    switch: Switch = "default"
    expected_calls: Callable[[Counts], int] = lambda _: 1
    comes_first: bool = False
    note: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        """The IAM actions a caller must be allowed."""
        return self.iam_actions or self.operations


def pages_of(*counted: str) -> Callable[[Counts], int]:
    """Expected calls of a listing of everything that these entries of the summary count."""
    return lambda counts: max(1, -(-sum(counts.get(name, 0) for name in counted) // PAGE_ITEMS))


def one_per(counted: str) -> Callable[[Counts], int]:
    """Expected calls of a source that asks for each item on its own."""
    return lambda counts: counts.get(counted, 0)


def listing(operation: str, *keys: str, **parameters: str) -> Callable[[Api], object]:
    """A source that is one listing: all pages, the lists under `keys` merged."""
    return lambda api: api.listing(operation, *keys, **parameters)


def answer(operation: str) -> Callable[[Api], object]:
    """A source that is the answer to one call."""
    return lambda api: api.call(operation)
