"""The exact answer for one caller and one role: every layer read, combined and proven.

The bulk edges in `edges.py` reach the same answers by classes; this module is the one that explains a single
pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iamscout.access.callers import (
    AWS_KINDS,
    MFA_KEYS,
    PRINCIPAL_TAG,
    Caller,
    Facts,
    caller_facts,
    role_facts,
)
from iamscout.access.directory import Directory
from iamscout.access.guardrails import guardrails, rcps_apply, scps_apply
from iamscout.access.identity import boundary_policy, identity_policies
from iamscout.access.matching import NOT_PRINCIPAL_PAGE, match_trust
from iamscout.access.proof import evidence
from iamscout.access.settle import decide_for, settle
from iamscout.access.trust import (
    ASSUMING_ACTIONS,
    SET_SOURCE_IDENTITY,
    TRUST_ACTIONS,
    fitting_action,
    read_trust,
)
from iamscout.policy.arn import parse_arn
from iamscout.policy.context import Context
from iamscout.policy.decision import Decision, Reason
from iamscout.policy.document import PolicyDocument
from iamscout.policy.evaluate import Halves, LayerResult, Relation, join, judge
from iamscout.policy.formula import ALWAYS, NEVER, all_of, any_of, simplify
from iamscout.snapshot.account import Account, Role


@dataclass(frozen=True)
class Question:
    """Asks whether `caller` may take `role` by all of `actions`.

    `context` holds the request's keys in any case; `closed` means that a key which is neither given nor
    derived is absent, else it is open.
    """

    caller: Caller
    role: Role
    role_account: Account
    actions: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]]
    closed: bool = True
    session_policy: PolicyDocument | None = None


def answer(question: Question, directory: Directory) -> Decision:
    """Decide a question; every action must be allowed."""
    actions = _actions(question)
    reason = _cannot(question, actions)
    if reason:
        return Decision("deny", reason, requires=NEVER)
    context = request_context(
        caller_facts(question.caller, directory),
        role_facts(question.role, question.role_account.id, directory),
        question.context,
        closed=question.closed,
    )
    decisions = [_answer_action(question, action, context, directory) for action in actions]
    return _every(decisions)


def _actions(question: Question) -> tuple[str, ...]:
    """The actions that must be allowed, as IAM spells them; the one that fits the caller where none is named.

    A source identity that a role's session carries on must be allowed again ("Monitor and control actions
    taken with assumed roles").
    """
    actions = [_SPELLED.get(action.lower(), action) for action in question.actions]
    inherits = any(key.lower() == "aws:sourceidentity" and value for key, value in question.context.items())
    if inherits and question.caller.kind in ("role", "session"):
        actions.append(SET_SOURCE_IDENTITY)
    return tuple(dict.fromkeys(actions or (fitting_action(question.caller),)))


_SPELLED = {action.lower(): action for action in TRUST_ACTIONS}


def request_context(
    caller: Facts, role: Facts, given: Mapping[str, tuple[str, ...]], *, closed: bool
) -> Context:
    """Join what AWS derives with what the question gives. Derived keys win, but for two kinds.

    MFA keys that are given count, and so do tags of a role's session, which override those of the role ("Pass
    session tags in AWS STS").

    In a closed question MFA keys that are not given are absent like any other, a role session's too.
    """
    families = caller.families | role.families
    values = {
        lowered: tuple(value)
        for key, value in given.items()
        if not (lowered := key.lower()).startswith(tuple(families))
    }
    absent = (caller.absent | role.absent) - (MFA_KEYS & values.keys())
    values.update(role.values)
    values.update(caller.values)
    if caller.values.get("aws:principaltype") == ("AssumedRole",):
        values.update(
            {key.lower(): tuple(tags) for key, tags in given.items() if key.lower().startswith(PRINCIPAL_TAG)}
        )
    for key in absent:
        values.pop(key, None)
    return Context(
        values=values,
        absent=absent,
        closed=closed,
        families=families,
        unknown=(caller.unknown | role.unknown) - values.keys() - (MFA_KEYS if closed else frozenset()),
    )


def _cannot(question: Question, actions: tuple[str, ...]) -> Reason:
    """Why a caller of this kind can never take this role, or nothing."""
    caller, role = question.caller, question.role
    role_arn = parse_arn(role.arn)
    if caller.kind in ("root", "federated_user"):
        return "principal_cannot_assume"
    if caller.partition and role_arn and caller.partition != role_arn.partition:
        return "principal_cannot_assume"
    fitting = fitting_action(caller)
    if any(action in ASSUMING_ACTIONS and action != fitting for action in actions):
        return "principal_cannot_assume"
    if caller.kind == "saml" and role.kind == "sso":
        return "principal_cannot_assume"
    return "provider_missing" if provider_is_missing(caller, question.role_account) else ""


def provider_is_missing(caller: Caller, account: Account) -> bool:
    """Whether a federated caller comes from a provider that its account is known not to have."""
    if caller.kind not in ("saml", "oidc") or caller.account != account.id:
        return False
    is_saml = caller.kind == "saml"
    if not account.has("iam:ListSAMLProviders" if is_saml else "iam:ListOpenIDConnectProviders"):
        return False
    providers = account.saml_providers if is_saml else account.oidc_providers
    return all(provider.arn != caller.value for provider in providers or ())


def relation_of(caller: Caller, account: Account) -> Relation:
    """How a caller stands to a role's account."""
    if caller.kind not in AWS_KINDS:
        return "trust_only"
    if caller.is_outside:
        return "outside"
    same = (caller.account, caller.partition) == (account.id, account.partition)
    return "same_account" if same else "cross_account"


