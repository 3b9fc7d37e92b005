"""The list of users, the riskiest first: what each can do at any time and what after assuming a role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, ago, listed, nouns, plural, sentence
from iamscout.snapshot.account import Account, ReportRow, User


class UserRow(Struct, frozen=True):
    """A user in a cell or two each."""

    link: Link
    account: str
    worst: SeverityMark | None
    findings: int
    groups: str
    direct: str
    policies: int
    """How many `direct` counts."""
    roles: int
    console: str
    mfa: str
    keys: str
    key_days: int
    """The age of the oldest active key; less than none where there is no key."""
    used: str
    used_days: int
    """Days since the last use; more than any where there is none on record."""
    mark: str = ""
    """What became of it since the baseline."""


class UsersView(Struct, frozen=True):
    """One page of the list; `has_credentials` tells whether there is a credential report."""

    answer: str
    rows: Sequence[UserRow]
    several: bool
    has_credentials: bool
    first: bool
    turns: tuple[Turn, ...]


LISTED = Entry(60, "users", "Users", "users.html")
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of users."""
    count = sum(len(account.users) for account in atlas.accounts)
    return structs.replace(LISTED, count=count) if count else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`users.html`, then `users-2.html` and so on."""
    ranked = sorted(
        (atlas.rank(user.arn), -len(atlas.by_resource.get(user.arn, ())), user.arn, user, account)
        for account in atlas.accounts
        for user in account.users
    )
    if not ranked:
        return
    rows = [_row(atlas, user, account) for *_, user, account in ranked]
    reports = any(account.credential_report is not None for account in atlas.accounts)
    answer = _answer(atlas)
    for number, (path, part, turns) in enumerate(paged("users.html", rows), start=1):
        title = "Users" if number == 1 else f"Users, page {number}"
        view = UsersView(answer, part, atlas.several, reports, number == 1, turns)
        yield Page(path, "users.html", "users", title, view)


def role_count(atlas: Atlas, user: User) -> int:
    """How many roles a user can enter by a grant or by name; those open to everyone are nobody's own."""
    return atlas.classes.role_count(user.arn, atlas.assessment.estate.open_roles)


def direct_words(user: User) -> str:
    """The policies that hang on the user itself, counted."""
    parts = []
    if user.inline_policies:
        parts.append(f"{len(user.inline_policies)} inline")
    if user.attached_policies:
        parts.append(f"{len(user.attached_policies)} attached")
    return listed(parts) or "none"


def mfa_words(account: Account, user: User, row: ReportRow | None) -> str:
    """The user's MFA: the devices where they are known, else what the credential report says."""
    if account.mfa_devices is not None:
        kinds = {_DEVICES[device.kind] for device in account.mfa_devices_by_user.get(user.arn, ())}
        if kinds or row is None or not row.mfa_active:
            return ", ".join(sorted(kinds)) or "none"
        return "yes, of a kind not listed"
    if row is None:
        return "not known"
    return "yes" if row.mfa_active else "none"


def key_words(row: ReportRow, account: Account) -> str:
    """The active access keys with their ages."""
    ages = [
        f"{(account.captured_at - key.last_rotated).days:,} d" if key.last_rotated else "age not known"
        for key in row.access_keys
        if key.active
    ]
    return f"{len(ages)} ({', '.join(ages)})" if ages else "none"


def last_use(row: ReportRow, account: Account) -> str:
    """The last use of any credential, in words."""
    days = _unused_days(row, account)
    return "no use on record" if days is None else ago(days)


def _unused_days(row: ReportRow, account: Account) -> int | None:
    times = [row.password_last_used, *(key.last_used for key in row.access_keys)]
    known = [when for when in times if when is not None]
    return (account.captured_at - max(known)).days if known else None


def _oldest_key_days(row: ReportRow, account: Account) -> int:
    active = [key.last_rotated for key in row.access_keys if key.active]
    days = [(account.captured_at - when).days for when in active if when is not None]
    return max(days, default=0 if active else -1)


_NEVER = 100_000
_DEVICES: dict[str, str] = {"virtual": "virtual", "hardware": "hardware", "fido": "security key"}


def _row(atlas: Atlas, user: User, account: Account) -> UserRow:
    report = account.report_by_user.get(user.name)
    worst = atlas.worst(user.arn)
    return UserRow(
        link=atlas.link(user.arn),
        mark=atlas.marks.get(user.arn, ""),
        account=atlas.short_name(account.id),
        worst=SEVERITY_MARKS[worst] if worst else None,
        findings=len(atlas.by_resource.get(user.arn, ())),
        groups=_groups(user.groups),
        direct=direct_words(user),
        policies=len(user.inline_policies) + len(user.attached_policies),
        roles=role_count(atlas, user),
        console="" if report is None else "yes" if report.password_enabled else "no",
        mfa=mfa_words(account, user, report),
        keys="" if report is None else key_words(report, account),
        key_days=-1 if report is None else _oldest_key_days(report, account),
        used="" if report is None else last_use(report, account),
        used_days=_NEVER if report is None or (days := _unused_days(report, account)) is None else days,
    )


def _answer(atlas: Atlas) -> str:
    users = [user for account in atlas.accounts for user in account.users]
    direct = sum(1 for user in users if user.inline_policies or user.attached_policies)
    lone = sum(1 for user in users if not user.groups)
    reach = sum(1 for user in users if role_count(atlas, user))
    text = f"of {plural(len(users), 'user')}, {reach:,} can enter roles in their own right"
    hold = "holds" if direct == 1 else "hold"
    return sentence(f"{text}, {direct:,} {hold} policies directly, {lone:,} {nouns(lone, 'is')} in no group")


def _groups(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return ", ".join(names) or "none"
