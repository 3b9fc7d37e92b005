"""The exact answer for one caller and one role: every layer read, combined and proven.

The bulk edges in `edges.py` reach the same answers by classes; this module is the one that explains a single pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from iamscout.access.callers import (
    AWS_KINDS,
    MFA_KEYS,
    Caller,
    Facts,
    caller_facts,
    matching_form,
    names_a_session_of,
    role_facts,
)
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, WITHOUT_MFA_KEYS
from iamscout.access.directory import Directory
from iamscout.access.identity import boundary_policy, identity_policies
from iamscout.access.principals import Principal
from iamscout.access.trust import (
    ASSUME_ROLE,
    ASSUMING_ACTIONS,
    SET_SOURCE_IDENTITY,
    TRUST_POLICY,
    WITH_SAML,
    WITH_WEB_IDENTITY,
    TrustStatement,
    read_trust,
)
from iamscout.policy.arn import parse_arn
from iamscout.policy.atoms import canonical
from iamscout.policy.condition import resolve
from iamscout.policy.context import Context
from iamscout.policy.decision import Decision, Reading, Reason, StatementRef
from iamscout.policy.document import Condition, PolicyDocument, Statement
from iamscout.policy.evaluate import (
    Applied,
    Halves,
    LayerResult,
    Outcome,
    Relation,
    TrustForms,
    decide,
    join,
    judge,
)
from iamscout.policy.formula import (
    ALWAYS,
    NEVER,
    Formula,
    Opaque,
    Test,
    all_of,
    any_of,
    assume,
    is_equivalent,
    keys,
    simplify,
)
from iamscout.snapshot.account import Account, GuardrailPolicy, Role

NOT_PRINCIPAL_PAGE = "AWS JSON policy elements: NotPrincipal"
MFA_PAGES = ("Configuring MFA-protected API access", "AWS global condition context keys")
"""The pages that disagree about the MFA keys of a role's session."""


@dataclass(frozen=True)
class Question:
    """May `caller` take `role` by all of `actions`? `context` holds the request's keys in any case; `closed` means that a key
    which is neither given nor derived is absent, else it is open.
    """

    caller: Caller
    role: Role
    role_account: Account
    actions: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]]
    closed: bool = True
    session_policy: PolicyDocument | None = None


@dataclass(frozen=True)
class TrustMatch:
    """What the trust policy says to one caller: Allow formulas by form, Deny, what is contested, and the statements."""

    forms: TrustForms
    deny: Formula
    contested_deny: Formula
    applied: tuple[tuple[str, Applied], ...]

    @property
    def covers(self) -> bool:
        """Whether an Allow statement names the caller, whatever its conditions."""
        return any(item.effect == "Allow" for _, item in self.applied)


def answer(question: Question, directory: Directory) -> Decision:
    """Decide a question; every action must be allowed."""
    reason = _cannot(question)
    if reason:
        return Decision("deny", reason, requires=NEVER)
    actions = list(question.actions)
    inherited = "aws:sourceidentity" in {key.lower() for key in question.context}
    if inherited and question.caller.kind in ("role", "session") and SET_SOURCE_IDENTITY not in actions:
        actions.append(SET_SOURCE_IDENTITY)
    context = request_context(
        caller_facts(question.caller, directory),
        role_facts(question.role, question.role_account.id, directory),
        question.context,
        closed=question.closed,
    )
    decisions = [_answer_action(question, action, context, directory) for action in actions]
    return _every(decisions)


