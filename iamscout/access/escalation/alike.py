"""Which principals are judged alike: those for whom the same statements decide an action."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from msgspec import Struct

from iamscout.access.cover import depends_on_caller
from iamscout.access.directory import Entry
from iamscout.access.guardrails import guardrail_levels
from iamscout.access.identity import boundary_policy
from iamscout.access.permissions import Permissions
from iamscout.policy.document import PolicyDocument

_Words = tuple[tuple[int, bool, int], ...]
"""Statements: the actions that each is about, whether it asks who calls, and the identity of its piece."""
_THEN_THE_BOUNDARY: _Words = ((-1, False, 0),)
"""Stands between the statements of identity policies and those of the boundary, whatever is asked."""


class _Said(Struct, frozen=True, eq=False):
    """What the policies of one principal say, None where one cannot be read, and what it shares beside."""

    arn: str
    words: _Words | None
    beside: Hashable


class Alike:
    """Finds the statements that decide, and remembers those of each document."""

    def __init__(self, permissions: Permissions) -> None:
        self.permissions = permissions
        self._documents: dict[int, tuple[PolicyDocument, _Words | None]] = {}
        self._guarded: dict[str, bool] = {}
        self._last = _Said("", None, None)

    def key(self, entry: Entry, actions: int) -> Hashable:
        """What principals share for whom the same statements decide these actions.

        It is the principal's own where what is said depends on who asks, or cannot be read.
        """
        said = self._said(entry)
        if said.words is None:
            return entry.arn
        found = [(asks, piece) for about, asks, piece in said.words if about & actions]
        if any(asks for asks, _ in found):
            return entry.arn
        return said.beside, tuple(found)

    def can_read(self, entry: Entry) -> bool:
        """Whether all that its policies and limits say is known, and no guardrail asks who calls."""
        return self._said(entry).words is not None

    def _said(self, entry: Entry) -> _Said:
        # A principal is asked about many times in a row, and then never again.
        if self._last.arn != entry.arn:
            self._last = self._read_all(entry)
        return self._last

    def _read_all(self, entry: Entry) -> _Said:
        limit = boundary_policy(self.permissions.directory.accounts[entry.account], entry.entity)
        identity = self._joined(use.document for use in self.permissions.uses(entry))
        boundary = self._joined([limit.document] if limit else [])
        words = None
        if identity is not None and boundary is not None and not self._guardrails_ask(entry.account):
            words = (*identity, *_THEN_THE_BOUNDARY, *boundary)
        is_exempt = self.permissions.caller(entry).is_service_linked
        return _Said(entry.arn, words, (entry.account, entry.kind, is_exempt, limit is None))

    def _joined(self, documents: Iterable[PolicyDocument | None]) -> _Words | None:
        """The statements of several documents, or None where one cannot be read."""
        found: list[tuple[int, bool, int]] = []
        for document in documents:
            words = None if document is None else self._of(document)
            if words is None:
                return None
            found.extend(words)
        return tuple(found)

    def _of(self, document: PolicyDocument) -> _Words | None:
        known = self._documents.get(id(document))
        if known is None:
            doubtful = self.permissions.reader.is_doubtful(document)
            known = (document, None if doubtful else tuple(self._read(document)))
            self._documents[id(document)] = known
        return known[1]

    def _read(self, document: PolicyDocument) -> Iterator[tuple[int, bool, int]]:
        for piece in self.permissions.reader.pieces(document):
            asks = depends_on_caller(piece.statement, variables=piece.variables)
            yield piece.everywhere | piece.somewhere | piece.spares, asks, id(piece)

    def _guardrails_ask(self, account: str) -> bool:
        known = self._guarded.get(account)
        if known is None:
            levels = [each for _, each in guardrail_levels(self.permissions.directory, account, "scp")]
            words = self._joined(policy.document for level in levels for policy in level)
            known = self._guarded[account] = words is None or any(asks for _, asks, _ in words)
        return known
