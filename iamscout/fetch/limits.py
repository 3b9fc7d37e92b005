"""How fast and how often AWS is asked: a token bucket for all calls of a fetch, the backoff after a fault.

Throttling is counted per account and API, so what a fetch takes too fast is missing to the customer's own
automation. botocore's retries are switched off for this reason: its retry quota is spent after about 100
throttled answers, from where on every call gets a single attempt.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec import Struct


class Limits(Struct, frozen=True):
    """The bounds of a fetch: calls per second with a burst, tries per call, and seconds."""

    calls_per_second: float = 10.0
    burst: int = 10
    tries: int = 8
    total_seconds: float = 180.0
    """No new try of one call begins after that."""
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 20.0
    connect_timeout_seconds: float = 10.0
    read_timeout_seconds: float = 60.0

    def backoff_seconds(self, attempt: int, uniform: Callable[[], float]) -> float:
        """The wait after an attempt (1-based): exponential with full jitter; `uniform` gives 0 <= x < 1."""
        ceiling: float = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** (attempt - 1))
        return uniform() * ceiling


class TokenBucket:
    """A rate limit shared by everything that calls one account; safe to use from several threads.

    The rate halves when AWS throttles and recovers slowly with each good answer, never above what it began
    with.
    """

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        self._full_rate = self._rate = limits.calls_per_second
        self._burst = float(limits.burst)
        self._tokens = self._burst
        self._monotonic = monotonic
        self._filled_at = monotonic()
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take a token and say how many seconds to wait before it may be used (0.0: at once)."""
        with self._lock:
            now = self._monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now
            self._tokens -= 1
            return max(0.0, -self._tokens / self._rate)

    def slow_down(self) -> None:
        """AWS throttled a call: half the rate, and no burst left."""
        with self._lock:
            self._rate = max(self._rate / 2, self._full_rate / 32)
            self._tokens = min(self._tokens, 0.0)

    def speed_up(self) -> None:
        """AWS answered: a little faster again."""
        with self._lock:
            self._rate = min(self._full_rate, self._rate * 1.1)
