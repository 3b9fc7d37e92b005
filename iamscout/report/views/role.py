"""The page of one role: who gets in by which statement, who does in practice, what it may then do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct

from iamscout.access.identity import boundary_policy, own_policies
from iamscout.access.trust import TRUST_POLICY, TrustGrant
from iamscout.report.access_rows import (
    HOME_KINDS,
    AccessRow,
    HalfRow,
    SharedRow,
    caller_rows,
    half_rows_of_role,
    role_rows,
    shared_row,
)
from iamscout.report.assigned import NOT_TOLD, assigned
from iamscout.report.atlas import Atlas
from iamscout.report.doors import CLOSED
from iamscout.report.facts import Fact, entity_facts, tag_facts
from iamscout.report.gains import EscalationSection, escalation_section
from iamscout.report.guards import YES, State, result_state
from iamscout.report.listing import TRUST_PREFIX, Listing, listing
from iamscout.report.page import Link, Page
from iamscout.report.parts import Document, FindingRow, document, finding_rows, note_texts
from iamscout.report.sayings import Saying, sayings
from iamscout.report.trust_results import NO, trust_result
from iamscout.report.views.roles import used_days, used_words
from iamscout.report.words import KIND_NAMES, duration, moment, sentence
from iamscout.snapshot.account import Account, Role

MANY = True
"""A page for each of many, in a folder of their own."""

_LET_IN = State("✓", "gets in", "info")
_KEPT_OUT = State("✕", "does not get in", "info")
_BOTH_HALVES = State("?", "gets in if its own policies allow it, too", "info")

_KINDS = {"plain": "Role", "service_linked": "Service-linked role", "sso": "Role of IAM Identity Center"}


class TrustRow(Struct, frozen=True):
    """One principal of one statement of the trust policy, and whether it gets in."""

    principal: Link
    kind: str
    result: State


class TrustStatement(Struct, frozen=True):
    """A statement of the trust policy: where it stands, what it says, whom it names."""

    link: Link
    sentence: str
    objections: str
    rows: tuple[TrustRow, ...]


class RoleView(Struct, frozen=True):
    """Everything that the page shows, in its order."""

    kicker: str
    name: str
    arn: str
    answer: str
    facts: tuple[Fact, ...]
    trust: tuple[TrustStatement, ...]
    callers: tuple[AccessRow, ...]
    not_granted: tuple[HalfRow, ...]
    not_trusted: tuple[HalfRow, ...]
    findings: tuple[FindingRow, ...]
    trust_listing: Listing
    trust_notes: tuple[str, ...]
    policies: tuple[Document, ...]
    boundary: Document | None
    onward: tuple[AccessRow, ...]
    shared: SharedRow | None
    escalation: EscalationSection

    @property
    def has_documents(self) -> bool:
        """Whether an inline policy stands beside the trust policy."""
        return any(each.listing is not None for each in self.policies)


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each role of each account."""
    for account in atlas.accounts:
        for role in account.roles:
            link = atlas.links[role.arn]
            view = partial(role_view, atlas, role, account)
            yield Page(link.path, "role.html", "roles", f"Role {role.name}", view)


def role_view(atlas: Atlas, role: Role, account: Account) -> RoleView:
    """The view of one role."""
    marks = atlas.guilty.get((role.arn, TRUST_POLICY))
    limit = boundary_policy(account, role)
    results = {
        entry.principals[0].value: result_state(entry.verdict)
        for entry in atlas.access.by_role.get(role.arn, ())
        if entry.principals[0].kind not in HOME_KINDS
    }
    return RoleView(
        kicker=f"{_KINDS[role.kind]} of {atlas.account_name(account.id)}{atlas.since(role.arn)}",
        name=role.name,
        arn=role.arn,
        answer=_answer(atlas, role),
        facts=_facts(role, account),
        trust=_trust(atlas, role, results, sayings(atlas, role.trust_policy, TRUST_PREFIX, marks)),
        callers=caller_rows(atlas, role.arn, HOME_KINDS),
        not_granted=half_rows_of_role(atlas, role.arn, "identity"),
        not_trusted=half_rows_of_role(atlas, role.arn, "trust"),
        findings=finding_rows(atlas, role.arn),
        trust_listing=listing(TRUST_PREFIX, role.trust_policy.text, marks),
        trust_notes=note_texts(role.trust_policy),
        policies=tuple(document(atlas, use) for use in own_policies(account, role)),
        boundary=document(atlas, limit) if limit else None,
        onward=role_rows(atlas, role.arn, (role.arn,)),
        shared=shared_row(atlas, role.arn),
        escalation=escalation_section(atlas, role.arn),
    )


