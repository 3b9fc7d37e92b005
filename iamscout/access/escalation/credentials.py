"""Taking others' credentials: access keys, passwords, MFA devices. One's own are nobody else's.

What a credential is worth depends on MFA: a key never has it, and a password of a user with a device asks for
it. Both are met by a device of one's own, where it can be added to the user's.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.access.directory import Entry
from iamscout.access.escalation.drafts import Draft, by_worth
from iamscout.access.escalation.methods import (
    CREATE_ACCESS_KEY,
    CREATE_LOGIN_PROFILE,
    CREATE_SERVICE_CREDENTIAL,
    REPLACE_ACCESS_KEY,
    TAKE_MFA,
    UPDATE_ACCESS_KEY,
    UPDATE_LOGIN_PROFILE,
)
from iamscout.access.escalation.reach import Reach, bits_of, both, within
from iamscout.access.escalation.world import World

UNKNOWN_KEYS = "the user has fewer than two access keys (there is no credential report)"
UNKNOWN_PASSWORD = "the user has no password yet (there is no credential report)"
UNKNOWN_NO_PASSWORD = "the user has a password (there is no credential report)"
OLD_SECRET = "it knows the secret of the inactive key"
HOLDS_DEVICE = "it also has the user's MFA device"
SERVICE_ONLY = "the service of the credential is in use and permitted to the user"


class Held(Struct, frozen=True):
    """Sets of users by what the credential report says they have."""

    reported: int
    two_keys: int
    inactive_key: int
    password: int
    mfa: int


def judge(world: World, entry: Entry) -> Iterator[Draft]:
    """All methods by which a principal takes another user's credentials."""
    index = world.indexes["user"]
    others = index.everything & ~index.bit(entry.arn)
    held = held_by(world, entry.account)
    yield from _keys(world, entry, others, held)
    yield from _passwords(world, entry, others, held)
    yield from _mfa(world, entry, others, held)
    for formula, bits in within(world.reach(entry, "iam:CreateServiceSpecificCredential", "user"), others):
        more = bits & world.worth.beyond(entry, "user")
        if more:
            yield Draft(CREATE_SERVICE_CREDENTIAL, "user", more, "more", formula, (SERVICE_ONLY,))


def held_by(world: World, account_id: str) -> Held:
    """What the users of an account have; worked out once."""
    known = world.held.get(account_id)
    if not isinstance(known, Held):
        known = world.held[account_id] = _read(world, account_id)
    return known


def _keys(world: World, entry: Entry, others: int, held: Held) -> Iterator[Draft]:
    created = within(world.reach(entry, "iam:CreateAccessKey", "user"), others)
    room = held.reported & ~held.two_keys
    yield from by_worth(world, entry, CREATE_ACCESS_KEY, within(created, room), kind="user", by="key")
    deleted = both(within(created, ~room), world.reach(entry, "iam:DeleteAccessKey", "user"))
    yield from by_worth(world, entry, REPLACE_ACCESS_KEY, deleted, kind="user", by="key")
    unknown = within(created, ~held.reported & ~bits_of(deleted))
    yield from by_worth(
        world, entry, CREATE_ACCESS_KEY, unknown, kind="user", by="key", facts=(UNKNOWN_KEYS,)
    )
    awake = within(world.reach(entry, "iam:UpdateAccessKey", "user"), others & held.inactive_key)
    yield from by_worth(world, entry, UPDATE_ACCESS_KEY, awake, kind="user", by="key", facts=(OLD_SECRET,))


def _passwords(world: World, entry: Entry, others: int, held: Held) -> Iterator[Draft]:
    devices = _devices(world, entry)
    for method, fitting, doubt in (
        (CREATE_LOGIN_PROFILE, held.reported & ~held.password, UNKNOWN_PASSWORD),
        (UPDATE_LOGIN_PROFILE, held.password, UNKNOWN_NO_PASSWORD),
    ):
        reach = within(world.reach(entry, method.actions[0], "user"), others)
        if not reach:
            continue
        plain = within(reach, fitting & ~held.mfa)
        yield from by_worth(world, entry, method, plain, kind="user", by="console")
        guarded = within(reach, fitting & held.mfa)
        dropped = both(guarded, world.reach(entry, "iam:DeactivateMFADevice", "user"))
        actions = (*method.actions, "iam:DeactivateMFADevice")
        yield from by_worth(world, entry, method, dropped, kind="user", by="console", actions=actions)
        left = within(guarded, ~bits_of(dropped))
        added = both(left, devices)
        actions = (*method.actions, *TAKE_MFA.actions)
        yield from by_worth(world, entry, TAKE_MFA, added, kind="user", by="mfa", actions=actions)
        left = within(left, ~bits_of(added))
        yield from by_worth(world, entry, method, left, kind="user", by="mfa", facts=(HOLDS_DEVICE,))
        unknown = within(reach, ~held.reported)
        yield from by_worth(world, entry, method, unknown, kind="user", by="console", facts=(doubt,))


def _devices(world: World, entry: Entry) -> Reach:
    """The users that it can give an MFA device of its own: of up to eight, any one will do.

    IAM user guide, "AWS Multi-factor authentication in IAM".
    """
    if not world.holds(entry, *TAKE_MFA.actions):
        return ()
    return world.reach(entry, "iam:EnableMFADevice", "user")


def _mfa(world: World, entry: Entry, others: int, held: Held) -> Iterator[Draft]:
    """Users whose power asks for MFA: with their credentials and a device of one's own it is met."""
    devices = _devices(world, entry)
    if not devices:
        return
    gated = world.worth.admin("user", "mfa") & ~world.worth.admin("user", "key") & others
    for method, fitting, doubt in (
        (CREATE_ACCESS_KEY, held.reported & ~held.two_keys, UNKNOWN_KEYS),
        (CREATE_LOGIN_PROFILE, held.reported & ~held.password, UNKNOWN_PASSWORD),
        # Those with a device are told beside the method itself.
        (UPDATE_LOGIN_PROFILE, held.password & ~held.mfa, UNKNOWN_NO_PASSWORD),
    ):
        reach = both(devices, within(world.reach(entry, method.actions[0], "user"), gated))
        actions = (*method.actions, *TAKE_MFA.actions)
        for bits, facts in ((fitting, ()), (~held.reported, (doubt,))):
            taken = within(reach, bits)
            yield from by_worth(
                world, entry, TAKE_MFA, taken, kind="user", by="mfa", facts=facts, actions=actions
            )


def _read(world: World, account_id: str) -> Held:
    account, index = world.directory.accounts[account_id], world.indexes["user"]
    rows = [(index.position[user.arn], account.report_by_user.get(user.name)) for user in account.users]
    told = [(place, row) for place, row in rows if row is not None]
    devices = {device.user_arn for device in account.mfa_devices or ()}
    return Held(
        reported=index.bits(place for place, _ in told),
        two_keys=index.bits(
            place
            for place, row in told
            if sum(key.active or key.last_rotated is not None for key in row.access_keys) > 1
        ),
        inactive_key=index.bits(
            place
            for place, row in told
            if any(not key.active and key.last_rotated is not None for key in row.access_keys)
        ),
        password=index.bits(place for place, row in told if row.password_enabled),
        mfa=index.bits(place for place, row in told if row.mfa_active)
        | index.bits(index.position[arn] for arn in devices if arn in index.position),
    )
