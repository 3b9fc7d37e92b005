"""Which of the statements behind an entry are about one certain role.

An entry joins many callers and roles and names all statements of the identity half; the page of one role must
not name a statement that is about another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iamscout.access.arnindex import ArnIndex
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.match import plain_text
from iamscout.policy.variables import loosest


class Reach:
    """Answers for the roles of one report; each statement's pattern is matched once.

    Statements are known by their place among all of the access map, sorted.
    """

    def __init__(self, access: AccessMap, documents: Mapping[tuple[str, str], PolicyDocument]) -> None:
        accounts = access.directory.accounts.values()
        self._index = ArnIndex(role.arn for account in accounts for role in account.roles)
        self._documents = documents
        self._refs = sorted({ref for entry in access.entries for ref in entry.identity_by})
        self._places = {ref: place for place, ref in enumerate(self._refs)}
        self._known: dict[StatementRef, bytes] = {}
        self._of_entry: dict[int, tuple[AccessEntry, tuple[tuple[int, bytes | None], ...]]] = {}

    def refs(self, entries: Iterable[AccessEntry], role: str) -> tuple[StatementRef, ...]:
        """The statements of the identity half of some entries that can be about this role, sorted."""
        position = self._index.position[role]
        byte, bit = position >> 3, 1 << (position & 7)
        found: set[int] = set()
        for entry in entries:
            known = self._of_entry.get(id(entry))
            if known is None:
                known = self._of_entry[id(entry)] = (entry, self._about(entry))
            found.update([place for place, bits in known[1] if bits is None or bits[byte] & bit])
        return tuple([self._refs[place] for place in sorted(found)])

    def _about(self, entry: AccessEntry) -> tuple[tuple[int, bytes | None], ...]:
        """The statements of an entry and the roles that each is about; None where it is about all."""
        if len(entry.identity_by) < 2 or len(entry.roles) < 2:
            return tuple((self._places[ref], None) for ref in entry.identity_by)
        return tuple((self._places[ref], self._bits(ref)) for ref in entry.identity_by)

    def _bits(self, ref: StatementRef) -> bytes:
        known = self._known.get(ref)
        if known is None:
            size = len(self._index.arns) // 8 + 1
            known = self._known[ref] = self._match(ref).to_bytes(size, "little")
        return known

    def _match(self, ref: StatementRef) -> int:
        document = self._documents.get(_place(ref))
        if document is None or not 0 < ref.statement <= len(document.statements):
            return self._index.everything
        statement = document.statements[ref.statement - 1]
        if statement.not_resources is not None or statement.unreadable:
            return self._index.everything
        found = 0
        for pattern in _patterns(statement, variables=document.has_variables):
            found |= self._index.matching(pattern)
        return found


def _patterns(statement: Statement, *, variables: bool) -> Iterable[str]:
    for text in statement.resources or ():
        if "${" not in text:
            yield text
        else:
            yield loosest(text) if variables else plain_text(text)


def _place(ref: StatementRef) -> tuple[str, str]:
    return (ref.policy, "") if ref.policy.startswith("arn:") else (ref.owner, ref.policy)
