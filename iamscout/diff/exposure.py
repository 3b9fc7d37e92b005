"""Exposure compared, user by user: what it may do at any time, and how far a stolen key of it gets.

A user without a key has nothing to steal, so that a key that was made counts as what it leads to. Where a
side does not tell whether there is one, both are compared as if there were: a gap is no change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from iamscout.access.exposure_model import KeyExposure, KeyExposures
from iamscout.diff.comparable import account_of
from iamscout.diff.effect import Effect, Shift
from iamscout.diff.model import Exposed, ExposureChange
from iamscout.policy.decision import Result

_RANKS: tuple[Result, ...] = ("deny", "conditional", "allow")
_NOTHING = Exposed()
_Roles = tuple[str, ...]


def compare_exposure(
    old: KeyExposures, new: KeyExposures, accounts: Collection[str]
) -> tuple[ExposureChange, ...]:
    """Every change of a user of these accounts, users that changed alike together."""
    before, after = _by_user(old, accounts), _by_user(new, accounts)
    found: dict[tuple[Exposed, Exposed, _Roles, _Roles], list[str]] = {}
    beyond: dict[tuple[_Roles, _Roles], tuple[_Roles, _Roles]] = {}
    for arn in sorted({*before, *after}):
        one, other = before.get(arn), after.get(arn)
        is_assumed = any(each is not None and each.is_held is None for each in (one, other))
        was, had = _exposed(one, is_assumed=is_assumed)
        now, has = _exposed(other, is_assumed=is_assumed)
        if (had, has) not in beyond:
            # What is open to everybody is no reach of a user's own: a role that was opened would seem lost.
            beyond[had, has] = _less(has, had, old.open_roles), _less(had, has, new.open_roles)
        gained, lost = beyond[had, has]
        if _effect(was, now, gained, lost) != "neutral":
            found.setdefault((was, now, gained, lost), []).append(arn)
    changes = [ExposureChange(tuple(users), *key, effect=_effect(*key)) for key, users in found.items()]
    return tuple(sorted(changes, key=lambda each: each.users))


def _less(roles: _Roles, others: _Roles, opened: Collection[str]) -> _Roles:
    return tuple(sorted(set(roles).difference(others, opened)))


def _by_user(exposures: KeyExposures, accounts: Collection[str]) -> Mapping[str, KeyExposure]:
    return {each.user: each for each in exposures.users if account_of(each.user) in accounts}


def _exposed(user: KeyExposure | None, *, is_assumed: bool) -> tuple[Exposed, _Roles]:
    """What a user exposes at one moment, and the roles that its key takes."""
    if user is None:
        return _NOTHING, ()
    admin = user.admin_at_any_time
    if not (user.is_held or is_assumed):
        return Exposed(admin), ()
    return Exposed(admin, None if is_assumed else True, user.admin, user.escalates), user.roles


def _effect(was: Exposed, now: Exposed, gained: _Roles, lost: _Roles) -> Effect:
    pairs = [
        (_RANKS.index(was.admin_at_any_time), _RANKS.index(now.admin_at_any_time)),
        (_RANKS.index(was.key_admin), _RANKS.index(now.key_admin)),
        (int(was.key_escalates), int(now.key_escalates)),
        (len(lost), 0),
        (0, len(gained)),
    ]
    widens = any(before < after for before, after in pairs)
    narrows = any(before > after for before, after in pairs)
    return Shift("yes" if widens else "no", "yes" if narrows else "no").effect
