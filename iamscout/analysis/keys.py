"""Access keys as the credential report tells of them: by slot, without their ids."""

from __future__ import annotations

from msgspec import Struct

from iamscout.analysis.power import Power, power_of
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


def power_of_row(account: Account, row: ReportRow) -> Power:
    """What the user of a row may do without assuming a role; `ordinary` where the user is not told of."""
    user = account.users_by_arn.get(row.arn)
    return power_of(account, user) if user else "ordinary"
