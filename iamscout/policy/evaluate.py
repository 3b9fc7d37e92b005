"""The order of evaluation: what each policy says of a request, and how the layers combine into a decision.

Sources: IAM User Guide, "Policy evaluation logic", "How AWS enforcement code logic evaluates requests to
allow or deny access", "Policy evaluation for requests within a single account", "Cross-account policy
evaluation logic", "Permissions boundaries for IAM entities"; STS API Reference, "AssumeRole"; Organizations
User Guide, "SCP evaluation" and "RCP evaluation".

Every layer is a pair of formulas over what the request leaves open, so one code path answers one question and
a whole account.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from iamscout.policy.condition import resolve
from iamscout.policy.context import Context
from iamscout.policy.decision import PAGES_DISAGREE, Layer, Reading, Reason, Result, StatementRef
from iamscout.policy.document import Condition, PolicyDocument, Statement
from iamscout.policy.formula import (
    ALWAYS,
    NEVER,
    Formula,
    NeedsIdentity,
    Opaque,
    Test,
    all_of,
    any_of,
    negate,
    simplify,
)
from iamscout.policy.match import VARIABLE, action_matches, escape_text, matches, plain_text, resource_matches
from iamscout.policy.variables import has_variables, loosest, substitute_resource

Relation = Literal["same_account", "cross_account", "outside", "trust_only"]
"""How the caller stands to the role.

