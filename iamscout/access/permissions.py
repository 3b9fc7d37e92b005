"""What each principal may do at any time: the sets of actions its policies permit, and exact single answers.

The sets answer for a whole account at once: :class:`PermissionSet` holds, for each distinct condition, the
actions allowed on every resource and those allowed on some. Documents are read once, what a group grants once
for all its members, and principals with equal policies share one value. A set on "some resource" is never too
small, and may be too large where two layers name different resources: :meth:`Permissions.permits` answers
exactly for one action and one resource.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import Struct

from iamscout.access.callers import Caller, entity_caller
from iamscout.access.directory import Directory, Entry
from iamscout.access.guardrails import guardrail_levels, guardrails
from iamscout.access.identity import PolicyUse, boundary_policy, own_policies, policy_holders
from iamscout.access.layers import context_of
from iamscout.access.permission_pieces import ActionPiece, PieceReader
from iamscout.access.permission_sets import NO_PERMISSIONS, Grants, PermissionSet, combine
from iamscout.access.settle import decide_for, settle
from iamscout.policy.actions import ActionIndex, all_actions
from iamscout.policy.condition import resolve
from iamscout.policy.context import OPEN, Context
from iamscout.policy.decision import Reason, Result, StatementRef
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.evaluate import (
    Applied,
    Halves,
    LayerResult,
    TrustForms,
    covers_resource,
    join,
    judge,
    layer_result,
)
from iamscout.policy.formula import ALWAYS, NEVER, Formula, Opaque, all_of, any_of
from iamscout.snapshot.account import Account, Group, Role, User

__all__ = ["NO_PERMISSIONS", "Grants", "PermissionSet", "Permissions", "Permit", "Variant"]


_Pieces = tuple[tuple[ActionPiece, Formula], ...]


class Permit(Struct, frozen=True):
    """The exact answer for one action on one resource; `by` are the statements that decide."""

    result: Result
    reason: Reason
    requires: Formula
    by: tuple[StatementRef, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether some request is allowed."""
        return self.result != "deny"


@dataclass(frozen=True)
class Variant:
    """A principal as it would be with other policies: what it may do after a change to itself.

    `policies` replace the identity policies, `boundary` the boundary (None: none).
    """

    entry: Entry
    policies: tuple[PolicyUse, ...]
    boundary: PolicyUse | None


