"""The inverse view: every role whose trust policy names a principal from outside the snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from iamscout.access.principals import Principal
from iamscout.access.trust import TRUST_POLICY, TrustGrant
from iamscout.report.atlas import Atlas, home_of, principal_path
from iamscout.report.gains import EscalationSection, escalation_section
from iamscout.report.guards import NOT_APPLICABLE, YES, Guard, State, condition_text, guard, result_state
from iamscout.report.listing import lay_out
from iamscout.report.page import Link, Page, Turn, paged
from iamscout.report.trust_results import BY_ASSIGNMENT, trust_result
from iamscout.report.views.trust import standing
from iamscout.report.words import KIND_NAMES, plural

MANY = True
"""A page for each of many, in a folder of their own."""

_ROWS = 400
_EXPLANATIONS = {
    "everyone": "Anybody with credentials of any AWS account; inside the account, every user and role.",
    "account": "Not the root user alone: whoever the account lets, by its own identity policies.",
    "deleted": "The id of a user or role that is gone. One made anew under its name has another id.",
    "unknown": "IAM matches this text with nobody.",
    "saml": "Whoever the provider signs in; AWS cannot see whether that took MFA.",
    "oidc": "Whoever, or whatever, the provider issues tokens for; AWS cannot see whether that took MFA.",
    "service": "The service itself, on behalf of what runs in the account.",
    "session": "One session name of one role.",
}


class ReachRow(Struct, frozen=True):
    """One statement of one role that names the principal."""

    role: Link
    account: str
    effect: str
    actions: str
    conditions: tuple[str, ...]
    statement: Link
    guard: Guard | None
    result: State | None


class PrincipalView(Struct, frozen=True):
    """One page of a principal."""

    kicker: str
    name: str
    value: str
    answer: str
    explanation: str
    rows: Sequence[ReachRow]
    several: bool
    turns: tuple[Turn, ...]
    escalation: EscalationSection | None
    """On the first page alone."""


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page, or several, for each principal without a page of its own."""
    for principal in atlas.listed_principals:
        grants = atlas.grants_by_principal[principal]
        name = atlas.principal_text(principal)
        for number, (path, part, turns) in enumerate(
            paged(principal_path(principal), grants, _ROWS), start=1
        ):
            title = f"Principal {name}" if number == 1 else f"Principal {name}, page {number}"
            view = partial(_view, atlas, principal, part, turns, first=number == 1)
            yield Page(path, "principal.html", "trust", title, view)


def _view(
    atlas: Atlas, principal: Principal, part: Sequence[TrustGrant], turns: tuple[Turn, ...], *, first: bool
) -> PrincipalView:
    where = standing(atlas, principal)
    kicker, since = KIND_NAMES[principal.kind], atlas.since(principal.value)
    verdicts = _verdicts(atlas, principal)
    return PrincipalView(
        kicker=f"{kicker[:1].upper()}{kicker[1:]}{f', {where}' if where else ''}{since}",
        name=atlas.principal_text(principal),
        value=principal.value,
        answer=_answer(atlas, principal, verdicts),
        explanation=_EXPLANATIONS.get(principal.kind, ""),
        rows=tuple(_row(atlas, grant, verdicts.get(grant.role)) for grant in part),
        several=atlas.several,
        turns=turns,
        escalation=escalation_section(atlas, principal.value) if first else None,
    )


def _verdicts(atlas: Atlas, principal: Principal) -> dict[str, tuple[Guard, State]]:
    found: dict[str, tuple[Guard, State]] = {}
    for entry in atlas.access.by_principal.get(principal.value, ()):
        shown = (guard(entry.verdict), result_state(entry.verdict))
        found.update(dict.fromkeys(entry.roles, shown))
    if principal.kind == "everyone":
        for role, each in atlas.assessment.estate.open_roles.items():
            if role in found and each.openness == "open":
                # Conditions that whoever comes can meet by choice keep nobody out.
                found[role] = (found[role][0], YES)
    return found


def _answer(atlas: Atlas, principal: Principal, verdicts: dict[str, tuple[Guard, State]]) -> str:
    grants = atlas.grants_by_principal[principal]
    named = {grant.role for grant in grants if grant.effect == "Allow" and not grant.excepted}
    entered = sum(1 for role in named if role in verdicts)
    text = f"{plural(len(named), 'trust policy')} {'names' if len(named) == 1 else 'name'} this principal"
    if named and principal.account in atlas.assessment.estate.directory.accounts:
        if principal.kind == "account":
            return f"{text}; whom of the account each lets in stands on the role's page."
        if all(trust_result(atlas, grant, {}) == BY_ASSIGNMENT for grant in grants):
            return f"{text}, IAM Identity Center's own: whom it assigns gets in."
    if entered < len(named):
        text += f", {entered:,} let it in"
    if not named:
        return "No trust policy lets this principal in; some name it to keep it out."
    free = sum(1 for role, (_, state) in verdicts.items() if role in named and state.glyph == "✓")
    if free:
        text += f"; it gets into {plural(free, 'role')} without anything further"
    if principal.kind == "everyone" and (spared := len(verdicts.keys() - named)):
        lets = "lets" if spared == 1 else "let"
        text += f"; {plural(spared, 'role')} besides {lets} in all but those named (NotPrincipal)"
    return f"{text}."


def _row(atlas: Atlas, grant: TrustGrant, verdict: tuple[Guard, State] | None) -> ReachRow:
    link = atlas.link(grant.role)
    layout = lay_out(atlas.documents[grant.role, TRUST_POLICY].text)
    place = f"tp-L{layout.span(grant.statement.pointer)[0]}" if layout else "trust-policy"
    shown = verdict if grant.effect == "Allow" and not grant.excepted else None
    mfa_says_nothing = shown is not None and shown[0].mfa == NOT_APPLICABLE and not shown[0].alternatives
    return ReachRow(
        role=link,
        account=atlas.short_name(home_of(grant.role)),
        effect=f"{grant.effect or 'unreadable'}{', everyone but this' if grant.excepted else ''}",
        actions=", ".join(action.removeprefix("sts:") for action in grant.actions)
        or "no action that enters a role",
        conditions=tuple(condition_text(condition) for condition in grant.conditions),
        statement=Link(f"statement {grant.statement.number}", f"{link.path}#{place}"),
        guard=None if mfa_says_nothing or shown is None else shown[0],
        result=shown[1] if shown else trust_result(atlas, grant, {}),
    )
