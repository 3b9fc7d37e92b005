"""What a target is worth to a principal: whether it may do something that the principal may not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import Literal

from iamscout.access.admins import Admins
from iamscout.access.arnindex import ArnIndex
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, LONG_TERM_KEY, mfa_session
from iamscout.access.directory import Entry
from iamscout.access.escalation.reach import Kind, Reach, bits_of
from iamscout.access.permissions import Permissions
from iamscout.policy.actions import ActionIndex
from iamscout.policy.context import Context
from iamscout.policy.formula import NEVER, Formula, assume, simplify

Parts = tuple[tuple[int, int], ...]
"""The services that a set of actions touches, by number, each with what it holds of them."""

By = Literal["key", "console", "mfa", "session"]
"""How one becomes the target: by a key, a password without MFA, a session with fresh MFA, a role session."""
_CONTEXTS: Mapping[By, Context] = {
    "key": LONG_TERM_KEY,
    "console": CONSOLE_WITHOUT_MFA,
    "mfa": mfa_session(0),
    "session": Context(),
}


class ByService:
    """Sets of actions cut by service, and remembered: principals are targets as well.

    Services have numbers, in the order of their actions, which stand side by side.
    """

    def __init__(self, actions: ActionIndex) -> None:
        masks = sorted(actions.by_service.values())
        self._spans = [(low, mask >> low) for mask in masks for low in (_lowest(mask),)]
        self._lows = [low for low, _ in self._spans]
        self._parts: dict[int, Parts] = {}

    def all(self) -> Iterable[int]:
        """The actions of each service, as parts are: in its own width."""
        return (small for _, small in self._spans)

    def parts(self, bits: int) -> Parts:
        """The services of which a set holds anything, by number, each with what it holds of them."""
        found = self._parts.get(bits)
        if found is None:
            found = self._parts[bits] = tuple(self._cut(bits))
        return found

    def _cut(self, bits: int) -> Iterator[tuple[int, int]]:
        start = 0
        while bits:
            number = bisect_right(self._lows, start + _lowest(bits)) - 1
            low, small = self._spans[number]
            # What was read is shifted out.
            bits >>= low - start
            yield number, bits & small
            start = low + small.bit_length()
            bits >>= small.bit_length()


class _Service(dict[int, int]):
    """One service: for each part of it the targets that hold something beyond, worked out when asked for."""

    def __init__(self, everything: int, parts: Mapping[int, int]) -> None:
        """`parts` are what is held of the service, each with its holders."""
        super().__init__({everything: 0})
        self._parts = parts
        self.anybody = reduce(or_, parts.values(), 0)

    @cached_property
    def _cells(self) -> Mapping[int, int]:
        return _cells(self._parts)

    def __missing__(self, part: int) -> int:
        found = 0
        for actions, holders in self._cells.items():
            if actions & ~part:
                found |= holders
        self[part] = found
        return found


class Worth:
    """The actions of all users or roles, service by service.

    Parts are integers of one service's own width: sets of all actions are too long to be looked up by.
    """

    def __init__(self, by_service: ByService, index: ArnIndex, held: Iterable[int]) -> None:
        """`held` are the actions of each target, in the order of the index."""
        self._by_service = by_service
        by_actions: dict[int, list[int]] = {}
        for place, bits in enumerate(held):
            by_actions.setdefault(bits, []).append(place)
        found: list[dict[int, int]] = [{} for _ in by_service.all()]
        for actions, places in by_actions.items():
            holders = index.bits(places)
            for number, part in by_service.parts(actions):
                found[number][part] = found[number].get(part, 0) | holders
        self._services = [
            _Service(everything, parts) for everything, parts in zip(by_service.all(), found, strict=True)
        ]
        self._runs = _Runs([service.anybody for service in self._services])

    def beyond(self, held: int) -> int:
        """The targets that may do anything beyond a set of actions."""
        found = start = 0
        for number, part in self._by_service.parts(held):
            if start < number:
                # Of the services between nothing is held.
                found |= self._runs.union(start, number)
            beyond = self._services[number][part]
            if beyond:
                found |= beyond
            start = number + 1
        return found | self._runs.union(start, len(self._services))


class _Runs:
    """Sets that stand side by side, and the unions of any run of them: two overlapping ones make it up."""

    def __init__(self, sets: list[int]) -> None:
        self._of_length = [sets]
        """The unions of 1, 2, 4, … sets, by where they start."""
        while len(self._of_length[-1]) > (half := 1 << len(self._of_length) - 1):
            last = self._of_length[-1]
            self._of_length.append([one | other for one, other in zip(last, last[half:], strict=False)])

    def union(self, start: int, stop: int) -> int:
        """All that is in the sets from one place up to another."""
        if start == stop:
            return 0
        power = (stop - start).bit_length() - 1
        unions = self._of_length[power]
        return unions[start] | unions[stop - (1 << power)]


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _cells(parts: Mapping[int, int]) -> Mapping[int, int]:
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
        self.by_service = ByService(permissions.index)
        self._worths: dict[Kind, Worth] = {}
        self._beyond: dict[tuple[int, Kind], int] = {}

    def admin(self, kind: Literal["user", "role"], by: By) -> int:
        """The users or roles that are administrators, under conditions that such a credential can meet."""
        return bits_of(self.admins(kind, by))

    def admins(self, kind: Literal["user", "role"], by: By) -> Reach:
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

    def beyond(self, entry: Entry, kind: Literal["user", "role"]) -> int:
        """The users or roles that may do something which a principal may not."""
        permissions = self.permissions.of(entry)
        key = (id(permissions), kind)
        found = self._beyond.get(key)
        if found is None:
            worth = self._worths.get(kind)
            if worth is None:
                index = self.indexes[kind]
                entries = self.permissions.directory.by_arn
                held = (self.permissions.of(entries[arn]).anyhow for arn in index.arns)
                worth = self._worths[kind] = Worth(self.by_service, index, held)
            found = self._beyond[key] = worth.beyond(permissions.anyhow)
        return found
