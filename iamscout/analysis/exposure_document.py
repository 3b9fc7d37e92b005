"""The sections `scheme` and `exposure` of analysis.json."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.access.exposure_model import Exposures, Powers, Reach, UserExposure
from iamscout.access.requests import spell_requires
from iamscout.access.scheme_model import (
    AccountScheme,
    GroupScheme,
    GroupViolation,
    HalfGrant,
    Model,
    ScorePart,
    UserScheme,
)
from iamscout.policy.decision import Result, StatementRef

Requires = list[list[dict[str, Any]]]
MAX_SPELLED = 50
"""Roles that are spelled out with each user; a larger set stands once in `role_sets`, since many share it."""


class SchemeRole(Struct, frozen=True):
    """A role that a group leads to, by these statements of the group.

    `members` are those it is so for, null where it is so for all who reach a role by the group.
    """

    role: str
    mfa: Mfa
    by: tuple[StatementRef, ...]
    members: tuple[str, ...] | None


class SchemeGroup(Struct, frozen=True):
    """A group; `direct` are the statements that grant permissions at any time."""

    group: str
    model: Model
    roles: tuple[SchemeRole, ...]
    self_service: bool
    direct: tuple[StatementRef, ...]
    half_grants: tuple[HalfGrant, ...]
    violations: tuple[GroupViolation, ...]


class Scheme(Struct, frozen=True):
    """An account; `score` is the mean of its parts in percent, null where there is nothing to judge."""

    groups: tuple[SchemeGroup, ...]
    users: tuple[UserScheme, ...]
    score: int | None
    parts: tuple[ScorePart, ...]


class PowersEntry(Struct, frozen=True):
    """Permissions in short; `admin` is true also where it takes conditions, `admin_result` tells."""

    services: tuple[str, ...]
    actions_by_access_level: dict[str, int]
    admin: bool
    admin_result: Result
    riskiest: tuple[str, ...]
    beyond_roles: bool


class AfterAssumingEntry(Struct, frozen=True):
    """One role that is entered; what it may then do stands with its own entry.

    Where many are entered alike, `role` is null and `role_set` their place in `role_sets`.
    """

    role: str | None
    role_set: int | None
    requires: Requires
    mfa: Mfa
    max_session_seconds: int | None
    window_seconds: int | None


class ReachEntry(Struct, frozen=True):
    """What a credential alone leads to; `is_held` is null where the snapshot does not tell.

    `roles` is null where they are many: then `role_set` is their place in `role_sets`.
    """

    is_held: bool | None
    roles: tuple[str, ...] | None
    role_set: int | None
    admin: bool
    admin_result: Result
    escalates: bool
    beyond_roles: bool


class ExposureEntry(Struct, frozen=True):
    """A user or a role; the last four are null for a role."""

    principal: str
    kind: Literal["user", "role"]
    use: str
    at_any_time: PowersEntry
    after_assuming: tuple[AfterAssumingEntry, ...] | None
    stolen_key: ReachEntry | None
    password_without_mfa: ReachEntry | None
    mfa_session: ReachEntry | None


def scheme_section(schemes: Iterable[AccountScheme]) -> dict[str, Scheme]:
    """Account to its scheme."""
    return {
        scheme.account: Scheme(
            tuple(_group(group) for group in scheme.groups), scheme.users, scheme.score, scheme.parts
        )
        for scheme in schemes
    }


def exposure_section(
    exposures: Exposures,
) -> tuple[tuple[ExposureEntry, ...], tuple[tuple[str, ...], ...]]:
    """Users, then roles, each sorted by ARN; and the sets of roles that they refer to."""
    sets: dict[tuple[str, ...], int] = {}
    entries = tuple(_exposures(exposures, sets))
    return entries, tuple(sets)


def _group(scheme: GroupScheme) -> SchemeGroup:
    everybody = {member for link in scheme.links for member in link.members}
    roles = [
        SchemeRole(
            role, link.verdict.mfa, link.by, None if len(link.members) == len(everybody) else link.members
        )
        for link in scheme.links
        for role in link.roles
    ]
    return SchemeGroup(
        scheme.group,
        scheme.model,
        tuple(sorted(roles, key=lambda each: (each.role, each.members or (), each.by))),
        scheme.has_self_service,
        scheme.direct,
        scheme.half_grants,
        scheme.violations,
    )


def _exposures(exposures: Exposures, sets: dict[tuple[str, ...], int]) -> Iterator[ExposureEntry]:
    after: dict[int, tuple[AfterAssumingEntry, ...]] = {}
    for user in exposures.users:
        # Users who enter the same roles alike share one tuple.
        known = after.get(id(user.after_assuming))
        if known is None:
            known = after[id(user.after_assuming)] = _after(user, sets)
        yield ExposureEntry(
            user.user,
            "user",
            user.use,
            _powers(user.at_any_time),
            known,
            _reach(user.stolen_key, sets),
            _reach(user.password_without_mfa, sets),
            _reach(user.mfa_session, sets),
        )
    for role in exposures.roles:
        yield ExposureEntry(role.role, "role", role.use, _powers(role.powers), None, None, None, None)


def _after(user: UserExposure, sets: dict[tuple[str, ...], int]) -> tuple[AfterAssumingEntry, ...]:
    found: list[AfterAssumingEntry] = []
    for way in user.after_assuming:
        requires = spell_requires(way.requires)
        limits = (requires, way.mfa, way.max_session_seconds, way.window_seconds)
        if len(way.roles) > MAX_SPELLED:
            found.append(AfterAssumingEntry(None, _place(way.roles, sets), *limits))
        else:
            found.extend(AfterAssumingEntry(role, None, *limits) for role in way.roles)
    return tuple(found)


def _powers(powers: Powers) -> PowersEntry:
    return PowersEntry(
        powers.services,
        dict(powers.actions_by_access_level),
        powers.admin != "deny",
        powers.admin,
        powers.riskiest,
        powers.beyond_roles,
    )


def _place(roles: tuple[str, ...], sets: dict[tuple[str, ...], int]) -> int:
    return sets.setdefault(roles, len(sets))


def _reach(reach: Reach, sets: dict[tuple[str, ...], int]) -> ReachEntry:
    are_many = len(reach.roles) > MAX_SPELLED
    return ReachEntry(
        reach.is_held,
        None if are_many else reach.roles,
        _place(reach.roles, sets) if are_many else None,
        reach.admin != "deny",
        reach.admin,
        reach.escalates,
        reach.beyond_roles,
    )
