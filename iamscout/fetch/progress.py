"""What a fetch tells while it runs; the command line has the implementations that print."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from iamscout.snapshot.model import Status


class Caller(Struct, frozen=True):
    """Who asks whom: sts:GetCallerIdentity and the hosts that the calls go to.

    `hosts` are host names, the one of IAM first; `is_redirected` tells that one of them is not AWS's own
    (an `AWS_ENDPOINT_URL` variable or an `endpoint_url` setting sends the signed calls elsewhere).
    """

    account: str
    arn: str
    partition: str
    hosts: tuple[str, ...]
    is_redirected: bool = False


class Progress(Protocol):
    """Called in this order: `signed_in`, `planned`, per source `started` to `ended`, at last `finished`."""

    def signed_in(self, caller: Caller) -> None:
        """The identity is known; the first call to IAM has not been made."""

    def planned(self, sources: int, calls: int) -> None:
        """How many sources will be asked and how many calls that takes; told again when counts are known."""

    def started(self, source: str) -> None:
        """A source is being asked."""

    def received(self, source: str, items: int) -> None:
        """So many more items of a source have arrived."""

    def waiting(self, operation: str, seconds: float, reason: str) -> None:
        """Nothing happens for that long, and why."""

    def ended(self, source: str, status: Status, reason: str) -> None:
        """A source is done, for better or worse."""

    def finished(self, calls: int, gaps: int) -> None:
        """Everything was asked: calls made (retries count) and gaps recorded."""


class SetProgress(Progress, Protocol):
    """What the fetch of several accounts tells, from several threads.

    `signed_in` is told once, of the caller, and `waiting` of the caller's own calls.
    """

    def left_out(self, accounts: list[str]) -> None:
        """Accounts of the organization that are not active and not asked."""

    def accounts_planned(self, accounts: int, done: int) -> None:
        """How many accounts there are, and how many of them an earlier run has done."""

    def of_account(self, account: str) -> Progress:
        """What the fetch of one account tells."""

    def account_ended(self, account: str, file: str, *, is_unreadable: bool) -> None:
        """An account is done and its snapshot stands; `is_unreadable`: it could not be entered."""


class SilentProgress:
    """Tells nobody anything."""

    def signed_in(self, caller: Caller) -> None:
        """Say nothing."""

    def planned(self, sources: int, calls: int) -> None:
        """Say nothing."""

    def started(self, source: str) -> None:
        """Say nothing."""

    def received(self, source: str, items: int) -> None:
        """Say nothing."""

    def waiting(self, operation: str, seconds: float, reason: str) -> None:
        """Say nothing."""

    def ended(self, source: str, status: Status, reason: str) -> None:
        """Say nothing."""

    def finished(self, calls: int, gaps: int) -> None:
        """Say nothing."""


class SilentSetProgress(SilentProgress):
    """Tells nobody anything of several accounts."""

    def left_out(self, accounts: list[str]) -> None:
        """Say nothing."""

    def accounts_planned(self, accounts: int, done: int) -> None:
        """Say nothing."""

    def of_account(self, account: str) -> Progress:  # noqa: ARG002  # all are silent
        """Say nothing of any."""
        return self

    def account_ended(self, account: str, file: str, *, is_unreadable: bool) -> None:
        """Say nothing."""
