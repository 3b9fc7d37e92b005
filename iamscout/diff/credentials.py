"""What a user can sign in with, compared: password, access keys, certificates, MFA.

AWS lists keys by slot without their ids in the credential report, so a key that was replaced is told by the
time of its rotation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest

from iamscout.diff import fields
from iamscout.diff.comparable import Twins
from iamscout.diff.effect import NEUTRAL, Shift
from iamscout.diff.model import FieldChange
from iamscout.snapshot.account import Account, ReportRow, User

Found = Iterator[tuple[FieldChange, Shift]]


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
    keys = [
        {str(slot): _slot(key.active, key.last_rotated) for slot, key in enumerate(row.access_keys, 1)}
        for row in (old, new)
    ]
    yield from fields.named("access_keys", keys, _usable)
    pairs = list(zip_longest(old.certificates, new.certificates, fillvalue=(False, None)))
    certificates: list[Mapping[str, str]] = [
        {str(slot): _slot(*pair[side]) for slot, pair in enumerate(pairs, 1)} for side in (0, 1)
    ]
    yield from fields.named("certificates", certificates, _usable)


def _devices(account: Account, kinds: set[str]) -> dict[str, frozenset[str]]:
    """User ARN to the serial numbers of the devices of some kinds."""
    found: dict[str, set[str]] = {}
    for device in account.mfa_devices or ():
        if device.kind in kinds:
            found.setdefault(device.user_arn, set()).add(device.serial)
    return {arn: frozenset(serials) for arn, serials in found.items()}


def _slot(active: bool, rotated: datetime | None) -> str:  # noqa: FBT001  # as AWS spells it, true or false
    if not active and rotated is None:
        return "none"
    made = f" of {rotated:%Y-%m-%dT%H:%M:%SZ}" if rotated else ""
    return f"{'active' if active else 'inactive'}{made}"


def _usable(before: str, after: str) -> Shift:
    was, is_now = before.startswith("active"), after.startswith("active")
    if was == is_now:
        return NEUTRAL  # at most another key in its place, which is what keys are renewed for
    return fields.wider(is_now)
