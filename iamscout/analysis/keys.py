"""Access keys as the credential report tells of them: by slot, without their ids."""

from __future__ import annotations

from msgspec import Struct

from iamscout.analysis.estate import Estate
from iamscout.analysis.power import Power
from iamscout.snapshot.account import Account, ReportKey, ReportRow


class KeySlot(Struct, frozen=True):
    """One of the two access keys of a user; `number` is 1 or 2."""

    number: int
    key: ReportKey

    @property
    def name(self) -> str:
        """The key in a phrase, and what tells it from the other."""
        return f"access key {self.number}"


def active_keys(row: ReportRow) -> tuple[KeySlot, ...]:
    """The active keys of a row."""
    return tuple(KeySlot(number, key) for number, key in enumerate(row.access_keys, 1) if key.active)


def power_of_row(estate: Estate, account: Account, row: ReportRow) -> Power:
    """What the user of a row may do without assuming a role; `ordinary` where the user is not told of."""
    user = account.users_by_arn.get(row.arn)
    return estate.power_of(account, user) if user else "ordinary"


def root_row(account: Account) -> ReportRow | None:
    """The root user's row of the credential report."""
    return next((row for row in account.credential_report or () if row.is_root), None)


def root_has_no_password(account: Account) -> bool:
    """Whether root cannot sign in, as where an organization manages root credentials centrally."""
    row = root_row(account)
    if row is not None and row.password_enabled is False:
        return True
    return (account.summary or {}).get("AccountPasswordPresent", 1) == 0
