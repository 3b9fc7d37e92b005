"""The last step of a decision: what is known of keys that are open, and of MFA in a role's session."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from msgspec.structs import replace

from iamscout.access.callers import MFA_KEYS, Caller
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, WITHOUT_MFA_KEYS
from iamscout.access.directory import Directory
from iamscout.policy.atoms import canonical, conjunction
from iamscout.policy.context import Context
from iamscout.policy.document import Condition
from iamscout.policy.evaluate import Halves, Outcome, TrustForms, contested, decide
from iamscout.policy.formula import (
    ALWAYS,
    NEVER,
    Formula,
    Test,
    all_of,
    assume,
    is_equivalent,
    keys,
    simplify,
)

MFA_PAGES = ("Configuring MFA-protected API access", "AWS global condition context keys")
"""The pages that disagree about the MFA keys of a role's session."""


def decide_for(halves: Halves, kind: str) -> Outcome:
    """Decide, a role's session as one without MFA.

    AWS's pages call the MFA keys of such a session absent or false; where that differs it is contested.
    """
    outcome = decide(halves)
    if kind not in ("role", "session") or outcome.result == "deny" or not keys(outcome.requires) & MFA_KEYS:
        return outcome
    absent, false = _without_mfa(halves)
    if absent.result == false.result and is_equivalent(absent.requires, false.requires):
        return absent
    pages = (f"{MFA_PAGES[0]}: the keys are absent", f"{MFA_PAGES[1]}: aws:MultiFactorAuthPresent is false")
    return contested(absent, false, pages)


@lru_cache(maxsize=65_536)
def _without_mfa(halves: Halves) -> tuple[Outcome, Outcome]:
    """The outcome with the MFA keys absent, and with aws:MultiFactorAuthPresent false."""
    absent, false = (
        decide(assume_halves(halves, context)) for context in (WITHOUT_MFA_KEYS, CONSOLE_WITHOUT_MFA)
    )
    return absent, false


def assume_halves(halves: Halves, context: Context) -> Halves:
    """The layers of an assumption with more of the request known."""
    return _each(halves, lambda formula: assume(formula, context))


def _each(halves: Halves, change: Callable[[Formula], Formula]) -> Halves:
    trust = TrustForms(*(change(getattr(halves.trust, form)) for form in TrustForms.__struct_fields__))
    formulas = {
        name: change(value)
        for name in Halves.__struct_fields__
        if isinstance(value := getattr(halves, name), Formula)
    }
    return replace(halves, trust=trust, **formulas)


def settle(outcome: Outcome, halves: Halves, caller: Caller, directory: Directory) -> Outcome:
    """Work in what is known of keys whose values are not; `halves` is what the outcome was decided from.

    `aws:userid` of a role's open session begins with the role's id and a colon, and no session's name holds
    a `*` or `?` (STS API Reference, "AssumeRole", RoleSessionName). A caller outside the snapshots whose
    account is in none of the known organizations has another `aws:PrincipalOrgID` than theirs, or none.
    """
    facts = known_facts(outcome.requires, caller, directory)
    if outcome.result != "conditional" or facts == ALWAYS:
        return outcome
    settled = settle_open(outcome, facts)
    if settled.result != "deny":
        return settled
    reason = decide(_each(halves, lambda formula: _within(formula, facts))).reason
    return replace(settled, reason=reason or settled.reason)


def known_facts(requires: Formula, caller: Caller, directory: Directory) -> Formula:
    """What is known of the keys that are left open, as a formula; ALWAYS where nothing is."""
    open_keys = _known_in_part(requires)
    if not open_keys:
        return ALWAYS
    known: list[Formula] = []
    if "aws:userid" in open_keys and caller.kind == "role" and caller.entity is not None:
        begins = Condition("StringLike", "aws:userid", (f"{caller.entity.unique_id}:*",))
        is_odd = Condition("StringLike", "aws:userid", ("*${*}*", "*${?}*"))
        known.append(Formula((conjunction((Test(begins), Test(is_odd, negated=True))),)))
    if "aws:principalorgid" in open_keys and caller.is_outside and caller.account not in directory.member_of:
        ids = tuple(organization.id for organization in directory.organizations)
        if ids:
            condition = Condition("StringEquals", "aws:PrincipalOrgID", ids)
            known.append(Formula(((Test(condition, negated=True),),)))
    return all_of(*known)


def has_open_keys(requires: Formula) -> bool:
    """Whether a formula leaves keys open of which :func:`known_facts` may tell something."""
    return bool(_known_in_part(requires))


@lru_cache(maxsize=65_536)
def _known_in_part(requires: Formula) -> frozenset[str]:
    return keys(requires) & {"aws:userid", "aws:principalorgid"}


def settle_open(outcome: Outcome, facts: Formula) -> Outcome:
    """A conditional outcome where these facts hold."""
    left = _within(outcome.requires, facts)
    if left == NEVER:
        return Outcome("deny", "condition", NEVER)
    if left == ALWAYS and not outcome.readings:
        return Outcome("allow", "", ALWAYS)
    return replace(outcome, requires=left)


@lru_cache(maxsize=65_536)
def _within(formula: Formula, facts: Formula) -> Formula:
    """A formula where these facts hold: what they contradict is dropped, and so is what they imply."""
    within = simplify(all_of(formula, facts))
    if within == NEVER:
        return NEVER
    if is_equivalent(within, facts):
        return ALWAYS
    spelled = {atom for alternative in facts.alternatives for atom in alternative}
    return simplify(
        canonical(
            tuple(atom for atom in alternative if atom not in spelled) for alternative in within.alternatives
        )
    )
