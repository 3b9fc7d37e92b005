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
