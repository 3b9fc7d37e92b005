"""Choke points: the statements that the shortest paths of the most principals cannot do without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from iamscout.access.escalation.model import ChokePoint, Path, Step
from iamscout.access.permissions import Permissions
from iamscout.policy.decision import StatementRef


def choke_points(permissions: Permissions, paths: Iterable[Path]) -> tuple[ChokePoint, ...]:
    """The statements whose removal cuts a step of a path, those on the paths of the most principals first.

    What two statements allow alike, neither cuts alone. A principal whose other path does without the
    statement still loses one.
    """
    reader = _Reader(permissions)
    found: dict[str, set[StatementRef]] = {}
    for path in paths:
        found.setdefault(path.principal, set()).update(
            ref for step in path.steps for ref in reader.needed(step)
        )
    counts: Counter[StatementRef] = Counter()
    for refs in found.values():
        counts.update(refs)
    return tuple(
        ChokePoint(ref, count) for ref, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


class _Reader:
    """Tells which statements a step needs; thousands of steps have the same ones."""

    def __init__(self, permissions: Permissions) -> None:
        self.permissions = permissions
        self._about: dict[StatementRef, int] = {}
        self._needed: dict[tuple[tuple[str, ...], tuple[StatementRef, ...]], tuple[StatementRef, ...]] = {}

    def needed(self, step: Step) -> tuple[StatementRef, ...]:
        key = (step.actions, step.by)
        known = self._needed.get(key)
        if known is None:
            known = self._needed[key] = tuple(self._read(step))
        return known

    def _read(self, step: Step) -> Iterable[StatementRef]:
        trust = [ref for ref in step.by if ref.kind == "trust"]
        if len(trust) == 1:
            yield trust[0]
        granted = [ref for ref in step.by if ref.kind != "trust"]
        for action in step.actions:
            bit = self.permissions.index.bit(action)
            alike = [ref for ref in granted if self._about_of(ref) & bit]
            if len(alike) == 1:
                yield alike[0]

    def _about_of(self, ref: StatementRef) -> int:
        """The actions that a statement speaks of."""
        if ref not in self._about:
            statement, index, about = self.permissions.statement(ref), self.permissions.index, 0
            if statement is not None and statement.actions is not None:
                about = index.matching_any(statement.actions)
            elif statement is not None:
                about = index.everything & ~index.matching_any(statement.not_actions or ())
            self._about[ref] = about
        return self._about[ref]
