"""A decision told to a person: the verdict, both halves quoted, what is needed, what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from iamscout.access.assume import Question, answer
from iamscout.access.callers import CallerKind
from iamscout.access.directory import Directory
from iamscout.access.trust import TRUST_POLICY
from iamscout.policy.decision import Decision, StatementRef, without_question
from iamscout.policy.document import PolicyDocument
from iamscout.policy.formula import ALWAYS
from iamscout.policy.words import describe_all
from iamscout.snapshot.account import Account, Group, Role, User

_VERDICTS = {"allow": "Yes", "deny": "No", "conditional": "It depends"}
_KINDS: dict[CallerKind, str] = {
    "user": "user",
    "role": "role",
    "session": "role session",
    "root": "root user",
    "federated_user": "federated user",
    "saml": "SAML provider",
    "oidc": "OIDC provider",
    "service": "service",
}
REASONS = {
    "missing_identity": "no identity policy of the caller allows it, and the trust policy alone does not do",
    "missing_trust": "the role's trust policy does not allow this caller",
    "condition": "a condition decides",
    "explicit_deny": "a Deny statement refuses it",
    "boundary": "the caller's permissions boundary does not allow it",
    "session_policy": "the session policy does not allow it",
    "scp": "a service control policy refuses it",
    "rcp": "a resource control policy refuses it",
    "principal_cannot_assume": "a caller of this kind cannot take this role",
    "provider_missing": "the identity provider does not exist in the account",
    "unsatisfiable": "no request can meet all conditions at once",
    "unknown_account": "the caller's account is in no snapshot",
    "contested": "AWS's pages disagree",
    "unreadable": "a policy cannot be read",
}
"""Each reason of a decision in words."""
_HALVES = {
    "identity": "Identity policy",
    "trust": "Trust policy",
    "boundary": "Permissions boundary",
    "session": "Session policy",
    "scp": "Service control policy",
    "rcp": "Resource control policy",
}


def explain(question: Question, decision: Decision, directory: Directory) -> Iterator[str]:
    """The lines of the answer, without colour."""
    caller = question.caller
    actions = ", ".join(question.actions)
    yield f"{_VERDICTS[decision.result]}: {_KINDS[caller.kind]} {caller.value}"
    yield f"     {actions}  {question.role.arn}"
    if decision.reason:
        yield f"Why: {REASONS[decision.reason]}"
    requires = without_question(decision.requires)
    if decision.result == "conditional" and requires != ALWAYS:
        yield ""
        yield "Needs:" if len(requires.alternatives) == 1 else "Needs one of:"
        for alternative in requires.alternatives:
            yield f"  - {describe_all(alternative)}"
    if decision.readings:
        yield ""
        yield "The two readings:"
    for reading in decision.readings:
        yield f"  - {_VERDICTS[reading.result].lower()}, by {reading.source}"
    yield from _missing(question, decision, directory)
    for ref in decision.by:
        yield ""
        yield f"{_HALVES[ref.kind]}, statement {ref.statement}{f' ({ref.sid})' if ref.sid else ''}"
        yield f"  of {_owner(ref)}"
        yield from (f"  | {line}" for line in quote_statement(ref, directory))


def _missing(question: Question, decision: Decision, directory: Directory) -> Iterator[str]:
    """What would have to be there, named by the first action that lacks it."""
    if decision.reason not in {"missing_identity", "missing_trust", "boundary", "scp"}:
        return
    action = next(
        action
        for action in question.actions
        if answer(replace(question, actions=(action,)), directory).reason == decision.reason
    )
    entity = question.caller.entity
    match decision.reason:
        case "missing_identity":
            yield f"Half that is missing: an identity policy that allows the caller {action} on the role"
        case "missing_trust":
            yield f"Half that is missing: a trust statement of the role that allows the caller {action}"
        case "boundary" if entity is not None:
            yield f"Boundary that does not allow {action}: {entity.boundary_arn}"
        case "scp":
            yield f"Each level of the organization, from its root to the account, must allow {action}"


def _owner(ref: StatementRef) -> str:
    if ref.kind == "trust":
        return ref.owner
    return f"{ref.policy} at {ref.owner}"


def quote_statement(ref: StatementRef, directory: Directory) -> tuple[str, ...]:
    """The lines of one statement as JSON, or nothing where the snapshots lack the policy."""
    document = find_document(ref, directory)
    if document is None or document.unreadable:
        return ()
    statements = json.loads(document.text).get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    if not 0 < ref.statement <= len(listed):
        return ()
    statement = listed[ref.statement - 1]
    if isinstance(statement, dict):
        places = {key: place for place, key in enumerate(_ORDER)}
        statement = dict(sorted(statement.items(), key=lambda item: places.get(item[0], len(_ORDER))))
    return tuple(json.dumps(statement, indent=2, ensure_ascii=False).splitlines())


_ORDER = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
"""The order in which people write the elements of a statement."""


def find_document(ref: StatementRef, directory: Directory) -> PolicyDocument | None:
    """The document that a piece of evidence stands in."""
    if ref.kind in ("scp", "rcp"):
        return _guardrail(ref, directory)
    entry = directory.by_arn.get(ref.owner)
    if ref.policy == TRUST_POLICY and entry is not None:
        return getattr(entry.entity, "trust_policy", None)
    for account in directory.accounts.values():
        found = _in_account(ref, account)
        if found is not None:
            return found
    return None


def _in_account(ref: StatementRef, account: Account) -> PolicyDocument | None:
    managed = account.policies_by_arn.get(ref.policy)
    if managed is not None:
        return managed.document
    holders: tuple[User | Group | Role, ...] = (*account.users, *account.groups, *account.roles)
    for holder in holders:
        if holder.arn == ref.owner:
            return next((item.document for item in holder.inline_policies if item.name == ref.policy), None)
    return None


def _guardrail(ref: StatementRef, directory: Directory) -> PolicyDocument | None:
    for organization in directory.organizations:
        for member in organization.accounts:
            for level in (*(member.scps or ()), *(member.rcps or ())):
                for policy in level:
                    if policy.name == ref.policy:
                        return policy.document
    return None
