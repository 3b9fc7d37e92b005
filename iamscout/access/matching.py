"""What a trust policy says to one caller: which statements mean it, and in which form.

Sources: IAM User Guide, "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal".
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from iamscout.access.callers import AWS_KINDS, Caller, Form, matching_form, names_a_session_of
from iamscout.access.principals import Principal
from iamscout.access.trust import TRUST_POLICY, TrustStatement
from iamscout.policy.condition import resolve
from iamscout.policy.context import Context
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import Condition, Effect, PolicyDocument, Statement
from iamscout.policy.evaluate import Applied, TrustForms, effects
from iamscout.policy.formula import ALWAYS, NEVER, Formula, Opaque, Test, all_of, any_of, negate
from iamscout.snapshot.account import Role

NOT_PRINCIPAL_PAGE = "AWS JSON policy elements: NotPrincipal"
"""The page that says of a Deny with NotPrincipal that it "might" reach a caller it names."""


@dataclass(frozen=True)
class TrustMatch:
    """What the trust policy says to one caller: Allow by form, Deny, contested Deny, and the statements."""

    forms: TrustForms
    deny: Formula
    contested_deny: Formula
    applied: tuple[tuple[Form, Applied], ...]

    @property
    def covers(self) -> bool:
        """Whether an Allow statement names the caller, whatever its conditions."""
        return any(item.effect == "Allow" for _, item in self.applied)


def match_trust(
    caller: Caller, role: Role, statements: tuple[TrustStatement, ...], action: str, context: Context
) -> TrustMatch:
    """Read a trust policy for one caller. A document that cannot be read might allow and might deny."""
    document = role.trust_policy
    if document.unreadable:
        doubt = Formula(((Opaque(f"{TRUST_POLICY}: {document.unreadable}"),),))
        return TrustMatch(TrustForms(everyone=doubt), doubt, NEVER, ())
    allow: dict[Form, list[Formula]] = {}
    deny: list[Formula] = []
    contested: list[Formula] = []
    applied: list[tuple[Form, Applied]] = []
    for read in statements:
        meanings = statement_means(read, caller) if action in read.actions else ()
        if not meanings:
            continue
        formula = _trust_formula(read.statement, context, document)
        ref = StatementRef("trust", role.arn, TRUST_POLICY, read.statement.sid, read.statement.number)
        for meaning in meanings:
            when = all_of(formula, meaning.extra)
            for effect in effects(read.statement):
                applied.append((meaning.form, Applied(effect, when, ref)))
                if effect == "Allow":
                    allow.setdefault(meaning.form, []).append(when)
                else:
                    (contested if meaning.is_contested else deny).append(when)
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


class Meaning(Struct, frozen=True):
    """One way in which a trust statement is about a caller.

    `extra` is what must hold besides its conditions: the session's name, where the caller's is open.
    `is_contested` tells that AWS's pages leave open whether a NotPrincipal reaches the caller.
    """

    form: Form
    extra: Formula = ALWAYS
    is_contested: bool = False


def statement_means(read: TrustStatement, caller: Caller) -> tuple[Meaning, ...]:
    """The ways in which a trust statement is about the caller; none where it is about somebody else.

    A role whose session is open may be meant as a role or by its account, and some of its sessions by name.
    """
    if read.may_mean_anybody:
        return (Meaning("everyone"),)
    if read.excepted is not None:
        return means_by_exception(read.excepted, read.statement.effect, caller)
    forms = [form for principal in read.principals if (form := matching_form(caller, principal))]
    found = [Meaning(min(forms, key=FREEST_FIRST.index))] if forms else []
    session = _is_one_of(caller, read.principals)
    if session != NEVER:
        found.append(Meaning("session", session))
    return tuple(found)


FREEST_FIRST: tuple[Form, ...] = ("everyone", "service", "federated", "session", "user", "role", "account")
"""Forms that ask for less come first: of several that match, the freest decides."""


def _is_one_of(caller: Caller, principals: tuple[Principal, ...]) -> Formula:
    """When the open session of a role is one of those that are named: a condition on its `aws:userid`.

    That is the role's unique id, a colon and the session's name ("IAM policy elements: Variables and tags").
    """
    names = {name for principal in principals if (name := names_a_session_of(caller, principal))}
    if not names:
        return NEVER
    operator, head = ("StringEquals", caller.entity.unique_id) if caller.entity else ("StringLike", "*")
    values = tuple(f"{head}:{name}" for name in sorted(names))
    return Formula(((Test(Condition(operator, "aws:userid", values)),),))


def means_by_exception(listed: tuple[Principal, ...], effect: Effect, caller: Caller) -> tuple[Meaning, ...]:
    """NotPrincipal: everybody but those listed."""
    forms = {form for principal in listed if (form := matching_form(caller, principal))}
    session = _is_one_of(caller, listed)
    found = _means_unlisted(forms, listed, effect, caller)
    if session == NEVER:
        return found
    other = _means_unlisted(forms | {"session"}, listed, effect, caller)
    return (
        *(Meaning(each.form, negate(session), each.is_contested) for each in found),
        *(Meaning(each.form, session, each.is_contested) for each in other),
    )


def _means_unlisted(
    forms: set[Form], listed: tuple[Principal, ...], effect: Effect, caller: Caller
) -> tuple[Meaning, ...]:
    """What NotPrincipal says to a caller that is listed in these forms.

    A caller inside an account is left out for sure where its own ARN and its account are listed; a caller
    whose ARN is not listed beside others of its account is meant; in between AWS says that a Deny "might"
    reach it. A Deny always reaches a caller with a permissions boundary.
    """
    everyone = (Meaning("everyone"),)
    if not forms:
        return everyone
    if caller.kind not in AWS_KINDS:
        return ()
    denies = effect != "Allow"
    if denies and caller.entity is not None and caller.entity.boundary_arn:
        return everyone
    own = bool(forms - {"account"})
    if "everyone" in forms or (own and "account" in forms) or not denies:
        return ()
    others = any(p.account == caller.account and p.kind in ("user", "role", "session") for p in listed)
    return everyone if not own and others else (Meaning("everyone", is_contested=True),)
