"""Halves of access compared: who is granted a role that does not trust it, or trusted without a grant.

The other half alone makes a way in of it, so that a half that came is worth knowing before that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamscout.access.model import HalfEntry, Missing
from iamscout.access.principals import Principal
from iamscout.diff.comparable import Comparable
from iamscout.diff.model import HalfChange

Halves = frozenset[tuple[Missing, tuple[str, ...]]]
"""The classes of one principal: what is missing, and for which roles."""


def compare_halves(
    old: Iterable[HalfEntry], new: Iterable[HalfEntry], comparable: Comparable
) -> tuple[tuple[HalfChange, ...], tuple[HalfChange, ...]]:
    """The halves that are there now and were not, and those that are no longer there."""
    before, after = _by_principal(old, comparable), _by_principal(new, comparable)
    cases: dict[tuple[Halves, Halves], list[Principal]] = {}
    for principal in {**before, **after}:
        had, has = before.get(principal, frozenset()), after.get(principal, frozenset())
        if had != has:
            cases.setdefault((had, has), []).append(principal)
    gained: dict[tuple[Missing, tuple[str, ...]], list[Principal]] = {}
    lost: dict[tuple[Missing, tuple[str, ...]], list[Principal]] = {}
    for (had, has), principals in cases.items():
        for one, other, found in ((had, has, gained), (has, had, lost)):
            for key in _beyond(other, one, comparable):
                found.setdefault(key, []).extend(principals)
    return tuple(_sorted(gained)), tuple(_sorted(lost))


def _by_principal(entries: Iterable[HalfEntry], comparable: Comparable) -> dict[Principal, Halves]:
    found: dict[Principal, set[tuple[Missing, tuple[str, ...]]]] = {}
    for entry in entries:
        for principal in entry.principals:
            if comparable.principal(principal):
                found.setdefault(principal, set()).add((entry.missing, entry.roles))
    return {principal: frozenset(halves) for principal, halves in found.items()}


def _beyond(one: Halves, other: Halves, comparable: Comparable) -> Iterator[tuple[Missing, tuple[str, ...]]]:
    """What is in one set of classes and not in the other, role by role."""
    for missing in ("identity", "trust"):
        roles = _roles(one, missing) - _roles(other, missing)
        told = tuple(sorted(filter(comparable.role, roles)))
        if told:
            yield missing, told


def _roles(halves: Halves, missing: Missing) -> frozenset[str]:
    return frozenset(role for kind, roles in halves if kind == missing for role in roles)


def _sorted(found: dict[tuple[Missing, tuple[str, ...]], list[Principal]]) -> Iterator[HalfChange]:
    for (missing, roles), principals in sorted(found.items(), key=lambda item: (item[0], sorted(item[1]))):
        yield HalfChange(tuple(sorted(principals)), roles, missing)