`outside` is an account that is in no snapshot, `trust_only` a service or federated caller.
"""

BOUNDARY_READINGS = (
    "Permissions boundaries for IAM entities: it does not limit what a resource-based policy grants a user",
    "Update a role trust policy: the user's boundary must allow sts:AssumeRole",
)
"""The two pages that disagree about the boundary of a user whom a role of the own account names."""


NOT_THERE = "it is not in the snapshot"
"""Why a policy whose document is missing cannot be judged."""


class Applied(Struct, frozen=True):
    """One statement that covers the action and the resource, with what its conditions leave open."""

    effect: Literal["Allow", "Deny"]
    formula: Formula
    ref: StatementRef


class LayerResult(Struct, frozen=True):
    """What one layer says: when it allows, when it denies, and the statements that cover the request."""

    allow: Formula = NEVER
    deny: Formula = NEVER
    applied: tuple[Applied, ...] = ()

    @property
    def covers(self) -> bool:
        """Whether any Allow statement covers action and resource, whatever its conditions."""
        return any(item.effect == "Allow" for item in self.applied)


class TrustForms(Struct, frozen=True):
    """When the trust policy allows the caller, by the form of principal that matched."""

    everyone: Formula = NEVER
    account: Formula = NEVER
    user: Formula = NEVER
    role: Formula = NEVER
    session: Formula = NEVER


class Halves(Struct, frozen=True):
    """Everything that decides an assumption, as formulas; a layer that does not exist is ALWAYS.

    `deny` joins the Deny statements of identity, boundary, session and trust policy; `contested_deny` those
    for which AWS's pages leave open whether they reach the caller (`contested_source` says which page).
    """

    relation: Relation
    trust: TrustForms
    identity: Formula = NEVER
    boundary: Formula = ALWAYS
    session: Formula = ALWAYS
    scp: Formula = ALWAYS
    deny: Formula = NEVER
    scp_deny: Formula = NEVER
    rcp_deny: Formula = NEVER
    contested_deny: Formula = NEVER
    contested_source: str = ""
    outside_account: str = ""
    identity_covers: bool = True
    trust_covers: bool = True


class Outcome(Struct, frozen=True):
    """A decision without its evidence."""

    result: Result
    reason: Reason
    requires: Formula
    readings: tuple[Reading, ...] = ()


def covers_action(statement: Statement, action: str) -> bool:
    """Whether Action or NotAction of a statement covers an action."""
    if statement.not_actions is not None:
        return not any(action_matches(pattern, action) for pattern in statement.not_actions)
    return any(action_matches(pattern, action) for pattern in statement.actions or ())


def covers_resource(statement: Statement, resource: str, context: Context, *, variables: bool) -> Formula:
    """When Resource or NotResource of a statement covers an ARN: ALWAYS, NEVER, or open where a variable is.

    A variable that cannot be resolved makes its pattern match nothing ("Variables and tags").
    """
    if statement.not_resources is not None:
        return negate(_any_resource(statement.not_resources, resource, context, variables=variables))
    if statement.resources is None:
        return NEVER
    return _any_resource(statement.resources, resource, context, variables=variables)


def _any_resource(patterns: tuple[str, ...], resource: str, context: Context, *, variables: bool) -> Formula:
    opened = NEVER
    for pattern in patterns:
        if "${" not in pattern or not variables:
            if resource_matches(pattern if variables else plain_text(pattern), resource):
                return ALWAYS
            continue
        filled = substitute_resource(pattern, context.variable)
        if filled is None:
            continue
        if has_variables(filled):
            opened = any_of(opened, _open_resource(filled, resource))
        elif resource_matches(filled, resource):
            return ALWAYS
    return opened


def _open_resource(pattern: str, resource: str) -> Formula:
    """When a pattern with an unknown variable covers an ARN: a condition on that variable's key.

    The values that would do are parts of the ARN, so they are few; a default counts where the key is absent.
    Several variables in one pattern stay opaque.
    """
    if not resource_matches(loosest(pattern), resource):
        return NEVER
    variables = [found for found in VARIABLE.finditer(pattern) if found[2]]
    if len(variables) != 1:
        return Formula(((Opaque(f"{pattern}: more than one value of the request is unknown"),),))
    (start, end), key, default = variables[0].span(), variables[0][2], variables[0][3]
    places = range(len(resource) + 1)
    before, after = pattern[:start], pattern[end:]
    lows = [place for place in places if resource_matches(before, resource[:place])]
    highs = [place for place in places if matches(after, resource[place:])]
    values = sorted({resource[low:high] for low in lows for high in highs if low <= high})
    condition = Condition("StringEquals", key, tuple(map(escape_text, values)), if_exists=default in values)
    return Formula(((Test(condition),),))


def judge(
    document: PolicyDocument | None,
    action: str,
    resource: str,
    context: Context,
    *,
    kind: Layer,
    owner: str,
    policy: str,
) -> LayerResult:
    """What one permissions policy says of an action on a resource.

    A document that is missing or cannot be read as a whole might allow and might deny; so might one
    statement.
    """
    if document is None or document.unreadable:
        why = document.unreadable if document else NOT_THERE
        doubt = Formula(((Opaque(f"{policy}: {why}"),),))
        return LayerResult(allow=doubt, deny=doubt)
    applied: list[Applied] = []
    for statement in document.statements:
        formula = statement_formula(
            statement, action, resource, context, variables=document.has_variables, policy=policy
        )
        if formula is None:
            continue
        ref = StatementRef(kind, owner, policy, statement.sid, statement.number)
        applied += [Applied(effect, formula, ref) for effect in effects(statement)]
    return layer_result(applied)


def effects(statement: Statement) -> tuple[Literal["Allow", "Deny"], ...]:
    """The effect of a statement; both where it cannot be read."""
    return (statement.effect,) if statement.effect else ("Allow", "Deny")


def statement_formula(
    statement: Statement, action: str, resource: str, context: Context, *, variables: bool, policy: str
) -> Formula | None:
    """When a statement applies to an action on a resource, or None where it is about something else."""
    if statement.unreadable:
        return Formula(((Opaque(f"{policy}, statement {statement.number}: {statement.unreadable}"),),))
    if not covers_action(statement, action):
        return None
    covered = covers_resource(statement, resource, context, variables=variables)
    if covered == NEVER:
        return None
    conditions = resolve(statement.conditions, context, variables=variables)
    return conditions if covered == ALWAYS else all_of(covered, conditions)


def layer_result(applied: Iterable[Applied]) -> LayerResult:
    """Join the statements of one layer."""
    items = tuple(applied)
    allow = any_of(*(item.formula for item in items if item.effect == "Allow"))
    deny = any_of(*(item.formula for item in items if item.effect == "Deny"))
    return LayerResult(allow, deny, items)


def join(results: Iterable[LayerResult]) -> LayerResult:
    """Several policies of one layer: any may allow, any may deny."""
    items = tuple(results)
    if len(items) < 2:
        return items[0] if items else LayerResult()
    return LayerResult(
        any_of(*(item.allow for item in items)),
        any_of(*(item.deny for item in items)),
        tuple(applied for item in items for applied in item.applied),
    )


def decide_permission(
    identity: LayerResult,
    *,
    boundary: LayerResult | None = None,
    session: LayerResult | None = None,
    scps: tuple[LayerResult, ...] = (),
    resource_policy_denies: Formula = NEVER,
) -> Outcome:
    """Whether identity policies alone permit an action inside the own account."""
    halves = Halves(
        relation="same_account",
        trust=TrustForms(account=ALWAYS),
        identity=identity.allow,
        boundary=boundary.allow if boundary else ALWAYS,
        session=session.allow if session else ALWAYS,
        scp=all_of(*(level.allow for level in scps)) if scps else ALWAYS,
        deny=any_of(
            identity.deny,
            boundary.deny if boundary else NEVER,
            session.deny if session else NEVER,
            resource_policy_denies,
        ),
        scp_deny=any_of(*(level.deny for level in scps)) if scps else NEVER,
        identity_covers=identity.covers,
    )
    return decide(halves)


@lru_cache(maxsize=100_000)
def decide(halves: Halves) -> Outcome:
    """Combine the layers of an assumption in AWS's order; cached, so that equal classes cost nothing."""
    looser, stricter = _granted(halves, user_boundary=False), _granted(halves, user_boundary=True)
    widest = _outcome(halves, looser, NEVER)
    if looser != stricter:
        other = _outcome(halves, stricter, NEVER)
        if _differ(widest, other):
            return contested(widest, other, BOUNDARY_READINGS)
    if halves.contested_deny != NEVER:
        other = _outcome(halves, looser, halves.contested_deny)
        if _differ(widest, other):
            page = f"{halves.contested_source}: the Deny"
            return contested(widest, other, (f"{page} leaves the caller out", f"{page} reaches the caller"))
    return widest


