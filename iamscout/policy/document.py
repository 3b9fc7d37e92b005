"""Policy documents as values: a strict parser that turns every oddity into a note.

A document is read once from its own text (nothing in between may drop a key) and never raises for what an
account contains: what cannot be read is a :class:`Note`, and the statement or document it spoils says so in
`unreadable`. Source of the grammar: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Effect = Literal["Allow", "Deny", ""]
PrincipalType = Literal["*", "AWS", "Service", "Federated", "CanonicalUser"]
Qualifier = Literal["", "ForAnyValue", "ForAllValues"]


class Note(Struct, frozen=True):
    """Something odd in a document: a stable `code`, its JSON `pointer` and a sentence for people."""

    code: str
    pointer: str
    message: str


class PrincipalElement(Struct, frozen=True, order=True):
    """One value of Principal or NotPrincipal as written; bare `"*"` has type `*`."""

    type: PrincipalType
    value: str


class Condition(Struct, frozen=True, order=True):
    """One operator applied to one key, as written but for the operator's spelling.

    `operator` is the canonical base name (`StringEquals`, `Null`), without qualifier and IfExists; an
    operator that IAM does not have keeps its text and makes its statement unreadable. `values` are text;
    JSON booleans and numbers in JSON's own spelling.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    qualifier: Qualifier = ""
    if_exists: bool = False

    @property
    def spelled(self) -> str:
        """The operator as a policy writes it, such as `ForAnyValue:StringLikeIfExists`."""
        prefix = f"{self.qualifier}:" if self.qualifier else ""
        return f"{prefix}{self.operator}{'IfExists' if self.if_exists else ''}"


class Statement(Struct, frozen=True):
    """One statement. A pair such as `actions` and `not_actions` holds at most one that is not None.

    `number` counts from 1; `pointer` is the JSON pointer within the document (`/Statement` for a statement
    that is no list). `unreadable` is the reason why the statement cannot be judged, empty for nearly all.
    """

    effect: Effect
    sid: str = ""
    principals: tuple[PrincipalElement, ...] | None = None
    not_principals: tuple[PrincipalElement, ...] | None = None
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    number: int = 1
    pointer: str = "/Statement"
    unreadable: str = ""


class PolicyDocument(Struct, frozen=True):
    """A parsed document; `unreadable` is empty unless the text as a whole could not be read.

    `version` is what the document says, or 2008-10-17, IAM's default; `text` is the JSON text it was read
    from.
    """

    text: str
    version: str = "2008-10-17"
    id: str = ""
    statements: tuple[Statement, ...] = ()
    notes: tuple[Note, ...] = ()
    unreadable: str = ""

    @property
    def has_variables(self) -> bool:
        """Whether `${…}` is a policy variable here.

        In Version 2008-10-17 it is plain text ("Variables and tags").
        """
        return self.version == "2012-10-17"
