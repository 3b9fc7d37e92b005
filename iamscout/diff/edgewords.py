"""What changed in the conditions of an edge, in words: MFA gone, a longer age, another account's word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from iamscout.access.credentials import Mfa
from iamscout.access.model import Verdict
from iamscout.access.principals import PrincipalKind
from iamscout.diff.effect import Effect, Shift, joined, shift_of
from iamscout.policy.atoms import Atom, Formula, NeedsIdentity, Opaque, Test, canonical, conjunction
from iamscout.policy.document import Condition
from iamscout.policy.formula import keys
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT, spell_key
from iamscout.policy.words import describe

_DOUBT = "in doubt"
_WORDS = {
    "none": "no MFA",
    "weak": "MFA that can be bypassed",
    "present": "MFA of any age",
    "not_applicable": "no MFA",
}


@lru_cache(maxsize=16_384)
def edge_effect(before: Verdict, after: Verdict) -> Effect:
    """Whether the conditions of an edge let more in than before."""
    shifts = [shift_of(_decidable(before.requires), _decidable(after.requires))]
    if before.needs_identity_policy != after.needs_identity_policy:
        # The own trust policy suffices now: losing the identity policy would no longer close the edge.
        shifts.append(Shift(widens="yes") if before.needs_identity_policy else Shift(narrows="yes"))
    return joined(shifts).effect


def _decidable(formula: Formula) -> Formula:
    """The formula with what another account grants as a condition like any other: it is so or it is not."""
    return canonical(
        conjunction(_granted(atom) if isinstance(atom, NeedsIdentity) else atom for atom in alternative)
        for alternative in formula.alternatives
    )


def _granted(atom: NeedsIdentity) -> Test:
    return Test(Condition("StringEquals", "iamscout:GrantedByAccount", (atom.account,)))


@lru_cache(maxsize=16_384)
def changed_words(before: Verdict | None, after: Verdict | None) -> tuple[str, ...]:
    """What is new about an edge, in a few clauses; of one that is only there on one side, its conditions."""
    if before is None or after is None:
        verdict = before or after
        return () if verdict is None else _conditions(verdict)
    found: list[str] = []
    if before.mfa != after.mfa:
        found.append(_about_mfa(before.mfa, after.mfa))
    if before.needs_identity_policy != after.needs_identity_policy:
        needed = "needed now" if after.needs_identity_policy else "no longer needed"
        found.append(f"an identity policy is {needed}")
    found += _about_keys(before.requires, after.requires)
    if not found and before.result != after.result:
        found.append(f"{_certainty(before)} before, {_certainty(after)} now")
    return tuple(found) or ("the conditions were rewritten",)


def condition_words(verdict: Verdict, kind: PrincipalKind, *, lost: bool = False) -> str:
    """What it takes to enter, for the end of a sentence; of people, also that it takes no MFA.

    Of a way in that was lost, what it took.
    """
    told = _conditions(verdict, of_account=kind == "account")
    if told and all(each.startswith(_DOUBT) for each in told):
        return f" ({'formerly ' * lost}{' or '.join(told)})"
    if told:
        return f", {'formerly ' * lost}given: {' or '.join(told)}"
    return " without MFA" if kind in ("user", "account", "everyone") and not lost else ""


def _certainty(verdict: Verdict) -> str:
    if verdict.reason in ("contested", "unreadable"):
        return _DOUBT
    return {"allow": "certain", "conditional": "under conditions", "deny": "denied"}[verdict.result]


def mfa_words(mfa: Mfa) -> str:
    """A grade of MFA in words."""
    if mfa.grade == "fresh":
        return f"MFA at most {mfa.max_age_seconds:,} s old"
    return _WORDS[mfa.grade]


def _about_mfa(before: Mfa, after: Mfa) -> str:
    if after.grade in ("none", "weak") and before.grade in ("present", "fresh"):
        return f"MFA removed: {mfa_words(before)} before, {mfa_words(after)} now"
    if before.grade == "fresh" and after.grade == "present":
        return f"MFA age limit removed: {mfa_words(before)} before"
    if before.grade == after.grade == "fresh":
        longer = (after.max_age_seconds or 0) > (before.max_age_seconds or 0)
        ages = f"{before.max_age_seconds or 0:,} s before, {after.max_age_seconds or 0:,} s now"
        return f"MFA age {'longer' if longer else 'shorter'}: {ages}"
    return f"{mfa_words(before)} before, {mfa_words(after)} now"


def _about_keys(before: Formula, after: Formula) -> list[str]:
    """The keys on which conditions came, went or changed; MFA has its own words."""
    found = []
    for key in sorted((keys(before) | keys(after)) - {MFA_AGE, MFA_PRESENT}):
        had, has = _conditions_on(before, key), _conditions_on(after, key)
        if had == has:
            continue
        name = spell_key(key)
        if not has:
            found.append(f"condition on {name} removed: {' or '.join(had)}")
        elif not had:
            found.append(f"condition on {name} added: {' or '.join(has)}")
        else:
            found.append(f"condition on {name} changed: {' or '.join(had)} before, {' or '.join(has)} now")
    return found


def _conditions_on(formula: Formula, key: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            describe(atom)
            for alternative in formula.alternatives
            for atom in alternative
            if isinstance(atom, Test) and atom.condition.key.lower() == key
        )
    )


def _conditions(verdict: Verdict, *, of_account: bool = False) -> tuple[str, ...]:
    """The alternatives of an edge in words; none where nothing further is asked.

    That an account lets its own users in goes without saying where the account itself is trusted.
    """
    alternatives = [
        [atom for atom in alternative if not (of_account and isinstance(atom, NeedsIdentity))]
        for alternative in verdict.requires.alternatives
    ]
    if not all(alternatives):
        return ()
    found = tuple(dict.fromkeys(map(_alternative, alternatives)))
    more = len(found) - 3
    if more <= 0:
        return found
    return (*found[:3], f"{more:,} more alternative{'s' * (more > 1)}")


def _alternative(atoms: Sequence[Atom]) -> str:
    """What one alternative asks, each condition once; what cannot be judged, and its opposite, is a doubt."""
    asked = dict.fromkeys(describe(atom) for atom in atoms if not isinstance(atom, Opaque))
    doubts = dict.fromkeys(atom.reason for atom in atoms if isinstance(atom, Opaque))
    if not asked:
        return f"{_DOUBT}: {'; '.join(doubts)}"
    return " and ".join([*asked, *(f"what cannot be judged ({doubt})" for doubt in doubts)])