def request_context(
    caller: Facts, role: Facts, given: Mapping[str, tuple[str, ...]], *, closed: bool
) -> Context:
    """Join what AWS derives with what the question gives. Derived keys win, but for MFA keys that are given.

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
    for key in absent:
        values.pop(key, None)
    return Context(
        values=values,
        absent=absent,
        closed=closed,
        families=families,
        unknown=(caller.unknown | role.unknown) - values.keys() - (MFA_KEYS if closed else frozenset()),
    )


def _cannot(question: Question) -> Reason:
    """Why a caller of this kind can never take this role, or nothing."""
    caller, role = question.caller, question.role
    role_arn = parse_arn(role.arn)
    if caller.kind in ("root", "federated_user"):
        return "principal_cannot_assume"
    if caller.partition and role_arn and caller.partition != role_arn.partition:
        return "principal_cannot_assume"
    fitting = {"saml": WITH_SAML, "oidc": WITH_WEB_IDENTITY}.get(caller.kind, ASSUME_ROLE)
    if any(action in ASSUMING_ACTIONS and action != fitting for action in question.actions):
        return "principal_cannot_assume"
    if caller.kind == "saml" and role.kind == "sso":
        return "principal_cannot_assume"
    if caller.kind in ("saml", "oidc") and _provider_is_missing(caller, question.role_account):
        return "provider_missing"
    return ""


def _provider_is_missing(caller: Caller, account: Account) -> bool:
    if caller.account != account.id:
        return False
    providers = account.saml_providers if caller.kind == "saml" else account.oidc_providers
    return providers is not None and all(provider.arn != caller.value for provider in providers)


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
        if question.session_policy is not None:
            session = judge(
                question.session_policy,
                action,
                role.arn,
                context,
                kind="session",
                owner=caller.value,
                policy="session policy",
            )
        if not caller.is_service_linked:
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
    outcome = settle(decide_for(halves, caller.kind), caller, directory)
    layers = [identity, *(layer for layer in (boundary, session) if layer), *scps, *rcps]
    by = _evidence(outcome.result, halves, trust, identity, layers)
    return Decision(outcome.result, outcome.reason, by, outcome.requires, outcome.readings)


def decide_for(halves: Halves, kind: str) -> Outcome:
    """Decide; for a role's session without MFA, whose keys AWS's pages call absent or false: where that differs it is contested."""
    outcome = decide(halves)
    if kind not in ("role", "session") or outcome.result == "deny" or not keys(outcome.requires) & MFA_KEYS:
        return outcome
    absent, false = _without_mfa(halves)
    if absent.result == false.result and is_equivalent(absent.requires, false.requires):
        return absent
    readings = (
        Reading(absent.result, absent.reason, f"{MFA_PAGES[0]}: the keys are absent"),
        Reading(false.result, false.reason, f"{MFA_PAGES[1]}: aws:MultiFactorAuthPresent is false"),
    )
    return Outcome("conditional", "contested", any_of(absent.requires, false.requires), readings)


@lru_cache(maxsize=65_536)
def _without_mfa(halves: Halves) -> tuple[Outcome, Outcome]:
    """The outcome with the MFA keys absent, and with aws:MultiFactorAuthPresent false."""
    absent, false = (
        decide(assume_halves(halves, context)) for context in (WITHOUT_MFA_KEYS, CONSOLE_WITHOUT_MFA)
    )
    return absent, false


def assume_halves(halves: Halves, context: Context) -> Halves:
    """The layers of an assumption with more of the request known."""
    trust = TrustForms(
        *(assume(getattr(halves.trust, form), context) for form in TrustForms.__struct_fields__)
    )
    formulas = {
        name: assume(value, context)
        for name in Halves.__struct_fields__
        if isinstance(value := getattr(halves, name), Formula)
    }
    return replace(halves, trust=trust, **formulas)


def settle(outcome: Outcome, caller: Caller, directory: Directory) -> Outcome:
    """Work in what is known of keys whose values are not.

    `aws:userid` of a role's open session begins with the role's id and a colon; a caller outside the snapshots whose account is in
    none of the known organizations has another `aws:PrincipalOrgID` than theirs, or none.
    """
    if outcome.result != "conditional":
        return outcome
    open_keys = keys(outcome.requires)
    known: list[Test] = []
    if "aws:userid" in open_keys and caller.kind == "role" and caller.entity is not None:
        known.append(Test(Condition("StringLike", "aws:userid", (f"{caller.entity.unique_id}:*",))))
    if "aws:principalorgid" in open_keys and caller.is_outside and caller.account not in directory.member_of:
        ids = tuple(organization.id for organization in directory.organizations)
        known += [Test(Condition("StringEquals", "aws:PrincipalOrgID", ids), negated=True)] if ids else []
    return _within(outcome, known) if known else outcome


def _within(outcome: Outcome, known: list[Test]) -> Outcome:
    """The outcome where these facts hold: what they contradict is dropped, and so is what they imply."""
    facts = Formula((tuple(known),)) if len(known) == 1 else all_of(*(Formula(((test,),)) for test in known))
    within = simplify(all_of(outcome.requires, facts))
    if within == NEVER:
        return Outcome("deny", "condition", NEVER)
    if is_equivalent(within, facts):
        return Outcome("allow", "", ALWAYS)
    spelled = {atom for alternative in facts.alternatives for atom in alternative}
    left = canonical(
        tuple(atom for atom in alternative if atom not in spelled) for alternative in within.alternatives
    )
    return Outcome(outcome.result, outcome.reason, left, outcome.readings)


def rcps_apply(caller: Caller, role: Role) -> bool:
    """RCPs restrict neither a service-linked role's calls nor a service that takes its service-linked role ("RCPs")."""
    return not (caller.is_service_linked or (caller.kind == "service" and role.kind == "service_linked"))


