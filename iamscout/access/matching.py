"""What a trust policy says to one caller: which statements mean it, and in which form.

Sources: IAM User Guide, "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal".
"""

from __future__ import annotations

from dataclasses import dataclass

from iamscout.access.callers import AWS_KINDS, Caller, matching_form, names_a_session_of
from iamscout.access.principals import Principal
from iamscout.access.trust import TRUST_POLICY, TrustStatement
from iamscout.policy.condition import resolve
from iamscout.policy.context import Context
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import Condition, PolicyDocument, Statement
from iamscout.policy.evaluate import Applied, TrustForms
from iamscout.policy.formula import ALWAYS, NEVER, Formula, Opaque, Test, all_of, any_of
from iamscout.snapshot.account import Role

NOT_PRINCIPAL_PAGE = "AWS JSON policy elements: NotPrincipal"
"""The page that says of a Deny with NotPrincipal that it "might" reach a caller it names."""


@dataclass(frozen=True)
class TrustMatch:
    """What the trust policy says to one caller: Allow by form, Deny, contested Deny, and the statements."""

    forms: TrustForms
    deny: Formula
    contested_deny: Formula
    applied: tuple[tuple[str, Applied], ...]

    @property
    def covers(self) -> bool:
        """Whether an Allow statement names the caller, whatever its conditions."""
        return any(item.effect == "Allow" for _, item in self.applied)


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
    """Whether a trust statement is about the caller; None where it is about somebody else.

    The form, what must hold besides (a session's name), and whether AWS's pages leave it open (NotPrincipal).
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
            test = Test(Condition("StringEquals", "aws:userid", (f"{caller.entity.unique_id}:{session}",)))
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

    A caller inside an account is left out for sure where its own ARN and its account are listed; a caller
    whose ARN is not listed beside others of its account is meant; in between AWS says that a Deny "might"
    reach it. A Deny always reaches a caller with a permissions boundary.
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
