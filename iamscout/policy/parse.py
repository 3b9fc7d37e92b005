"""From JSON text to a :class:`PolicyDocument`: strict, total, and the only place where a document is read.

The text may use every spelling that IAM accepts (one statement or a list, a string or a list, all forms of
Principal). Everything else becomes a note; what might change the meaning also makes its statement, or the
document, unreadable.
Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference".
"""

from __future__ import annotations

from functools import lru_cache

from iamscout.policy.document import Condition, Note, PolicyDocument, PrincipalElement, Statement
from iamscout.policy.strict_json import NotReadableError, Number, StrictObject, read_object

OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    *("StringLike", "StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan"),
    *(
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateNotEquals",
    ),
    *(
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool",
        "BinaryEquals",
    ),
    *("IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null"),
)
"""Every base operator ("IAM JSON policy elements: Condition operators")."""

_CANONICAL = {name.lower(): name for name in OPERATORS}
_PAIRS = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_ELEMENTS = {"Sid", "Effect", "Condition", *(name for pair in _PAIRS for name in pair)}
_TYPES = {"AWS", "Service", "Federated", "CanonicalUser"}
_LONGEST_QUOTE = 80


@lru_cache(maxsize=200_000)
def parse_document(text: str) -> PolicyDocument:
    """Read the JSON text of a policy document. Never raises: see `notes` and `unreadable` of the result."""
    try:
        value = read_object(text)
    except NotReadableError as problem:
        # Half surrogates cannot be written to any file: the text keeps them as JSON's escapes.
        return PolicyDocument(
            text=text.encode("utf-8", "backslashreplace").decode(),
            notes=(Note("unreadable", "", str(problem)),),
            unreadable=str(problem),
        )
    return _Reader().document(text, value)


