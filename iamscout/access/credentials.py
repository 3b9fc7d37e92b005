"""What a caller holds decides what AWS sees of MFA: a key, a console session, an MFA or a role session.

Nothing here looks for patterns in conditions. A formula is worked out for each kind of credential, and for
MFA of every age at which its answer can change, so that every idiom counts, in an Allow or a Deny, on either
half of an edge. Source: IAM User Guide, "AWS global condition context keys" (aws:MultiFactorAuthPresent,
aws:MultiFactorAuthAge, aws:TokenIssueTime) and "Configuring MFA-protected API access".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from msgspec import Struct

from iamscout.policy.atoms import ALWAYS, NEVER, Formula, Opaque, Test
from iamscout.policy.context import Context
from iamscout.policy.document import Condition
from iamscout.policy.formula import all_of, any_of, assume, is_equivalent, keys, negate, simplify
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.policy.numbers import parse_number

Outcome = Literal["allow", "deny", "conditional"]
Grade = Literal["none", "weak", "present", "fresh", "not_applicable"]

TOKEN_ISSUE_TIME = "aws:tokenissuetime"
LONG_TERM_KEY = Context(absent=frozenset({MFA_PRESENT, MFA_AGE, TOKEN_ISSUE_TIME}))
"""An access key: MFA is "not present in … requests that are made using long-term credentials"."""
CONSOLE_WITHOUT_MFA = Context({MFA_PRESENT: ("false",)}, absent=frozenset({MFA_AGE}))
"""A console session, or one from GetSessionToken, whose sign-in had no MFA: the key is there and false."""
WITHOUT_MFA_KEYS = Context(absent=frozenset({MFA_PRESENT, MFA_AGE}))
"""A federated or service caller: AWS sees nothing of MFA."""
ROLE_SESSION_CONTESTED = (
    "AWS's pages disagree whether aws:MultiFactorAuthPresent is absent or false in a role session"
)

_TEMPORARY = Formula(((Test(Condition("Null", "aws:TokenIssueTime", ("false",))),),))
"""Temporary credentials carry the time of their issue, whatever it is."""
_OLDEST = 10**9
"""An age in seconds beyond every session, and beyond every limit that means something."""


class CredentialResults(Struct, frozen=True):
    """What each kind of credential of a user gets; of MFA sessions, the best that one of some age gets."""

    long_term_key: Outcome
    console_without_mfa: Outcome
    mfa_session: Outcome


class Mfa(Struct, frozen=True):
    """How strongly MFA is asked for.

    none: it plays no part; weak: asked for, but some credential without MFA passes; present: needed, of any
    age; fresh: needed, and `max_age_seconds` is the oldest whole second that still passes; not_applicable:
    for callers without MFA.
    """

    grade: Grade
    max_age_seconds: int | None = None


NOT_APPLICABLE = Mfa("not_applicable")


def mfa_session(age_seconds: int) -> Context:
    """A session whose MFA is so old; 0 also for AssumeRole called with a serial number and a token code."""
    return Context({MFA_PRESENT: ("true",), MFA_AGE: (str(age_seconds),)})


@lru_cache(maxsize=65_536)
def credential_results(formula: Formula) -> CredentialResults:
    """What a user gets under the conditions left open, for each kind of credential."""
    sessions = {_outcome(assume(formula, mfa_session(age)), _TEMPORARY) for age in _ages(formula)}
    return CredentialResults(
        long_term_key=_outcome(assume(formula, LONG_TERM_KEY), ALWAYS),
        console_without_mfa=_outcome(assume(formula, CONSOLE_WITHOUT_MFA), _TEMPORARY),
        mfa_session="allow"
        if "allow" in sessions
        else "conditional"
        if "conditional" in sessions
        else "deny",
    )


@lru_cache(maxsize=65_536)
def mfa_strength(formula: Formula) -> Mfa:
    """How strongly the conditions left open ask for MFA, worked out at every age that can matter."""
    if not keys(formula) & {MFA_PRESENT, MFA_AGE}:
        return Mfa("none")
    without = [assume(formula, LONG_TERM_KEY), all_of(assume(formula, CONSOLE_WITHOUT_MFA), _TEMPORARY)]
    ages = _ages(formula)
    with_mfa = {age: all_of(assume(formula, mfa_session(age)), _TEMPORARY) for age in ages}
    if any(simplify(left) != NEVER for left in without):
        return Mfa("none" if _plays_no_part(formula, ages) else "weak")
    passing = [age for age, left in with_mfa.items() if simplify(left) != NEVER]
    if not passing:
        return Mfa("none")
    return Mfa("present") if _OLDEST in passing else Mfa("fresh", max(passing))


@lru_cache(maxsize=65_536)
def assume_role_session(formula: Formula) -> Formula:
    """What is left of a formula for the session of a role, which carries no MFA.

    "The temporary security credentials returned by AssumeRole do not include MFA information in the context"
    ("Configuring MFA-protected API access"), but aws:MultiFactorAuthPresent "is included in the request
    context only when the principal uses temporary credentials". Where absent and false make a difference the
    answer is contested, and left open.
    """
    absent = simplify(assume(formula, WITHOUT_MFA_KEYS))
    false = simplify(assume(formula, CONSOLE_WITHOUT_MFA))
    if is_equivalent(absent, false):
        return absent
    contested = Formula(((Opaque(ROLE_SESSION_CONTESTED),),))
    return any_of(all_of(absent, false), all_of(any_of(absent, false), contested))


def _plays_no_part(formula: Formula, ages: tuple[int, ...]) -> bool:
    """Whether every credential leaves the same open; the time of issue, which only keys lack, aside."""
    contexts = [WITHOUT_MFA_KEYS, CONSOLE_WITHOUT_MFA, *map(mfa_session, ages)]
    first, *others = (simplify(assume(formula, context)) for context in contexts)
    return all(is_equivalent(first, other) for other in others)


def _outcome(left: Formula, given: Formula) -> Outcome:
    """The outcome where `given` is known to hold as well."""
    if simplify(all_of(left, given)) == NEVER:
        return "deny"
    return "allow" if simplify(any_of(left, negate(given))) == ALWAYS else "conditional"


def _ages(formula: Formula) -> tuple[int, ...]:
    """Ages of MFA in seconds between which the answer does not change; the last stands for any older."""
    ages = {0, _OLDEST}
    for alternative in formula.alternatives:
        for atom in alternative:
            if isinstance(atom, Test) and atom.condition.key.lower() == MFA_AGE:
                ages.update(*map(_around, atom.condition.values))
    return tuple(sorted(ages))


def _around(value: str) -> set[int]:
    number = parse_number(value)
    if number is not None:
        near = int(number // 1)
        return {age for age in (near - 1, near, near + 1) if 0 <= age < _OLDEST}
    # A pattern on the digits of the age changes its answer, if at all, where digits are added.
    return {age for power in range(9) for age in (10**power - 1, 10**power)}
