"""The list of roles, the riskiest first, on static pages of 500."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from iamscout.access.escalation import Path
from iamscout.access.principals import Principal, PrincipalKind
from iamscout.policy.atoms import NeedsIdentity
from iamscout.report.assigned import assigned
from iamscout.report.atlas import Atlas
from iamscout.report.doors import CLOSED, Door
from iamscout.report.guards import State
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, ago, kinds, plural, sentence, short_duration
from iamscout.snapshot.account import Account, Role

_OPEN = {
    "open": "everyone",
    "conditional": "everyone, under conditions",
    "doubtful": "perhaps everyone: a condition cannot be judged",
    "limited": "those of everyone whom the conditions leave",
}
"""Who gets into a role whose trust policy means everyone, by how open it is, the most open first."""
_PROVIDERS: tuple[PrincipalKind, ...] = ("saml", "oidc")
_STANDING: tuple[tuple[PrincipalKind, ...], ...] = (
    ("account",),
    _PROVIDERS,
    ("user",),
    ("role", "session"),
    ("service",),
)
"""Kinds of callers by how far they stand from the account, those from outside first."""
_UNSURE = 1_000
"""What a way under conditions counts for, in steps: all that are certain come before it."""
_LAST = 1_000_000
"""More than any days, steps or seconds that a list sorts by."""
_AGELESS = {"present": _LAST - 3, "weak": _LAST - 2, "none": _LAST - 1}
_KINDS = {"plain": "", "service_linked": "service-linked", "sso": "Identity Center"}


class RoleRow(Struct, frozen=True):
    """A role in a cell or two each: who its trust names, who gets in, the weakest MFA."""

    link: Link
    account: str
    kind: str
    worst: SeverityMark | None
    findings: int
    trusts: str
    enters: str
    enters_order: int
    """The same to sort by: everyone, then those from the farthest off, and of these the most first."""
    admin: str
    """Whether the role is administrator, or in how many steps it becomes it; empty where it does not."""
    admin_steps: int
    """The same to sort by: administrators, those under conditions, then by steps; the others last."""
    mfa: State | None
    mfa_seconds: int
    """The same to sort by, the strongest first: its age, then no age, bypassable, none; no state is last."""
    session: str
    session_seconds: int
    used: str
    used_days: int
    mark: str = ""
    """What became of it since the baseline."""


class RolesView(Struct, frozen=True):
    """One page of the list; `untold` where a source left out how long sessions may last."""

    answer: str
    rows: Sequence[RoleRow]
    untold: bool
    several: bool
    first: bool
    turns: tuple[Turn, ...]


LISTED = Entry(30, "roles", "Roles", "roles.html")
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of roles."""
    count = sum(len(account.roles) for account in atlas.accounts)
    return structs.replace(LISTED, count=count) if count else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`roles.html`, then `roles-2.html` and so on."""
    rows = [role_row(atlas, role, account) for role, account in ranked(atlas)]
    if not rows:
        return
    told = answer(atlas)
    untold = any(role.max_session_duration_seconds is None for each in atlas.accounts for role in each.roles)
    for number, (path, part, turns) in enumerate(paged("roles.html", rows), start=1):
        title = "Roles" if number == 1 else f"Roles, page {number}"
        view = RolesView(told, part, untold, atlas.several, number == 1, turns)
        yield Page(path, "roles.html", "roles", title, view)


def ranked(atlas: Atlas) -> list[tuple[Role, Account]]:
    """All roles with their accounts, the riskiest first."""
    found = sorted(
        ((atlas.rank(role.arn), -len(atlas.by_resource.get(role.arn, ())), role.arn, role, account))
        for account in atlas.accounts
        for role in account.roles
    )
    return [(role, account) for *_, role, account in found]


def role_row(atlas: Atlas, role: Role, account: Account) -> RoleRow:
    """One role as a row."""
    door = atlas.doors.get(role.arn, CLOSED)
    days = used_days(role, account)
    seconds = role.max_session_duration_seconds
    return RoleRow(
        link=atlas.link(role.arn),
        mark=atlas.marks.get(role.arn, ""),
        account=atlas.short_name(account.id),
        kind=_KINDS[role.kind],
        worst=SEVERITY_MARKS[worst] if (worst := atlas.worst(role.arn)) else None,
        findings=len(atlas.by_resource.get(role.arn, ())),
        trusts=_trust_words(atlas, role.arn),
        enters=entering(atlas, role),
        enters_order=_enters_order(atlas, role),
        admin=_administers(atlas, role.arn),
        admin_steps=_admin_steps(atlas, role.arn),
        mfa=door.mfa if door.mfa_matters else None,
        mfa_seconds=_mfa_seconds(door),
        session=short_duration(seconds) if seconds is not None else "not told",
        session_seconds=seconds or 0,
        used=used_words(role, days),
        used_days=days if days is not None else _LAST,
    )


def entering(atlas: Atlas, role: Role) -> str:
    """Who gets in, in a few words."""
    openness = atlas.assessment.estate.open_roles.get(role.arn)
    if openness is not None:
        return _OPEN[openness.openness]
    if role.kind == "sso" and role.arn not in atlas.doors:
        return assigned(atlas.accounts, role)
    return atlas.doors.get(role.arn, CLOSED).words


def _enters_order(atlas: Atlas, role: Role) -> int:
    openness = atlas.assessment.estate.open_roles.get(role.arn)
    if openness is not None:
        return list(_OPEN).index(openness.openness) * _LAST
    counts = atlas.doors.get(role.arn, CLOSED).counts
    if counts.get("everyone"):
        return 0
    for place, kinds_alike in enumerate(_STANDING, start=len(_OPEN)):
        count = sum(counts.get(kind, 0) for kind in kinds_alike)
        if count or (role.kind == "sso" and kinds_alike is _PROVIDERS and not counts):
            return place * _LAST - count
    return (len(_OPEN) + len(_STANDING)) * _LAST


def _administers(atlas: Atlas, arn: str) -> str:
    if (needs := atlas.administrators.get(arn)) is not None:
        return "yes" if needs else "under conditions"
    shortest = _shortest(atlas, arn)
    if shortest is None:
        return ""
    steps = f"in {plural(len(shortest.steps), 'step')}"
    return steps if shortest.is_certain else f"{steps}, under conditions"


def _shortest(atlas: Atlas, arn: str) -> Path | None:
    """The way that is told of it: a certain one before a shorter one that asks for more."""
    ways = atlas.ways.of.get(arn, ())
    return min(ways, key=lambda path: (not path.is_certain, len(path.steps)), default=None)


def _admin_steps(atlas: Atlas, arn: str) -> int:
    if (needs := atlas.administrators.get(arn)) is not None:
        return 0 if needs else 1
    shortest = _shortest(atlas, arn)
    if shortest is None:
        return _LAST
    return len(shortest.steps) + (1 if shortest.is_certain else _UNSURE)


def _mfa_seconds(door: Door) -> int:
    if door.weakest is None:
        return _LAST
    age = door.weakest.max_age_seconds
    return _AGELESS.get(door.weakest.grade, _LAST) if age is None else age


def _trust_words(atlas: Atlas, arn: str) -> str:
    """The kinds of principal that a trust policy lets in; with NotPrincipal it is everybody else."""
    grants = atlas.access.grants.get(arn, ())
    others = any(grant.effect == "Allow" and grant.excepted for grant in grants)
    return ", ".join((*(("everyone but a few",) if others else ()), *kinds(trusted(atlas, arn))))


def trusted(atlas: Atlas, arn: str) -> list[Principal]:
    """Whom the Allow statements of a role's trust policy name."""
    return [
        grant.principal
        for grant in atlas.access.grants.get(arn, ())
        if grant.effect == "Allow" and not grant.excepted
    ]


