"""What a target is worth to a principal: whether it may do something that the principal may not."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from iamscout.access.arnindex import ArnIndex
from iamscout.policy.actions import ActionIndex


class _Service(Struct):
    """The targets that may do anything of one service, by the part of its actions that they hold."""

    parts: dict[int, int]
    anybody: int
    missed: dict[int, int]
    """A part that a principal holds to the targets that hold something beyond it."""


class Worth:
    """The actions of all users or roles, service by service.

    Parts are integers of one service's own width: sets of all actions are too long to be looked up by.
    """

    def __init__(self, actions: ActionIndex, index: ArnIndex, held: Iterable[int]) -> None:
        """`held` are the actions of each target, in the order of the index."""
        masks = actions.by_service.values()
        spans = [(low := (mask & -mask).bit_length() - 1, mask >> low) for mask in masks]
        places: dict[int, dict[int, list[int]]] = {}
        by_actions: dict[int, list[int]] = {}
        for place, bits in enumerate(held):
            by_actions.setdefault(bits, []).append(place)
        for bits, holders in by_actions.items():
            for mask in actions.service_masks(bits):
                low = (mask & -mask).bit_length() - 1
                part = (bits & mask) >> low
                places.setdefault(low, {}).setdefault(part, []).extend(holders)
        self._services: list[tuple[int, int, _Service]] = []
        for low, small in spans:
            if low in places:
                parts = {part: index.bits(found) for part, found in places[low].items()}
                anybody = index.bits(place for found in places[low].values() for place in found)
                self._services.append((low, small, _Service(parts, anybody, {0: anybody})))

    def beyond(self, held: int) -> int:
        """The targets that may do anything beyond a set of actions."""
        found = 0
        for low, small, service in self._services:
            part = (held >> low) & small
            missed = service.missed.get(part)
            if missed is None:
                missed = 0
                for actions, holders in service.parts.items():
                    if actions & ~part:
                        missed |= holders
                service.missed[part] = missed
            found |= missed
        return found
