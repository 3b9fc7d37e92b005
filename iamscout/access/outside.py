"""Access that is not of users and roles of the snapshots.

Everyone, accounts and principals outside, services, identity providers, and single sessions.
"""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.access.callers import Caller, caller_facts, find_caller, session_caller
from iamscout.access.guardrails import guardrails, rcps_apply
from iamscout.access.layers import caller_context
from iamscout.access.matching import NOT_PRINCIPAL_PAGE, TrustMatch
from iamscout.access.model import AccessEntry, Scope, Verdict
from iamscout.access.pairs import PairReader
from iamscout.access.principals import Principal
from iamscout.access.settle import decide_for, settle
from iamscout.access.trust import ASSUME_ROLE, fitting_action
from iamscout.access.trustindex import TrustIndex
from iamscout.access.verdict import make_verdict
from iamscout.errors import InputError
from iamscout.policy.condition import resolve
from iamscout.policy.context import OPEN, Context
from iamscout.policy.evaluate import Halves, Relation, TrustForms, decide
from iamscout.policy.formula import NEVER, Formula, any_of

Key = tuple[Principal, str, Scope, Verdict]


def session_entries(trust: TrustIndex, pairs: PairReader) -> Iterator[AccessEntry]:
    """Entries of single role sessions that a trust policy names, where the session's role is known."""
    found: dict[Key, list[int]] = {}
    for name, places in trust.names.items():
        if ":assumed-role/" not in name:
            continue
        role = trust.directory.role_of_session(name)
        if role is None:
            continue
        caller = session_caller(name, trust.directory)
        context = caller_context(caller_facts(caller, trust.directory))
        principal = Principal("session", name, caller.account)
        for place in places:
            outcome, _, scope = pairs.outcome_of(caller, role, place, context)
            if outcome.result != "deny":
                verdict = make_verdict(outcome, "session", needs_identity_policy=scope == "cross_account")
                found.setdefault((principal, ASSUME_ROLE, scope, verdict), []).append(place)
    yield from _entries(found, trust)


def outside_entries(trust: TrustIndex) -> Iterator[AccessEntry]:
    """Entries of everybody who is not a user or role of the snapshots, one for each principal and verdict.

    Everyone stands for all of AWS; an account outside the snapshots for whoever that account lets.
    """
    found: dict[Key, list[int]] = {}
    for place, statements in enumerate(trust.statements):
        principals = {
            principal
            for read in statements
            if read.excepted is None and read.statement.effect != "Deny"
            for principal in read.principals
        }
        if trust.roles[place].trust_policy.unreadable or any(
            read.excepted is not None and read.statement.effect != "Deny" for read in statements
        ):
            principals.add(Principal("everyone", "*"))
        for principal in sorted(principals):
            answered = _answer(trust, place, principal)
            if answered is not None:
                scope, verdict = answered
                found.setdefault((principal, fitting_action(principal), scope, verdict), []).append(place)
    yield from _entries(found, trust)


def _entries(found: dict[Key, list[int]], trust: TrustIndex) -> Iterator[AccessEntry]:
    for (principal, action, scope, verdict), places in found.items():
        roles = tuple(trust.index.arns[place] for place in sorted(places))
        yield AccessEntry((principal,), roles, action, scope, verdict)


def _answer(trust: TrustIndex, place: int, principal: Principal) -> tuple[Scope, Verdict] | None:
    known = trust.directory.accounts
    if principal.kind == "everyone":
        return _everyone(trust, place)
    if principal.kind == "account":
        if principal.account in known:
            return None
        caller = Caller("user", principal.value, principal.account, principal.value.split(":", 2)[1])
        return _as_caller(trust, place, caller)
    if principal.kind in ("user", "role", "session"):
        if principal.account in known:
            return None
        try:
            return _as_caller(trust, place, find_caller(principal.value, trust.directory))
        except InputError:
            return None
    if principal.kind in ("service", "saml", "oidc"):
        role = trust.roles[place]
        if principal.kind == "saml" and role.kind == "sso":
            return None
        return _as_caller(trust, place, Caller(principal.kind, principal.value, principal.account))
    return None


