"""Well-known companies by their AWS accounts, from the packaged list `vendor_accounts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct


class Vendor(Struct, frozen=True):
    """A company, the ids of its accounts, the page that tells of them, and when that was looked up."""

    name: str
    accounts: tuple[str, ...]
    source: str
    seen: date


@lru_cache(maxsize=1)
def well_known_vendors() -> tuple[Vendor, ...]:
    """The companies of the list, in its order."""
    text = Path(__file__).with_name("vendor_accounts.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["vendor"], tuple[Vendor, ...])


@lru_cache(maxsize=1)
def well_known_accounts() -> Mapping[str, str]:
    """Account id to the company's name."""
    return {account: vendor.name for vendor in well_known_vendors() for account in vendor.accounts}
