"""Access as rows: from a role's side (who gets in) and from a caller's side (which roles it reaches)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.credentials import CredentialResults
from iamscout.access.model import Missing, Verdict
from iamscout.access.principals import Principal, PrincipalKind
from iamscout.policy.decision import Result, StatementRef, without_question
from iamscout.report.atlas import Atlas, home_of
from iamscout.report.classes import Class
from iamscout.report.guards import Guard, State, guard, result_state
from iamscout.report.member_sets import NAMES
from iamscout.report.page import Link
from iamscout.report.parts import Names, Route, route
from iamscout.report.words import KIND_NAMES, nouns, plural

HOME_KINDS: frozenset[PrincipalKind] = frozenset({"user", "role", "session"})
"""Callers with policies of their own, so that both halves matter; of the others the trust policy says all."""

ROUTES = 2
"""Statements that are spelled out in one row; a third that is the last one, too."""

_NAMED = 3
"""Names in a row, where all of them are a set with a page."""

_CREDENTIALS: dict[Result, str] = {"allow": "yes", "conditional": "under conditions", "deny": "no"}


class Terms(Struct, frozen=True, cache_hash=True):
    """A verdict in words."""

    guard: Guard
    result: State
    credentials: str
    """What each credential of an IAM user gets."""
    readings: tuple[str, ...]


class AccessRow(Struct, frozen=True):
    """Callers (or roles) that share one verdict: `side` are their names, `count` their number in words."""

    side: Names
    count: str
    routes: tuple[Route, ...]
    more_routes: str
    terms: Terms
    through: str = ""
    """What is said in place of statements: that they are those of the row above, or that there are none."""


class HalfRow(Struct, frozen=True):
    """One half of an edge: the other side, and the statements that make the half."""

    side: Names
    count: str
    routes: tuple[Route, ...]
    more_routes: str


class SharedRow(Struct, frozen=True):
    """What a caller can enter like everybody else in the account, by reference."""

    link: Link
    words: str


def caller_rows(atlas: Atlas, role: str, kinds: Collection[PrincipalKind]) -> tuple[AccessRow, ...]:
    """Who of these kinds gets into a role, one row for each verdict."""
    home = home_of(role)
    return _rows(
        atlas,
        (
            (
                found.verdict,
                _caller_names(atlas, found.members, home),
                _callers(found.members),
                atlas.reach.refs(found.entries, role),
            )
            for found in atlas.classes.callers_of(role)
            if found.members[0].kind in kinds
        ),
        otherwise="what that account allows",
    )


def role_rows(atlas: Atlas, caller: str, owners: Sequence[str]) -> tuple[AccessRow, ...]:
    """Which roles a caller reaches by itself; `owners` are whose policies count as its own, itself first."""
    return rows_of_roles(atlas, atlas.classes.roles_of(caller), home_of(caller), owners)


def rows_of_roles(
    atlas: Atlas, classes: Iterable[Class[str]], home: str, owners: Sequence[str]
) -> tuple[AccessRow, ...]:
    """Classes of roles as rows; of their statements those that `owners` hold."""
    return _rows(
        atlas,
        (
            (
                found.verdict,
                role_names(atlas, found.members, home),
                plural(len(found.members), "role"),
                atlas.classes.statements_of(found.entries, owners),
            )
            for found in classes
        ),
        known=owners[0] if owners else "",
    )


def shared_row(atlas: Atlas, caller: str) -> SharedRow | None:
    """What a caller shares with the whole account."""
    found = atlas.classes.shared_by(caller)
    if found is None:
        return None
    words = f"by trust policies alone, as {plural(found.callers, 'caller')} can"
    return SharedRow(Link(plural(found.roles, "role"), found.path), words)


def half_rows_of_role(atlas: Atlas, role: str, missing: Missing) -> tuple[HalfRow, ...]:
    """Half-edges at a role whose other half is missing."""
    home = home_of(role)
    return tuple(
        HalfRow(
            _caller_names(atlas, half.members, home),
            _callers(half.members),
            *routes(atlas, half.by, role if missing == "identity" else _only(half.members)),
        )
        for half in atlas.classes.halves_of_role(role, missing)
    )


def half_rows_of_caller(atlas: Atlas, caller: str, missing: Missing) -> tuple[HalfRow, ...]:
    """Half-edges at a caller whose other half is missing."""
    home = home_of(caller)
    return tuple(
        HalfRow(
            role_names(atlas, half.members, home),
            plural(len(half.members), "role"),
            *routes(atlas, half.by, caller if missing == "trust" else _only(half.members)),
        )
        for half in atlas.classes.halves_of_caller(caller, missing)
    )


def role_names(atlas: Atlas, roles: tuple[str, ...], home: str) -> Names:
    """Roles by name, the first of them where they are many; then all of them are a set with a page."""
    shown = roles if len(roles) <= NAMES else roles[:_NAMED]
    links = [atlas.link(role, home) for role in shown]
    if len(shown) == len(roles):
        return Names(tuple(links))
    return Names(
        tuple(links),
        Link(f"and {plural(len(roles) - len(shown), 'more role')}", atlas.classes.sets.path(roles)),
    )


def credential_words(results: CredentialResults | None, result: Result) -> str:
    """What the credentials of IAM users get: `with MFA: yes; access key alone, console without MFA: no`.

    Nothing where each gets what `result` tells already.
    """
    if results is None:
        return ""
    found: dict[Result, list[str]] = {}
    for credential, each in (
        ("with MFA", results.mfa_session),
        ("access key alone", results.long_term_key),
        ("console without MFA", results.console_without_mfa),
    ):
        found.setdefault(each, []).append(credential)
    if found.keys() == {result}:
        return ""
    return "; ".join(f"{', '.join(credentials)}: {_CREDENTIALS[each]}" for each, credentials in found.items())


def routes(atlas: Atlas, refs: Iterable[StatementRef], known: str = "") -> tuple[tuple[Route, ...], str]:
    """The first statements, and in words how many more; the owner that is `known` is not named again."""
    return _spelled(atlas, sorted(set(refs)), known)


def _spelled(atlas: Atlas, listed: Sequence[StatementRef], known: str) -> tuple[tuple[Route, ...], str]:
    shown = listed if len(listed) <= ROUTES + 1 else listed[:ROUTES]
    rest = len(listed) - len(shown)
    spelled = tuple(route(atlas, ref, is_known=ref.owner == known) for ref in shown)
    return spelled, f"and {plural(rest, 'more statement')}" if rest else ""


def _only(members: tuple[Principal, ...] | tuple[str, ...]) -> str:
    """The ARN of the only one, where there is only one."""
    if len(members) != 1:
        return ""
    member = members[0]
    return member if isinstance(member, str) else member.value


def _rows(
    atlas: Atlas,
    classes: Iterable[tuple[Verdict, Names, str, Sequence[StatementRef]]],
    *,
    known: str = "",
    otherwise: str = "",
) -> tuple[AccessRow, ...]:
    """Classes by verdict, names, their number and statements; those through the same ones stand together.

    `otherwise` is said where no statement is known.
    """
    alike: dict[tuple[bool, tuple[int, ...]], list[tuple[Verdict, Names, str, Sequence[StatementRef]]]] = {}
    for each in classes:
        alike.setdefault((each[0].needs_identity_policy, tuple(map(id, each[3]))), []).append(each)
    rows = []
    for (needs_identity_policy, refs), same in alike.items():
        through = "the trust policy alone" if not needs_identity_policy else "" if refs else otherwise
        for verdict, side, count, by in same:
            spelled, more = ((), "") if through else _spelled(atlas, by, known)
            rows.append(AccessRow(side, count, spelled, more, _terms(verdict), through))
            through = "as above"
    return tuple(rows)


@lru_cache(maxsize=65_536)
def _terms(verdict: Verdict) -> Terms:
    """Its parts alone would do; but verdicts are few, and the rows of a large report are many.

    Where AWS's pages disagree the readings say about what, so the guard leaves the question out.
    """
    asked = verdict
    if verdict.readings:
        asked = replace(verdict, requires=without_question(verdict.requires))
    return Terms(
        guard(asked),
        result_state(verdict),
        credential_words(verdict.credentials, verdict.result),
        tuple(f"{_CREDENTIALS[reading.result]}: {reading.source}" for reading in verdict.readings),
    )


def _caller_names(atlas: Atlas, principals: tuple[Principal, ...], home: str) -> Names:
    if len(principals) <= NAMES:
        return Names(tuple(atlas.principal_link(principal, home) for principal in principals))
    left_out = atlas.classes.sets.left_out(principals)
    if left_out is not None:
        but = " but" if left_out.missing else ""
        before = f"every user and role of {atlas.short_name(left_out.account)}{but}"
        return Names(tuple(atlas.link(arn, home) for arn in left_out.missing), before=before)
    links = tuple(atlas.principal_link(principal, home) for principal in principals[:_NAMED])
    return Names(
        links,
        Link(f"and {plural(len(principals) - _NAMED, 'more caller')}", atlas.classes.sets.path(principals)),
    )


def _callers(principals: tuple[Principal, ...]) -> str:
    kinds = sorted({principal.kind for principal in principals})
    if kinds == ["everyone"]:
        return "everyone"
    if len(kinds) == 1:
        return f"{len(principals):,} {nouns(len(principals), KIND_NAMES[kinds[0]])}"
    return plural(len(principals), "caller")
