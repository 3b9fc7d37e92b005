"""The overview: one sentence, six numbers, the gravest findings, what is in the accounts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from iamscout.analysis.finding import Finding
from iamscout.diff.words import baseline_day
from iamscout.report.atlas import Atlas
from iamscout.report.changes_view import delta
from iamscout.report.frame import subject
from iamscout.report.page import Card, Entry, Link, Page
from iamscout.report.parts import target_link
from iamscout.report.unread import unread
from iamscout.report.views.accounts import AccountRow, account_row
from iamscout.report.views.exposure import scheme_sentence
from iamscout.report.views.findings import by_severity, resource_name
from iamscout.report.views.groups import links
from iamscout.report.views.method import statuses
from iamscout.report.views.paths import principal_name
from iamscout.report.views.roles import from_outside, used_days
from iamscout.report.ways import PAGE, Chain, anchor
from iamscout.report.words import (
    KIND_NAMES,
    SEVERITY_MARKS,
    SOURCE_STATUS_NAMES,
    SeverityMark,
    listed,
    nouns,
    plural,
    sentence,
    short_duration,
)
from iamscout.snapshot.account import Account
from iamscout.snapshot.model import UNANSWERED, Status

_UNUSED = "role-unused"
"""The rule whose page lists the roles that nothing uses."""
_UNREAD: tuple[Status, ...] = ("absent", "skipped")
"""How sources went that nobody asked for."""
GRAVEST = 8
"""Findings that the overview names; one for each rule."""
TOP_WAYS = 5
"""Ways to administrator that the overview tells."""


class GraveRow(Struct, frozen=True):
    """A rule that objects gravely, by its first finding."""

    severity: SeverityMark
    title: str
    path: str
    resource: Link
    others: Link | None


class TopWay(Struct, frozen=True):
    """A way to administrator in one line: who, over whom, and whether conditions are left open."""

    who: Link
    kind: str
    stops: tuple[tuple[str, Link], ...]
    certainty: str
    evidence: Link


class IndexView(Struct, frozen=True):
    """The page."""

    heading: str
    answer: str
    cards: tuple[Card, ...]
    ways: tuple[TopWay, ...]
    chains: int
    gravest: tuple[GraveRow, ...]
    findings: str
    accounts: tuple[AccountRow, ...]
    absent: int
    since: str
    delta: str
    several: bool
    scheme: str


def entry(_: Atlas) -> Entry:
    """The navigation's entry."""
    return Entry(10, "index", "Overview", "index.html")


def pages(atlas: Atlas) -> Iterator[Page]:
    """`index.html`."""
    whose = subject(atlas)
    found = statuses(atlas.assessment.coverage)
    view = IndexView(
        heading=f"Who can enter {'these ' if atlas.several else ''}{whose}",
        answer=verdict(atlas),
        cards=_cards(atlas) if not unread(atlas) else tuple(map(_unpraised, _cards(atlas))),
        ways=tuple(_top_ways(atlas)),
        chains=len(_escalating(atlas)),
        gravest=_gravest(atlas),
        findings=listed(by_severity(atlas)),
        accounts=tuple(account_row(atlas, account) for account in atlas.accounts),
        absent=found.get("absent", 0),
        since=baseline_day(atlas.changes) if atlas.changes else "",
        delta=delta(atlas.changes) if atlas.changes else "",
        several=atlas.several,
        scheme=scheme_sentence(atlas),
    )
    yield Page("index.html", "index.html", "index", "Overview", view)


class _Tally(Struct, frozen=True):
    """What the sentence and the cards count."""

    everyone: int
    """Roles that strangers get into, if only under conditions that they can meet."""
    everyone_freely: int
    limited: int
    """Roles that mean everyone, and leave some only."""
    outside_accounts: int
    outside_roles: int
    outside_freely: int
    """Those of them for which nothing is asked but that the other account allows it."""
    climbers: int
    """Principals that can make themselves administrator."""
    climbers_certain: int
    """Those of them of whom nothing more is asked."""
    granted_outside: int
    """Principals outside whom granted roles lead to administrator, nothing more being asked."""
    granted_under_conditions: int
    """Others outside whom they lead there under conditions, and who cannot make themselves administrator."""
    with_path: int
    """All of them, and those whom granted roles lead there from outside under conditions."""
    links: int
    stale_links: int
    unused: int
    missing: int


