"""Which principals are judged alike: those for whom the same statements decide an action."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from iamscout.access.cover import depends_on_caller
from iamscout.access.directory import Entry
from iamscout.access.guardrails import guardrail_levels
from iamscout.access.identity import PolicyUse, boundary_policy
from iamscout.access.permission_pieces import ActionPiece
from iamscout.access.permissions import Permissions
from iamscout.policy.document import PolicyDocument

_Words = tuple[tuple[int, bool, ActionPiece], ...]
"""Statements: the actions that each is about, whether it asks who calls, and what it says."""


class Alike:
    """Finds the statements that decide, and remembers those of each document."""

    def __init__(self, permissions: Permissions) -> None:
        self.permissions = permissions
        self._documents: dict[int, tuple[PolicyDocument, _Words | None]] = {}
        self._guarded: dict[str, bool] = {}
        self._last: tuple[str, _Words | None, _Words | None] = ("", None, None)

    def key(self, entry: Entry, actions: Iterable[str]) -> Hashable:
        """What principals share for whom the same statements decide these actions.

        It is the principal's own where what is said depends on who asks, or cannot be read.
        """
        limit = boundary_policy(self.permissions.directory.accounts[entry.account], entry.entity)
        identity, boundary = self._words(entry, limit)
        if identity is None or boundary is None or self._guardrails_ask(entry.account):
            return entry.arn
        wanted = self.permissions.index.bits(actions)
        said: list[tuple[int, ...]] = []
        for words in (identity, boundary):
            found = []
            for about, asks, piece in words:
                if about & wanted:
                    if asks:
                        return entry.arn
                    found.append(id(piece))
            said.append(tuple(found))
        is_exempt = self.permissions.caller(entry).is_service_linked
        return (entry.account, entry.kind, is_exempt, limit is None, tuple(said))

    def _words(self, entry: Entry, limit: PolicyUse | None) -> tuple[_Words | None, _Words | None]:
        # A principal is asked about many times in a row, and then never again.
        if self._last[0] != entry.arn:
            uses = self.permissions.uses(entry)
            told = [use.document for use in uses if use.document is not None]
            limits = [limit.document] if limit else []
            self._last = (entry.arn, self._joined(told), self._joined(limits))
        return self._last[1], self._last[2]

    def _joined(self, documents: Iterable[PolicyDocument | None]) -> _Words | None:
        """The statements of several documents, or None where one cannot be read."""
        found: list[tuple[int, bool, ActionPiece]] = []
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

    def _read(self, document: PolicyDocument) -> Iterator[tuple[int, bool, ActionPiece]]:
        for piece in self.permissions.reader.pieces(document):
            asks = depends_on_caller(piece.statement, variables=piece.variables)
            yield piece.everywhere | piece.somewhere | piece.spares, asks, piece

    def _guardrails_ask(self, account: str) -> bool:
        known = self._guarded.get(account)
        if known is None:
            levels = [each for _, each in guardrail_levels(self.permissions.directory, account, "scp")]
            words = self._joined(policy.document for level in levels for policy in level)
            known = self._guarded[account] = words is None or any(asks for _, asks, _ in words)
        return known
