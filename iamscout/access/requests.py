"""Questions and answers of `can-assume`, as the JSON lines that other programs write and read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

import msgspec
from msgspec import Struct

from iamscout.access.assume import Question, answer
from iamscout.access.callers import AWS_KINDS, MFA_KEYS, Caller, find_caller
from iamscout.access.directory import Directory
from iamscout.access.edges import build_access
from iamscout.access.graph import Chain, Hop, chain_to
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.trust import (
    ASSUME_ROLE,
    SET_SOURCE_IDENTITY,
    TRUST_ACTIONS,
    WITH_SAML,
    WITH_WEB_IDENTITY,
)
from iamscout.errors import InputError
from iamscout.policy.arn import root_arn
from iamscout.policy.atoms import Atom, NeedsIdentity, Opaque
from iamscout.policy.context import Context
from iamscout.policy.decision import Decision, Reading, Reason, Result, StatementRef, without_question
from iamscout.policy.formula import NEVER, Formula, all_of, assume, simplify
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Account, Role

ContextScalar = str | bool | int | float
ContextValue = ContextScalar | list[ContextScalar]


MAX_CHAINS = 100
"""So many chains are tried before a question by chains is given up: each one refused bars one hop."""


class Request(Struct, frozen=True):
    """One line in. `context` keys are in any case; a key that is not given is absent (closed) or open."""

    principal: str
    role: str
    id: str | int = ""
    kind: Literal["can_assume", "path"] = "can_assume"
    actions: tuple[str, ...] = ()
    context_mode: Literal["closed", "open"] = "closed"
    context: dict[str, ContextValue] = {}
    session_policy: dict[str, Any] | None = None


class Answer(Struct, frozen=True, omit_defaults=False):
    """One line out. `requires` is a list of alternatives, each a list of conditions.

    `path` are the roles on the way, in order: the role itself where it is taken directly, none for a deny.
    """

    id: str | int
    result: Result
    reason: Reason
    by: tuple[StatementRef, ...]
    requires: list[list[dict[str, Any]]]
    path: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


class Refusal(Struct, frozen=True):
    """One line out for a line that cannot be asked."""

    id: str | int
    error: str


def spell_requires(formula: Formula) -> list[list[dict[str, Any]]]:
    """A formula as JSON: alternatives of `{key, op, values}`, `{not: …}`, `{needs: identity, account}`.

    The question that makes an answer contested is told by its readings, not here.
    """
    told = without_question(formula)
    return [[spell_atom(atom) for atom in alternative] for alternative in told.alternatives]


def spell_atom(atom: Atom) -> dict[str, Any]:
    """One open condition; what cannot be read is `{unreadable: reason}`."""
    if isinstance(atom, NeedsIdentity):
        return {"needs": "identity", "account": atom.account}
    spelled: dict[str, Any]
    if isinstance(atom, Opaque):
        spelled = {"unreadable": atom.reason}
    else:
        condition = atom.condition
        spelled = {"key": condition.key, "op": condition.spelled, "values": list(condition.values)}
    return {"not": spelled} if atom.negated else spelled


def read_request(line: bytes | str) -> Request | Refusal:
    """Read one JSON line; a malformed one becomes a refusal that says why, with its id where it has one."""
    try:
        return msgspec.json.decode(line, type=Request)
    except _MALFORMED as problem:
        return Refusal(_id_of(line), f"not a request: {problem}")


_MALFORMED = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises for a line that is not JSON, not UTF-8, or nested beyond all bounds."""


def _id_of(line: bytes | str) -> str | int:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    found = value.get("id", "") if isinstance(value, dict) else ""
    return found if isinstance(found, str | int) and not isinstance(found, bool) else ""


