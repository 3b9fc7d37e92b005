"""What limits a principal: what its denies, its boundary and the guardrails leave of any policy it writes."""

from __future__ import annotations

from collections.abc import Mapping

from iamscout.access.admins import AdminJudge
from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.access.directory import Entry
from iamscout.access.escalation.reach import Kind, Reach, within
from iamscout.access.guardrails import guardrail_levels
from iamscout.access.identity import PolicyUse, boundary_policy
from iamscout.access.permission_sets import PermissionSet
from iamscout.access.permissions import Permissions, Variant
from iamscout.policy.document import PolicyDocument
from iamscout.policy.formula import NEVER, Formula
from iamscout.policy.parse import parse_document

_EVERYTHING = parse_document(
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
)
ALL_ACTIONS = PolicyUse("inline", "", "every action on every resource", _EVERYTHING)
"""The policy that an attacker writes."""


class Limits:
    """Answers for the principals of a run, and remembers."""

    def __init__(self, permissions: Permissions, indexes: Mapping[Kind, ArnIndex]) -> None:
        self.permissions, self.indexes = permissions, indexes
        self.directory = permissions.directory
        self.judge = AdminJudge(permissions.index, permissions.directory)
        self._allowed: dict[str, PermissionSet] = {}
        self._denies: dict[int, bool] = {}
        self._is_limited: dict[str, bool] = {}
        self._limited: dict[Kind, int] = {}
        self._unbound: dict[Kind, int] = {}
        self._ceiling_admin: dict[Kind, dict[Formula, int]] = {}
        self._ceiling_sets: dict[Kind, dict[int, int]] = {}

    def allowed(self, entry: Entry) -> PermissionSet:
        """What a principal could do if a policy of its own allowed everything: denies and limits remain."""
        found = self._allowed.get(entry.arn)
        if found is None:
            found = self._allowed[entry.arn] = self.permissions.ceiling(entry)
        return found

    def ceiling(self, entry: Entry) -> tuple[Formula, int]:
        """When it would be administrator then, and the actions that it would have under any condition."""
        allowed = self.allowed(entry)
        return self.judge.when(allowed, entry.account), allowed.anyhow

    def gain_by_ceiling(self, entry: Entry) -> tuple[Formula, bool]:
        """When a principal that writes its own policies is administrator, and whether it gains anything."""
        admin, anyhow = self.ceiling(entry)
        return admin, bool(anyhow & ~self.permissions.of(entry).anyhow)

    def variant(
        self,
        entry: Entry,
        *,
        policies: tuple[PolicyUse, ...] | None = None,
        boundary: PolicyUse | None = None,
        keep_boundary: bool = True,
    ) -> PermissionSet:
        """What a principal could do with other policies or another boundary."""
        uses = self.permissions.uses(entry) if policies is None else policies
        account = self.directory.accounts[entry.account]
        limit = boundary_policy(account, entry.entity) if keep_boundary else boundary
        return self.permissions.of_variant(Variant(entry, uses, limit))

    def gain_of(self, entry: Entry, changed: PermissionSet) -> tuple[Formula, bool]:
        """When a changed permission set is an administrator's, and whether it holds anything new."""
        more = bool(changed.anyhow & ~self.permissions.of(entry).anyhow) or _wider(
            changed, self.permissions.of(entry)
        )
        return self.judge.when_once(changed, entry.account), more

    def has_denies(self, entry: Entry) -> bool:
        """Whether any identity policy of a principal denies anything."""
        for use in self.permissions.uses(entry):
            document = use.document
            if document is None:
                continue
            known = self._denies.get(id(document))
            if known is None:
                known = self._denies[id(document)] = denies(document)
            if known:
                return True
        return False

    def unlimited(self, kind: Kind, bits: int) -> int:
        """Those of these users or roles that no Deny, boundary or SCP would limit."""
        if kind not in self._limited:
            index = self.indexes[kind]
            self._limited[kind] = index.bits(
                place for place, arn in enumerate(index.arns) if self.is_limited(self.directory.by_arn[arn])
            )
        return bits & ~self._limited[kind]

    def unbound(self, kind: Kind, bits: int) -> int:
        """Those of these users or roles that have neither boundary nor Deny; SCPs may limit their account."""
        known = self._unbound.get(kind)
        if known is None:
            index = self.indexes[kind]
            known = self._unbound[kind] = index.bits(
                place
                for place, arn in enumerate(index.arns)
                if not self._is_bound(self.directory.by_arn[arn])
            )
        return bits & known

    def fresh(self, entry: Entry) -> PermissionSet:
        """What somebody of its account may do who is bound by nothing and given everything: SCPs remain."""
        return self.variant(entry, policies=(ALL_ACTIONS,), keep_boundary=False)

    def fresh_admin(self, entry: Entry) -> Formula:
        """When somebody like that is administrator."""
        return self.judge.when_once(self.fresh(entry), entry.account)

    def limited(self, kind: Kind, bits: int) -> Reach:
        """Those of these users or roles that are limited, by when they would be administrators yet."""
        self._read_ceilings(kind)
        return within(tuple(self._ceiling_admin[kind].items()), bits)

    def ceiling_more(self, entry: Entry, kind: Kind, bits: int) -> int:
        """Those of these that could never be administrators, and yet do more than a principal may."""
        self._read_ceilings(kind)
        held, found = self.permissions.of(entry).anyhow, 0
        for anyhow, holders in self._ceiling_sets[kind].items():
            if holders & bits and anyhow & ~held:
                found |= holders
        return found & bits

    def _read_ceilings(self, kind: Kind) -> None:
        if kind in self._ceiling_admin:
            return
        index = self.indexes[kind]
        admin: dict[Formula, list[int]] = {}
        sets: dict[int, list[int]] = {}
        self.unlimited(kind, 0)
        for place in places_of(self._limited[kind]):
            formula, anyhow = self.ceiling(self.directory.by_arn[index.arns[place]])
            if formula == NEVER:
                sets.setdefault(anyhow, []).append(place)
            else:
                admin.setdefault(formula, []).append(place)
        self._ceiling_admin[kind] = {formula: index.bits(found) for formula, found in admin.items()}
        self._ceiling_sets[kind] = {anyhow: index.bits(found) for anyhow, found in sets.items()}

    def is_limited(self, entry: Entry) -> bool:
        """Whether a boundary, a Deny or a guardrail takes anything from a principal."""
        known = self._is_limited.get(entry.arn)
        if known is None:
            known = self._is_limited[entry.arn] = bool(
                self._is_bound(entry)
                or any(True for _ in guardrail_levels(self.directory, entry.account, "scp"))
            )
        return known

    def _is_bound(self, entry: Entry) -> bool:
        return bool(entry.entity.boundary_arn) or self.has_denies(entry)


def denies(document: PolicyDocument | None) -> bool:
    """Whether a policy has a Deny."""
    return document is not None and any(statement.effect == "Deny" for statement in document.statements)


def _wider(changed: PermissionSet, held: PermissionSet) -> bool:
    """Whether something is allowed on every resource, or without a condition, that was not before."""
    return bool(changed.wide & ~held.wide or changed.always & ~held.always)
