"""What a user can sign in with, compared: password, access keys, certificates, MFA.

AWS lists keys by slot without their ids in the credential report, so keys are told apart by the time they
were made: what moved to another slot is the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest

from iamscout.diff import fields
from iamscout.diff.comparable import Twins
from iamscout.diff.effect import NEUTRAL, Shift
from iamscout.diff.model import FieldChange
from iamscout.snapshot.account import Account, ReportRow, User

Found = Iterator[tuple[FieldChange, Shift]]
Slot = tuple[bool, datetime | None]
"""Whether it is active, and when it was made."""
Filled = tuple[int, Slot]


class Credentials:
    """How the users of one account sign in, at both moments."""

    def __init__(self, twins: Twins) -> None:
        self.old, self.new = twins.old, twins.new
        every = all(side.has("iam:ListMFADevices") for side in (twins.old, twins.new))
        virtual = all(side.has("iam:ListVirtualMFADevices") for side in (twins.old, twins.new))
        kinds = {"virtual", "hardware", "fido"} if every else {"virtual"} if virtual else set()
        self._devices = [_devices(side, kinds) for side in (twins.old, twins.new)]

    def changes(self, user: User) -> Found:
        """What changed for one user; nothing where one side does not tell of it."""
        old, new = self.old.report_by_user.get(user.name), self.new.report_by_user.get(user.name)
        if old is not None and new is not None:
            yield from report_changes(old, new)
        yield from self.mfa(user.arn)

    def mfa(self, arn: str) -> Found:
        """The MFA devices of one user, of the kinds that both sides tell of."""
        old, new = (devices.get(arn, frozenset()) for devices in self._devices)
        if old != new:
            # A lost device lets more in only where some policy asks for MFA: edges tell that.
            yield from fields.members("mfa_devices", (old, new), lambda _, _added: NEUTRAL)


def report_changes(old: ReportRow, new: ReportRow) -> Found:
    """Two rows of the credential report for the same user."""
    if old.password_enabled is not None and new.password_enabled is not None:
        yield from fields.single(
            "password_enabled", old.password_enabled, new.password_enabled, fields.wider(new.password_enabled)
        )
    keys = [[(key.active, key.last_rotated) for key in row.access_keys] for row in (old, new)]
    yield from _slots("access_keys", *keys)
    yield from _slots("certificates", old.certificates, new.certificates)


def _slots(field: str, before: Iterable[Slot], after: Iterable[Slot]) -> Found:
    """What became of what fills some slots, by the slot where it is, or else was."""
    for one, other in _pairs(list(_filled(before)), list(_filled(after))):
        was, is_now = (_told(*each[1]) if each else "none" for each in (one, other))
        place = other[0] if other else one[0] if one else 0
        if was != is_now:
            shift = _usable(was, is_now)
            yield FieldChange(field, "changed", shift.effect, str(place), was, is_now), shift


def _filled(slots: Iterable[Slot]) -> Iterator[Filled]:
    """The slots that hold something, counted from 1."""
    return ((place, slot) for place, slot in enumerate(slots, 1) if slot[0] or slot[1])


def _pairs(old: list[Filled], new: list[Filled]) -> list[tuple[Filled | None, Filled | None]]:
    """What was and is: first what was made at the same time, whatever its slot, then what replaced what."""
    same: list[tuple[Filled | None, Filled | None]] = []
    for one in tuple(old):
        for other in sorted(new, key=lambda each: each[0] != one[0]):
            if one[1][1] == other[1][1]:
                same.append((one, other))
                old.remove(one)
                new.remove(other)
                break
    return [*same, *zip_longest(old, new)]


def _devices(account: Account, kinds: set[str]) -> dict[str, frozenset[str]]:
    """User ARN to the serial numbers of the devices of some kinds."""
    found: dict[str, set[str]] = {}
    for device in account.mfa_devices or ():
        if device.kind in kinds:
            found.setdefault(device.user_arn, set()).add(device.serial)
    return {arn: frozenset(serials) for arn, serials in found.items()}


def _told(active: bool, made: datetime | None) -> str:  # noqa: FBT001  # as AWS spells it, true or false
    when = f" of {made:%Y-%m-%dT%H:%M:%SZ}" if made else ""
    return f"{'active' if active else 'inactive'}{when}"


def _usable(before: str, after: str) -> Shift:
    was, is_now = before.startswith("active"), after.startswith("active")
    if was == is_now:
        return NEUTRAL  # at most another key in its place, which is what keys are renewed for
    return fields.wider(is_now)
