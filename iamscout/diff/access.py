"""Access compared: who can assume a role now and could not before, and the other way round.

Classes of equal access are compared before any pair: a principal whose classes are the same on both sides is
done with, those with the same two sets of classes are one case, and within a case sets of roles are integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from iamscout.access.model import AccessEntry, AccessMap, Scope, Verdict
from iamscout.access.principals import Principal
from iamscout.diff.comparable import Comparable
from iamscout.diff.edgewords import changed_words, edge_effect
from iamscout.diff.effect import Effect
from iamscout.diff.halves import compare_halves
from iamscout.diff.model import AccessChanges, EdgeChange
from iamscout.policy.formula import is_equivalent

Bits = int
"""A set of roles: bit i is role i of both sides together, sorted by ARN."""


class Holding(Struct, frozen=True, cache_hash=True):
    """A class of access without its principals; `verdict` and `roles` are numbers of an :class:`_Index`."""

    action: str
    scope: Scope
    verdict: int
    roles: Bits


def compare_access(old: AccessMap, new: AccessMap, comparable: Comparable) -> AccessChanges:
    """Every edge that was gained, lost or changed among what is comparable."""
    index = _Index(old, new, comparable)
    before, after = index.holdings(old), index.holdings(new)
    cases: dict[tuple[frozenset[Holding], frozenset[Holding]], list[Principal]] = {}
    for principal in {**before, **after}:
        had, has = before.get(principal, _NONE), after.get(principal, _NONE)
        if had != has:
            cases.setdefault((had - has, has - had), []).append(principal)
    found: dict[tuple[str, Scope, int | None, int | None, Bits], list[Principal]] = {}
    for (had, has), principals in cases.items():
        for action, scope, was, is_now, bits in _differences(had, has, index):
            found.setdefault((action, scope, was, is_now, bits), []).extend(principals)
    edges = sorted(
        (index.edge(*key, principals) for key, principals in found.items()),
        key=lambda edge: (
            edge.scope,
            edge.action,
            edge.principals,
            edge.roles,
            repr(edge.before),
            repr(edge.after),
        ),
    )
    half_gained, half_lost = compare_halves(old.half_entries, new.half_entries, comparable)
    return AccessChanges(
        half_gained=half_gained,
        half_lost=half_lost,
        gained=tuple(edge for edge in edges if edge.before is None),
        lost=tuple(edge for edge in edges if edge.after is None),
        changed=tuple(edge for edge in edges if edge.before is not None and edge.after is not None),
    )


_NONE: frozenset[Holding] = frozenset()


class _Index:
    """The roles and verdicts of both sides by number."""

    def __init__(self, old: AccessMap, new: AccessMap, comparable: Comparable) -> None:
        self._comparable = comparable
        arns = {
            role.arn
            for access in (old, new)
            for account in access.directory.accounts.values()
            if account.id in comparable.accounts
            for role in account.roles
        } - comparable.gaps
        self.arns = sorted(arns)
        self._places = {arn: place for place, arn in enumerate(self.arns)}
        self._bits: dict[tuple[str, ...], Bits] = {}
        self._numbers: dict[Verdict, int] = {}
        self.verdicts: list[Verdict] = []

    def holdings(self, access: AccessMap) -> dict[Principal, frozenset[Holding]]:
        """Principal to its classes of access, without roles that are not comparable."""
        found: dict[Principal, set[Holding]] = {}
        for entry in access.entries:
            bits = self._of(entry)
            if not bits:
                continue
            holding = Holding(entry.action, entry.scope, self._number(entry.verdict), bits)
            for principal in entry.principals:
                if self._comparable.principal(principal):
                    found.setdefault(principal, set()).add(holding)
        return {principal: frozenset(holdings) for principal, holdings in found.items()}

    def edge(
        self,
        action: str,
        scope: Scope,
        was: int | None,
        is_now: int | None,
        bits: Bits,
        principals: Iterable[Principal],
    ) -> EdgeChange:
        """A difference as a value."""
        before = None if was is None else self.verdicts[was]
        after = None if is_now is None else self.verdicts[is_now]
        return EdgeChange(
            principals=tuple(sorted(principals)),
            roles=self._members(bits),
            action=action,
            scope=scope,
            before=before,
            after=after,
            effect=_effect(before, after),
            words=changed_words(before, after),
        )

    def _of(self, entry: AccessEntry) -> Bits:
        # Entries of one map share their tuples of roles, so most are looked up by a hash of the same object.
        known = self._bits.get(entry.roles)
        if known is None:
            places = (self._places.get(role) for role in entry.roles)
            known = self._bits[entry.roles] = _joined(place for place in places if place is not None)
        return known

    def _number(self, verdict: Verdict) -> int:
        known = self._numbers.get(verdict)
        if known is None:
            known = self._numbers[verdict] = len(self.verdicts)
            self.verdicts.append(verdict)
        return known

    def _members(self, bits: Bits) -> tuple[str, ...]:
        text = bin(bits)[:1:-1]
        return tuple(self.arns[place] for place, bit in enumerate(text) if bit == "1")


def _joined(places: Iterable[int]) -> Bits:
    """Bits of places; set in bytes, as an integer of ten thousand bits is copied at every change."""
    listed = list(places)
    if not listed:
        return 0
    content = bytearray(max(listed) // 8 + 1)
    for place in listed:
        content[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(content, "little")


def _differences(
    had: frozenset[Holding], has: frozenset[Holding], index: _Index
) -> Iterator[tuple[str, Scope, int | None, int | None, Bits]]:
    """What differs between two sets of classes: action, scope, verdicts before and after, roles."""
    for action in {holding.action for holding in had | has}:
        before = [holding for holding in had if holding.action == action]
        after = [holding for holding in has if holding.action == action]
        reached_before = _union(holding.roles for holding in before)
        reached_after = _union(holding.roles for holding in after)
        for holding in before:
            lost = holding.roles & ~reached_after
            if lost:
                yield action, holding.scope, holding.verdict, None, lost
        for holding in after:
            gained = holding.roles & ~reached_before
            if gained:
                yield action, holding.scope, None, holding.verdict, gained
        for one in before:
            for other in after:
                both = one.roles & other.roles
                if both and not _same(index.verdicts[one.verdict], index.verdicts[other.verdict]):
                    yield action, other.scope, one.verdict, other.verdict, both


def _union(sets: Iterable[Bits]) -> Bits:
    found = 0
    for bits in sets:
        found |= bits
    return found


def _same(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts say the same, if in other words."""
    if one == other:
        return True
    if (one.result, one.needs_identity_policy, one.mfa, one.credentials) != (
        other.result,
        other.needs_identity_policy,
        other.mfa,
        other.credentials,
    ):
        return False
    return one.readings == other.readings and _equivalent(one, other)


@lru_cache(maxsize=16_384)
def _equivalent(one: Verdict, other: Verdict) -> bool:
    return is_equivalent(one.requires, other.requires)


def _effect(before: Verdict | None, after: Verdict | None) -> Effect:
    if before is None:
        return "widened"
    return "narrowed" if after is None else edge_effect(before, after)