def guardrails(
    directory: Directory, account: str, kind: str, action: str, resource: str, context: Context
) -> tuple[LayerResult, ...]:
    """What each level of the organization says, from the root down; nothing for the management account, which no SCP and no RCP
    restricts, and where no restriction is known.
    """
    found = []
    for owner, level in guardrail_levels(directory, account, kind):
        found.append(
            join(
                judge(policy.document, action, resource, context, kind=kind, owner=owner, policy=policy.name)  # type: ignore[arg-type]  # scp or rcp
                for policy in level
            )
        )
    return tuple(found)


def guardrail_levels(
    directory: Directory, account: str, kind: str
) -> Iterator[tuple[str, tuple[GuardrailPolicy, ...]]]:
    """The levels that bind an account, each with the organization's id as owner."""
    membership = directory.member_of.get(account)
    if membership is None or membership[0].management == account:
        return
    organization, member = membership
    for level in (member.scps if kind == "scp" else member.rcps) or ():
        yield organization.id, level


def match_trust(
    caller: Caller,
    role: Role,
    statements: tuple[TrustStatement, ...],
    action: str,
    context: Context,
) -> TrustMatch:
    """Read a trust policy for one caller. A document that cannot be read might allow and might deny."""
    document = role.trust_policy
    if document.unreadable:
        doubt = Formula(((Opaque(f"{TRUST_POLICY}: {document.unreadable}"),),))
        return TrustMatch(TrustForms(everyone=doubt), doubt, NEVER, ())
    allow: dict[str, list[Formula]] = {}
    deny: list[Formula] = []
    contested: list[Formula] = []
    applied: list[tuple[str, Applied]] = []
    for read in statements:
        if action not in read.actions:
            continue
        meant = statement_means(read, caller)
        if meant is None:
            continue
        form, extra, is_contested = meant
        formula = _trust_formula(read.statement, context, document)
        formula = all_of(formula, extra) if extra != ALWAYS else formula
        ref = StatementRef("trust", role.arn, TRUST_POLICY, read.statement.sid, read.statement.number)
        if read.statement.effect != "Deny":
            allow.setdefault(form, []).append(formula)
            applied.append((form, Applied("Allow", formula, ref)))
        if read.statement.effect != "Allow":
            (contested if is_contested else deny).append(formula)
            applied.append((form, Applied("Deny", formula, ref)))
    forms = TrustForms(
        everyone=any_of(*allow.get("everyone", ()), *allow.get("service", ()), *allow.get("federated", ())),
        account=any_of(*allow.get("account", ())),
        user=any_of(*allow.get("user", ())),
        role=any_of(*allow.get("role", ())),
        session=any_of(*allow.get("session", ())),
    )
    return TrustMatch(forms, any_of(*deny), any_of(*contested), tuple(applied))


def _trust_formula(statement: Statement, context: Context, document: PolicyDocument) -> Formula:
    if statement.unreadable:
        return Formula(((Opaque(f"{TRUST_POLICY}, statement {statement.number}: {statement.unreadable}"),),))
    return resolve(statement.conditions, context, variables=document.has_variables)


