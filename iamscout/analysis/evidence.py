"""Where to look: evidence down to the statement and the JSON pointer within its document."""

from __future__ import annotations

from iamscout.access.identity import PolicyUse
from iamscout.access.trust import TRUST_POLICY
from iamscout.analysis.estate import Estate
from iamscout.analysis.finding import Evidence
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Role


def trust_evidence(
    role: Role, statement: Statement | None = None, element: str = "", note: str = ""
) -> Evidence:
    """A role's trust policy, a statement of it, or an element of that (`Principal`, `Condition/Bool`)."""
    if statement is None:
        return Evidence("trust", role.arn, TRUST_POLICY, note=note)
    return Evidence(
        "trust", role.arn, TRUST_POLICY, statement.sid, statement.number, _pointer(statement, element), note
    )


def policy_evidence(
    owner: str, policy: str, statement: Statement | None = None, element: str = "", note: str = ""
) -> Evidence:
    """A policy where `owner` holds it, by name or ARN; a statement of it, or an element of that."""
    if statement is None:
        return Evidence("identity", owner, policy, note=note)
    return Evidence(
        "identity", owner, policy, statement.sid, statement.number, _pointer(statement, element), note
    )


def use_evidence(
    use: PolicyUse, statement: Statement | None = None, element: str = "", note: str = ""
) -> Evidence:
    """A policy where it applies; see :func:`policy_evidence`."""
    return policy_evidence(use.owner, use.policy, statement, element, note)


def ref_evidence(estate: Estate, ref: StatementRef, note: str = "") -> Evidence:
    """A statement that an answer names, with its pointer where its document is at hand."""
    statement = estate.permissions.statement(ref)
    pointer = statement.pointer if statement else ""
    return Evidence(ref.kind, ref.owner, ref.policy, ref.sid, ref.statement, pointer, note)


def _pointer(statement: Statement, element: str) -> str:
    return f"{statement.pointer}/{element}" if element else statement.pointer
