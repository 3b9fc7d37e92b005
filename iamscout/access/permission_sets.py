"""What the layers of a principal amount to, as sets of actions by the conditions they are allowed under."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from msgspec import Struct

from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, WITHOUT_MFA_KEYS
from iamscout.access.permission_pieces import ActionPiece
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, any_of, assume, keys, negate, simplify
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT

Grants = tuple[tuple[Formula, int], ...]
"""For each distinct condition the actions that are allowed under it; an action may be in several."""
Pieces = Iterable[tuple[ActionPiece, Formula]]

_MFA_KEYS = frozenset({MFA_PRESENT, MFA_AGE})


class PermissionSet(Struct, frozen=True, eq=False, dict=True):
    """What a class of principals may do at any time; `is` tells whether two principals share it.

    `everywhere` are the actions allowed on every resource (but for those that a Deny names one by one),
    `somewhere` those allowed on some resource, the former included. `denied` are the actions that a Deny
    takes away on some resources, which the other two do not show. `undenied` are the actions of `everywhere`
    under any condition before the Deny statements, `touched` those that a Deny is about on every resource,
    under whatever condition.
    """

    everywhere: Grants
    somewhere: Grants
    denied: int = 0
    undenied: int = 0
    touched: int = 0

    @cached_property
    def always(self) -> int:
        """The actions allowed on every resource without any condition."""
        return _union(bits for formula, bits in self.everywhere if formula == ALWAYS)

    @cached_property
    def anyhow(self) -> int:
        """The actions allowed on some resource, under whatever condition."""
        return _union(bits for _, bits in self.somewhere)

    @cached_property
    def certain(self) -> int:
        """The actions allowed on some resource without any condition."""
        return _union(bits for formula, bits in self.somewhere if formula == ALWAYS)

    @cached_property
    def wide(self) -> int:
        """The actions allowed on every resource, under whatever condition."""
        return _union(bits for _, bits in self.everywhere)

    def kept(self, share: Callable[[int], int]) -> PermissionSet:
        """The same, to be remembered: `share` gives for a set of actions the one object that is equal."""
        if self is NO_PERMISSIONS:
            return self
        return PermissionSet(
            everywhere=tuple((formula, share(bits)) for formula, bits in self.everywhere),
            somewhere=tuple((formula, share(bits)) for formula, bits in self.somewhere),
            denied=share(self.denied),
            undenied=share(self.undenied),
            touched=share(self.touched),
        )

    def when_everywhere(self, wanted: int) -> Formula:
        """When all of these actions are allowed on every resource; NEVER where one of them never is."""
        return _when(self.everywhere, wanted)

    def when_somewhere(self, wanted: int) -> Formula:
        """When all of these actions are allowed, each on some resource."""
        return _when(self.somewhere, wanted)


NO_PERMISSIONS = PermissionSet((), ())


def combine(
    identity: Pieces, boundary: Pieces | None, levels: Iterable[Pieces], *, is_role: bool
) -> PermissionSet:
    """Cut what the identity policies allow by every layer; a role's session is one without MFA."""
    layers = [tuple(identity), *(() if boundary is None else (tuple(boundary),)), *map(tuple, levels)]
    everywhere: dict[Formula, int] | None = None
    somewhere: dict[Formula, int] | None = None
    for layer in layers:
        all_over: dict[Formula, int] = {}
        some: dict[Formula, int] = {}
        for piece, formula in layer:
            if piece.effect == "Allow":
                if piece.everywhere:
                    _add(all_over, formula, piece.everywhere)
                _add(some, formula, piece.everywhere | piece.somewhere)
        everywhere = all_over if everywhere is None else _cross(everywhere, all_over)
        somewhere = some if somewhere is None else _cross(somewhere, some)
    denied = touched = 0
    everywhere, somewhere = everywhere or {}, somewhere or {}
    undenied = _union(everywhere.values())
    for layer in layers:
        for piece, formula in layer:
            if piece.effect == "Deny":
                everywhere = _without(everywhere, formula, piece.everywhere | piece.spares)
                somewhere = _without(somewhere, formula, piece.everywhere)
                denied |= piece.somewhere
                touched |= piece.everywhere | piece.spares
    if not somewhere:
        return NO_PERMISSIONS
    return PermissionSet(_grants(everywhere, is_role), _grants(somewhere, is_role), denied, undenied, touched)


def _cross(one: dict[Formula, int], other: dict[Formula, int]) -> dict[Formula, int]:
    found: dict[Formula, int] = {}
    for first, bits in one.items():
        for second, limit in other.items():
            if bits & limit:
                _add(found, all_of(first, second), bits & limit)
    return found


def _without(grants: dict[Formula, int], formula: Formula, denied: int) -> dict[Formula, int]:
    if not denied:
        return grants
    found: dict[Formula, int] = {}
    for allowed, bits in grants.items():
        _add(found, allowed, bits & ~denied)
        if formula != ALWAYS:
            _add(found, all_of(allowed, negate(formula)), bits & denied)
    return found


def _add(grants: dict[Formula, int], formula: Formula, bits: int) -> None:
    if bits and formula != NEVER:
        # What is alone stays the same object.
        grants[formula] = grants[formula] | bits if formula in grants else bits


def _grants(found: dict[Formula, int], is_role: bool) -> Grants:  # noqa: FBT001  # private, one caller
    settled: dict[Formula, int] = {}
    for formula, bits in found.items():
        left = formula if formula == ALWAYS else simplify(formula)
        if is_role and keys(left) & _MFA_KEYS:
            # AWS's pages call the MFA keys of a role's session absent or false: allowed if either is.
            left = simplify(any_of(assume(left, WITHOUT_MFA_KEYS), assume(left, CONSOLE_WITHOUT_MFA)))
        _add(settled, left, bits)
    always = settled.get(ALWAYS, 0)
    return tuple(
        (formula, bits)
        for formula, each in settled.items()
        if (bits := each & ~always if always and formula != ALWAYS else each)
    )


def _when(grants: Grants, wanted: int) -> Formula:
    """Cut the wanted actions into parts that are allowed alike; every part must be."""
    parts: list[tuple[int, tuple[Formula, ...]]] = [(wanted, ())] if wanted else []
    for formula, bits in grants:
        cut: list[tuple[int, tuple[Formula, ...]]] = []
        for part, said in parts:
            if part & bits:
                cut.append((part & bits, (*said, formula)))
            if part & ~bits:
                cut.append((part & ~bits, said))
        parts = cut
    if not all(said for _, said in parts):
        return NEVER
    return simplify(all_of(*(any_of(*said) for _, said in parts)))


def _union(sets: Iterable[int]) -> int:
    found = 0
    for bits in sets:
        found = found | bits if found else bits  # what is alone stays the same object
    return found