def _tally(atlas: Atlas) -> _Tally:
    estate = atlas.assessment.estate
    strangers = [each for each in estate.open_roles.values() if each.openness != "limited"]
    outside = from_outside(atlas)
    paths = atlas.ways.own
    climbing = [path for path in paths if not path.by_design]
    granted = [path for path in paths if path.outside and path.by_design]
    climbers = {path.principal for path in climbing}
    certain = {path.principal for path in climbing if path.is_certain}
    led = {path.principal for path in granted if path.is_certain}
    total, fresh = links(atlas)
    limit = estate.settings.role_unused_days
    unused = 0
    for account_ in atlas.accounts:
        for role in account_.roles:
            if role.kind != "plain" or role.last_used is None:
                continue
            days = used_days(role, account_)
            born = (account_.captured_at - role.created).days if role.created else limit
            unused += (days if days is not None else born) > limit
    found = statuses(atlas.assessment.coverage)
    return _Tally(
        everyone=len(strangers),
        everyone_freely=sum(each.openness == "open" for each in strangers),
        limited=len(estate.open_roles) - len(strangers),
        outside_accounts=len(outside.accounts),
        outside_roles=len(outside.roles),
        outside_freely=len(outside.freely),
        climbers=len(climbers),
        climbers_certain=len(certain),
        granted_outside=len(led - certain),
        granted_under_conditions=len({path.principal for path in granted} - led - climbers),
        with_path=len(atlas.ways.climbers),
        links=total,
        stale_links=total - fresh,
        unused=unused,
        missing=sum(found.get(status, 0) for status in UNANSWERED),
    )


def verdict(atlas: Atlas) -> str:
    """Who can enter, in one sentence: everyone, outside accounts, groups."""
    missing = unread(atlas)
    if missing and len(missing) == len(atlas.accounts) and not any(map(_is_peopled, atlas.accounts)):
        return sentence(
            f"users, groups and roles of {listed(missing)} were not read: who can enter is not known"
        )
    tally = _tally(atlas)
    first = _everyone(tally)
    if tally.outside_accounts:
        reached = plural(tally.outside_roles, "role")
        outside = f"{plural(tally.outside_accounts, 'outside account')} can enter {reached}"
        if guarded := tally.outside_roles - tally.outside_freely:
            outside += (
                f", {guarded:,} of them under conditions" if tally.outside_freely else " under conditions"
            )
    else:
        outside = "no outside account is let in"
        if tally.everyone or tally.limited:
            outside += " by name"
    if tally.links:
        total = plural(tally.links, "link")
        need = "does" if tally.stale_links == 1 else "do"
        third = f"{tally.stale_links:,} of {total} from a group to a role {need} not need {_fresh(atlas)}"
    else:
        third = "no group leads to a role"
    told = f"{first}; {outside}; {_climb(tally)}; {third}"
    if missing:
        told += f"; there may be more in {listed(missing)}, where users, groups and roles were not all read"
    return sentence(told)


def _is_peopled(account: Account) -> bool:
    return bool(account.users or account.groups or account.roles)


def _unpraised(card: Card) -> Card:
    """A card that does not take for good what may not have been read."""
    return replace(card, tone="info") if card.tone == "good" else card


def _everyone(tally: _Tally) -> str:
    if tally.everyone_freely:
        first = (
            f"everyone on the internet with AWS credentials can enter {plural(tally.everyone_freely, 'role')}"
        )
        if tally.everyone > tally.everyone_freely:
            first += f", and {tally.everyone - tally.everyone_freely:,} more under conditions"
    elif tally.everyone:
        held = nouns(tally.everyone, "is")
        first = f"no role is open to everyone freely, {tally.everyone:,} {held} under conditions"
    else:
        first = "no role is open to everyone"
    if tally.limited:
        verbs = ("trusts", "lets") if tally.limited == 1 else ("trust", "let")
        first += f"; {plural(tally.limited, 'role')} {verbs[0]} everyone, but {verbs[1]} in only some"
    return first


def _climb(tally: _Tally) -> str:
    """Who can make themselves administrator, and whom granted roles lead there from outside."""
    certain = tally.climbers_certain
    told = certain or tally.climbers
    text = "nobody can make themselves administrator"
    if told:
        text = f"{plural(told, 'principal')} can make {nouns(told, 'itself')} administrator"
    if tally.climbers and not certain:
        text += " under conditions"
    elif tally.climbers > certain:
        text += f", {tally.climbers - certain:,} more under conditions"
    more = tally.granted_under_conditions
    if tally.granted_outside or more:
        led = plural(tally.granted_outside or more, "principal")
        text += f", and granted roles lead {led} from outside there"
        if not tally.granted_outside:
            text += " under conditions"
        elif more:
            text += f", {more:,} more under conditions"
    return text


def _fresh(atlas: Atlas) -> str:
    return f"fresh MFA (at most {short_duration(atlas.assessment.estate.settings.mfa_max_age_seconds)} old)"


