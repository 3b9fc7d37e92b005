"""Every spelling of a time that AWS's answers use is read to UTC, and nothing else is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamscout.snapshot.times import read_time


@pytest.mark.parametrize(
    "value",
    [
        "2019-08-16T17:27:59+00:00",
        "2019-08-16T17:27:59Z",
        "2019-08-16T17:27:59.000Z",
        "2019-08-16T17:27:59",
        "2019-08-16 17:27:59+00:00",
        "2019-08-16 17:27:59 +00:00",
        "2019-08-16T19:27:59+02:00",
        "2019-08-16T12:27:59-0500",
        " 2019-08-16T17:27:59Z\n",
        1565976479,
        1565976479.0,
        "1565976479",
        "1565976479.000",
    ],
)
def test_all_spellings_of_one_moment_are_equal(value: str | float) -> None:
    assert read_time(value) == datetime(2019, 8, 16, 17, 27, 59, tzinfo=UTC)
    assert str(read_time(value)) == "2019-08-16 17:27:59+00:00"


def test_a_date_is_its_midnight() -> None:
    assert read_time("2019-08-16") == datetime(2019, 8, 16, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", " ", "N/A", "n/a", "no_information", "not_supported"])
def test_words_for_no_time_are_none(value: str | None) -> None:
    assert read_time(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2019-13-01T00:00:00Z",
        "2019-02-30T00:00:00Z",
        "2019-08-16T25:00:00Z",
        "16.08.2019",
        "2019-W33-5",
        "20190816T172759Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2019-08-16T17:27:59Z<script>",
        10**18,
        -(10.0**18),
        float("inf"),
        float("nan"),
        "999999999999",
    ],
)
def test_anything_else_is_refused(value: str | float) -> None:
    with pytest.raises(ValueError, match=r"not a time|must be in|out of range|Invalid|month"):
        read_time(value)


@given(st.text() | st.floats() | st.integers())
def test_no_value_does_anything_but_answer_or_raise_value_error(value: str | float) -> None:
    try:
        found = read_time(value)
    except ValueError:
        return
    assert found is None or found.tzinfo is UTC


OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.integers(0, 4_102_444_800).flatmap(
    lambda seconds: OFFSETS.map(lambda offset: datetime.fromtimestamp(seconds, offset))
)


@given(MOMENTS)
def test_what_python_prints_is_read_back(moment: datetime) -> None:
    assert read_time(moment.isoformat()) == moment
    assert read_time(str(moment)) == moment
