"""Statements in canonical form: order, case, single values against lists and key spelling play no part."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec import Struct

from iamscout.policy.condition import spell
from iamscout.policy.document import Condition, Effect, PolicyDocument, PrincipalElement, Statement
from iamscout.policy.match import VARIABLE, compile_pattern, compile_resource_pattern, is_exact, plain_text
from iamscout.policy.parse import parse_document

Elements = tuple[str, ...]
_RUN = re.compile(r"[*?]{2,}")
_STARS = re.compile(r"\*{2,}")
_COLONS = 5
"""Of an ARN, before what names the resource."""


class Clause(Struct, frozen=True, cache_hash=True):
    """A statement as a comparison sees it.

    Actions are in lower case; a policy variable in a resource is a text of its own that only wildcards and
    the same variable match. Conditions are spelled as formulas spell them.
    """

    effect: Effect
    actions: Elements | None
    not_actions: Elements | None
    resources: Elements | None
    not_resources: Elements | None
    principals: tuple[PrincipalElement, ...] | None
    not_principals: tuple[PrincipalElement, ...] | None
    conditions: tuple[Condition, ...]
    unreadable: str = ""

    def covers_action(self, action: str) -> bool:
        """Whether the clause is about an action in lower case."""
        return _covers(self.actions, self.not_actions, action, compile_pattern)

    def covers_resource(self, resource: str) -> bool:
        """Whether the clause is about a resource; a trust policy names none and is about its role."""
        if self.resources is None and self.not_resources is None:
            return True
        return _covers(self.resources, self.not_resources, resource, compile_resource_pattern)

    @property
    def action_patterns(self) -> Elements:
        """Every value of Action or NotAction."""
        return (self.actions or ()) + (self.not_actions or ())

    @property
    def resource_patterns(self) -> Elements:
        """Every value of Resource or NotResource."""
        return (self.resources or ()) + (self.not_resources or ())


def _covers(
    named: Elements | None,
    excepted: Elements | None,
    text: str,
    compile_one: Callable[[str], Callable[[str], bool]],
) -> bool:
    if excepted is not None:
        return not any(compile_one(pattern)(text) for pattern in excepted)
    return any(compile_one(pattern)(text) for pattern in named or ())


class Reading(Struct, frozen=True):
    """A document as a set of clauses; `labels` are what does not change its meaning (Sid, Id, Version)."""

    clauses: frozenset[Clause]
    labels: frozenset[tuple[Clause | None, str]]
    unreadable: str = ""


def read(document: PolicyDocument) -> Reading:
    """The canonical form of a document."""
    return _read(document.text)


def same_meaning(one: PolicyDocument, other: PolicyDocument) -> bool:
    """Whether two documents say the same in the same words but for their order and form."""
    return one.text == other.text or read(one) == read(other)


def clauses_of(documents: Iterable[PolicyDocument]) -> frozenset[Clause]:
    """The clauses of several documents that apply together; an unreadable document is one such clause."""
    found: set[Clause] = set()
    for document in documents:
        found |= read(document).clauses
    return frozenset(found)


# Keyed by the text, whose hash Python remembers; parsing it again finds the document already there.
@lru_cache(maxsize=65_536)
def _read(text: str) -> Reading:
    document: PolicyDocument = parse_document(text)
    if document.unreadable:
        clause = _unreadable(text, document.unreadable)
        return Reading(frozenset({clause}), frozenset(), document.unreadable)
    labels: set[tuple[Clause | None, str]] = {(None, document.version)}
    if document.id:
        labels.add((None, f"Id {document.id}"))
    clauses = set()
    for statement in document.statements:
        clause = clause_of(statement, document)
        clauses.add(clause)
        if statement.sid:
            labels.add((clause, statement.sid))
    return Reading(frozenset(clauses), frozenset(labels))


def clause_of(statement: Statement, document: PolicyDocument) -> Clause:
    """The canonical form of one statement."""
    variables, text = document.has_variables, document.text
    return Clause(
        effect=statement.effect,
        actions=_actions(statement.actions),
        not_actions=_actions(statement.not_actions),
        resources=_resources(statement.resources, variables=variables),
        not_resources=_resources(statement.not_resources, variables=variables),
        principals=_sorted(statement.principals),
        not_principals=_sorted(statement.not_principals),
        conditions=tuple(sorted({spell(each, variables=variables) for each in statement.conditions})),
        unreadable=f"{statement.unreadable}: {_written(statement, text)}" if statement.unreadable else "",
    )


def _written(statement: Statement, text: str) -> str:
    """What cannot be read, as it stands in the document: two such statements are alike only if it is."""
    found = json.loads(text)["Statement"]
    return json.dumps(found[statement.number - 1] if isinstance(found, list) else found, sort_keys=True)


def _actions(values: Elements | None) -> Elements | None:
    return None if values is None else tuple(sorted({plain_action(value.lower()) for value in values}))


def plain_action(pattern: str) -> str:
    """The plainest pattern of the same actions: each is a service, a colon and a name, none of them empty."""
    found = _RUN.sub(lambda run: "?" * run[0].count("?") + "*" * ("*" in run[0]), pattern)
    if found in ("?*", "??*", "???*"):
        return "*"
    service, colon, name = found.partition(":")
    if not colon:
        return found
    service = "*" if service == "?*" else service
    name = "*" if name == "?*" else name
    if service.endswith("*") and name == "*":
        return service
    if service == "*" and name.startswith("*") and is_exact(name[1:]) and ":" not in name:
        return name
    return f"{service}:{name}"


def _resources(values: Elements | None, *, variables: bool) -> Elements | None:
    if values is None:
        return None
    return tuple(sorted({_resource(value, variables=variables) for value in values}))


def _resource(value: str, *, variables: bool) -> str:
    if "${" in value:
        value = VARIABLE.sub(_symbol, value) if variables else plain_text(value)
    return plain_resource(value)


def plain_resource(pattern: str) -> str:
    """The plainest pattern of the same resources: an ARN has six segments, and none is empty as a whole.

    A `*` at the end of a segment runs on beyond the colon ("IAM JSON policy elements: Resource"), so what
    follows it may be left out where it is all wildcards, but for the last segment, which may hold colons.
    """
    found = _STARS.sub("*", pattern)
    while found.endswith("*:*") and found.count(":") <= _COLONS:
        found = found.removesuffix(":*")
    return "*" if found == "?*" else found


def _symbol(found: re.Match[str]) -> str:
    """A text that stands for whatever a variable holds; `${*}` and its like stay."""
    if found[1]:
        return found[0]
    default = f"\ue003{found[3]}" if found[3] is not None else ""
    return f"\ue003{found[2].lower().replace(':', ';')}{default}\ue003"


def _sorted(principals: tuple[PrincipalElement, ...] | None) -> tuple[PrincipalElement, ...] | None:
    return None if principals is None else tuple(sorted(set(principals)))


def _unreadable(text: str, reason: str) -> Clause:
    return Clause("", None, None, None, None, None, None, (), f"{reason}: {text}")