def contested(one: Outcome, other: Outcome, sources: tuple[str, str]) -> Outcome:
    """Both answers where AWS's pages lead to different ones.

    What both require is required for certain; what only one does is left open together with the question.
    """
    question = Formula(((Opaque(f"{PAGES_DISAGREE}{sources[0]}; or {sources[1]}"),),))
    both, either = all_of(one.requires, other.requires), any_of(one.requires, other.requires)
    return Outcome(
        "conditional",
        "contested",
        simplify(any_of(both, all_of(either, question))),
        (
            Reading(one.result, one.reason, sources[0]),
            Reading(other.result, other.reason, sources[1]),
        ),
    )


def _differ(one: Outcome, other: Outcome) -> bool:
    return (one.result, one.requires) != (other.result, other.requires)


def _granted(halves: Halves, *, user_boundary: bool) -> Formula:
    trust = halves.trust
    cut = (halves.boundary, halves.session)
    if halves.relation == "trust_only":
        return any_of(trust.everyone, trust.account, trust.user, trust.role, trust.session)
    if halves.relation == "outside":
        anyhow = any_of(trust.everyone, trust.account, trust.user, trust.role, trust.session)
        return all_of(anyhow, halves.session, Formula(((NeedsIdentity(halves.outside_account),),)))
    if halves.relation == "cross_account":
        anyhow = any_of(trust.everyone, trust.account, trust.user, trust.role, trust.session)
        return all_of(anyhow, halves.identity, *cut)
    return any_of(
        trust.everyone,
        trust.session,
        all_of(trust.role, *cut),
        all_of(trust.user, halves.boundary) if user_boundary else trust.user,
        all_of(trust.account, halves.identity, *cut),
    )


def _outcome(halves: Halves, granted: Formula, contested_deny: Formula) -> Outcome:
    denied = any_of(halves.deny, contested_deny)
    final = simplify(
        all_of(granted, halves.scp, negate(denied), negate(halves.scp_deny), negate(halves.rcp_deny))
    )
    if final == ALWAYS:
        return Outcome("allow", "", ALWAYS)
    if final == NEVER:
        return Outcome("deny", _why_denied(halves, simplify(granted), denied), NEVER)
    return Outcome("conditional", _why_open(final), final)


def _why_open(final: Formula) -> Reason:
    if all(any(isinstance(atom, Opaque) for atom in alternative) for alternative in final.alternatives):
        return "unreadable"
    if all(
        any(isinstance(atom, NeedsIdentity) for atom in alternative) for alternative in final.alternatives
    ):
        return "unknown_account"
    return "condition"


def _why_denied(halves: Halves, granted: Formula, denied: Formula) -> Reason:
    """The first layer in AWS's order that refuses by itself, else that no request can satisfy all at once."""
    trust = any_of(*(getattr(halves.trust, form) for form in TrustForms.__struct_fields__))
    for formula, reason in (
        (denied, "explicit_deny"),
        (halves.rcp_deny, "rcp"),
        (halves.scp_deny, "scp"),
    ):
        if simplify(formula) == ALWAYS:
            return reason  # type: ignore[return-value]  # members of Reason
    if simplify(halves.scp) == NEVER and halves.relation != "trust_only":
        return "scp"
    if simplify(trust) == NEVER:
        return "condition" if halves.trust_covers else "missing_trust"
    if granted == NEVER:
        for formula, cut in _needed(halves):
            if simplify(formula) == NEVER:
                return cut
    return "unsatisfiable"


def _needed(halves: Halves) -> tuple[tuple[Formula, Reason], ...]:
    """What must allow beside the trust, by the freest form in which it names the caller."""
    identity: Reason = "condition" if halves.identity_covers else "missing_identity"
    cuts: tuple[tuple[Formula, Reason], ...] = (
        (halves.boundary, "boundary"),
        (halves.session, "session_policy"),
    )
    if halves.relation == "outside":
        return cuts
    named = any_of(halves.trust.user, halves.trust.role)
    if halves.relation == "same_account" and simplify(named) != NEVER:
        return cuts
    return ((halves.identity, identity), *cuts)
