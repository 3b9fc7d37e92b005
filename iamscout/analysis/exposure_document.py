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


class SchemeRole(Struct, frozen=True):
    """A role that a group leads to, by these statements of the group. `members` are those it is so for."""

    role: str
    mfa: Mfa
    by: tuple[StatementRef, ...]
    members: tuple[str, ...]


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
    """One role that is entered; what it may then do stands with its own entry."""

    role: str
    requires: Requires
    mfa: Mfa
    max_session_seconds: int | None
    window_seconds: int | None


class ReachEntry(Struct, frozen=True):
    """What a credential alone leads to; `is_held` is null where the snapshot does not tell."""

    is_held: bool | None
    roles: tuple[str, ...]
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


def exposure_section(exposures: Exposures) -> tuple[ExposureEntry, ...]:
    """Users, then roles, each sorted by ARN."""
    return tuple(_exposures(exposures))


def _group(scheme: GroupScheme) -> SchemeGroup:
    roles = [
        SchemeRole(role, link.verdict.mfa, link.by, link.members)
        for link in scheme.links
        for role in link.roles
    ]
    return SchemeGroup(
        scheme.group,
        scheme.model,
        tuple(sorted(roles, key=lambda each: (each.role, each.members, each.by))),
        scheme.has_self_service,
        scheme.direct,
        scheme.half_grants,
        scheme.violations,
    )


def _exposures(exposures: Exposures) -> Iterator[ExposureEntry]:
    after: dict[int, tuple[AfterAssumingEntry, ...]] = {}
    for user in exposures.users:
        # Users who enter the same roles alike share one tuple.
        known = after.get(id(user.after_assuming))
        if known is None:
            known = after[id(user.after_assuming)] = _after(user)
        yield ExposureEntry(
            user.user,
            "user",
            user.use,
            _powers(user.at_any_time),
            known,
            _reach(user.stolen_key),
            _reach(user.password_without_mfa),
            _reach(user.mfa_session),
        )
    for role in exposures.roles:
        yield ExposureEntry(role.role, "role", role.use, _powers(role.powers), None, None, None, None)


def _after(user: UserExposure) -> tuple[AfterAssumingEntry, ...]:
    found: list[AfterAssumingEntry] = []
    for way in user.after_assuming:
        requires = spell_requires(way.requires)
        found.extend(
            AfterAssumingEntry(role, requires, way.mfa, way.max_session_seconds, way.window_seconds)
            for role in way.roles
        )
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


def _reach(reach: Reach) -> ReachEntry:
    return ReachEntry(
        reach.is_held, reach.roles, reach.admin != "deny", reach.admin, reach.escalates, reach.beyond_roles
    )
