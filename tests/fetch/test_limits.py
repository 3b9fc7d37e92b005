"""The rate limit and the backoff keep within their bounds."""

from __future__ import annotations

import pytest

from iamscout.fetch.limits import Limits, TokenBucket


def test_backoff_doubles_up_to_the_longest_wait_with_full_jitter() -> None:
    limits = Limits(first_wait_seconds=0.5, longest_wait_seconds=20.0)
    assert [limits.backoff_seconds(attempt, lambda: 1.0) for attempt in range(1, 9)] == [
        0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0,
    ]  # fmt: skip
    assert limits.backoff_seconds(3, lambda: 0.0) == 0.0
    assert limits.backoff_seconds(3, lambda: 0.25) == 0.5


def test_the_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    now = 0.0
    bucket = TokenBucket(Limits(calls_per_second=4.0, burst=2), lambda: now)
    assert [bucket.reserve() for _ in range(4)] == [0.0, 0.0, 0.25, 0.5]
    now = 10.0
    assert bucket.reserve() == 0.0


def test_throttling_halves_the_rate_and_answers_restore_it() -> None:
    bucket = TokenBucket(Limits(calls_per_second=4.0, burst=2), lambda: 0.0)
    bucket.slow_down()
    assert bucket.reserve() == 0.5
    for _ in range(20):
        bucket.speed_up()
    assert bucket.reserve() == 0.5
    for _ in range(20):
        bucket.speed_up()
    assert bucket.reserve() == 0.75


def test_the_rate_never_falls_to_nothing() -> None:
    bucket = TokenBucket(Limits(calls_per_second=32.0, burst=1), lambda: 0.0)
    for _ in range(50):
        bucket.slow_down()
    assert bucket.reserve() == pytest.approx(1.0)
