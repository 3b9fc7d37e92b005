"""The answer to a request: a verdict, the reason, the statements that decide and what is left open."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from iamscout.policy.atoms import canonical
from iamscout.policy.formula import ALWAYS, Formula, Opaque

PAGES_DISAGREE = "AWS's pages disagree: "
"""How the open question of a contested answer begins among what it requires."""

Result = Literal["allow", "deny", "conditional"]
Reason = Literal[
    "",
    # of a deny
    "missing_identity",
    "missing_trust",
    "condition",
    "explicit_deny",
    "boundary",
    "session_policy",
    "scp",
    "rcp",
    "principal_cannot_assume",
    "provider_missing",
    "unsatisfiable",
    # of a conditional ("condition" too)
    "unknown_account",
    "contested",
    "unreadable",
]
Layer = Literal["identity", "trust", "boundary", "session", "scp", "rcp"]


class StatementRef(Struct, frozen=True, order=True):
    """One statement as evidence.

    `owner` is the ARN of the entity that holds the policy (a role's own ARN for its trust policy), `policy`
    its name, or the ARN of a managed policy; `statement` counts from 1.
    """

    kind: Layer
    owner: str
    policy: str
    sid: str
    statement: int


class Reading(Struct, frozen=True):
    """One of two answers where AWS's pages disagree: the verdict, and the page that says so."""

    result: Result
    reason: Reason
    source: str


def without_question(requires: Formula) -> Formula:
    """What a contested answer requires in its wider reading, without the question that makes it one."""
    return canonical(
        tuple(
            atom
            for atom in alternative
            if not (isinstance(atom, Opaque) and atom.reason.startswith(PAGES_DISAGREE))
        )
        for alternative in requires.alternatives
    )


class Decision(Struct, frozen=True):
    """`requires` are the conditions left open, as alternatives: `NEVER` for a deny, `ALWAYS` for an allow."""

    result: Result
    reason: Reason = ""
    by: tuple[StatementRef, ...] = ()
    requires: Formula = ALWAYS
    readings: tuple[Reading, ...] = ()