def _cards(atlas: Atlas) -> tuple[Card, ...]:
    tally = _tally(atlas)
    limit = atlas.assessment.estate.settings.role_unused_days
    trust = "trust.html" if atlas.grants_by_principal else ""
    everyone = f"{trust}#everyone" if trust and tally.everyone and _names_everyone(atlas) else trust
    outside = f"{trust}#account" if trust and tally.outside_accounts and _names_accounts(atlas) else trust
    groups = "groups.html" if any(account.groups for account in atlas.accounts) else ""
    roles = "roles.html" if any(account.roles for account in atlas.accounts) else ""
    found = statuses(atlas.assessment.coverage)
    unread = "".join(
        f"; {found[status]:,} {SOURCE_STATUS_NAMES[status]}" for status in _UNREAD if status in found
    )
    unused = f"rules/{_UNUSED}.html#findings" if atlas.objections(_UNUSED) else roles
    return (
        Card(
            tally.with_path,
            f"{nouns(tally.with_path, 'principal')} with a path to administrator",
            PAGE if tally.with_path else "",
            _tone(tally.with_path, "critical"),
        ),
        Card(
            tally.everyone,
            f"{nouns(tally.everyone, 'role')} that strangers can enter",
            everyone,
            _tone(tally.everyone, "critical"),
        ),
        Card(
            tally.outside_roles,
            f"{nouns(tally.outside_roles, 'role')} that outside accounts can enter",
            outside,
            _tone(tally.outside_roles, "high"),
        ),
        Card(
            tally.stale_links,
            f"{nouns(tally.stale_links, 'link')} from a group to a role without {_fresh(atlas)}",
            groups,
            _tone(tally.stale_links, "medium"),
        ),
        Card(tally.unused, f"{nouns(tally.unused, 'role')} not used for {limit} days", unused, "info"),
        Card(
            tally.missing,
            f"{nouns(tally.missing, 'source')} refused or incomplete{unread}",
            "method.html#coverage",
            "high" if tally.missing else "info" if unread else "good",
        ),
    )


def _escalating(atlas: Atlas) -> list[tuple[str, Chain]]:
    """Chains from outside, and those that nobody granted as such, each with the page it stands on.

    Certain ones first, of these those from outside, then short ones; one that adds nobody is left out.
    """
    found = [
        (page, chain)
        for page, sheet in atlas.ways.sheets
        for chain in sheet
        if not chain.by_service and (chain.outside or not chain.by_design)
    ]
    told: set[str] = set()
    shortest = []
    for page, chain in sorted(found, key=_shortest_first):
        if not told.issuperset(path.principal for path in chain.paths):
            shortest.append((page, chain))
            told.update(path.principal for path in chain.paths)
    return shortest


def _shortest_first(found: tuple[str, Chain]) -> tuple[bool, bool, int, bool]:
    """Of ways as short, the one that is granted: it takes no skill."""
    chain = found[1]
    return not chain.is_certain, not chain.outside, len(chain.steps), not chain.by_design


def _top_ways(atlas: Atlas) -> Iterator[TopWay]:
    for page, chain in _escalating(atlas)[:TOP_WAYS]:
        first = principal_name(atlas, chain.paths[0].principal)
        others = len(chain.paths) - 1
        who = Link(f"{first.text} and {others:,} more", f"{page}#{chain.id}") if others else first
        place = chain.id if others else anchor(chain.paths[0])
        yield TopWay(
            who=who,
            kind="" if others else _kind(atlas, chain.paths[0].principal),
            stops=tuple((step.method.title, target_link(atlas, step.target)) for step in chain.steps),
            certainty="certain" if chain.is_certain else "under conditions",
            evidence=Link("proof", f"{page}#{place}"),
        )


def _kind(atlas: Atlas, arn: str) -> str:
    outside = atlas.outsiders.get(arn)
    kind = outside.kind if outside else atlas.assessment.estate.directory.by_arn[arn].kind
    return "" if kind == "everyone" else KIND_NAMES[kind]


def _names_everyone(atlas: Atlas) -> bool:
    return any(principal.kind == "everyone" for principal in atlas.grants_by_principal)


def _names_accounts(atlas: Atlas) -> bool:
    return any(principal.kind == "account" for principal in atlas.grants_by_principal)


def _tone(number: int, tone: str) -> str:
    return tone if number else "good"


def _gravest(atlas: Atlas) -> tuple[GraveRow, ...]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in atlas.open_findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return tuple(_grave_row(atlas, findings) for findings in list(by_rule.values())[:GRAVEST])


def _grave_row(atlas: Atlas, findings: list[Finding]) -> GraveRow:
    """The gravest findings of a rule; what only one of them says stands for one alone."""
    first = findings[0]
    page = f"rules/{first.rule}.html#findings"
    alike = sum(each.severity == first.severity for each in findings)
    others = f"and {alike - 1:,} more" if alike > 1 else ""
    if len(findings) > alike:
        others += f"{'; ' if others else 'and '}{len(findings) - alike:,} less grave"
    rule = atlas.rules.get(first.rule)
    return GraveRow(
        severity=SEVERITY_MARKS[first.severity],
        title=rule.title if rule and alike > 1 else first.title,
        path=page if alike > 1 else atlas.finding_paths[first.key],
        resource=Link(resource_name(atlas, first), atlas.link(first.resource).path),
        others=Link(others, page) if others else None,
    )
