"""Numbers, dates, addresses and binary values as condition operators read them; what cannot be read is None.

Everything is exact: no floating point, so that a limit of 60 is a limit of 60.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache

Number = int | Fraction
AddressRange = tuple[int, int, int]
"""IP version, first and last address."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_MAX_DIGITS = 400
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2}))?)?)?)?"
)
_EPOCH = re.compile(r"[0-9]{1,18}")
_ADDRESS = re.compile(r"([0-9A-Fa-f:.]+)(?:/([0-9]{1,3}))?")


@lru_cache(maxsize=65_536)
def parse_number(text: str) -> Number | None:
    """An integer or decimal value ("IAM JSON policy elements: Condition operators", Numeric)."""
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return _plain(Fraction(text))


@lru_cache(maxsize=65_536)
def parse_date(text: str) -> Number | None:
    """Seconds since 1970 UTC of a date in a W3C form of ISO 8601, or given in whole epoch seconds.

    "You must specify date/time values with one of the W3C implementations of the ISO 8601 date formats or in
    epoch (UNIX) time" ("Condition operators", Date). Four digits are a year; a date without time or zone is
    its first moment in UTC.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return _plain(Fraction(text)) if _EPOCH.fullmatch(text) else None
    year, month, day, hour, minute, second, fraction, _zulu, sign, zone_hours, zone_minutes = found.groups()
    zone = UTC
    if sign:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        if offset >= timedelta(hours=24):
            return None
        zone = timezone(offset if sign == "+" else -offset)
    try:
        moment = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=zone,
        )
    except ValueError:
        return None
    whole = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return whole + _plain(Fraction(f"0.{fraction}")) if fraction else whole


@lru_cache(maxsize=65_536)
def parse_range(text: str) -> AddressRange | None:
    """A CIDR block, its host bits set or not, or a bare address as a block of one ("IP address")."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return network.version, int(network.network_address), int(network.broadcast_address)


@lru_cache(maxsize=65_536)
def parse_address(text: str) -> tuple[int, int] | None:
    """A single address: its IP version and number; a block of more than one is none."""
    found = parse_range(text)
    return (found[0], found[1]) if found and found[1] == found[2] else None


def parse_binary(text: str) -> bytes | None:
    """The bytes of a base64 text ("Condition operators", Binary)."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _plain(number: Fraction) -> Number:
    return number.numerator if number.denominator == 1 else number
