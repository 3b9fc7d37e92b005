"""The values of escalation: a way to gain more, the steps of a path, and what a run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal

from msgspec import Struct

from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import ALWAYS, Formula

Gain = Literal["admin", "more"]
"""`admin`: it amounts to an administrator; `more`: something that the principal may not do now."""
Family = Literal["policies", "credentials", "trust", "passing", "compute", "guards", "creation", "assume"]


class Method(Struct, frozen=True, cache_hash=True):
    """One way to gain more. `actions` are what it takes; `title` completes "the principal can …"."""

    id: str
    family: Family
    title: str
    actions: tuple[str, ...]


class Targets(Struct, frozen=True):
    """ARNs as places in an index of users, roles, groups or policies; or one ARN that is in none."""

    kind: Literal["user", "role", "group", "policy", ""]
    bits: int = 0
    index: ArnIndex | None = None
    arn: str = ""

    def __len__(self) -> int:
        return self.bits.bit_count() if self.index else 1

    def first(self, count: int) -> tuple[str, ...]:
        """The first so many ARNs, in order."""
        if self.index is None:
            return (self.arn,)
        if count == 1 and self.bits:
            # One shift is far cheaper than to walk the places of a large account.
            return (self.index.arns[(self.bits & -self.bits).bit_length() - 1],)
        return tuple(self.index.arns[place] for place in islice(places_of(self.bits), count))

    def all(self) -> tuple[str, ...]:
        """All ARNs, in order."""
        return self.index.members(self.bits) if self.index else (self.arn,)

    def __contains__(self, arn: object) -> bool:
        if self.index is None:
            return arn == self.arn
        return isinstance(arn, str) and bool(self.index.bit(arn) & self.bits)


class Escalation(Struct, frozen=True):
    """Every one of `principals` can, by `method`, use any one of `targets` to gain as much.

    `targets` are the user or role that it becomes where `becomes` is set, else what it changes (itself, a
    group, a policy) to gain more for itself. `requires` are the conditions left open, `facts` what IAM does
    not tell and must be so. `by` are the Allow statements.
    """

    principals: tuple[str, ...]
    method: Method
    actions: tuple[str, ...]
    targets: Targets
    gains: Gain
    becomes: bool
    requires: Formula = ALWAYS
    facts: tuple[str, ...] = ()
    by: tuple[StatementRef, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether nothing is left open."""
        return self.requires == ALWAYS and not self.facts


class Step(Struct, frozen=True):
    """One step of a path: `actor` uses `method` on `target` and goes on as `target` (or is administrator)."""

    actor: str
    method: Method
    actions: tuple[str, ...]
    target: str
    requires: Formula
    facts: tuple[str, ...]
    by: tuple[StatementRef, ...]


class Path(Struct, frozen=True):
    """The shortest way of one principal to an administrator.

    `by_design` tells that every step is a granted sts:AssumeRole: reach, not escalation. `outside` tells that
    the principal is not a user or role of the snapshots.
    """

    principal: str
    steps: tuple[Step, ...]
    outside: bool = False

    @property
    def by_design(self) -> bool:
        """Whether every step is a granted assumption."""
        return all(step.method.family == "assume" for step in self.steps)

    @property
    def is_certain(self) -> bool:
        """Whether nothing is left open on the way."""
        return all(step.requires == ALWAYS and not step.facts for step in self.steps)

    @property
    def goal(self) -> str:
        """The ARN at the end."""
        return self.steps[-1].target


class ChokePoint(Struct, frozen=True):
    """A statement on the shortest paths of so many principals to an administrator."""

    statement: StatementRef
    principals: int


@dataclass(frozen=True)
class EscalationMap:
    """What a run found: single methods, the shortest paths to administrators, and their choke points.

    A principal has at most two paths: one by design, and one with a step that is an escalation.
    """

    escalations: tuple[Escalation, ...]
    paths: tuple[Path, ...]
    choke_points: tuple[ChokePoint, ...]

    @cached_property
    def by_principal(self) -> Mapping[str, tuple[Escalation, ...]]:
        """Principal to its escalations, in the order of `escalations`."""
        found: dict[str, list[Escalation]] = {}
        for each in self.escalations:
            for principal in each.principals:
                found.setdefault(principal, []).append(each)
        return {principal: tuple(each) for principal, each in found.items()}

    @cached_property
    def paths_by_owner(self) -> Mapping[str, tuple[Path, ...]]:
        """Whoever holds a policy (by ARN) to the paths on which a statement of it stands."""
        found: dict[str, list[Path]] = {}
        for path in self.paths:
            for owner in {ref.owner for step in path.steps for ref in step.by}:
                found.setdefault(owner, []).append(path)
        return {owner: tuple(each) for owner, each in found.items()}

    @cached_property
    def paths_of(self) -> Mapping[str, tuple[Path, ...]]:
        """Principal to its paths to an administrator."""
        found: dict[str, list[Path]] = {}
        for path in self.paths:
            found.setdefault(path.principal, []).append(path)
        return {principal: tuple(each) for principal, each in found.items()}
