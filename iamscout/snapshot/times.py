"""Times as AWS's answers spell them, read to UTC.

The AWS CLI prints ISO 8601 (`2019-08-16T17:27:59+00:00`, `…Z` with `cli_timestamp_format = wire`), Python
programs print a space instead of the T, JSON services send epoch numbers, and the credential report has words
for "no time". Source of the words: IAM User Guide, "Generate credential reports for your AWS account".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

NO_TIME = frozenset({"", "n/a", "no_information", "not_supported", "none", "null"})
"""What stands for "there is no time", in lower case."""

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?\Z")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.,]+ ?(?:Z|z|[+-][0-9:]+)?)?\Z")


def read_time(value: str | float | None) -> datetime | None:
    """A time in UTC, or None where the value says that there is none. Raises ValueError for anything else.

    Numbers (and text that is one) are seconds since 1970. A time without an offset is UTC, as all of AWS's
    are.
    """
    if value is None:
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    text = value.strip()
    if not _ISO.match(text):
        if text.lower() in NO_TIME:
            return None
        if _NUMBER.match(text):
            return _from_epoch(float(text))
        raise ValueError(f"not a time: {text[:60]!r}")
    moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"not a time in UTC: {text[:60]!r}") from None


def _from_epoch(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError(f"not a time: {seconds!r} seconds since 1970") from None
