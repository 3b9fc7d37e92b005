"""What a view could not read: kept beside the values, so that nothing is passed over in silence."""

from __future__ import annotations

from datetime import datetime

from iamscout.snapshot.shapes import Time
from iamscout.snapshot.times import read_time
from iamscout.snapshot.tolerant import NoteOdd


class Remarks:
    """Collects odd values, and which sources are the poorer for them, while one account is viewed."""

    def __init__(self, account_arn: str) -> None:
        self.odd_values: list[tuple[str, str, str]] = []
        self.losses: dict[str, list[str]] = {}
        self.account_arn = account_arn

    def odd(self, arn: str, field: str, text: str) -> None:
        """Note a value of a resource that could not be read, or is not as AWS would have it."""
        self.odd_values.append((arn, field, text))

    def time(self, value: Time, arn: str, field: str) -> datetime | None:
        """A time in UTC; one that cannot be read is noted and None."""
        try:
            return read_time(value)
        except ValueError:
            self.odd(arn, field, str(value)[:80])
            return None

    def lost(self, source: str, where: str, text: str) -> None:
        """Note that a part of a source could not be used at all."""
        self.odd(self.account_arn, f"{source} {where}".strip(), text)
        self.losses.setdefault(source, []).append(where)

    def of_source(self, source: str) -> NoteOdd:
        """The callback for the tolerant decoder of one source."""
        return lambda where, text: self.lost(source, where, text)