class _Reader:
    """Collects the notes of one document while its parts are read."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.spoiled = ""

    def note(self, code: str, pointer: str, message: str, *, spoils: bool = False) -> None:
        self.notes.append(Note(code, pointer, message))
        if spoils and not self.spoiled:
            self.spoiled = message

    def document(self, text: str, value: StrictObject) -> PolicyDocument:
        unreadable = ""
        for key in value.repeated:
            self.note(
                "duplicate-key", f"/{_escape(key)}", f"the key {_quoted(key)} occurs twice", spoils=True
            )
        for key in value.keys() - {"Version", "Id", "Statement"}:
            self.note("unknown-element", f"/{_escape(key)}", f"IAM has no policy element {_quoted(key)}")
        version = value.get("Version", "2008-10-17")
        if version not in ("2012-10-17", "2008-10-17"):
            self.note(
                "unknown-version", "/Version", f"IAM has no policy version {_quoted(version)}", spoils=True
            )
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
            notes=tuple(sorted(self.notes, key=_note_order)),
            unreadable=unreadable,
        )

    def statement(self, value: object, number: int, at: str) -> Statement:
        self.spoiled = ""
        if not isinstance(value, StrictObject):
            self.note("wrong-type", at, "the statement is not an object", spoils=True)
            return Statement(effect="", number=number, pointer=at, unreadable=self.spoiled)
        for key in value.repeated:
            self.note(
                "duplicate-key", f"{at}/{_escape(key)}", f"the key {_quoted(key)} occurs twice", spoils=True
            )
        for key in sorted(value.keys() - _ELEMENTS):
            self.note(
                "unknown-element",
                f"{at}/{_escape(key)}",
                f"IAM has no statement element {_quoted(key)}",
                spoils=True,
            )
        for one, other in _PAIRS:
            if one in value and other in value:
                self.note("both-forms", at, f"the statement has both {one} and {other}", spoils=True)
        if "Action" not in value and "NotAction" not in value:
            self.note("no-action", at, "the statement has neither Action nor NotAction", spoils=True)
        # Which of two effects would count is not known, not even that it is the last.
        effect = None if "Effect" in value.repeated else value.get("Effect")
        if effect not in ("Allow", "Deny") and "Effect" not in value.repeated:
            self.note(
                "bad-effect",
                f"{at}/Effect",
                f"Effect is {_quoted(effect)}, neither Allow nor Deny",
                spoils=True,
            )
        sid = value.get("Sid", "")
        if not isinstance(sid, str):
            self.note("wrong-type", f"{at}/Sid", "Sid is not text")
            sid = ""
        return Statement(
            effect=effect if effect in ("Allow", "Deny") else "",
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

    def texts(self, owner: StrictObject, key: str, at: str) -> tuple[str, ...] | None:
        if key not in owner:
            return None
        value = owner[key]
        if isinstance(value, str):
            return (value,)
        items = value if isinstance(value, list) else [value]
        if not items:
            self.note("empty-list", f"{at}/{key}", f"{key} is an empty list")
        texts = [item for item in items if isinstance(item, str)]
        if len(texts) < len(items):
            self.note("wrong-type", f"{at}/{key}", f"{key} holds something that is not text", spoils=True)
        return tuple(texts)

    def principals(self, owner: StrictObject, key: str, at: str) -> tuple[PrincipalElement, ...] | None:
        if key not in owner:
            return None
        value, here = owner[key], f"{at}/{key}"
        if value == "*":
            return (PrincipalElement("*", "*"),)
        if not isinstance(value, StrictObject):
            self.note("wrong-type", here, f'{key} is neither "*" nor an object', spoils=True)
            return ()
        for name in value.repeated:
            self.note(
                "duplicate-key",
                f"{here}/{_escape(name)}",
                f"the key {_quoted(name)} occurs twice",
                spoils=True,
            )
        if not value:
            self.note("empty-list", here, f"{key} names nobody")
        found: list[PrincipalElement] = []
        for name in value:
            if name not in _TYPES:
                self.note(
                    "unknown-principal-type",
                    f"{here}/{_escape(name)}",
                    f"IAM has no principal type {_quoted(name)}",
                    spoils=True,
                )
                continue
            found.extend(PrincipalElement(name, text) for text in self.texts(value, name, here) or ())  # type: ignore[arg-type]  # a member of _TYPES
        return tuple(found)

    def conditions(self, owner: StrictObject, at: str) -> tuple[Condition, ...]:
        if "Condition" not in owner:
            return ()
        value, here = owner["Condition"], f"{at}/Condition"
        if not isinstance(value, StrictObject):
            self.note("wrong-type", here, "Condition is not an object", spoils=True)
            return ()
        for name in value.repeated:
            self.note(
                "duplicate-key",
                f"{here}/{_escape(name)}",
                f"the operator {_quoted(name)} occurs twice",
                spoils=True,
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
            self.note(
                "unknown-operator", at, f"IAM has no condition operator {_quoted(spelled)}", spoils=True
            )
            qualifier, base, if_exists = "", spelled, False
        if not isinstance(keys, StrictObject):
            self.note(
                "wrong-type",
                at,
                f"the operator {_quoted(spelled)} does not hold an object of keys",
                spoils=True,
            )
            return []
        for name in keys.repeated:
            self.note(
                "duplicate-key", f"{at}/{_escape(name)}", f"the key {_quoted(name)} occurs twice", spoils=True
            )
        found = []
        for key, value in keys.items():
            items = value if isinstance(value, list) else [value]
            if not items:
                self.note("empty-list", f"{at}/{_escape(key)}", f"{_quoted(key)} has no value")
            values = [_scalar(item) for item in items]
            if None in values:
                self.note(
                    "wrong-type",
                    f"{at}/{_escape(key)}",
                    f"a value of {_quoted(key)} is not text, number or true/false",
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
                    "repeated-sid",
                    f"{statement.pointer}/Sid",
                    f"the Sid {_quoted(statement.sid)} occurs twice",
                )
            seen.add(statement.sid)


@lru_cache(maxsize=4096)
def split_operator(spelled: str) -> tuple[str, str, bool]:
    """Take an operator apart: qualifier, canonical base name, IfExists.

    A base that IAM does not have stays as it is written.
    """
    qualifier, colon, rest = spelled.rpartition(":")
    lowered = rest.lower()
    if_exists = lowered.endswith("ifexists")
    base = lowered.removesuffix("ifexists") if if_exists else lowered
    if colon:
        qualifier = {"foranyvalue": "ForAnyValue", "forallvalues": "ForAllValues"}.get(
            qualifier.lower(), qualifier
        )
    return qualifier, _CANONICAL.get(base, rest), if_exists


def _note_order(note: Note) -> tuple[str, str, str]:
    return note.pointer, note.code, note.message


def _scalar(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.spelling if isinstance(value, Number) else None


def _quoted(value: object) -> str:
    """A value for a message; messages stay short whatever the document holds."""
    text = repr(value[:_LONGEST_QUOTE] if isinstance(value, str) else value)
    return text if len(text) <= _LONGEST_QUOTE + 2 else f"{text[:_LONGEST_QUOTE]}…"


def _escape(token: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")