def _answer(atlas: Atlas, role: Role) -> str:
    door = atlas.doors.get(role.arn, CLOSED)
    if door is CLOSED:
        if role.kind == "sso":
            told = assigned(atlas.accounts, role)
            unknown = "; its assignments are not in the snapshots" if told == NOT_TOLD else ""
            return sentence(f"{told} can enter this role{unknown}")
        if not role.trust_policy.unreadable:
            return "Nobody gets into this role, as far as the snapshots tell."
        return "Who gets into this role cannot be told: its trust policy cannot be read."
    certainty = "" if door.certain else " under conditions"
    words = door.words[:1].upper() + door.words[1:]
    weakest = ""
    if door.mfa_matters:
        weakest = f" The weakest way in: {door.mfa.words}."
    return f"{words} can enter this role{certainty}.{weakest}"


def _facts(role: Role, account: Account) -> tuple[Fact, ...]:
    days = used_days(role, account)
    used = used_words(role, days)
    if role.last_used and role.last_used.when:
        region = f" in {role.last_used.region}" if role.last_used.region else ""
        used = f"{used} ({moment(role.last_used.when)}{region})"
    session = role.max_session_duration_seconds
    return (
        *entity_facts(role),
        Fact("Last used", used),
        *((Fact("Longest session", duration(session)),) if session is not None else ()),
        *((Fact("Description", role.description),) if role.description else ()),
        *(Fact("Instance profile", profile.name) for profile in role.instance_profiles),
        *tag_facts(role.tags),
    )


def _trust(
    atlas: Atlas, role: Role, results: Mapping[str, State], told: tuple[Saying, ...]
) -> tuple[TrustStatement, ...]:
    """The statements of the trust policy; those that no sentence tells name their principals."""
    rows: dict[int, list[TrustRow]] = {}
    sids: dict[int, str] = {}
    for grant in atlas.access.grants.get(role.arn, ()):
        rows.setdefault(grant.statement.number, []).append(_trust_row(atlas, grant, results))
        sids[grant.statement.number] = grant.statement.sid
    found = []
    for saying in told:
        number = int(saying.statement.text)
        link = Link(_statement_words(number, sids.get(number, "")), saying.statement.path)
        named = tuple(rows.pop(number, ()))
        found.append(TrustStatement(link, saying.sentence, saying.objections, named))
    for number, left in rows.items():
        link = Link(_statement_words(number, sids[number]), "#trust-policy")
        found.append(TrustStatement(link, "", "", tuple(left)))
    return tuple(found)


def _entering(result: State | None) -> State:
    """A result where no heading of a column says what it is about."""
    if result is None:
        return _BOTH_HALVES
    if result is NO:
        return _KEPT_OUT
    if result is YES:
        return _LET_IN
    if result.words.startswith(("if ", "under ")):
        return State(result.glyph, f"gets in {result.words}", result.tone)
    return result


def _statement_words(number: int, sid: str) -> str:
    return f"Statement {number}{f' ({sid})' if sid else ''}"


def _trust_row(atlas: Atlas, grant: TrustGrant, results: Mapping[str, State]) -> TrustRow:
    kind = KIND_NAMES[grant.principal.kind]
    return TrustRow(
        atlas.principal_link(grant.principal),
        f"everyone but this {kind}" if grant.excepted else kind,
        _entering(trust_result(atlas, grant, results)),
    )