def _answer_action(question: Question, action: str, context: Context, directory: Directory) -> Decision:
    caller, role, account = question.caller, question.role, question.role_account
    relation = relation_of(caller, account)
    trust = match_trust(caller, role, read_trust(role, directory, account.partition), action, context)
    identity, boundary, session = LayerResult(), None, None
    scps: tuple[LayerResult, ...] = ()
    if caller.entity is not None and relation != "trust_only":
        home = directory.accounts[caller.account]
        identity = join(
            judge(
                use.document, action, role.arn, context, kind="identity", owner=use.owner, policy=use.policy
            )
            for use in identity_policies(home, caller.entity)
        )
        limit = boundary_policy(home, caller.entity)
        if limit is not None:
            boundary = judge(
                limit.document,
                action,
                role.arn,
                context,
                kind="boundary",
                owner=limit.owner,
                policy=limit.policy,
            )
    if question.session_policy is not None and relation != "trust_only":
        session = judge(
            question.session_policy,
            action,
            role.arn,
            context,
            kind="session",
            owner=caller.value,
            policy="session policy",
        )
    if scps_apply(caller):
        scps = guardrails(directory, caller.account, "scp", action, role.arn, context)
    rcps = (
        guardrails(directory, account.id, "rcp", action, role.arn, context)
        if rcps_apply(caller, role)
        else ()
    )
    halves = Halves(
        relation=relation,
        trust=trust.forms,
        identity=identity.allow,
        boundary=boundary.allow if boundary else ALWAYS,
        session=session.allow if session else ALWAYS,
        scp=all_of(*(level.allow for level in scps)) if scps else ALWAYS,
        deny=any_of(identity.deny, trust.deny, *(layer.deny for layer in (boundary, session) if layer)),
        scp_deny=any_of(*(level.deny for level in scps)) if scps else NEVER,
        rcp_deny=any_of(*(level.deny for level in rcps)) if rcps else NEVER,
        contested_deny=trust.contested_deny,
        contested_source=NOT_PRINCIPAL_PAGE if trust.contested_deny != NEVER else "",
        outside_account=caller.account if relation == "outside" else "",
        identity_covers=identity.covers,
        trust_covers=trust.covers,
    )
    outcome = settle(decide_for(halves, caller.kind), halves, caller, directory)
    layers = [identity, *(layer for layer in (boundary, session) if layer), *scps, *rcps]
    by = evidence(outcome.result, halves, trust, identity, layers)
    return Decision(outcome.result, outcome.reason, by, outcome.requires, outcome.readings)


def _every(decisions: list[Decision]) -> Decision:
    """All actions must be allowed: the first deny decides, then the open ones together."""
    if len(decisions) == 1:
        return decisions[0]
    for decision in decisions:
        if decision.result == "deny":
            return decision
    by = tuple(sorted({ref for decision in decisions for ref in decision.by}))
    still_open = [decision for decision in decisions if decision.result == "conditional"]
    if not still_open:
        return Decision("allow", by=by)
    requires = simplify(all_of(*(decision.requires for decision in still_open)))
    if requires == NEVER:
        return Decision("deny", "unsatisfiable", by, NEVER)
    readings = tuple(reading for decision in still_open for reading in decision.readings)
    reason = min((decision.reason for decision in still_open), key=_GRAVITY.index)
    return Decision("conditional", reason, by, requires, readings)


_GRAVITY: tuple[Reason, ...] = ("contested", "unreadable", "unknown_account", "condition")
"""Reasons of a conditional answer, the one that says most first."""
