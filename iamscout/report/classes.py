"""Access grouped for reading: one row for the callers (or roles) that share a verdict.

A large account has millions of pairs. What the trust policies of some roles give to a whole account stands
once and is linked from every caller; long lists are sets with pages of their own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Generic

from msgspec import Struct

from iamscout.access.model import AccessEntry, AccessMap, Missing, Scope, Verdict
from iamscout.access.principals import Principal
from iamscout.policy.decision import StatementRef
from iamscout.report.member_sets import Listed, MemberSets, Side
from iamscout.report.names import digest

SHARED = 50
"""From so many callers on, what trust policies give to all of them alike is listed once."""

_HALVES = 3
"""Rows of halves on one page before they are joined into one."""


class Class(Struct, Generic[Side], frozen=True, eq=False):
    """Callers of one role, or roles of one caller, under one verdict; joined from `entries`."""

    members: tuple[Side, ...]
    scope: Scope
    action: str
    verdict: Verdict
    entries: tuple[AccessEntry, ...]


class Half(Struct, Generic[Side], frozen=True, eq=False):
    """Callers of one role, or roles of one caller, with one half alone, and the statements that make it."""

    members: tuple[Side, ...]
    by: tuple[StatementRef, ...]


class Shared(Struct, frozen=True, eq=False):
    """What all of many callers can enter by trust policies alone."""

    path: str
    callers: int
    roles: int
    classes: tuple[Class[str], ...]


class Classes:
    """The classes of an access map; callers and roles with the same entries share their values.

    `role_sets` are further sets of roles that pages refer to.
    """

    def __init__(self, access: AccessMap, role_sets: Iterable[tuple[str, ...]] = ()) -> None:
        self.sets = MemberSets(access.directory)
        self._access = access
        self._role_sets = tuple(role_sets)
        self._callers: dict[tuple[int, ...], tuple[Class[Principal], ...]] = {}
        self._roles: dict[tuple[int, ...], tuple[Class[str], ...]] = {}
        self._shared: dict[tuple[int, ...], Shared] = {}
        self._caller_halves: dict[tuple[int, ...], tuple[Half[Principal], ...]] = {}
        self._role_halves: dict[tuple[int, ...], tuple[Half[str], ...]] = {}
        self._role_counts: dict[int, int] = {}
        self._by_owner: dict[int, Mapping[str, list[StatementRef]]] = {}

    def callers_of(self, role: str) -> tuple[Class[Principal], ...]:
        """Who gets into a role."""
        entries = self._access.by_role.get(role, ())
        key = tuple(map(id, entries))
        known = self._callers.get(key)
        if known is None:
            known = self._callers[key] = tuple(
                Class(_union(entry.principals for entry in group), *_head(group), tuple(group))
                for group in _grouped(entries)
            )
        return known

    def roles_of(self, caller: str) -> tuple[Class[str], ...]:
        """Which roles a caller reaches by itself, without what it shares with the whole account."""
        entries = self._entries_of[0].get(caller, ())
        key = tuple(map(id, entries))
        known = self._roles.get(key)
        if known is None:
            known = self._roles[key] = _role_classes(entries)
        return known

    def role_count(self, caller: str, opened: Container[str]) -> int:
        """How many roles a caller reaches by itself; of the `opened` those that its own policies grant."""
        classes = self.roles_of(caller)
        known = self._role_counts.get(id(classes))
        if known is None:
            known = self._role_counts[id(classes)] = len(
                {
                    role
                    for found in classes
                    for role in found.members
                    if found.verdict.needs_identity_policy or role not in opened
                }
            )
        return known

    def statements_of(self, entries: Iterable[AccessEntry], owners: Iterable[str]) -> list[StatementRef]:
        """The statements of the identity half of some entries that these owners hold, sorted."""
        found: set[StatementRef] = set()
        for entry in entries:
            known = self._by_owner.get(id(entry))
            if known is None:
                by_owner: dict[str, list[StatementRef]] = {}
                for ref in entry.identity_by:
                    by_owner.setdefault(ref.owner, []).append(ref)
                known = self._by_owner[id(entry)] = by_owner
            for owner in owners:
                found.update(known.get(owner, ()))
        return sorted(found)

    def shared_by(self, caller: str) -> Shared | None:
        """What a caller shares with the whole account."""
        entries = self._entries_of[1].get(caller, ())
        if not entries:
            return None
        key = tuple(map(id, entries))
        known = self._shared.get(key)
        if known is None:
            name = digest("\n".join(text for entry in entries for text in (entry.scope, *entry.roles)))
            known = self._shared[key] = Shared(
                path=f"access/shared-{name}.html",
                callers=min(len(entry.principals) for entry in entries),
                roles=len({role for entry in entries for role in entry.roles}),
                classes=_role_classes(entries),
            )
        return known

    def halves_of_role(self, role: str, missing: Missing) -> tuple[Half[Principal], ...]:
        """Callers that have one half of the way into a role."""
        entries = [entry for entry in self._access.half_by_role.get(role, ()) if entry.missing == missing]
        key = tuple(map(id, entries))
        known = self._caller_halves.get(key)
        if known is None:
            parts = [(entry.principals, entry.by) for entry in entries]
            known = self._caller_halves[key] = tuple(_joined(parts))
        return known

    def halves_of_caller(self, caller: str, missing: Missing) -> tuple[Half[str], ...]:
        """Roles to which a caller has one half of the way."""
        entries = [
            entry for entry in self._access.half_by_principal.get(caller, ()) if entry.missing == missing
        ]
        key = tuple(map(id, entries))
        known = self._role_halves.get(key)
        if known is None:
            parts = [(entry.roles, entry.by) for entry in entries]
            known = self._role_halves[key] = tuple(_joined(parts))
        return known

    @cached_property
    def shared(self) -> tuple[Shared, ...]:
        """Everything that is listed once, by path."""
        found = {made.path: made for caller in self._entries_of[1] if (made := self.shared_by(caller))}
        return tuple(found[path] for path in sorted(found))

    @cached_property
    def _entries_of(self) -> tuple[Mapping[str, list[AccessEntry]], Mapping[str, list[AccessEntry]]]:
        """Principal value to its own entries, and to those that it shares with the whole account."""
        own: dict[str, list[AccessEntry]] = {}
        common: dict[str, list[AccessEntry]] = {}
        for entry in self._access.entries:
            found = common if is_shared(entry) else own
            for principal in entry.principals:
                found.setdefault(principal.value, []).append(entry)
        return own, common

    @cached_property
    def listed(self) -> Mapping[str, Listed[Principal] | Listed[str]]:
        """Path to content, of every set that has a page."""
        callers = self.sets.pages(self._caller_sets())
        roles = self.sets.pages(self._all_role_sets())
        return {**callers, **roles}

    def _caller_sets(self) -> Iterator[tuple[Principal, ...]]:
        for role in self._access.by_role:
            for found in self.callers_of(role):
                yield found.members
        for missing in _MISSING:
            for role in self._access.half_by_role:
                for half in self.halves_of_role(role, missing):
                    yield half.members

    def _all_role_sets(self) -> Iterator[tuple[str, ...]]:
        for caller in self._entries_of[0]:
            for found in self.roles_of(caller):
                yield found.members
        for shared in self.shared:
            for found in shared.classes:
                yield found.members
        yield from self._role_sets
        for missing in _MISSING:
            for caller in self._access.half_by_principal:
                for half in self.halves_of_caller(caller, missing):
                    yield half.members


_MISSING: tuple[Missing, ...] = ("identity", "trust")


def is_shared(entry: AccessEntry) -> bool:
    """Whether an entry is something that many callers have alike without any identity policy of theirs."""
    return not entry.verdict.needs_identity_policy and len(entry.principals) > SHARED


def _role_classes(entries: Iterable[AccessEntry]) -> tuple[Class[str], ...]:
    return tuple(
        Class(_union(entry.roles for entry in group), *_head(group), tuple(group))
        for group in _grouped(entries)
    )


def _grouped(entries: Iterable[AccessEntry]) -> Iterable[list[AccessEntry]]:
    found: dict[tuple[bool, Scope, str, Verdict], list[AccessEntry]] = {}
    for entry in entries:
        at_home = entry.principals[0].kind in ("user", "role")
        found.setdefault((at_home, entry.scope, entry.action, entry.verdict), []).append(entry)
    return found.values()


def _head(group: list[AccessEntry]) -> tuple[Scope, str, Verdict]:
    return group[0].scope, group[0].action, group[0].verdict


def _joined(parts: list[tuple[tuple[Side, ...], tuple[StatementRef, ...]]]) -> Iterator[Half[Side]]:
    """A row for each part, or one for all where they are many."""
    if len(parts) <= _HALVES:
        for members, by in parts:
            yield Half(members, by)
        return
    refs = tuple(sorted({ref for _, by in parts for ref in by}))
    yield Half(_union(members for members, _ in parts), refs)


def _union(parts: Iterable[tuple[Side, ...]]) -> tuple[Side, ...]:
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    return tuple(sorted({member for part in listed for member in part}))