class Desk:
    """Answers requests about the accounts of a directory; only chains and lists need all access."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    @cached_property
    def access(self) -> AccessMap:
        """All access of the accounts, worked out when it is first needed."""
        return build_access(self.directory.accounts.values())

    def answer(self, request: Request) -> Answer | Refusal:
        """Answer one request; one that names what is not there is refused."""
        try:
            caller = find_caller(request.principal, self.directory)
            role = self._role(request.role)
            question = self._question(request, caller, role)
        except InputError as problem:
            return Refusal(request.id, str(problem))
        if request.kind == "path":
            return self._as_answer(request, *self._decide_path(question))
        decision = answer(question, self.directory)
        return self._as_answer(request, decision, () if decision.result == "deny" else (role.arn,))

    def decide(self, request: Request) -> tuple[Question, Decision]:
        """The question of a request and its decision; raises `InputError` where it cannot be asked."""
        question = self._question(
            request, find_caller(request.principal, self.directory), self._role(request.role)
        )
        return question, answer(question, self.directory)

    def decide_path(self, request: Request) -> tuple[Decision, tuple[str, ...]]:
        """The decision of a request by chains, too, and the roles of the shortest chain in order."""
        caller, role = find_caller(request.principal, self.directory), self._role(request.role)
        return self._decide_path(self._question(request, caller, role))

    def pairs(self) -> Iterator[tuple[AccessEntry, str, str]]:
        """All pairs of the map as (entry, principal value, role ARN), in the map's order."""
        for entry in self.access.entries:
            for principal in entry.principals:
                for role in entry.roles:
                    yield entry, principal.value, role

    def _role(self, arn: str) -> Role:
        entry = self.directory.by_arn.get(arn)
        if entry is None or not isinstance(entry.entity, Role):
            raise InputError(f"there is no role {arn} in the snapshots", where="role")
        return entry.entity

    def _question(self, request: Request, caller: Caller, role: Role) -> Question:
        for action in request.actions:
            if action.lower() not in _ACTIONS:
                raise InputError(f"{action!r} is no action of a trust policy", where="actions")
        actions = tuple(dict.fromkeys(_ACTIONS[action.lower()] for action in request.actions))
        session_policy = None
        if request.session_policy is not None:
            session_policy = parse_document(msgspec.json.encode(request.session_policy).decode())
        return Question(
            caller=caller,
            role=role,
            role_account=self.directory.accounts[self.directory.by_arn[role.arn].account],
            actions=actions or (_FITTING.get(caller.kind, ASSUME_ROLE),),
            context={key: _texts(value) for key, value in request.context.items()},
            closed=request.context_mode == "closed",
            session_policy=session_policy,
        )

    def _as_answer(self, request: Request, decision: Decision, path: tuple[str, ...]) -> Answer:
        return Answer(
            id=request.id,
            result=decision.result,
            reason=decision.reason,
            by=decision.by,
            requires=spell_requires(decision.requires),
            path=path,
            readings=decision.readings,
        )

    def _decide_path(self, question: Question) -> tuple[Decision, tuple[str, ...]]:
        direct = answer(question, self.directory)
        if direct.result == "allow":
            return direct, (question.role.arn,)
        barred = self._barred_at_first(question)
        for _ in range(MAX_CHAINS):
            chain = self._chain(question, frozenset(barred))
            if chain is None:
                break
            decision, refused = self._prove(question, chain)
            if refused is None:
                return decision, tuple(hop.role for hop in chain.hops)
            barred.add((refused.principal, refused.role))
        return direct, (question.role.arn,) if direct.result == "conditional" else ()

    def _barred_at_first(self, question: Question) -> set[tuple[str, str]]:
        """The first hops that what the question asks beyond the plain action refuses."""
        inherits = any(key.lower() == "aws:sourceidentity" for key in question.context)
        if question.session_policy is None and len(question.actions) == 1 and not inherits:
            return set()
        starts = self._starts(question.caller)
        roles = {
            role
            for start in starts
            for entry in self.access.by_principal.get(start, ())
            for role in entry.roles
        }
        refused = {
            role
            for role in roles
            if answer(
                replace(question, role=self._role(role), role_account=self._account(role)), self.directory
            ).result
            == "deny"
        }
        return {(start, role) for start in starts for role in refused}

    def _account(self, role: str) -> Account:
        return self.directory.accounts[self.directory.by_arn[role].account]

    def _starts(self, caller: Caller) -> tuple[str, ...]:
        """What the caller is in the map: itself and its role; outside, its account and everyone."""
        starts = [caller.value]
        if caller.kind == "session":
            starts.append(caller.role_arn)
        if caller.is_outside and caller.kind in AWS_KINDS:
            starts += [root_arn(caller.account, caller.partition), "*"]
        return tuple(starts)

    def _chain(self, question: Question, barred: frozenset[tuple[str, str]]) -> Chain | None:
        first = {key.lower(): value for key, value in question.context.items()}
        later = {key: value for key, value in first.items() if key not in MFA_KEYS}
        contexts = [Context(values, closed=question.closed, unknown=_DERIVED) for values in (first, later)]

        def judge(entry: AccessEntry, hop: int) -> Formula:
            left = assume(entry.verdict.requires, contexts[min(hop, 1)])
            left = left if left == entry.verdict.requires else simplify(left)
            if entry.verdict.readings and left != NEVER:
                return all_of(left, Formula(((Opaque("AWS's pages disagree"),),)))
            return left

        return chain_to(self.access, self._starts(question.caller), question.role.arn, judge, barred)

    def _prove(self, question: Question, chain: Chain) -> tuple[Decision, Hop | None]:
        """Ask each hop exactly and join the answers; with a deny comes the hop that it is about."""
        by: set[StatementRef] = set()
        requires = []
        reason: Reason = ""
        readings: tuple[Reading, ...] = ()
        caller, context = question.caller, dict(question.context)
        inherited = next(
            (value for key, value in context.items() if key.lower() == "sts:sourceidentity"), None
        )
        for hop in chain.hops:
            role = self._role(hop.role)
            account = self.directory.accounts[self.directory.by_arn[hop.role].account]
            actions = question.actions if caller is question.caller else (ASSUME_ROLE,)
            if caller is not question.caller and inherited:
                actions = (ASSUME_ROLE, SET_SOURCE_IDENTITY)
            decision = answer(
                Question(
                    caller,
                    role,
                    account,
                    actions,
                    context,
                    question.closed,
                    question.session_policy if caller is question.caller else None,
                ),
                self.directory,
            )
            if decision.result == "deny":
                return decision, hop
            by.update(decision.by)
            if decision.result == "conditional":
                requires.append(decision.requires)
                reason = reason or decision.reason
                readings = (*readings, *decision.readings)
            caller = find_caller(hop.role, self.directory)
            context = {key: value for key, value in context.items() if key.lower() not in MFA_KEYS}
        proof = tuple(sorted(by))
        if not requires:
            return Decision("allow", by=proof), None
        return Decision("conditional", reason, proof, simplify(all_of(*requires)), readings), None


_ACTIONS: Mapping[str, str] = {action.lower(): action for action in TRUST_ACTIONS}
_FITTING = {"saml": WITH_SAML, "oidc": WITH_WEB_IDENTITY}
_DERIVED = frozenset(
    {
        "aws:userid", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:resourceorgid",
        "aws:resourceorgpaths",
    }
)  # fmt: skip
"""Keys that AWS derives; where they are still open in the map, no question can settle them."""


def _texts(value: ContextValue) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(_text(item) for item in items)


def _text(value: ContextScalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
