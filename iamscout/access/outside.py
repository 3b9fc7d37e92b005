"""Access that is not of users and roles of the snapshots.

Everyone, accounts and principals outside, services, identity providers, and single sessions.
"""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.access.assume import provider_is_missing
from iamscout.access.callers import Caller, caller_facts, find_caller, session_caller
from iamscout.access.guardrails import guardrails, rcps_apply, scps_apply
from iamscout.access.layers import caller_context
from iamscout.access.matching import NOT_PRINCIPAL_PAGE
from iamscout.access.model import AccessEntry, Scope, Verdict
from iamscout.access.pairs import PairReader
from iamscout.access.principals import Principal
from iamscout.access.settle import decide_for, settle
from iamscout.access.trust import ASSUME_ROLE, ASSUMING_ACTIONS, WITH_SAML, fitting_action
from iamscout.access.trustindex import TrustIndex
from iamscout.access.verdict import make_verdict
from iamscout.errors import InputError
from iamscout.policy.arn import parse_arn
from iamscout.policy.context import OPEN, Context
from iamscout.policy.evaluate import Halves, Relation, decide
from iamscout.policy.formula import NEVER, all_of, any_of

Key = tuple[Principal, str, Scope, Verdict]
EVERYONE = Principal("everyone", "*")


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
    for places in trust.alike():
        for principal in sorted(_strangers(trust, places[0])):
            for action, scope, verdict in _answers(trust, places[0], principal):
                found.setdefault((principal, action, scope, verdict), []).extend(places)
    yield from _entries(found, trust)


def _strangers(trust: TrustIndex, place: int) -> set[Principal]:
    """The principals that a trust policy may let in; everyone where it cannot be told whom."""
    found: set[Principal] = set()
    if trust.roles[place].trust_policy.unreadable:
        found.add(EVERYONE)
    for read in trust.statements[place]:
        if read.statement.effect == "Deny":
            continue
        found.update(read.principals)
        if read.may_mean_anybody or read.excepted is not None:
            found.add(EVERYONE)
    return found


def _entries(found: dict[Key, list[int]], trust: TrustIndex) -> Iterator[AccessEntry]:
    for (principal, action, scope, verdict), places in found.items():
        roles = tuple(trust.index.arns[place] for place in sorted(places))
        yield AccessEntry((principal,), roles, action, scope, verdict)


def _answers(trust: TrustIndex, place: int, principal: Principal) -> Iterator[tuple[str, Scope, Verdict]]:
    """What a principal can or may do to a role: action, scope and verdict."""
    if principal.kind == "everyone":
        for action in ASSUMING_ACTIONS:
            verdict = _everyone(trust, place, action)
            if verdict is not None:
                yield action, "public", verdict
        return
    caller = _caller(trust, place, principal)
    answered = None if caller is None else _as_caller(trust, place, caller)
    if answered is not None:
        yield fitting_action(principal), *answered


def _caller(trust: TrustIndex, place: int, principal: Principal) -> Caller | None:
    """A principal as a caller, if it is one that no snapshot tells about and that can take the role."""
    arn = parse_arn(principal.value)
    if principal.kind in ("service", "saml", "oidc"):
        partition = arn.partition if arn else ""
        caller = Caller(principal.kind, principal.value, principal.account, partition)
        is_sso = principal.kind == "saml" and trust.roles[place].kind == "sso"
        return None if is_sso or provider_is_missing(caller, trust.accounts[place]) else caller
    if arn is None:
        return None
    if principal.kind == "account":
        known = trust.directory.account_of(arn)
        return None if known else Caller("user", principal.value, principal.account, arn.partition)
    if principal.kind not in ("user", "role", "session"):
        return None
    try:
        caller = find_caller(principal.value, trust.directory)
    except InputError:
        return None
    return caller if caller.is_outside else None


def _everyone(trust: TrustIndex, place: int, action: str) -> Verdict | None:
    """Whoever comes: what `*` allows, less what a Deny for `*` takes."""
    role, account = trust.roles[place], trust.accounts[place]
    if action == WITH_SAML and account.has("iam:ListSAMLProviders") and not account.saml_providers:
        return None
    anybody = Caller("user", "", "", account.partition)
    match = trust.match(anybody, place, OPEN, action=action)
    requested = _with_role(trust, place, OPEN)
    rcps = guardrails(trust.directory, account.id, "rcp", action, role.arn, requested)
    halves = Halves(
        relation="trust_only",
        trust=match.forms,
        deny=match.deny,
        rcp_deny=any_of(*(level.deny for level in rcps)),
        contested_deny=match.contested_deny,
        contested_source="" if match.contested_deny == NEVER else NOT_PRINCIPAL_PAGE,
        trust_covers=match.covers,
    )
    outcome = decide(halves)
    if outcome.result == "deny":
        return None
    return make_verdict(outcome, "everyone", needs_identity_policy=True)


def _as_caller(trust: TrustIndex, place: int, caller: Caller) -> tuple[Scope, Verdict] | None:
    role, account = trust.roles[place], trust.accounts[place]
    is_account = caller.value.endswith(":root") and caller.kind == "user"
    facts = caller_facts(caller, trust.directory)
    context = caller_context(facts)
    if is_account:
        anyone = {key: value for key, value in facts.values.items() if key not in _OF_ONE_CALLER}
        context = Context(values=anyone)
    relation: Relation = "trust_only" if caller.kind in ("service", "saml", "oidc") else "outside"
    if caller.partition and caller.partition != account.partition:
        return None
    action = fitting_action(caller)
    requested = _with_role(trust, place, context)
    match = trust.match(caller, place, context, action=action)
    scps = (
        guardrails(trust.directory, caller.account, "scp", action, role.arn, requested)
        if scps_apply(caller)
        else ()
    )
    rcps = (
        guardrails(trust.directory, account.id, "rcp", action, role.arn, requested)
        if rcps_apply(caller, role)
        else ()
    )
    halves = Halves(
        relation=relation,
        trust=match.forms,
        scp=all_of(*(level.allow for level in scps)),
        deny=match.deny,
        scp_deny=any_of(*(level.deny for level in scps)),
        rcp_deny=any_of(*(level.deny for level in rcps)),
        contested_deny=match.contested_deny,
        contested_source="" if match.contested_deny == NEVER else NOT_PRINCIPAL_PAGE,
        outside_account=caller.account if relation == "outside" else "",
        trust_covers=match.covers,
    )
    outcome = settle(decide_for(halves, caller.kind), halves, caller, trust.directory)
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
