"""The credential report of an account of the demo, in the columns and spellings that AWS itself writes.

The embedded AWS writes one too, but without the root user, without region and service of a key's last use,
and always of 2015. Source of the columns: "Generate credential reports for your AWS account".
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from iamscout.demo.blueprint import Account, Key, User
from iamscout.demo.world import root_of, user_arn

_COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
_NO_CERTIFICATES = ("false", "N/A", "false", "N/A")

DaysAgo = Callable[[int, str], datetime]
"""Turns a number of days and the ARN it is about into a time."""


def credential_report(account: Account, days_ago: DaysAgo) -> str:
    """The CSV text: the root user first, users by name regardless of case, no newline at the end."""
    rows = [_root_row(account, days_ago)]
    rows += [
        _user_row(user, user_arn(account.account_id, user.name), days_ago)
        for user in sorted(account.scene.users, key=lambda user: user.name.casefold())
    ]
    return "\n".join(",".join(row) for row in (_COLUMNS, *rows))


def _root_row(account: Account, days_ago: DaysAgo) -> tuple[str, ...]:
    root, arn = account.root, root_of(account.account_id)
    signed_in = (
        "no_information" if root.signed_in_days_ago is None else _time(days_ago(root.signed_in_days_ago, arn))
    )
    return (
        "<root_account>",
        arn,
        _time(days_ago(root.age_days, arn)),
        "not_supported",
        signed_in,
        "not_supported",
        "not_supported",
        _flag(root.mfa != "none"),
        *_keys((root.key,) if root.key else (), arn, days_ago),
        *_NO_CERTIFICATES,
    )


def _user_row(user: User, arn: str, days_ago: DaysAgo) -> tuple[str, ...]:
    return (
        user.name,
        arn,
        _time(days_ago(user.age_days, arn)),
        *_password(user, arn, days_ago),
        _flag(user.mfa or user.security_key),
        *_keys(user.keys, arn, days_ago),
        *_NO_CERTIFICATES,
    )


def _password(user: User, arn: str, days_ago: DaysAgo) -> tuple[str, str, str, str]:
    if user.password_age_days is None:
        return ("false", "N/A", "N/A", "N/A")
    used = (
        "no_information" if user.signed_in_days_ago is None else _time(days_ago(user.signed_in_days_ago, arn))
    )
    return ("true", used, _time(days_ago(user.password_age_days, arn)), "N/A")


def _keys(keys: tuple[Key, ...], arn: str, days_ago: DaysAgo) -> Iterator[str]:
    for number in range(2):
        if number >= len(keys):
            yield from ("false", "N/A", "N/A", "N/A", "N/A")
            continue
        key = keys[number]
        yield _flag(key.active)
        yield _time(days_ago(key.age_days, arn))
        if key.used_days_ago is None:
            yield from ("N/A", "N/A", "N/A")
        else:
            yield _time(days_ago(key.used_days_ago, arn))
            yield from (key.region, key.service)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _flag(value: bool) -> str:  # noqa: FBT001  # there is nothing else to say about it
    return "true" if value else "false"
