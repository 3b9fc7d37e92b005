"""From JSON text to a :class:`PolicyDocument`: strict, total, and the only place where a document is read.

The text may use every spelling that IAM accepts (one statement or a list, a string or a list, all forms of
Principal). Everything else becomes a note; what might change the meaning also makes its statement, or the
document, unreadable.
Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference".
"""

from __future__ import annotations

import json
from functools import lru_cache

from iamscout.policy.document import Condition, Note, PolicyDocument, PrincipalElement, Statement

MAX_CHARACTERS = 200_000
"""Longer texts are not read: IAM's own limit is 10,240 characters, an SCP's 10,240."""
MAX_DEPTH = 20
"""Deeper nesting is not read: the grammar needs seven levels."""

OPERATORS = (
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike "
    "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals "
    "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals "
    "Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null"
).split()
"""Every base operator ("IAM JSON policy elements: Condition operators")."""

_CANONICAL = {name.lower(): name for name in OPERATORS}
_ELEMENTS = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip
_TYPES = {"AWS", "Service", "Federated", "CanonicalUser"}


class _UnreadableError(Exception):
    """Raised inside this module for a text that is no policy document at all."""


class _Object(dict[str, object]):
    """A JSON object that remembers keys that occurred twice."""

    repeated: tuple[str, ...] = ()


@lru_cache(maxsize=200_000)
def parse_document(text: str) -> PolicyDocument:
    """Read the JSON text of a policy document. Never raises: see `notes` and `unreadable` of the result."""
    try:
        value = _load(text)
    except _UnreadableError as problem:
        return PolicyDocument(
            text=text, notes=(Note("unreadable", "", str(problem)),), unreadable=str(problem)
        )
    return _Reader().document(text, value)


def _load(text: str) -> _Object:
    if len(text) > MAX_CHARACTERS:
        raise _UnreadableError(
            f"the document has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"
        )
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError:
        raise _UnreadableError("the document is nested too deeply") from None
    except ValueError as problem:
        raise _UnreadableError(f"the document is not JSON: {problem}") from None
    if not isinstance(value, _Object):
        raise _UnreadableError("the document is not a JSON object")
    if nested_too_deeply(value):
        raise _UnreadableError(f"the document is nested deeper than {MAX_DEPTH} levels")
    return value


