"""What stands between a caller and a role, in words: five states of MFA, other conditions, the verdict."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.access.model import Verdict
from iamscout.policy.document import Condition
from iamscout.policy.formula import Formula, Test
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.policy.words import describe
from iamscout.report.words import duration, short_duration

SHAPES = {"✕": "no", "–": "na", "△": "weak", "◐": "half", "●": "full", "✓": "yes", "?": "ask"}
"""The classes with which the style sheet draws the glyphs of states."""

_FEW_ALTERNATIVES = 6
_FEW_VALUES = 8
_RESULTS = {"allow": "yes", "conditional": "under conditions", "deny": "no"}
_REASONS = {
    "contested": "AWS's pages disagree",
    "unknown_account": "if the other account allows it",
    "unreadable": "cannot be judged",
}


class State(Struct, frozen=True):
    """A state with its glyph, its words and the class (`good`, `high`, `info` …) that colours it."""

    glyph: str
    words: str
    tone: str
    short: str = ""
    """The words for a narrow cell whose table says what it is about."""

    @property
    def look(self) -> str:
        """The classes that draw the glyph and colour it; `info` is the colour of those without one."""
        shape = SHAPES[self.glyph]
        return shape if self.tone == "info" else f"{shape} {self.tone}"


class Guard(Struct, frozen=True):
    """What a caller needs: the MFA state, and alternatives of further conditions, each of which is enough."""

    mfa: State
    alternatives: tuple[tuple[str, ...], ...]
    more: int = 0
    """Alternatives that are not spelled out."""


NO_MFA = State("✕", "no MFA", "high", "no MFA")
NOT_APPLICABLE = State("–", "n/a", "info")
BYPASSABLE = State("△", "MFA asked for but bypassable", "high", "bypassable")
NO_AGE = State("◐", "MFA, no max age", "medium", "no max age")


@lru_cache(maxsize=1024)
def mfa_state(mfa: Mfa) -> State:
    """One of the five states of MFA."""
    match mfa.grade:
        case "none":
            return NO_MFA
        case "weak":
            return BYPASSABLE
        case "present":
            return NO_AGE
        case "fresh":
            words = limit(mfa.max_age_seconds)
            return State(
                "●", f"MFA {words}", "good", limit(mfa.max_age_seconds, duration_words=short_duration)
            )
    return NOT_APPLICABLE


def limit(max_age_seconds: int | None, duration_words: Callable[[int], str] = duration) -> str:
    """A maximum age in words; 59 is what `NumericLessThan 60` leaves, so it is told as under 60 s."""
    if max_age_seconds is None:
        return "no max age"
    if (max_age_seconds + 1) % 10 == 0:
        return f"under {duration_words(max_age_seconds + 1)}"
    return f"up to {duration_words(max_age_seconds)}"


@lru_cache(maxsize=65_536)
def guard(verdict: Verdict) -> Guard:
    """What a verdict asks for."""
    spelled, more = alternatives(_without_mfa(verdict))
    return Guard(mfa_state(verdict.mfa), spelled, more)


def _without_mfa(verdict: Verdict) -> Formula:
    """What is asked besides the MFA that the state already tells, where that can be taken apart."""
    formula = verdict.requires
    if verdict.mfa.grade not in ("present", "fresh") or len(formula.alternatives) != 1:
        return formula
    rest = tuple(
        atom
        for atom in formula.alternatives[0]
        if not (isinstance(atom, Test) and atom.condition.key.lower() in (MFA_PRESENT, MFA_AGE))
    )
    return Formula((rest,))


@lru_cache(maxsize=65_536)
def alternatives(formula: Formula) -> tuple[tuple[tuple[str, ...], ...], int]:
    """The conditions of a formula in words, and how many alternatives are left out; none for always."""
    if not formula.alternatives or formula.alternatives[0] == ():
        return (), 0
    spelled = tuple(
        tuple(describe(atom) for atom in alternative)
        for alternative in formula.alternatives[:_FEW_ALTERNATIVES]
    )
    return spelled, max(0, len(formula.alternatives) - _FEW_ALTERNATIVES)


YES = State("✓", "yes", "info")


def result_state(verdict: Verdict) -> State:
    """Whether a caller with this verdict gets in, in words."""
    if verdict.result == "allow":
        return YES
    return State("?", _REASONS.get(verdict.reason, _RESULTS[verdict.result]), "info")


def condition_text(condition: Condition) -> str:
    """A condition of a statement, close to the policy: `aws:SourceIp IpAddress 192.0.2.0/24`."""
    values = ", ".join(condition.values[:_FEW_VALUES])
    rest = len(condition.values) - _FEW_VALUES
    return f"{condition.key} {condition.spelled} {values}{f' and {rest} more' if rest > 0 else ''}"


def weakest(states: list[Mfa]) -> Mfa | None:
    """The weakest of several MFA strengths, by which a door is judged; None where MFA applies to none."""
    counted = [mfa for mfa in states if mfa.grade != "not_applicable"]
    return min(counted, key=_strength, default=None)


def _strength(mfa: Mfa) -> tuple[int, int]:
    order = {"none": 0, "weak": 1, "present": 2, "fresh": 3}
    return order.get(mfa.grade, 4), -(mfa.max_age_seconds or 0)
