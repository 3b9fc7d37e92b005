"""The earlier moment of the demo: nothing in it is younger than its capture."""

import re
from typing import Any

import msgspec
import pytest

pytest.importorskip("moto")

from iamscout.cli.demo import take_demo_snapshots
from iamscout.snapshot.model import Snapshot

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
TO_COME = {"ValidUntil", "Expiration"}


@pytest.fixture(scope="module")
def snapshots() -> list[Snapshot]:
    return take_demo_snapshots(quiet=True, earlier=True)


def times(value: Any, place: str) -> list[tuple[str, str]]:
    """Where and when, of every time in an answer of AWS but those that lie in the future by nature."""
    if isinstance(value, dict):
        return [
            found
            for name, part in value.items()
            if name not in TO_COME
            for found in times(part, f"{place}/{name}")
        ]
    if isinstance(value, list):
        return [found for part in value for found in times(part, place)]
    return (
        [(place, found.replace(" ", "T")) for found in TIME.findall(value)] if isinstance(value, str) else []
    )


def test_no_date_is_later_than_the_capture(snapshots: list[Snapshot]) -> None:
    assert len(snapshots) == 3
    for snapshot in snapshots:
        captured = f"{snapshot.captured_at:%Y-%m-%dT%H:%M:%S}"
        found = [
            each
            for name, source in snapshot.sources.items()
            for each in times(msgspec.json.decode(source.data), name)
        ]
        assert len(found) > 50
        assert [each for each in found if each[1] > captured] == []
