"""How often something is needed, as its last use tells: the deck's "every day", "once a week", "a month".

A last use is one point in time, so this is the rarest that fits: who was seen within a day may come daily.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from iamscout.snapshot.account import Account, User

Frequency = Literal["daily", "weekly", "monthly", "rarely", "never", "unknown"]
FREQUENCY_WORDS: dict[Frequency, str] = {
    "daily": "used within the last day",
    "weekly": "used within the last week",
    "monthly": "used within the last month",
    "rarely": "not used for more than a month",
    "never": "never used as far as AWS tells",
    "unknown": "use not known",
}
_LIMITS: tuple[tuple[int, Frequency], ...] = ((1, "daily"), (7, "weekly"), (31, "monthly"))


def frequency(last_used: datetime | None, captured_at: datetime) -> Frequency:
    """How often a thing last used then is needed; None is never."""
    if last_used is None:
        return "never"
    age = captured_at - last_used
    return next((name for days, name in _LIMITS if age <= timedelta(days=days)), "rarely")


def user_last_used(account: Account, user: User) -> datetime | None:
    """The last use of a user's password or an active key, as far as the snapshot tells."""
    row = account.report_by_user.get(user.name)
    times = [user.password_last_used]
    if row is not None:
        times.append(row.password_last_used)
        times.extend(key.last_used for key in row.access_keys if key.active)
    return max((time for time in times if time is not None), default=None)


def group_use(account: Account, name: str) -> Frequency:
    """How often the members of a group come, whatever for; unknown without a credential report."""
    if account.credential_report is None:
        return "unknown"
    times = [user_last_used(account, user) for user in account.members.get(name, ())]
    return frequency(max((time for time in times if time is not None), default=None), account.captured_at)


def role_use(account: Account, role: str) -> Frequency:
    """How often a role is needed; unknown where its last use was not fetched."""
    found = account.roles_by_arn.get(role)
    if found is None or found.last_used is None:
        return "unknown"
    return frequency(found.last_used.when, account.captured_at)
