"""How often something is needed, as its last use tells: the deck's "every day", "once a week", "a month".

A last use is one point in time, so this is the rarest that fits: who was seen within a day may come daily.
Sources: the credential report, iam:GetAccessKeyLastUsed, RoleLastUsed, iam:GetServiceLastAccessedDetails; IAM
User Guide, "Refine permissions in AWS using last accessed information".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from iamscout.access.identity import own_policies
from iamscout.policy.actions import ActionIndex, all_actions
from iamscout.snapshot.account import Account, Group, Role, User

Frequency = Literal["daily", "weekly", "monthly", "rarely", "never", "unknown"]
FREQUENCIES: tuple[Frequency, ...] = ("daily", "weekly", "monthly", "rarely", "never", "unknown")
FREQUENCY_WORDS: dict[Frequency, str] = {
    "daily": "used within the last day",
    "weekly": "used within the last week",
    "monthly": "used within the last month",
    "rarely": "not used for more than a month",
    "never": "never used as far as AWS tells",
    "unknown": "use not known",
}
_LIMITS: tuple[tuple[int, Frequency], ...] = ((1, "daily"), (7, "weekly"), (31, "monthly"))


class ServiceUse(Struct, frozen=True):
    """Services (prefixes, sorted) that are needed as often."""

    use: Frequency
    services: tuple[str, ...]


def frequency(last_used: datetime | None, captured_at: datetime) -> Frequency:
    """How often a thing last used then is needed; None is never."""
    if last_used is None:
        return "never"
    age = captured_at - last_used
    return next((name for days, name in _LIMITS if age <= timedelta(days=days)), "rarely")


def user_last_used(account: Account, user: User) -> datetime | None:
    """The last use of a user's password, an active key or any service, as far as the snapshot tells."""
    row = account.report_by_user.get(user.name)
    times = [user.password_last_used]
    if row is not None:
        times.append(row.password_last_used)
        times.extend(key.last_used for key in row.access_keys if key.active)
    keys = account.access_keys_by_user.get(user.arn, ())
    times.extend(key.last_used.when for key in keys if key.active and key.last_used is not None)
    times.extend(services_last_used(account, (user.arn,)).values())
    return _latest(times)


def user_use(account: Account, user: User) -> Frequency:
    """How often a user comes; unknown where nothing tells of its credentials."""
    last_used = user_last_used(account, user)
    told = user.name in account.report_by_user or user.arn in account.last_accessed_by_arn
    return "unknown" if last_used is None and not told else frequency(last_used, account.captured_at)


def group_use(account: Account, group: Group) -> Frequency:
    """How often members need what a group grants; else how often they come, whatever for.

    What they need is told by the services last accessed, of those that the group's policies are about.
    """
    members = account.members.get(group.name, ())
    arns = [user.arn for user in members if user.arn in account.last_accessed_by_arn]
    if members and len(arns) == len(members):
        granted = granted_services(account, group)
        used = services_last_used(account, arns)
        return frequency(_latest(when for name, when in used.items() if name in granted), account.captured_at)
    if account.credential_report is None:
        return "unknown"
    times = [user_last_used(account, user) for user in members]
    return frequency(_latest(times), account.captured_at)


def role_use(account: Account, role: str) -> Frequency:
    """How often a role is needed; unknown where its last use was not fetched."""
    found = account.roles_by_arn.get(role)
    times = list(services_last_used(account, (role,)).values())
    if found is None or (found.last_used is None and role not in account.last_accessed_by_arn):
        return "unknown"
    if found.last_used is not None:
        times.append(found.last_used.when)
    return frequency(_latest(times), account.captured_at)


def service_use(account: Account, holder: User | Role | Group) -> tuple[ServiceUse, ...]:
    """The services that somebody is allowed, by how often they are needed; nothing where it was not fetched.

    For a group: those that it grants, by the last of its members who used them.
    """
    if isinstance(holder, Group):
        arns = tuple(user.arn for user in account.members.get(holder.name, ()))
        granted = granted_services(account, holder)
    else:
        arns, granted = (holder.arn,), None
    by_use: dict[Frequency, list[str]] = {}
    for name, when in sorted(services_last_used(account, arns).items()):
        if granted is None or name in granted:
            by_use.setdefault(frequency(when, account.captured_at), []).append(name)
    return tuple(ServiceUse(use, tuple(by_use[use])) for use in FREQUENCIES if use in by_use)


def services_last_used(account: Account, arns: Iterable[str]) -> Mapping[str, datetime | None]:
    """Service prefix to its last use by any of these users and roles, None where none of them used it."""
    found: dict[str, datetime | None] = {}
    for arn in arns:
        told = account.last_accessed_by_arn.get(arn)
        for service in told.services if told else ():
            name = service.namespace
            found[name] = _latest((found.get(name), service.last_authenticated))
    return found


def granted_services(account: Account, group: Group, index: ActionIndex | None = None) -> frozenset[str]:
    """The services that the Allow statements of a group are about."""
    actions = index or all_actions()
    bits = 0
    for use in own_policies(account, group):
        for statement in use.document.statements if use.document else ():
            if statement.effect != "Allow":
                continue
            if statement.not_actions is not None:
                bits |= actions.everything & ~actions.matching_any(statement.not_actions)
            else:
                bits |= actions.matching_any(statement.actions or ())
    return frozenset(actions.services(bits))


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time is not None), default=None)
