"""Time as an argument: the real clock here, a simulated one in tests and a fixed one in the demo."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a fetch needs of time."""

    def now(self) -> datetime:
        """The time of day in UTC, for the snapshot's header."""

    def monotonic(self) -> float:
        """Seconds that only grow, for waits and limits."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)