def statement_means(read: TrustStatement, caller: Caller) -> tuple[str, Formula, bool] | None:
    """Whether a trust statement is about the caller: the form, what must hold besides (a session's name), and whether AWS's pages
    leave it open (NotPrincipal). None where it is about somebody else.
    """
    if read.excepted is not None:
        return _means_by_exception(read.excepted, read.statement.effect, caller)
    best: tuple[str, Formula, bool] | None = None
    for principal in read.principals:
        form = matching_form(caller, principal)
        if form is not None and (best is None or best[1] != ALWAYS or _RANK[form] < _RANK[best[0]]):
            best = (form, ALWAYS, False)
        session = names_a_session_of(caller, principal)
        if session and best is None and caller.entity is not None:
            test = Test(
                Condition("StringEquals", "aws:userid", (f"{caller.entity.unique_id}:{session}",)), False
            )
            best = ("session", Formula(((test,),)), False)
    return best


_RANK = {
    form: rank
    for rank, form in enumerate(("everyone", "service", "federated", "session", "user", "role", "account"))
}
"""Forms that ask for less come first: of several that match, the freest decides."""


def _means_by_exception(
    listed: tuple[Principal, ...], effect: str, caller: Caller
) -> tuple[str, Formula, bool] | None:
    """NotPrincipal: everybody but those listed.

    A caller inside an account is left out for sure where its own ARN and its account are listed; a caller whose ARN is not
    listed beside others of its account is meant; in between AWS says that a Deny "might" reach it. A Deny always reaches
    a caller with a permissions boundary.
    """
    forms = {matching_form(caller, principal) for principal in listed} - {None}
    own = bool(forms - {"account"})
    if not forms:
        return ("everyone", ALWAYS, False)
    if caller.kind not in AWS_KINDS:
        return None
    denies = effect != "Allow"
    if denies and caller.entity is not None and caller.entity.boundary_arn:
        return ("everyone", ALWAYS, False)
    if "everyone" in forms or (own and "account" in forms):
        return None
    if not denies:
        return None
    others = any(p.account == caller.account and p.kind in ("user", "role", "session") for p in listed)
    if not own and others:
        return ("everyone", ALWAYS, False)
    return ("everyone", ALWAYS, True)


def _evidence(
    result: str, halves: Halves, trust: TrustMatch, identity: LayerResult, layers: list[LayerResult]
) -> tuple[StatementRef, ...]:
    """The statements that decide: for an allow the shortest proof, for a deny what refuses and the half that is there."""
    found: list[StatementRef] = []
    denies = [item for _, item in trust.applied if item.effect == "Deny"]
    denies += [item for layer in layers for item in layer.applied if item.effect == "Deny"]
    found += [item.ref for item in denies if simplify(item.formula) != NEVER]
    if result == "deny" and any(simplify(item.formula) == ALWAYS for item in denies):
        return tuple(sorted({item.ref for item in denies if simplify(item.formula) == ALWAYS}))
    allows = [(form, item) for form, item in trust.applied if item.effect == "Allow"]
    same = halves.relation == "same_account"
    free = [item for form, item in allows if not same or form != "account"]
    if same and any(item.formula == ALWAYS for item in free) and result == "allow":
        return tuple(sorted({*found, *_shortest(free)}))
    found += _shortest([item for _, item in allows])
    if halves.relation == "cross_account" or any(form == "account" for form, _ in allows) or not allows:
        found += _shortest([item for item in identity.applied if item.effect == "Allow"])
    return tuple(sorted(set(found)))


def _shortest(items: Iterable[Applied]) -> list[StatementRef]:
    """The statements that can apply, of which the first that needs nothing will do; else those whose conditions fail."""
    covering = list(items)
    able = [item for item in covering if item.formula != NEVER]
    plain = [item.ref for item in able if item.formula == ALWAYS]
    return plain[:1] or [item.ref for item in able or covering]


def _every(decisions: list[Decision]) -> Decision:
    """All actions must be allowed: the first deny decides, then the open ones together."""
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
    return Decision("conditional", still_open[0].reason, by, requires, readings)
