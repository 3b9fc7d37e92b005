"""Access grouped for reading: one row for callers (or roles) that share a verdict, long lists as sets of their own.

A large account has millions of pairs. A page names a dozen and counts the rest, with a link to the page of that
set; what the trust policies of some roles give to the whole account stands once and is linked from every caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import Struct

from iamscout.access.model import AccessEntry, AccessMap, Scope, Verdict
from iamscout.access.principals import Principal
from iamscout.report.names import digest

NAMES = 12
"""Names that are spelled out in a cell before the rest is counted."""

SHARED = 50
"""From so many callers on, what trust policies give to all of them alike is listed once."""

Side = TypeVar("Side", bound=Principal | str)


class Class(Struct, Generic[Side], frozen=True, eq=False):
    """Callers of one role, or roles of one caller, under one verdict; `entries` are what it was joined from."""

    members: tuple[Side, ...]
    scope: Scope
    action: str
    verdict: Verdict
    entries: tuple[AccessEntry, ...]


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
        self._access = access
        self._role_sets = tuple(role_sets)
        self._callers: dict[tuple[int, ...], tuple[Class[Principal], ...]] = {}
        self._roles: dict[tuple[int, ...], tuple[Class[str], ...]] = {}
        self._shared: dict[tuple[int, ...], Shared] = {}
        self._left_out: dict[int, tuple[object, tuple[str, tuple[str, ...]] | None]] = {}
        self._paths: dict[int, tuple[object, str]] = {}

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
        entries = tuple(entry for entry in self._access.by_principal.get(caller, ()) if not is_shared(entry))
        key = tuple(map(id, entries))
        known = self._roles.get(key)
        if known is None:
            known = self._roles[key] = _role_classes(entries)
        return known

    def shared_by(self, caller: str) -> Shared | None:
        """What a caller shares with the whole account."""
        entries = tuple(entry for entry in self._access.by_principal.get(caller, ()) if is_shared(entry))
        if not entries:
            return None
        key = tuple(map(id, entries))
        known = self._shared.get(key)
        if known is None:
            classes = _role_classes(entries)
            name = digest("\n".join(role for entry in entries for role in (entry.scope, *entry.roles)))
            known = self._shared[key] = Shared(
                path=f"access/shared-{name}.html",
                callers=min(len(entry.principals) for entry in entries),
                roles=len({role for entry in entries for role in entry.roles}),
                classes=classes,
            )
        return known

    @cached_property
    def shared(self) -> tuple[Shared, ...]:
        """Everything that is listed once, by path."""
        callers = {p.value for e in self._access.entries if is_shared(e) for p in e.principals}
        found = {made.path: made for caller in sorted(callers) if (made := self.shared_by(caller))}
        return tuple(found[path] for path in sorted(found))

    @cached_property
    def sets(self) -> Mapping[str, tuple[Principal, ...] | tuple[str, ...]]:
        """Path to members, of every set that is too long for a cell."""
        found: dict[str, tuple[Principal, ...] | tuple[str, ...]] = {}
        for members in self._all_members():
            if len(members) > NAMES + 1 and self.left_out(members) is None:
                found[self.set_path(members)] = members
        return {path: found[path] for path in sorted(found)}

    def set_path(self, members: tuple[Principal, ...] | tuple[str, ...]) -> str:
        """Where the page of a set stands; the same members give the same page in every run."""
        known = self._paths.get(id(members))
        if known is None:
            texts = (member if isinstance(member, str) else f"{member.kind} {member.value}" for member in members)
            path = f"access/set-{digest(chr(10).join(texts), 16)}.html"
            known = self._paths[id(members)] = (members, path)  # held, so that its id stays its own
        return known[1]

    def left_out(
        self, members: tuple[Principal, ...] | tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]] | None:
        """The account whose users and roles nearly all are in a set of callers, and the few that are not."""
        known = self._left_out.get(id(members))
        if known is None:
            known = self._left_out[id(members)] = (members, self._find_left_out(members))
        return known[1]

    def _find_left_out(
        self, members: tuple[Principal, ...] | tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]] | None:
        callers = [member for member in members if not isinstance(member, str)]
        homes = {caller.account for caller in callers}
        account = self._access.directory.accounts.get(callers[0].account) if len(homes) == 1 else None
        if account is None:
            return None
        total = len(account.users) + len(account.roles)
        if total - len(callers) > NAMES or 2 * len(callers) < total:
            return None
        inside = {caller.value for caller in callers}
        arns = (entity.arn for entity in (*account.users, *account.roles))
        return account.id, tuple(arn for arn in arns if arn not in inside)

    def _all_members(self) -> Iterator[tuple[Principal, ...] | tuple[str, ...]]:
        for role in self._access.by_role:
            for callers in self.callers_of(role):
                yield callers.members
        for caller in self._access.by_principal:
            for roles in self.roles_of(caller):
                yield roles.members
        for shared in self.shared:
            for roles in shared.classes:
                yield roles.members
        yield from self._role_sets
        for half in self._access.half_entries:
            yield half.principals
            yield half.roles


def is_shared(entry: AccessEntry) -> bool:
    """Whether an entry is something that many callers have alike without any identity policy of theirs."""
    return not entry.verdict.needs_identity_policy and len(entry.principals) > SHARED


def _role_classes(entries: Iterable[AccessEntry]) -> tuple[Class[str], ...]:
    return tuple(
        Class(_union(entry.roles for entry in group), *_head(group), tuple(group)) for group in _grouped(entries)
    )


def _grouped(entries: Iterable[AccessEntry]) -> Iterable[list[AccessEntry]]:
    found: dict[tuple[Scope, str, Verdict], list[AccessEntry]] = {}
    for entry in entries:
        found.setdefault((entry.scope, entry.action, entry.verdict), []).append(entry)
    return found.values()


def _head(group: list[AccessEntry]) -> tuple[Scope, str, Verdict]:
    return group[0].scope, group[0].action, group[0].verdict


def _union(parts: Iterable[tuple[Side, ...]]) -> tuple[Side, ...]:
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    return tuple(sorted({member for part in listed for member in part}))