def _object(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        made.repeated = tuple(dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]  # the classic first-seen idiom
    return made


def _refuse_constant(name: str) -> object:
    raise _UnreadableError(f"the document is not JSON: {name} is no JSON value")


def nested_too_deeply(value: object) -> bool:
    """Whether decoded JSON goes deeper than :data:`MAX_DEPTH`."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True


class _Reader:
    """Collects the notes of one document while its parts are read."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.spoiled = ""

    def note(self, code: str, pointer: str, message: str, *, spoils: bool = False) -> None:
        self.notes.append(Note(code, pointer, message))
        if spoils and not self.spoiled:
            self.spoiled = message

    def document(self, text: str, value: _Object) -> PolicyDocument:
        unreadable = ""
        for key in value.repeated:
            self.note("duplicate-key", f"/{_escape(key)}", f"the key {key!r} occurs twice", spoils=True)
        for key in value.keys() - {"Version", "Id", "Statement"}:
            self.note("unknown-element", f"/{_escape(key)}", f"IAM has no policy element {key!r}")
        version = value.get("Version", "2008-10-17")
        if version not in ("2012-10-17", "2008-10-17"):
            self.note("unknown-version", "/Version", f"IAM has no policy version {version!r}", spoils=True)
            version = "2008-10-17"
        identifier = value.get("Id", "")
        if not isinstance(identifier, str):
            self.note("wrong-type", "/Id", "Id is not text")
            identifier = ""
        unreadable, self.spoiled = self.spoiled, ""
        listed = value.get("Statement")
        statements: list[Statement] = []
        if isinstance(listed, list):
            if not listed:
                self.note("no-statement", "/Statement", "the document has no statement")
            for index, item in enumerate(listed):
                statements.append(self.statement(item, index + 1, f"/Statement/{index}"))
        elif "Statement" in value:
            statements.append(self.statement(listed, 1, "/Statement"))
        else:
            self.note("no-statement", "", "the document has no Statement element", spoils=True)
            unreadable = unreadable or self.spoiled
        self._repeated_sids(statements)
        return PolicyDocument(
            text=text,
            version=str(version),
            id=identifier,
            statements=tuple(statements),
            notes=tuple(sorted(self.notes, key=lambda note: (note.pointer, note.code, note.message))),
            unreadable=unreadable,
        )

    def statement(self, value: object, number: int, at: str) -> Statement:
        self.spoiled = ""
        if not isinstance(value, _Object):
            self.note("wrong-type", at, "the statement is not an object", spoils=True)
            return Statement(effect="", number=number, pointer=at, unreadable=self.spoiled)
        for key in value.repeated:
            self.note("duplicate-key", f"{at}/{_escape(key)}", f"the key {key!r} occurs twice", spoils=True)
        for key in sorted(value.keys() - _ELEMENTS):
            self.note(
                "unknown-element",
                f"{at}/{_escape(key)}",
                f"IAM has no statement element {key!r}",
                spoils=True,
            )
        for one, other in (
            ("Principal", "NotPrincipal"),
            ("Action", "NotAction"),
            ("Resource", "NotResource"),
        ):
            if one in value and other in value:
                self.note("both-forms", at, f"the statement has both {one} and {other}", spoils=True)
        if "Action" not in value and "NotAction" not in value:
            self.note("no-action", at, "the statement has neither Action nor NotAction", spoils=True)
        effect = value.get("Effect")
        if effect not in ("Allow", "Deny"):
            self.note(
                "bad-effect", f"{at}/Effect", f"Effect is {effect!r}, neither Allow nor Deny", spoils=True
            )
        sid = value.get("Sid", "")
        if not isinstance(sid, str):
            self.note("wrong-type", f"{at}/Sid", "Sid is not text")
            sid = ""
        return Statement(
            effect=effect if effect in ("Allow", "Deny") else "",  # type: ignore[arg-type]  # narrowed by the test
            sid=sid,
            principals=self.principals(value, "Principal", at),
            not_principals=self.principals(value, "NotPrincipal", at),
            actions=self.texts(value, "Action", at),
            not_actions=self.texts(value, "NotAction", at),
            resources=self.texts(value, "Resource", at),
            not_resources=self.texts(value, "NotResource", at),
            conditions=self.conditions(value, at),
            number=number,
            pointer=at,
            unreadable=self.spoiled,
        )

    def texts(self, owner: _Object, key: str, at: str) -> tuple[str, ...] | None:
        if key not in owner:
            return None
        value = owner[key]
        items = value if isinstance(value, list) else [value]
        if not items:
            self.note("empty-list", f"{at}/{key}", f"{key} is an empty list")
        if not all(isinstance(item, str) for item in items):
            self.note("wrong-type", f"{at}/{key}", f"{key} holds something that is not text", spoils=True)
        return tuple(item for item in items if isinstance(item, str))

    def principals(self, owner: _Object, key: str, at: str) -> tuple[PrincipalElement, ...] | None:
        if key not in owner:
            return None
        value, here = owner[key], f"{at}/{key}"
        if value == "*":
            return (PrincipalElement("*", "*"),)
        if not isinstance(value, _Object):
            self.note("wrong-type", here, f'{key} is neither "*" nor an object', spoils=True)
            return ()
        for name in value.repeated:
            self.note(
                "duplicate-key", f"{here}/{_escape(name)}", f"the key {name!r} occurs twice", spoils=True
            )
        if not value:
            self.note("empty-list", here, f"{key} names nobody")
        found: list[PrincipalElement] = []
        for name in value:
            if name not in _TYPES:
                self.note(
                    "unknown-principal-type",
                    f"{here}/{_escape(name)}",
                    f"IAM has no principal type {name!r}",
                    spoils=True,
                )
                continue
            found.extend(PrincipalElement(name, text) for text in self.texts(value, name, here) or ())  # type: ignore[arg-type]  # a member of _TYPES
        return tuple(found)

    def conditions(self, owner: _Object, at: str) -> tuple[Condition, ...]:
        if "Condition" not in owner:
            return ()
        value, here = owner["Condition"], f"{at}/Condition"
        if not isinstance(value, _Object):
            self.note("wrong-type", here, "Condition is not an object", spoils=True)
            return ()
        for name in value.repeated:
            self.note(
                "duplicate-key", f"{here}/{_escape(name)}", f"the operator {name!r} occurs twice", spoils=True
            )
        found: list[Condition] = []
        for operator, keys in value.items():
            found.extend(self.operator(operator, keys, f"{here}/{_escape(operator)}"))
        return tuple(found)

    def operator(self, spelled: str, keys: object, at: str) -> list[Condition]:
        qualifier, base, if_exists = split_operator(spelled)
        if (
            base not in OPERATORS
            or (base == "Null" and if_exists)
            or qualifier not in ("", "ForAnyValue", "ForAllValues")
        ):
            self.note("unknown-operator", at, f"IAM has no condition operator {spelled!r}", spoils=True)
            qualifier, base, if_exists = "", spelled, False
        if not isinstance(keys, _Object):
            self.note(
                "wrong-type", at, f"the operator {spelled!r} does not hold an object of keys", spoils=True
            )
            return []
        for name in keys.repeated:
            self.note("duplicate-key", f"{at}/{_escape(name)}", f"the key {name!r} occurs twice", spoils=True)
        found = []
        for key, value in keys.items():
            items = value if isinstance(value, list) else [value]
            values = [_scalar(item) for item in items]
            if None in values:
                self.note(
                    "wrong-type",
                    f"{at}/{_escape(key)}",
                    f"a value of {key!r} is not text, number or true/false",
                    spoils=True,
                )
            found.append(
                Condition(base, key, tuple(v for v in values if v is not None), qualifier, if_exists)  # type: ignore[arg-type]  # checked above
            )
        return found

    def _repeated_sids(self, statements: list[Statement]) -> None:
        seen: set[str] = set()
        for statement in statements:
            if statement.sid and statement.sid in seen:
                self.note(
                    "repeated-sid", f"{statement.pointer}/Sid", f"the Sid {statement.sid!r} occurs twice"
                )
            seen.add(statement.sid)


def split_operator(spelled: str) -> tuple[str, str, bool]:
    """Take an operator apart: qualifier, canonical base name (the text where IAM has no such one), IfExists."""
    qualifier, colon, rest = spelled.rpartition(":")
    lowered = rest.lower()
    if_exists = lowered.endswith("ifexists")
    base = lowered.removesuffix("ifexists") if if_exists else lowered
    if colon:
        qualifier = {"foranyvalue": "ForAnyValue", "forallvalues": "ForAllValues"}.get(
            qualifier.lower(), qualifier
        )
    return qualifier, _CANONICAL.get(base, rest), if_exists


def _scalar(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    return None


def _escape(token: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")
