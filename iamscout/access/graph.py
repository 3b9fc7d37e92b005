"""Chains: what a principal reaches role by role, who reaches a role, and the shortest proof.

After the first hop the caller is a role's session: it carries no MFA, and a chained session lasts at most an
hour (STS API Reference, "AssumeRole", role chaining). Roles reached are followed by sets, so a chain never
visits pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.principals import Principal
from iamscout.policy.formula import ALWAYS, NEVER, Formula

CHAINED_SESSION_SECONDS = 3600
"""The longest a session may last whose role was taken from another role's session."""

Judge = Callable[[AccessEntry, int], Formula]
"""What is left open of an entry on the hop of this number (0 is the first); NEVER where it is barred."""


class Hop(Struct, frozen=True):
    """One assumption in a chain: who takes which role by which entry, and what that leaves open."""

    principal: str
    role: str
    entry: AccessEntry
    requires: Formula


class Chain(Struct, frozen=True):
    """A way to a role, in order. `is_certain` tells whether no hop leaves anything open."""

    hops: tuple[Hop, ...]

    @property
    def role(self) -> str:
        """The role at the end."""
        return self.hops[-1].role

    @property
    def is_certain(self) -> bool:
        """Whether every hop is allowed without conditions."""
        return all(hop.requires == ALWAYS for hop in self.hops)

    @property
    def max_session_seconds(self) -> int | None:
        """The limit of chained sessions, where the chain has more than one hop."""
        return CHAINED_SESSION_SECONDS if len(self.hops) > 1 else None


def as_found(entry: AccessEntry, _hop: int) -> Formula:
    """The judge that takes entries as they stand."""
    return entry.verdict.requires


def reach(access: AccessMap, start: str | tuple[str, ...], judge: Judge = as_found) -> Mapping[str, Chain]:
    """The roles that a principal reaches, directly and by chains: the shortest chain to each.

    `start` is its value in the map, or several: a caller outside is also its account and everyone. Where
    there is a chain without open conditions, it is the shortest of those.
    """
    certain = _walk(access, start, judge, certain_only=True)
    everything = _walk(access, start, judge, certain_only=False)
    return {**everything, **certain}


def chain_to(
    access: AccessMap,
    start: str | tuple[str, ...],
    role: str,
    judge: Judge = as_found,
    barred: frozenset[tuple[str, str]] = frozenset(),
) -> Chain | None:
    """The shortest chain from a principal to a role; one without open conditions goes before one with."""
    for certain_only in (True, False):
        found = _walk(access, start, judge, certain_only=certain_only, goal=role, barred=barred).get(role)
        if found is not None:
            return found
    return None


def who_reaches(access: AccessMap, role: str) -> Mapping[str, tuple[Principal, ...]]:
    """For each role on the way to a role, itself first, who may take it directly, roles of the map aside.

    Follows every entry, also those with conditions.
    """
    found: dict[str, tuple[Principal, ...]] = {}
    level = [role]
    seen = {role}
    while level:
        below: list[str] = []
        for target in level:
            outer: set[Principal] = set()
            for entry in access.by_role.get(target, ()):
                for principal in entry.principals:
                    if principal.kind == "role" and principal.value in access.grants:
                        if principal.value not in seen:
                            seen.add(principal.value)
                            below.append(principal.value)
                    else:
                        outer.add(principal)
            found[target] = tuple(sorted(outer))
        level = sorted(below)
    return found


def _walk(
    access: AccessMap,
    start: str | tuple[str, ...],
    judge: Judge,
    *,
    certain_only: bool,
    goal: str | None = None,
    barred: frozenset[tuple[str, str]] = frozenset(),
) -> dict[str, Chain]:
    """Breadth first over roles. An entry is visited once: its roles are the same whoever comes to it."""
    starts = (start,) if isinstance(start, str) else start
    found: dict[str, Chain] = {}
    seen_entries: set[tuple[int, bool, str]] = set()
    level: list[tuple[str, tuple[Hop, ...]]] = [(value, ()) for value in starts]
    while level:
        below: list[tuple[str, tuple[Hop, ...]]] = []
        for principal, hops in level:
            for entry, requires in _open_entries(
                access, principal, len(hops), judge, certain_only=certain_only
            ):
                key = (id(entry), bool(hops), principal if barred else "")
                if key in seen_entries:
                    continue
                seen_entries.add(key)
                for role in entry.roles:
                    if role in found or role in starts or (principal, role) in barred:
                        continue
                    found[role] = Chain((*hops, Hop(principal, role, entry, requires)))
                    if role == goal:
                        return found
                    below.append((role, found[role].hops))
        level = below
    return found


def _open_entries(
    access: AccessMap, principal: str, hop: int, judge: Judge, *, certain_only: bool
) -> Iterator[tuple[AccessEntry, Formula]]:
    for entry in access.by_principal.get(principal, ()):
        requires = judge(entry, hop)
        if requires == ALWAYS or (requires != NEVER and not certain_only):
            yield entry, requires
