"""The declaration of a source: its name, its calls, what the caller must be allowed, the function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError

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

USERS = "iam:ListUsers"
ROLES = "iam:ListRoles"
"""The listings that name whom to ask about one by one."""

_IN_NO_ORGANIZATION = ("AWSOrganizationsNotInUseException", "OrganizationNotFoundException")

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


def listing(operation: str, *keys: str, **parameters: object) -> Callable[[Api], object]:
    """A source that is one listing: all pages, the lists under `keys` merged."""
    return lambda api: api.listing(operation, *keys, resource="", **parameters)


def per_user(operation: str, *, none: Mapping[str, Any] | None = None) -> Callable[[Api], object]:
    """A source of one call for each user of iam:ListUsers; `none` is the answer for one who has none."""

    def collect(api: Api) -> object:
        names = [user["UserName"] for user in api.answer(USERS)["Users"] if user.get("UserName")]
        return api.each(operation, "UserName", names, none=none)

    return collect


def in_region(collect: Callable[[Api], object]) -> Callable[[Api], object]:
    """A source of a regional service: its reason says which region was asked, and thereby which were not."""

    def collect_there(api: Api) -> object:
        found = collect(api)
        api.reason = api.reason or f"region {api.region} alone"
        return found

    return collect_there


def in_organization(collect: Callable[[Api], object]) -> Callable[[Api], object]:
    """A source about the account's organization: to be in none is an answer (null), not a gap."""

    def collect_if_any(api: Api) -> object:
        try:
            return collect(api)
        except RefusalError as refusal:
            if refusal.code not in _IN_NO_ORGANIZATION:
                raise
            api.reason = "the account is in no organization"
            return None

    return collect_if_any


def answer(operation: str) -> Callable[[Api], object]:
    """A source that is the answer to one call."""
    return lambda api: api.call(operation)
