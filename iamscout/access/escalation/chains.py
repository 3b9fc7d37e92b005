"""Chains of assumptions and escalations: the shortest way of everybody to an administrator.

Walked backwards from the administrators, level by level and class by class: an edge is a set of principals
and a set of targets, looked at until it hits once. Two searches in one: by granted assumptions alone, and
with at least one escalation on the way.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.admins import Administrator
from iamscout.access.arnindex import ArnIndex
from iamscout.access.escalation.methods import ASSUME
from iamscout.access.escalation.model import Escalation, Path, Step
from iamscout.access.escalation.reach import in_turn
from iamscout.access.escalation.world import World
from iamscout.access.model import AccessEntry
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import ALWAYS
from iamscout.snapshot.account import User

_Frontier = dict[Literal["user", "role"], int]
_KINDS: tuple[Literal["user", "role"], ...] = ("user", "role")


class _Edge(Struct, frozen=True, eq=False):
    """Principals that go on as any of the targets; `made` makes them administrators themselves."""

    principals: tuple[str, ...]
    kind: Literal["user", "role"]
    targets: int
    source: AccessEntry | Escalation
    made: bool = False

    @property
    def is_assumption(self) -> bool:
        return isinstance(self.source, AccessEntry)

    @property
    def is_certain(self) -> bool:
        if isinstance(self.source, AccessEntry):
            return self.source.verdict.requires == ALWAYS
        return self.source.is_certain


class _Link(Struct, frozen=True):
    """Where a principal goes next: by which edge, to which target, and whether escalation is still ahead."""

    edge: _Edge
    target: str
    escalates: bool


def shortest_paths(world: World, escalations: Iterable[Escalation]) -> tuple[Path, ...]:
    """At most two paths for each principal: by design, and with an escalation; certain ones go before."""
    edges = [*_assumptions(world), *_escalations(escalations)]
    admins = {each.principal: each for each in world.admins.entries}
    firm = [arn for arn, each in admins.items() if each.requires == ALWAYS]
    found: dict[tuple[str, bool], Path] = {}
    for chosen, goals in (([edge for edge in edges if edge.is_certain], firm), (edges, list(admins))):
        for path in _Walk(world, chosen, goals).paths(found):
            if path.principal not in admins or admins[path.principal].requires != ALWAYS:
                found[path.principal, path.by_design] = _to_administrator(path, admins)
    return tuple(found[key] for key in sorted(found))


def _to_administrator(path: Path, admins: Mapping[str, Administrator]) -> Path:
    """A path whose last step asks, too, for what its goal is administrator under.

    A method knows that already, by the credential that it gives.
    """
    *before, last = path.steps
    goal = admins.get(path.goal)
    if goal is None or goal.requires == ALWAYS or last.method.family != "assume":
        return path
    last = replace(last, requires=in_turn(last.requires, goal.requires))
    return replace(path, steps=(*before, last))


def paths_to(world: World, escalations: Iterable[Escalation], goal: str) -> tuple[Path, ...]:
    """The shortest path of each principal to one user or role; making itself administrator counts, too."""
    edges = [*_assumptions(world), *_escalations(escalations)]
    found: dict[tuple[str, bool], Path] = {}
    for chosen in ([edge for edge in edges if edge.is_certain], edges):
        for path in _Walk(world, chosen, [goal]).paths(found):
            found[path.principal, path.by_design] = path
    return tuple(found[key] for key in sorted(found))


class _Walk:
    """One search over some of the edges."""

    def __init__(self, world: World, edges: list[_Edge], goals: list[str]) -> None:
        self.world, self.edges = world, edges
        self.done = frozenset(goals)
        self.by_design: dict[str, _Link] = {}
        self.escalating: dict[str, _Link] = {}
        self._known: dict[tuple[str, bool], Step] = {}
        self._search(goals)

    def paths(self, known: Container[tuple[str, bool]]) -> Iterator[Path]:
        """The paths that there are, but for those known: pairs of principal and whether it is by design."""
        for first, links in ((False, self.by_design), (True, self.escalating)):
            for principal in sorted(links):
                if (principal, not first) in known:
                    continue
                steps = tuple(self._steps(principal, escalates=first))
                if len({step.actor for step in steps}) == len(steps):
                    yield Path(principal, steps, outside=principal not in self.world.directory.by_arn)

    def _steps(self, principal: str, *, escalates: bool) -> Iterator[Step]:
        actor: str | None = principal
        while actor is not None:
            link = (self.escalating if escalates else self.by_design).get(actor)
            if link is None:
                return
            step = self._known.get((actor, escalates))
            if step is None:  # many paths have the same end
                step = self._known[actor, escalates] = self._step(actor, link)
            yield step
            actor = None if link.edge.made else link.target
            escalates = link.escalates

    def _step(self, actor: str, link: _Link) -> Step:
        source = link.edge.source
        refs = self._refs(actor, link)
        if isinstance(source, AccessEntry):
            return Step(actor, ASSUME, (source.action,), link.target, source.verdict.requires, (), refs)
        return Step(actor, source.method, source.actions, link.target, source.requires, source.facts, refs)

    def _refs(self, actor: str, link: _Link) -> tuple[StatementRef, ...]:
        source = link.edge.source
        if not isinstance(source, AccessEntry):
            return source.by
        entry = self.world.directory.by_arn.get(actor)
        owners = {actor}
        account = ""
        if entry is not None:
            account = entry.account
            if isinstance(entry.entity, User):
                groups = self.world.account(entry).groups_by_name
                owners |= {groups[name].arn for name in entry.entity.groups if name in groups}
        refs = {ref for ref in source.identity_by if ref.owner in owners}
        for grant in self.world.access.grants.get(link.target, ()):
            principal = grant.principal
            named = principal.value == actor or principal.kind == "everyone"
            if grant.effect == "Allow" and (
                named or (principal.kind == "account" and account and principal.account == account)
            ):
                refs.add(grant.ref)
        return tuple(sorted(refs))

    def _search(self, goals: list[str]) -> None:
        design_edges = [edge for edge in self.edges if edge.is_assumption]
        left = [edge for edge in self.edges if not edge.made]
        for edge in self.edges:
            if edge.made and isinstance(edge.source, Escalation):
                for principal in edge.principals:
                    if principal not in self.done:
                        link = _Link(edge, edge.source.targets.first(1)[0], escalates=False)
                        self.escalating.setdefault(principal, link)
        plain, wide = self._bits(goals), self._bits(self.escalating)
        while any(plain.values()) or any(wide.values()):
            next_plain: dict[str, _Link] = {}
            next_wide: dict[str, _Link] = {}
            design_edges = self._advance(design_edges, plain, next_plain)
            left = self._advance_wide(left, plain, wide, next_wide)
            self.by_design.update(next_plain)
            self.escalating.update(next_wide)
            plain, wide = self._bits(next_plain), self._bits(next_wide)

    def _advance(self, edges: list[_Edge], frontier: _Frontier, found: dict[str, _Link]) -> list[_Edge]:
        rest = []
        for edge in edges:
            hit = edge.targets & frontier[edge.kind]
            if hit:
                self._link(edge, hit, found, self.by_design, escalates=False)
            else:
                rest.append(edge)
        return rest

    def _advance_wide(
        self, edges: list[_Edge], plain: _Frontier, wide: _Frontier, found: dict[str, _Link]
    ) -> list[_Edge]:
        rest = []
        for edge in edges:
            onward = edge.targets & wide[edge.kind]
            done = 0 if edge.is_assumption else edge.targets & plain[edge.kind]
            if done:
                self._link(edge, done, found, self.escalating, escalates=False)
            elif onward:
                self._link(edge, onward, found, self.escalating, escalates=True)
            else:
                rest.append(edge)
        return rest

    def _link(
        self, edge: _Edge, hit: int, found: dict[str, _Link], known: dict[str, _Link], *, escalates: bool
    ) -> None:
        arns = self.world.indexes[edge.kind].arns
        lowest = hit & -hit
        target = arns[lowest.bit_length() - 1]
        rest = hit ^ lowest
        for principal in edge.principals:
            goal = target
            if principal == target:
                if not rest:
                    continue
                goal = arns[(rest & -rest).bit_length() - 1]
            if principal not in known and principal not in found and principal not in self.done:
                found[principal] = _Link(edge, goal, escalates)

    def _bits(self, links: Iterable[str]) -> _Frontier:
        arns = tuple(links)
        return {kind: _bits(self.world.indexes[kind], arns) for kind in _KINDS}


def _bits(index: ArnIndex, arns: Iterable[str]) -> int:
    return index.bits(index.position[arn] for arn in arns if arn in index.position)


def _assumptions(world: World) -> Iterator[_Edge]:
    for entry in world.access.entries:
        bits = world.roles_of(entry)
        # What a service does with its own role is the service's, and no way for anybody.
        callers = tuple(
            each.value for each in entry.principals if ":role/aws-service-role/" not in each.value
        )
        if callers:
            yield _Edge(callers, "role", bits, entry)


def _escalations(escalations: Iterable[Escalation]) -> Iterator[_Edge]:
    for each in escalations:
        kind = each.targets.kind
        if each.becomes and (kind == "user" or kind == "role"):  # noqa: PLR1714  # what mypy narrows by
            yield _Edge(each.principals, kind, each.targets.bits, each)
        elif each.gains == "admin":
            yield _Edge(each.principals, "role", 0, each, made=True)
