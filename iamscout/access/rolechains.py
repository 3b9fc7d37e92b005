"""Which roles can be reached from which by chains, as sets: each role is visited once.

Roles that let in everybody without a grant are kept apart: whoever reaches anything reaches those, so they
would blur what somebody has of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.policy.formula import ALWAYS, NEVER, Formula


class RoleChains:
    """For each role the roles its sessions reach of their own right.

    With `certain_only` by entries that leave nothing open. `open` are the roles whose trust policy lets in
    everybody (`*`, or all but some), under whatever conditions.
    """

    def __init__(self, access: AccessMap, *, certain_only: bool) -> None:
        self.index = ArnIndex(access.grants)
        self._members: dict[int, tuple[str, ...]] = {}
        self._bits: dict[int, int] = {}
        self._roles: dict[int, int] = {}
        self._closure: dict[int, int] = {}
        self._from_one: dict[int, int] = {}
        self._next: dict[int, int] = {}
        place_of = self.index.position
        self.open = self.index.bits(
            place_of[arn]
            for arn, grants in access.grants.items()
            if any(
                grant.effect == "Allow" and (grant.excepted or grant.principal.kind == "everyone")
                for grant in grants
            )
        )
        for entry in access.entries:
            # Principals are sorted by kind, and users come last: where the first is one, all are.
            if entry.principals[0].kind == "user" or (certain_only and entry.verdict.requires != ALWAYS):
                continue
            bits = self.bits_of(entry)
            for principal in entry.principals:
                place = place_of.get(principal.value)
                if place is not None:
                    self._next[place] = self._next.get(place, 0) | bits
        self._leading = self.index.bits(place for place, bits in self._next.items() if bits)
        """The roles that lead to any other: most do not."""

    def bits_of(self, entry: AccessEntry) -> int:
        """The roles of an entry as a set, less those that are open to everybody anyway."""
        found = self._bits.get(id(entry))
        if found is None:
            found = self._roles.get(id(entry.roles))
            if found is None:
                position = self.index.position
                places = (position[arn] for arn in entry.roles if arn in position)
                found = self._roles[id(entry.roles)] = self.index.bits(places)
            if not entry.verdict.needs_identity_policy:
                found &= ~self.open
            self._bits[id(entry)] = found
        return found

    def members(self, bits: int) -> tuple[str, ...]:
        """The ARNs of a set, sorted; equal sets share one tuple."""
        found = self._members.get(bits)
        if found is None:
            found = self._members[bits] = self.index.members(bits)
        return found

    def from_roles(self, roles: int) -> int:
        """These roles and all that can be reached from them."""
        known = self._closure.get(roles)
        if known is None:
            known, left = roles, roles & self._leading
            while left:
                reached = self._from_role(left & -left)
                known |= reached
                left &= ~reached
            self._closure[roles] = known
        return known

    def _from_role(self, role: int) -> int:
        """A role, as a set of one, and all that can be reached from it."""
        known = self._from_one.get(role)
        if known is None:
            known, left = role, role
            while left:
                more = 0
                for place in places_of(left):
                    more |= self._next[place]
                left = more & ~known & self._leading
                known |= more
            self._from_one[role] = known
        return known


def direct_roles(
    chains: RoleChains,
    entries: tuple[AccessEntry, ...],
    left_open: Callable[[AccessEntry], Formula],
) -> Mapping[bool, int]:
    """The roles of a caller's entries: those certain (True), and all that are not barred (False)."""
    certain = possible = 0
    for entry in entries:
        requires = left_open(entry)
        if requires == NEVER:
            continue
        bits = chains.bits_of(entry)
        possible |= bits
        if requires == ALWAYS:
            certain |= bits
    return {True: certain, False: possible}
