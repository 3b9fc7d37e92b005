"""Trust by kind of principal: who is named by the roles' trust policies, most dangerous kind first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.principals import Principal, PrincipalKind
from iamscout.access.trust import TrustGrant
from iamscout.analysis.everyone import means_everyone
from iamscout.report.atlas import Atlas
from iamscout.report.bars import Bars, Part, bars
from iamscout.report.guards import State, mfa_state, weakest
from iamscout.report.names import numbered
from iamscout.report.page import Card, Entry, Link, Page
from iamscout.report.parts import Names, names
from iamscout.report.words import KIND_NAMES, nouns, plural, sentence

_ALL_BUT_NAMED = "Everyone but those named (NotPrincipal)"
SECTION_ROWS = 250
"""Principals of one kind on `trust.html`; the rest is on pages of its own."""

_SECTIONS: tuple[tuple[str, str, str, tuple[PrincipalKind, ...]], ...] = (
    ("everyone", "Everyone", "anybody with AWS credentials, of any account", ("everyone",)),
    ("account", "AWS accounts", "whoever the account lets, by its own identity policies", ("account",)),
    ("principal", "IAM users, roles and sessions", "named one by one", ("user", "role", "session")),
    ("federated", "Identity providers", "people and workloads that sign in elsewhere", ("saml", "oidc")),
    ("service", "AWS services", "on behalf of what runs in the account", ("service",)),
    (
        "deleted",
        "Deleted principals",
        "ids of users and roles that are gone; nobody can use them",
        ("deleted",),
    ),
    ("unknown", "Not understood", "text that IAM does not match with anybody", ("unknown",)),
)


_OBJECTIONS = {
    "account": (
        "role-trusts-foreign-account-without-external-id",
        "other companies' accounts without an external id",
    ),
    "service": (
        "service-trust-confused-deputy",
        "services trusted without aws:SourceArn or aws:SourceAccount, of those that are known to send them",
    ),
}
"""The rule that tells what a reader asks of a section, by its id."""


class PrincipalRow(Struct, frozen=True):
    """One principal and the roles whose trust names it; `mark` says what became of it since the baseline."""

    principal: Link
    mark: str
    kind: str
    account: str
    standing: str
    roles: Names
    count: int
    guarded: str
    mfa: State | None


class TrustSection(Struct, frozen=True):
    """One kind of principal."""

    id: str
    title: str
    explanation: str
    principals: int
    roles: int
    rows: tuple[PrincipalRow, ...]
    more: Link | None
    see: Link | None = None
    """The rule that objects to some of them."""


class KindRow(Struct, frozen=True):
    """One kind of principal in the map: roles that let it in without a condition, and the others."""

    link: Link
    principals: int
    roles: int
    bare: int
    guarded: int


class TrustView(Struct, frozen=True):
    """The page, or a later page of one long section."""

    answer: str
    map: Bars | None
    kinds: tuple[KindRow, ...]
    cards: tuple[Card, ...]
    sections: tuple[TrustSection, ...]
    first: bool


LISTED = Entry(40, "trust", "Trust", "trust.html")
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry."""
    return LISTED if atlas.grants_by_principal else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`trust.html`; a section that is too long goes on at `trust-SECTION-2.html`."""
    if not atlas.grants_by_principal:
        return
    sections: list[TrustSection] = []
    kinds: list[KindRow] = []
    opened = atlas.assessment.estate.open_roles
    strangers = {role for role, each in opened.items() if each.openness != "limited"}
    entered = 0
    for name, title, explanation, wanted in _SECTIONS:
        rows = _rows(atlas, wanted)
        if not rows:
            continue
        found = [
            grant
            for principal, grants in atlas.grants_by_principal.items()
            if principal.kind in wanted
            for grant in grants
            if _lets_in(grant)
        ]
        if name == "everyone":
            found += _all_but_named(atlas)
            entered = sum(1 for role in {grant.role for grant in found} if role in strangers)
        reached = {grant.role for grant in found}
        bare = {grant.role for grant in found if not grant.conditions}
        link = Link(title, f"#{name}")
        kinds.append(KindRow(link, len(rows), len(reached), len(bare), len(reached - bare)))
        parts = [rows[start : start + SECTION_ROWS] for start in range(0, len(rows), SECTION_ROWS)]
        base = f"trust-{name}.html"
        made = [
            TrustSection(
                id=name,
                title=title,
                explanation=explanation,
                principals=len(rows),
                roles=len(reached),
                rows=tuple(part),
                more=Link("go on", numbered(base, number + 1)) if number < len(parts) else None,
            )
            for number, part in enumerate(parts, start=1)
        ]
        sections.append(replace(made[0], see=_objection(atlas, name)))
        for number, section in enumerate(made[1:], start=2):
            view = TrustView("", None, (), (), (section,), first=False)
            yield Page(numbered(base, number), "trust.html", "trust", f"Trust: {title}, page {number}", view)
    view = TrustView(
        _answer(sections, entered),
        _map(kinds),
        tuple(kinds),
        tuple(_card(section, entered) for section in sections),
        tuple(sections),
        first=True,
    )
    yield Page("trust.html", "trust.html", "trust", "Trust", view)


def outside(atlas: Atlas, wanted: Sequence[str], most: int) -> Iterator[TrustSection]:
    """The sections of these names, each with its first rows; one without principals is left out."""
    for name, title, explanation, kinds_of in _SECTIONS:
        rows = _rows(atlas, kinds_of) if name in wanted else []
        if rows:
            yield TrustSection(name, title, explanation, len(rows), 0, tuple(rows[:most]), None)


def standing(atlas: Atlas, principal: Principal) -> str:
    """How an account stands to the ones of the report."""
    if principal.kind not in ("account", "user", "role", "session"):
        return ""
    estate = atlas.assessment.estate
    if principal.account in estate.directory.accounts:
        return "in this report"
    if principal.account in estate.own_accounts:
        return "same organization"
    return "outside" if not estate.labels.get(principal.account) else "outside, known"


def _objection(atlas: Atlas, section: str) -> Link | None:
    rule, words = _OBJECTIONS.get(section, ("", ""))
    if rule not in atlas.rules or any(each.status == "not_available" for each in atlas.by_rule[rule]):
        return None
    count = atlas.objections(rule)
    said = plural(count, "finding") if count else "No finding"
    return Link(f"{said}: {words}", f"rules/{rule}.html{'#findings' if count else ''}")


def _map(kinds: list[KindRow]) -> Bars:
    return bars(
        "map",
        "Roles by the kind of principal that their trust policy names",
        "Filled: roles whose trust policy lets one of the kind in without a condition. Outlined: only under "
        "conditions. What control policies keep out is not left out here.",
        [
            (
                kind.link,
                (
                    Part(
                        kind.bare, _TONES.get(kind.link.path.removeprefix("#"), "info"), "without condition"
                    ),
                    Part(kind.guarded, "info", "only under conditions", hollow=True),
                ),
            )
            for kind in kinds
        ],
    )


def _lets_in(grant: TrustGrant) -> bool:
    return grant.effect == "Allow" and not grant.excepted


def _rows(atlas: Atlas, wanted: tuple[PrincipalKind, ...]) -> list[PrincipalRow]:
    found = [
        _row(atlas, principal, grants)
        for principal, grants in atlas.grants_by_principal.items()
        if principal.kind in wanted
    ]
    if "everyone" in wanted and (spared := _all_but_named(atlas)):
        found.append(_row_of(atlas, Link(_ALL_BUT_NAMED), spared))
    return sorted(
        found, key=lambda row: (row.standing != "outside", -row.count, row.principal.text, row.principal.path)
    )


def _row(atlas: Atlas, principal: Principal, grants: tuple[TrustGrant, ...]) -> PrincipalRow:
    link = atlas.principal_link(principal, "some account" if atlas.several else "")
    if principal.kind == "saml" and atlas.several:
        link = Link(f"{link.text} of {atlas.short_name(principal.account)}", link.path)
    allowed = [grant for grant in grants if _lets_in(grant)]
    row = _row_of(atlas, link, allowed)
    return replace(
        row,
        mark=atlas.marks.get(principal.value, ""),
        kind=KIND_NAMES[principal.kind],
        account=atlas.account_name(principal.account) if principal.account else "",
        standing=standing(atlas, principal),
        guarded=", ".join(part for part in (row.guarded, _kept_out(grants)) if part),
        mfa=_mfa(atlas, principal, [grant.role for grant in allowed]),
    )


def _row_of(atlas: Atlas, link: Link, allowed: Sequence[TrustGrant]) -> PrincipalRow:
    """A row of some grants that let in, without what depends on the principal."""
    roles = list(dict.fromkeys(grant.role for grant in allowed))
    guarded = {grant.role for grant in allowed if grant.conditions}
    bare = {grant.role for grant in allowed if not grant.conditions}
    return PrincipalRow(
        principal=link,
        mark="",
        kind=KIND_NAMES["everyone"],
        account="",
        standing="",
        roles=names(
            [atlas.link(role, "some account" if atlas.several else "") for role in roles],
            "role",
            link.path,
            5,
        ),
        count=len(roles),
        guarded=_guarded(len(bare), len(guarded - bare)),
        mfa=None,
    )


def _all_but_named(atlas: Atlas) -> list[TrustGrant]:
    """One grant for each Allow with NotPrincipal, by role: it lets in whom it does not name."""
    found: dict[tuple[str, int], TrustGrant] = {}
    for role, grants in sorted(atlas.access.grants.items()):
        meant = {statement.number for statement in means_everyone(grants)}
        for grant in grants:
            if grant.excepted and grant.statement.number in meant:
                found.setdefault((role, grant.statement.number), grant)
    return list(found.values())


def _mfa(atlas: Atlas, principal: Principal, roles: list[str]) -> State | None:
    """The weakest MFA by which users get into these roles, where users are meant."""
    if principal.kind == "account" and principal.account in atlas.assessment.estate.directory.accounts:
        found = [door.weakest for role in roles if (door := atlas.doors.get(role)) and door.weakest]
    elif principal.kind in ("account", "user"):
        named = set(roles)
        entries = atlas.access.by_principal.get(principal.value, ())
        found = [entry.verdict.mfa for entry in entries if not named.isdisjoint(entry.roles)]
    else:
        return None
    mfa = weakest(found)
    return mfa_state(mfa) if mfa else None


def _guarded(bare: int, guarded: int) -> str:
    parts = []
    if bare:
        parts.append(f"{bare:,} without condition")
    if guarded:
        parts.append(f"{guarded:,} under conditions")
    return ", ".join(parts)


def _kept_out(grants: Sequence[TrustGrant]) -> str:
    denied = sum(grant.effect == "Deny" and not grant.excepted for grant in grants)
    spared = sum(grant.excepted for grant in grants)
    parts = []
    if denied:
        parts.append(f"denied by {plural(denied, 'statement')}")
    if spared:
        parts.append(f"named by NotPrincipal in {plural(spared, 'statement')}")
    return ", ".join(parts)


def _answer(sections: list[TrustSection], entered: int) -> str:
    """Who is named, and into how many of the roles that name everyone strangers get indeed."""
    found = {section.id: section for section in sections}
    everyone, accounts = found.get("everyone"), found.get("account")
    first = "no role names everyone"
    if everyone:
        first = f"{plural(everyone.roles, 'role')} {'names' if everyone.roles == 1 else 'name'} everyone"
        if everyone.roles == 1:
            first += f", and strangers can{'' if entered else 'not'} enter it"
        elif everyone.roles:
            first += f", and strangers can enter {_of_them(entered, everyone.roles)}"
    outside = [row for row in accounts.rows if row.standing.startswith("outside")] if accounts else []
    if not outside:
        return sentence(f"{first}; no outside account is trusted")
    verb = "is" if len(outside) == 1 else "are"
    return sentence(f"{first}; {plural(len(outside), 'outside account')} {verb} trusted")


def _of_them(entered: int, roles: int) -> str:
    return "all of them" if entered == roles else f"{entered:,} of them" if entered else "none of them"


def _card(section: TrustSection, entered: int) -> Card:
    tone = _TONES.get(section.id, "info")
    if section.id == "everyone":
        return Card(
            section.roles,
            f"{nouns(section.roles, 'role')} naming everyone; strangers can enter {entered:,}",
            "#everyone",
            tone,
        )
    words = _NOUNS[section.id][section.principals != 1]
    return Card(
        section.principals, f"{words}, trusted by {plural(section.roles, 'role')}", f"#{section.id}", tone
    )


_TONES = {"everyone": "critical", "account": "high", "deleted": "medium", "unknown": "medium"}
_NOUNS = {
    "account": ("AWS account", "AWS accounts"),
    "principal": ("user, role or session", "users, roles and sessions"),
    "federated": ("identity provider", "identity providers"),
    "service": ("AWS service", "AWS services"),
    "deleted": ("deleted principal", "deleted principals"),
    "unknown": ("principal that means nobody", "principals that mean nobody"),
}
