"""Judges all principals by all methods, and joins those that are judged alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar, cast

from msgspec.structs import replace

from iamscout.access.admins import Admins
from iamscout.access.directory import Entry
from iamscout.access.escalation import creation, credentials, groups, guards, policies, services, trust
from iamscout.access.escalation.chains import paths_to, shortest_paths
from iamscout.access.escalation.chokes import choke_points
from iamscout.access.escalation.drafts import Draft, Judge
from iamscout.access.escalation.methods import all_methods
from iamscout.access.escalation.model import Escalation, EscalationMap, Family, Path, Targets
from iamscout.access.escalation.world import World
from iamscout.access.model import AccessMap
from iamscout.access.permissions import Permissions
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, negate, simplify

_JUDGES: tuple[tuple[Judge, tuple[Family, ...]], ...] = (
    (policies.judge, ("policies",)),
    (groups.judge, ("policies",)),
    (credentials.judge, ("credentials",)),
    (trust.judge, ("trust",)),
    (guards.judge, ("guards",)),
    (services.judge, ("passing", "compute")),
    (creation.judge, ("creation",)),
)
"""Who judges which families of methods."""
_Value = TypeVar("_Value")
_RANKS = {method.id: place for place, method in enumerate(all_methods())}
"""Of several methods that need as little, the plainest comes first."""


def find_escalations(access: AccessMap, permissions: Permissions, admins: Admins) -> EscalationMap:
    """All ways to gain more, the shortest path of each principal to an administrator, and choke points.

    Administrators have none; service-linked roles act for their service alone.
    """
    world = World(access, permissions, admins)
    escalations = tuple(_join(world, _judge_all(world)))
    paths = shortest_paths(world, escalations)
    return EscalationMap(escalations, paths, choke_points(permissions, paths))


def find_paths(
    access: AccessMap, permissions: Permissions, admins: Admins, found: EscalationMap, goal: str
) -> tuple[Path, ...]:
    """The shortest path of each principal to one user or role."""
    return paths_to(World(access, permissions, admins), found.escalations, goal)


def _judge_all(world: World) -> Iterator[tuple[Entry, Draft]]:
    judges = [(judge, world.actions(_actions_of(families))) for judge, families in _JUDGES]
    for arn in sorted(world.directory.by_arn):
        entry = world.directory.by_arn[arn]
        held = world.permissions.of(entry).anyhow
        # Whoever holds no action of a family has none of its methods.
        asked = [judge for judge, actions in judges if held & actions]
        if not asked or world.permissions.caller(entry).is_service_linked:
            continue
        admin = world.admins.by_principal.get(arn)
        if admin and admin.requires == ALWAYS:
            continue
        for draft in merged(draft for judge in asked for draft in judge(world, entry)):
            if admin is None or _adds(draft.requires, admin.requires):
                yield entry, draft


def _actions_of(families: tuple[Family, ...]) -> tuple[str, ...]:
    """All actions of the methods of some families."""
    return tuple(action for method in all_methods() if method.family in families for action in method.actions)


def merged(drafts: Iterable[Draft]) -> Iterable[Draft]:
    """The drafts of one principal, those that differ in their targets alone as one."""
    found: dict[Draft, int] = {}
    for draft in drafts:
        key = replace(draft, bits=0)
        found[key] = found.get(key, 0) | draft.bits
    return [replace(draft, bits=bits) for draft, bits in found.items()]


def _adds(requires: Formula, admin: Formula) -> bool:
    """Whether it gains anything where its holder is not administrator already."""
    return simplify(all_of(requires, negate(admin))) != NEVER


def _join(world: World, drafts: Iterable[tuple[Entry, Draft]]) -> Iterator[Escalation]:
    found: dict[tuple[Draft, tuple[StatementRef, ...]], list[str]] = {}
    for entry, draft in drafts:
        by = _granted_by(world, entry, draft)
        principals = found.setdefault((draft, by), [])
        if not principals or principals[-1] != entry.arn:
            principals.append(entry.arn)
    shared = _Shared()
    made = []
    for (draft, by), principals in found.items():
        index = world.indexes[draft.kind] if draft.kind else None
        targets = Targets(draft.kind, draft.bits, index, draft.target)
        made.append(
            Escalation(
                principals=shared(tuple(principals)),
                method=draft.method,
                actions=draft.actions or draft.method.actions,
                targets=shared(targets),
                gains=draft.gains,
                becomes=draft.becomes,
                requires=draft.requires,
                facts=draft.facts,
                by=shared(by),
            )
        )
    return iter(sorted(made, key=_order))


class _Shared:
    """Equal values as one: most of a large account's are, and another process may have to hand them over."""

    def __init__(self) -> None:
        self._known: dict[object, object] = {}

    def __call__(self, value: _Value) -> _Value:
        return cast("_Value", self._known.setdefault(value, value))


def _order(each: Escalation) -> tuple[object, ...]:
    return (
        each.gains,
        not each.is_certain,
        len(each.facts),
        min(map(len, each.requires.alternatives), default=0),
        len(each.actions),
        _RANKS[each.method.id],
        each.principals,
        each.targets.first(1),
        len(each.targets),
        each.facts,
        each.actions,
    )


def _granted_by(world: World, entry: Entry, draft: Draft) -> tuple[StatementRef, ...]:
    """The Allow statements that permit the actions, those on the targets where they are listed in IAM."""
    found: set[StatementRef] = set()
    for action in draft.actions or draft.method.actions:
        if draft.kind:
            found.update(world.granting(entry, action, draft.kind, draft.bits))
        else:
            found.update(world.permissions.granted_by(entry, action))
    return tuple(sorted(found))
