"""The last step of a decision: what is known of keys that are open, and of MFA in a role's session."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from iamscout.access.callers import MFA_KEYS, Caller
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, WITHOUT_MFA_KEYS
from iamscout.access.directory import Directory
from iamscout.policy.atoms import canonical
from iamscout.policy.context import Context
from iamscout.policy.decision import Reading
from iamscout.policy.document import Condition
from iamscout.policy.evaluate import Halves, Outcome, TrustForms, decide
from iamscout.policy.formula import (
    ALWAYS,
    NEVER,
    Formula,
    Test,
    all_of,
    any_of,
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

    `aws:userid` of a role's open session begins with the role's id and a colon; a caller outside the
    snapshots whose account is in none of the known organizations has another `aws:PrincipalOrgID` than
    theirs, or none.
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
