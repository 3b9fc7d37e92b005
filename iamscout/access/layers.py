"""Every caller's layers over all roles: its identity policies, boundary and guardrails, read by classes.

What a group grants is read once for all its members, and a document once for all who have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from iamscout.access.arnindex import ArnIndex
from iamscout.access.callers import Caller, Facts, caller_facts, entity_caller
from iamscout.access.cover import NOTHING, Cover, CoverReader, Piece, depends_on_role, merge
from iamscout.access.directory import Directory, Entry
from iamscout.access.guardrails import GuardrailKind, guardrail_levels
from iamscout.access.identity import PolicyUse, boundary_policy, own_policies, policy_holders
from iamscout.policy.context import Context
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import PolicyDocument
from iamscout.policy.evaluate import NOT_THERE
from iamscout.policy.formula import Formula
from iamscout.snapshot.account import Account, Group, Role, User
from iamscout.snapshot.organization import GuardrailPolicy

Pairs = tuple[tuple[Formula, int], ...]


class CallerLayers(Struct, frozen=True, cache_hash=True, dict=True):
    """What limits and permits one class of callers, over all roles.

    `rcp_deny` holds each RCP's denies for the roles of its accounts.
    """

    identity: Cover
    boundary: Cover | None
    scps: tuple[Cover, ...]
    rcp_deny: Pairs

    @cached_property
    def reach(self) -> int:
        """All roles for which some identity policy may allow."""
        return self.identity.reach


class Bundle(Struct, frozen=True, eq=False):
    """What the policies of one user, group or role say: what is the same for every caller, and the rest."""

    allow: Pairs
    deny: Pairs
    asking: tuple[tuple[Piece, PolicyUse], ...]
    grants: tuple[tuple[StatementRef, int, int], ...]
    """Allow statements, the roles each can be about, and those it names."""


def caller_context(facts: Facts) -> Context:
    """The derived keys of a caller as the known part of an open request."""
    return Context(values=facts.values, absent=facts.absent, closed=False, families=facts.families)


def context_of(entry: Entry, directory: Directory) -> Context:
    """What AWS derives from a user, or from any session of a role."""
    known = directory.contexts.get(entry.arn)
    if known is None:
        caller = entity_caller(entry.entity, entry.account, directory.accounts[entry.account].partition)
        known = directory.contexts[entry.arn] = caller_context(caller_facts(caller, directory))
    return known


class LayerReader:
    """Reads and remembers the layers of all callers in the snapshots, for sts:AssumeRole."""

    def __init__(self, directory: Directory, index: ArnIndex, reader: CoverReader) -> None:
        self.directory, self.index, self.reader = directory, index, reader
        self._bundles: dict[str, Bundle] = {}
        self._bundles_of: dict[str, tuple[Bundle, ...]] = {}
        self._layers: dict[str, CallerLayers] = {}
        self._equal: dict[CallerLayers, CallerLayers] = {}
        self._static_boundaries: dict[tuple[int, str], Cover] = {}
        self._static_guardrails: dict[tuple[str, str, str], tuple[Cover, ...] | None] = {}

    def caller(self, entry: Entry) -> Caller:
        """A user, or any session of a role, as a caller."""
        return entity_caller(entry.entity, entry.account, self.directory.accounts[entry.account].partition)

    def context(self, entry: Entry) -> Context:
        """What AWS derives from the caller."""
        return context_of(entry, self.directory)

    def of(self, entry: Entry) -> CallerLayers:
        """The layers of one caller; the same object for callers of one class."""
        known = self._layers.get(entry.arn)
        if known is None:
            made = self._read(entry)
            known = self._layers[entry.arn] = self._equal.setdefault(made, made)
        return known

    def grants(self, entry: Entry) -> Iterator[tuple[StatementRef, int]]:
        """The Allow statements of the caller's identity policies and the roles each can be about."""
        return ((ref, reach) for bundle in self.bundles(entry) for ref, reach, _ in bundle.grants)

    def bundles(self, entry: Entry) -> tuple[Bundle, ...]:
        """What the caller's own policies say, and those of each of its groups."""
        known = self._bundles_of.get(entry.arn)
        if known is None:
            account = self.directory.accounts[entry.account]
            known = self._bundles_of[entry.arn] = tuple(
                self._bundle(account, holder) for holder in policy_holders(account, entry.entity)
            )
        return known

    def named_grants(self, entry: Entry) -> Iterable[tuple[StatementRef, int]]:
        """The Allow statements of the caller and the roles each names, other than by meaning every role."""
        for bundle in self.bundles(entry):
            for ref, _, named in bundle.grants:
                if named:
                    yield ref, named

    def named(self, entry: Entry) -> int:
        """All roles that the caller's Allow statements name."""
        found = 0
        for _, named in self.named_grants(entry):
            found |= named
        return found

    def _bundle(self, account: Account, holder: User | Role | Group) -> Bundle:
        known = self._bundles.get(holder.arn)
        if known is None:
            known = self._bundles[holder.arn] = self._read_bundle(own_policies(account, holder))
        return known

    def _read_bundle(self, uses: tuple[PolicyUse, ...]) -> Bundle:
        allow: list[tuple[Formula, int]] = []
        deny: list[tuple[Formula, int]] = []
        asking: list[tuple[Piece, PolicyUse]] = []
        grants: list[tuple[StatementRef, int, int]] = []
        for use in uses:
            if use.document is None or use.document.unreadable:
                doubt = self.reader.doubt(f"{use.policy}: {_why(use.document)}")
                allow.append(doubt)
                deny.append(doubt)
                continue
            for piece in self.reader.pieces(use.document, use.policy):
                effect = piece.statement.effect
                if effect != "Deny":
                    grants.append((use.ref(piece.statement), piece.reach, piece.named))
                if piece.sets is None:
                    asking.append((piece, use))
                    continue
                if effect != "Deny":
                    allow.extend(piece.sets)
                if effect != "Allow":
                    deny.extend(piece.sets)
        return Bundle(merge(allow), merge(deny), tuple(asking), tuple(grants))

    def _read(self, entry: Entry) -> CallerLayers:
        bundles = self.bundles(entry)
        allow = [pair for bundle in bundles for pair in bundle.allow]
        deny = [pair for bundle in bundles for pair in bundle.deny]
        for bundle in bundles:
            for piece, _ in bundle.asking:
                said = self.reader.sets(piece, self.context(entry))
                if piece.statement.effect != "Deny":
                    allow.extend(said)
                if piece.statement.effect != "Allow":
                    deny.extend(said)
        account = self.directory.accounts[entry.account]
        boundary = boundary_policy(account, entry.entity)
        exempt = entry.is_service_linked
        return CallerLayers(
            identity=_cover(allow, deny),
            boundary=None if boundary is None else self._boundary(boundary, entry),
            scps=() if exempt else self._guardrails(entry.account, "scp", entry),
            rcp_deny=() if exempt else self._rcps(entry),
        )

    def _boundary(self, use: PolicyUse, entry: Entry) -> Cover:
        """What a boundary says; read once for all who have it where it does not ask who calls."""
        key = (id(use.document), use.policy)
        known = self._static_boundaries.get(key)
        if known is None:
            known = self._documents_cover(((use.document, use.policy),), entry)
            if use.document is None or not self._asks(use.document):
                self._static_boundaries[key] = known
        return known

    def _documents_cover(self, documents: Iterable[tuple[PolicyDocument | None, str]], entry: Entry) -> Cover:
        allow: list[tuple[Formula, int]] = []
        deny: list[tuple[Formula, int]] = []
        for document, name in documents:
            if document is None or document.unreadable:
                doubt = self.reader.doubt(f"{name}: {_why(document)}")
                allow.append(doubt)
                deny.append(doubt)
                continue
            for piece in self.reader.pieces(document, name):
                said = self.reader.sets(piece, self.context(entry))
                if piece.statement.effect != "Deny":
                    allow.extend(said)
                if piece.statement.effect != "Allow":
                    deny.extend(said)
        return _cover(allow, deny)

    def _guardrails(self, account: str, kind: GuardrailKind, entry: Entry) -> tuple[Cover, ...]:
        """The levels of an account's SCPs or RCPs; read once for all callers where none asks who calls."""
        key = (account, kind, entry.kind)
        if key not in self._static_guardrails:
            levels = [level for _, level in guardrail_levels(self.directory, account, kind)]
            asks = any(self._asks(policy.document) for level in levels for policy in level)
            self._static_guardrails[key] = None if asks else self._levels(levels, entry)
        known = self._static_guardrails[key]
        if known is not None:
            return known
        return self._levels([level for _, level in guardrail_levels(self.directory, account, kind)], entry)

    def _levels(self, levels: list[tuple[GuardrailPolicy, ...]], entry: Entry) -> tuple[Cover, ...]:
        return tuple(
            self._documents_cover(((policy.document, policy.name) for policy in level), entry)
            for level in levels
        )

    def _asks(self, document: PolicyDocument) -> bool:
        return any(piece.sets is None for piece in self.reader.pieces(document))

    def _rcps(self, entry: Entry) -> Pairs:
        found: list[tuple[Formula, int]] = []
        for account, mask in self.index.by_account.items():
            for cover in self._guardrails(account, "rcp", entry):
                found.extend((formula, bits & mask) for formula, bits in cover.deny if bits & mask)
        return merge(found)


def _cover(allow: list[tuple[Formula, int]], deny: list[tuple[Formula, int]]) -> Cover:
    return Cover(merge(allow), merge(deny)) if allow or deny else NOTHING


def _why(document: PolicyDocument | None) -> str:
    return document.unreadable if document else NOT_THERE


def asks_about_role(document: PolicyDocument) -> bool:
    """Whether any statement of a document depends on the role it is read for."""
    return any(
        depends_on_role(statement, variables=document.has_variables) for statement in document.statements
    )
