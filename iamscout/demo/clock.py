"""The clock of the demo, for whoever captures it: it shows the demo's moment, and waiting takes no time."""

from datetime import datetime

from iamscout.demo.world import MOMENT


class StoppedClock:
    """A clock for a fetch of the embedded AWS. Seconds pass only by sleeping, and do so at once."""

    def __init__(self) -> None:
        self._slept_seconds = 0.0

    def now(self) -> datetime:
        """The moment of capture, in UTC, however long the capture takes."""
        return MOMENT

    def monotonic(self) -> float:
        """Seconds slept so far."""
        return self._slept_seconds

    def sleep(self, seconds: float) -> None:
        """Let the seconds have passed."""
        self._slept_seconds += seconds