def _everyone(trust: TrustIndex, place: int) -> tuple[Scope, Verdict] | None:
    """Whoever comes: what `*` allows, less what a Deny for `*` takes."""
    role, account = trust.roles[place], trust.accounts[place]
    context = _with_role(trust, place, OPEN)
    anybody = Caller("user", "", "", account.partition)
    match: TrustMatch = trust.match(anybody, place, OPEN)
    allow: list[Formula] = [match.forms.everyone]
    for read in trust.statements[place]:
        if ASSUME_ROLE not in read.actions and read.actions and not read.statement.unreadable:
            formula = resolve(read.statement.conditions, context, variables=role.trust_policy.has_variables)
            if read.statement.effect == "Allow" and any(p.kind == "everyone" for p in read.principals):
                allow.append(formula)
    rcps = guardrails(trust.directory, account.id, "rcp", ASSUME_ROLE, role.arn, context)
    halves = Halves(
        relation="trust_only",
        trust=TrustForms(everyone=any_of(*allow)),
        deny=match.deny,
        rcp_deny=any_of(*(level.deny for level in rcps)),
        trust_covers=match.covers,
    )
    outcome = decide(halves)
    if outcome.result == "deny":
        return None
    return "public", make_verdict(outcome, "everyone", needs_identity_policy=True)


def _as_caller(trust: TrustIndex, place: int, caller: Caller) -> tuple[Scope, Verdict] | None:
    role, account = trust.roles[place], trust.accounts[place]
    is_account = caller.value.endswith(":root") and caller.kind == "user"
    facts = caller_facts(caller, trust.directory)
    context = caller_context(facts)
    if is_account:
        anyone = {key: value for key, value in facts.values.items() if key not in _OF_ONE_CALLER}
        context = Context(values=anyone)
    relation: Relation = "trust_only" if caller.kind in ("service", "saml", "oidc") else "outside"
    if relation == "outside" and caller.partition != account.partition:
        return None
    action = {"saml": "sts:AssumeRoleWithSAML", "oidc": "sts:AssumeRoleWithWebIdentity"}.get(
        caller.kind, ASSUME_ROLE
    )
    match = trust.match(caller, place, context, action=action)
    rcps = (
        guardrails(trust.directory, account.id, "rcp", action, role.arn, _with_role(trust, place, context))
        if rcps_apply(caller, role)
        else ()
    )
    halves = Halves(
        relation=relation,
        trust=match.forms,
        deny=match.deny,
        rcp_deny=any_of(*(level.deny for level in rcps)),
        contested_deny=match.contested_deny,
        contested_source="" if match.contested_deny == NEVER else NOT_PRINCIPAL_PAGE,
        outside_account=caller.account if relation == "outside" else "",
        trust_covers=match.covers,
    )
    outcome = settle(decide_for(halves, caller.kind), caller, trust.directory)
    if outcome.result == "deny":
        return None
    scopes: dict[str, Scope] = {"service": "service", "saml": "federated", "oidc": "federated"}
    scope = scopes.get(caller.kind, "cross_account")
    # What each credential of a user gets cannot be told where its policies are not known.
    kind = "outside" if caller.kind == "user" else caller.kind
    return scope, make_verdict(outcome, kind, needs_identity_policy=relation == "outside")


_OF_ONE_CALLER = frozenset({"aws:principalarn", "aws:principaltype", "aws:username", "aws:userid"})
"""Derived keys that differ among the callers of an account."""


def _with_role(trust: TrustIndex, place: int, context: Context) -> Context:
    facts = trust.facts(place)
    merged = context.extended(facts.values, facts.absent)
    return Context(merged.values, merged.absent, merged.closed, merged.families | facts.families)