def used_days(role: Role, account: Account) -> int | None:
    """Days from the role's last use to the capture, None where it was not used or that is not known."""
    if role.last_used is None or role.last_used.when is None:
        return None
    return (account.captured_at - role.last_used.when).days


def used_words(role: Role, days: int | None) -> str:
    """When a role was used last, in words."""
    if days is not None:
        return ago(days)
    return "not known" if role.last_used is None else "not in 400 days"


class FromOutside(Struct, frozen=True):
    """The outside accounts that are let in, as a whole or one principal of theirs, and into which roles.

    Of the `freely` entered ones nothing is asked but that the other account allows it.
    """

    accounts: frozenset[str]
    roles: frozenset[str]
    freely: frozenset[str]


def from_outside(atlas: Atlas) -> FromOutside:
    """Who of other accounts gets in where."""
    accounts: set[str] = set()
    reached: set[str] = set()
    freely: set[str] = set()
    for row in atlas.access.entries:
        kind, account = row.principals[0].kind, row.principals[0].account
        known = atlas.assessment.estate.own_accounts
        if account and kind not in ("saml", "oidc") and account not in known:
            accounts.add(account)
            reached.update(row.roles)
            if any(
                all(isinstance(each, NeedsIdentity) for each in alternative)
                for alternative in row.verdict.requires.alternatives
            ):
                freely.update(row.roles)
    return FromOutside(frozenset(accounts), frozenset(reached), frozenset(freely))


def _or_none(count: int) -> str:
    return f"{count:,}" if count else "none"


def answer(atlas: Atlas) -> str:
    """Who can enter the roles, in a sentence."""
    doors = atlas.doors
    total = sum(len(account.roles) for account in atlas.accounts)
    strangers = [each.openness for each in atlas.assessment.estate.open_roles.values()]
    freely = strangers.count("open")
    limited = strangers.count("limited")
    guarded = len(strangers) - freely - limited
    outside = from_outside(atlas)
    people = [door for door in doors.values() if door.counts.get("user")]
    without = sum(1 for door in people if door.mfa_matters and door.mfa.tone == "high")
    everyone = f"{_or_none(freely)} can be entered by everyone"
    if guarded:
        everyone += f", {guarded:,} more under conditions"
    if limited:
        everyone += f", {limited:,} by those of everyone whom the conditions leave"
    accounts = f"{_or_none(len(outside.roles))} by outside accounts"
    if strangers and not outside.roles:
        accounts += " that are named"
    if asked := len(outside.roles) - len(outside.freely):
        accounts += f", {asked:,} of these under conditions" if outside.freely else " under conditions"
    parts = [everyone, accounts]
    if people:
        parts.append(f"{len(people):,} by IAM users, {_or_none(without)} of these without MFA being enforced")
    return sentence(f"of {plural(total, 'role')}, " + "; ".join(parts))
