"""What commands without a report say of accounts that were not read in full: their no is not certain."""

from __future__ import annotations

from collections.abc import Iterable

from iamscout.cli.printer import tell
from iamscout.snapshot.account import Account
from iamscout.snapshot.view import DETAILS


def tell_unread(accounts: Iterable[Account]) -> None:
    """Name the accounts whose users, groups and roles AWS refused, told in part, or nobody imported."""
    for account in accounts:
        if not account.has(DETAILS):
            status = account.status_by_source.get(DETAILS, "absent")
            tell(f"users, groups and roles of {account.id} are not all known ({DETAILS}: {status})")