class Permissions:
    """Reads and remembers the permissions of all principals of a run; values are shared among equals."""

    def __init__(self, directory: Directory, index: ActionIndex | None = None) -> None:
        self.directory = directory
        self.index = index or all_actions()
        self.reader = PieceReader(self.index)
        self._sets: dict[str, PermissionSet] = {}
        self._by_parts: dict[object, PermissionSet] = {}
        self._last: tuple[str, list[tuple[StatementRef, int]]] = ("", [])
        self._last_granted: dict[str, tuple[StatementRef, ...]] = {}
        self._last_pieces: tuple[str, _Pieces] = ("", ())
        self._last_uses: tuple[str, tuple[PolicyUse, ...]] = ("", ())
        self._group_uses: dict[str, tuple[PolicyUse, ...]] = {}
        self._last_about: tuple[str, tuple[tuple[PolicyUse, int], ...]] = ("", ())
        self._guards: dict[str, tuple[tuple[PolicyUse, ...], ...]] = {}

    def of(self, entry: Entry) -> PermissionSet:
        """What a user or role may do at any time, cut by denies, its boundary and the SCPs."""
        known = self._sets.get(entry.arn)
        if known is None:
            context = self.context(entry)
            pieces = tuple(self._pieces(self.uses(entry), context))
            known = self._sets[entry.arn] = self._of(entry, pieces, self._boundary(entry), context)
        return known

    def limits(self, entry: Entry) -> tuple[PolicyUse, ...]:
        """The policies that only take away: the boundary and the SCPs."""
        boundary = self._boundary(entry)
        guards = (use for level in self._guard_levels(entry.account) for use in level)
        return ((boundary,) if boundary else ()) + tuple(guards)

    def of_variant(self, variant: Variant, context: Context | None = None) -> PermissionSet:
        """What a principal could do with other policies; `context` replaces what is derived of the caller."""
        derived = context or self.context(variant.entry)
        return self._combined(
            variant.entry, self._pieces(variant.policies, derived), variant.boundary, derived
        )

    def joined_by(self, entry: Entry, more: Iterable[PolicyUse]) -> PermissionSet:
        """What a principal could do with more policies beside its own."""
        context = self.context(entry)
        # A principal is asked about many times in a row, and then never again.
        if self._last_pieces[0] != entry.arn:
            self._last_pieces = (entry.arn, tuple(self._pieces(self.uses(entry), context)))
        pieces = (*self._last_pieces[1], *self._pieces(more, context))
        return self._combined(entry, pieces, self._boundary(entry), context)

    def ceiling(self, entry: Entry) -> PermissionSet:
        """What a principal could do if it were allowed everything: its denies and limits remain.

        Shared by all whose limits are the same.
        """
        context = self.context(entry)
        pieces = (
            (self.reader.everything, ALWAYS),
            *(pair for pair in self._pieces(self.uses(entry), context) if pair[0].effect == "Deny"),
        )
        return self._of(entry, pieces, self._boundary(entry), context)

    def of_group(self, account: Account, group: Group) -> PermissionSet:
        """What a group's policies alone permit, whatever its members have beside; no SCP is counted."""
        known = self._sets.get(group.arn)
        if known is None:
            pieces = self._pieces(own_policies(account, group), OPEN)
            known = self._sets[group.arn] = combine(pieces, None, (), is_role=False)
        return known

    def uses(self, entry: Entry) -> tuple[PolicyUse, ...]:
        """The identity policies of a user (through its groups too) or a role."""
        # A principal is asked about many times in a row, and then never again.
        if self._last_uses[0] != entry.arn:
            account = self.directory.accounts[entry.account]
            holders = policy_holders(account, entry.entity)
            self._last_uses = (entry.arn, tuple(use for each in holders for use in self._held(account, each)))
        return self._last_uses[1]

    def _held(self, account: Account, holder: User | Role | Group) -> tuple[PolicyUse, ...]:
        if not isinstance(holder, Group):
            return own_policies(account, holder)
        found = self._group_uses.get(holder.arn)
        if found is None:
            found = self._group_uses[holder.arn] = own_policies(account, holder)
        return found

    def uses_about(self, entry: Entry, actions: int) -> list[PolicyUse]:
        """The identity policies of a principal that may say anything of some actions, given as a set.

        An empty set stands for an action that is not known: any policy may be about it.
        """
        if self._last_about[0] != entry.arn:
            self._last_about = (
                entry.arn,
                tuple((use, self.reader.about(use.document)) for use in self.uses(entry) if use.document),
            )
        return [use for use, about in self._last_about[1] if about & actions or not actions]

    def grants(self, entry: Entry) -> Iterable[tuple[StatementRef, ActionPiece, Formula]]:
        """The statements of a principal's identity policies, each with what its conditions leave open."""
        context = self.context(entry)
        for use in self.uses(entry):
            if use.document is None:
                continue
            for piece in self.reader.pieces(use.document):
                formula = self._formula(piece, context)
                if formula != NEVER:
                    yield use.ref(piece.statement), piece, formula

    def pieces(self, entry: Entry) -> Iterable[ActionPiece]:
        """The statements of identity policies whose conditions leave them any meaning for a principal."""
        return (piece for piece, _ in self._pieces(self.uses(entry), self.context(entry)))

    def statement(self, ref: StatementRef) -> Statement | None:
        """The statement that evidence of an identity or trust policy names, where it is at hand."""
        account_id = ref.owner.split(":")[4] if ref.owner.count(":") > 4 else ""
        account = self.directory.accounts.get(account_id)
        entry = self.directory.by_arn.get(ref.owner)
        if account is None:
            return None
        if ref.kind == "trust" and entry is not None and isinstance(entry.entity, Role):
            document: PolicyDocument | None = entry.entity.trust_policy
        else:
            group = account.groups_by_name.get(ref.owner.rpartition("/")[2]) if entry is None else None
            holder = entry.entity if entry else group
            uses = own_policies(account, holder) if holder else ()
            document = next((use.document for use in uses if use.policy == ref.policy), None)
        for statement in document.statements if document else ():
            if statement.number == ref.statement:
                return statement
        return None

    def allowing(self, use: PolicyUse, actions: int) -> Iterable[Statement]:
        """The Allow statements of a policy that are about any of these actions, given as a set."""
        for piece in self.reader.pieces(use.document) if use.document else ():
            if piece.effect == "Allow" and (piece.everywhere & actions or piece.somewhere & actions):
                yield piece.statement

    def granted_by(self, entry: Entry, action: str) -> tuple[StatementRef, ...]:
        """The Allow statements of a principal that cover an action, in the order of its policies."""
        if self._last[0] != entry.arn:
            held = [
                (ref, piece.everywhere | piece.somewhere)
                for ref, piece, _ in self.grants(entry)
                if piece.effect == "Allow"
            ]
            self._last, self._last_granted = (entry.arn, held), {}
        found = self._last_granted.get(action)
        if found is None:
            bit = self.index.bit(action)
            found = self._last_granted[action] = tuple(ref for ref, about in self._last[1] if about & bit)
        return found

    def permits(
        self, entry: Entry, action: str, resource: str, request: Mapping[str, tuple[str, ...]] | None = None
    ) -> Permit:
        """Whether a principal's policies permit an action on a resource of its own account.

        `resource` is an ARN, or `*` for an action without resources; `request` holds known keys of the
        request in lower case. Other keys are open. Resource policies are not looked at.
        """
        context = self.context(entry)
        if request:
            context = context.extended(request)
        bit = self.index.bit(action)
        identity = join(self._judge(use, action, resource, context) for use in self.uses_about(entry, bit))
        limit = self._boundary(entry)
        boundary = limit and judge(
            limit.document,
            action,
            resource,
            context,
            kind="boundary",
            owner=limit.owner,
            policy=limit.policy,
        )
        caller = self.caller(entry)
        scps: tuple[LayerResult, ...] = ()
        if not caller.is_service_linked:
            scps = guardrails(self.directory, entry.account, "scp", action, resource, context)
        halves = Halves(
            relation="same_account",
            trust=TrustForms(account=ALWAYS),
            identity=identity.allow,
            boundary=boundary.allow if boundary else ALWAYS,
            scp=all_of(*(level.allow for level in scps)),
            deny=any_of(identity.deny, boundary.deny if boundary else NEVER),
            scp_deny=any_of(*(level.deny for level in scps)),
            identity_covers=identity.covers,
        )
        outcome = settle(decide_for(halves, caller.kind), halves, caller, self.directory)
        wanted = "Deny" if outcome.reason in ("explicit_deny", "scp") else "Allow"
        layers = [identity, *scps] if outcome.result == "deny" else [identity]
        by = {item.ref for layer in layers for item in layer.applied if item.effect == wanted}
        return Permit(outcome.result, outcome.reason, outcome.requires, tuple(sorted(by)))

    def caller(self, entry: Entry) -> Caller:
        """A user, or any session of a role, as a caller."""
        return entity_caller(entry.entity, entry.account, self.directory.accounts[entry.account].partition)

    def context(self, entry: Entry) -> Context:
        """What AWS derives from the caller."""
        return context_of(entry, self.directory)

    def _of(
        self,
        entry: Entry,
        identity: _Pieces,
        limit: PolicyUse | None,
        context: Context,
    ) -> PermissionSet:
        boundary, levels = self._limiting(entry, limit, context)
        key = (entry.kind, _key(identity), None if boundary is None else _key(boundary), _keys(levels))
        known = self._by_parts.get(key)
        if known is None:
            known = combine(identity, boundary, levels, is_role=entry.kind == "role")
            known = self._by_parts[key] = known.kept(self.reader.shared)
        return known

    def _combined(
        self,
        entry: Entry,
        identity: Iterable[tuple[ActionPiece, Formula]],
        limit: PolicyUse | None,
        context: Context,
    ) -> PermissionSet:
        """The same of what nobody has: hardly two ask for it, so it is not remembered."""
        return combine(identity, *self._limiting(entry, limit, context), is_role=entry.kind == "role")

    def _limiting(
        self, entry: Entry, limit: PolicyUse | None, context: Context
    ) -> tuple[_Pieces | None, tuple[_Pieces, ...]]:
        """The boundary and the levels of SCPs that apply."""
        boundary = None if limit is None else tuple(self._limit(limit, context))
        return boundary, () if entry.is_service_linked else self._levels(entry, context)

    def _boundary(self, entry: Entry) -> PolicyUse | None:
        return boundary_policy(self.directory.accounts[entry.account], entry.entity)

    def _judge(self, use: PolicyUse, action: str, resource: str, context: Context) -> LayerResult:
        """What one identity policy says; of a known action only the statements about it are read."""
        bit, document = self.index.bit(action), use.document
        if not bit or document is None or self.reader.is_doubtful(document):
            return judge(
                document, action, resource, context, kind="identity", owner=use.owner, policy=use.policy
            )
        applied = []
        for piece in self.reader.pieces(document):
            if piece.everywhere & bit or piece.somewhere & bit or piece.spares & bit:
                statement, variables = piece.statement, piece.variables
                covered = covers_resource(statement, resource, context, variables=variables)
                if covered != NEVER:
                    met = resolve(statement.conditions, context, variables=variables)
                    formula = met if covered == ALWAYS else all_of(covered, met)
                    applied.append(Applied(piece.effect, formula, use.ref(statement)))
        return layer_result(applied)

    def _pieces(self, uses: Iterable[PolicyUse], context: Context) -> Iterable[tuple[ActionPiece, Formula]]:
        for use in uses:
            document = use.document
            if document is None:
                continue
            for piece in self.reader.pieces(document):
                formula = self._formula(piece, context)
                if formula != NEVER:
                    yield piece, formula

    def _limit(self, use: PolicyUse, context: Context) -> Iterable[tuple[ActionPiece, Formula]]:
        """The pieces of a limiting policy; one that cannot be read may allow and may deny."""
        if use.document is None or use.document.unreadable:
            yield self.reader.everything, Formula(((Opaque(f"{use.policy} {_why(use.document)}"),),))
            return
        yield from self._pieces((use,), context)

    def _levels(self, entry: Entry, context: Context) -> tuple[_Pieces, ...]:
        levels = self._guard_levels(entry.account)
        return tuple(tuple(pair for use in level for pair in self._limit(use, context)) for level in levels)

    def _guard_levels(self, account: str) -> tuple[tuple[PolicyUse, ...], ...]:
        found = self._guards.get(account)
        if found is None:
            found = self._guards[account] = tuple(
                tuple(PolicyUse("managed", owner, policy.name, policy.document) for policy in level)
                for owner, level in guardrail_levels(self.directory, account, "scp")
            )
        return found

    def _formula(self, piece: ActionPiece, context: Context) -> Formula:
        if piece.formula is not None:
            return piece.formula
        return resolve(piece.statement.conditions, context, variables=piece.variables)


def _key(pairs: Iterable[tuple[ActionPiece, Formula]]) -> tuple[object, ...]:
    return tuple((id(piece), formula) for piece, formula in pairs)


def _keys(levels: tuple[_Pieces, ...]) -> tuple[object, ...]:
    return tuple(map(_key, levels))


def _why(document: PolicyDocument | None) -> str:
    return f"cannot be read: {document.unreadable}" if document else "is not in the snapshot"
