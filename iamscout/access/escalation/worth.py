"""What a target is worth to a principal: whether it may do something that the principal may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Literal

from msgspec import Struct

from iamscout.access.admins import Admins
from iamscout.access.arnindex import ArnIndex
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, LONG_TERM_KEY
from iamscout.access.directory import Entry
from iamscout.access.escalation.reach import Kind, Reach, bits_of
from iamscout.access.permissions import Permissions
from iamscout.policy.actions import ActionIndex
from iamscout.policy.context import Context
from iamscout.policy.formula import NEVER, Formula, assume, simplify

_CONTEXTS = {"key": LONG_TERM_KEY, "console": CONSOLE_WITHOUT_MFA, "session": Context()}


class _Service(Struct):
    """The targets that may do anything of one service; `cells` are actions that the same ones hold."""

    cells: dict[int, int]
    anybody: int
    missed: dict[int, int]
    """A part that a principal holds to the targets that hold something beyond it."""


class Worth:
    """The actions of all users or roles, service by service.

    Parts are integers of one service's own width: sets of all actions are too long to be looked up by.
    """

    def __init__(self, actions: ActionIndex, index: ArnIndex, held: Iterable[int]) -> None:
        """`held` are the actions of each target, in the order of the index."""
        by_actions: dict[int, list[int]] = {}
        for place, bits in enumerate(held):
            by_actions.setdefault(bits, []).append(place)
        self._services: list[tuple[int, int, _Service]] = []
        for (low, small), parts in _by_service(actions, by_actions).items():
            cells = _cut({part: index.bits(found) for part, found in parts.items()})
            anybody = reduce(or_, cells.values())
            self._services.append((low, small, _Service(cells, anybody, {0: anybody})))
        self._everybody = index.bits(
            place for bits, holders in by_actions.items() if bits for place in holders
        )
        # Those that many hold come first: they soon leave little to look for.
        self._services.sort(key=lambda each: -each[2].anybody.bit_count())
        later = 0
        self._from: list[int] = []
        """By service, whoever holds anything of this one or one that comes later."""
        for _, _, service in reversed(self._services):
            later |= service.anybody
            self._from.append(later)
        self._from.reverse()

    def beyond(self, held: int) -> int:
        """The targets that may do anything beyond a set of actions."""
        found, left = 0, self._everybody
        for (low, small, service), later in zip(self._services, self._from, strict=True):
            if not later & left:
                break
            if not service.anybody & left:
                continue
            part = (held >> low) & small
            missed = service.missed.get(part)
            if missed is None:
                missed, lacked = 0, small & ~part
                for holders in [each for actions, each in service.cells.items() if actions & lacked]:
                    missed |= holders
                service.missed[part] = missed
            found |= missed
            left &= ~missed
        return found


def _by_service(
    actions: ActionIndex, holders: Mapping[int, list[int]]
) -> Mapping[tuple[int, int], Mapping[int, list[int]]]:
    """Sets of actions cut by service: the first place and the actions of each to the parts that are held."""
    spans: dict[str, tuple[int, int]] = {}
    for service, mask in actions.by_service.items():
        low = (mask & -mask).bit_length() - 1
        spans[service] = low, mask >> low
    found: dict[tuple[int, int], dict[int, list[int]]] = {}
    for bits, places in holders.items():
        start, rest = 0, bits
        while rest:
            first = actions.lowered[start + (rest & -rest).bit_length() - 1]
            # The actions of a service stand side by side, so that what was read can be shifted out.
            low, small = span = spans[first.partition(":")[0]]
            rest >>= low - start
            found.setdefault(span, {}).setdefault(rest & small, []).extend(places)
            start = low + small.bit_length()
            rest >>= small.bit_length()
    return found


def _cut(parts: Mapping[int, int]) -> dict[int, int]:
    """Sets of actions, each with its holders, cut into actions that the same ones hold."""
    cells: dict[int, int] = {}
    for part, holders in parts.items():
        rest, cut = part, {}
        for cell, before in cells.items():
            inside = cell & part
            if inside:
                cut[inside] = before | holders
                rest ^= inside
            if inside != cell:
                cut[cell ^ inside] = before
        if rest:
            cut[rest] = holders
        cells = cut
    return cells


class WorthReader:
    """Answers for all targets of a run, and remembers."""

    def __init__(self, permissions: Permissions, admins: Admins, indexes: Mapping[Kind, ArnIndex]) -> None:
        self.permissions, self.admins_found, self.indexes = permissions, admins, indexes
        self._admins: dict[tuple[Kind, str], Reach] = {}
        self._worths: dict[Kind, Worth] = {}
        self._more: dict[tuple[int, Kind], int] = {}

    def admin(self, kind: Literal["user", "role"], by: Literal["key", "console", "session"]) -> int:
        """The users or roles that are administrators, under conditions that such a credential can meet."""
        return bits_of(self.admins(kind, by))

    def admins(self, kind: Literal["user", "role"], by: Literal["key", "console", "session"]) -> Reach:
        """The same by the conditions that such a credential leaves open."""
        found = self._admins.get((kind, by))
        if found is None:
            index, places = self.indexes[kind], dict[Formula, list[int]]()
            for each in self.admins_found.entries:
                place = index.position.get(each.principal)
                if place is None:
                    continue
                left = simplify(assume(each.requires, _CONTEXTS[by]))
                if left != NEVER:
                    places.setdefault(left, []).append(place)
            found = self._admins[kind, by] = tuple((left, index.bits(each)) for left, each in places.items())
        return found

    def more(self, entry: Entry, kind: Literal["user", "role"], candidates: int) -> int:
        """Those of the candidates that may do something which a principal may not."""
        if not candidates:
            return 0
        permissions = self.permissions.of(entry)
        key = (id(permissions), kind)
        found = self._more.get(key)
        if found is None:
            worth = self._worths.get(kind)
            if worth is None:
                index = self.indexes[kind]
                entries = self.permissions.directory.by_arn
                held = (self.permissions.of(entries[arn]).anyhow for arn in index.arns)
                worth = self._worths[kind] = Worth(self.permissions.index, index, held)
            found = self._more[key] = worth.beyond(permissions.anyhow)
        return found & candidates
