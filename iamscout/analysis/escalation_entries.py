"""Administrators and escalation as entries of `analysis.json`: one for each principal, method and target.

A method that reaches many targets has an entry for the first few; `targets` says how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.admins import Admins
from iamscout.access.escalation import Escalation, EscalationMap, Path, Step
from iamscout.access.requests import spell_requires
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import Formula, all_of, simplify

Requires = list[list[dict[str, Any]]]

_TARGETS = 10
"""Targets of one method of one principal that have an entry each."""
_MANY = 5_000
"""Beyond so many pairs of principal and method each has its best entry alone, which counts the others."""


class AdminEntry(Struct, frozen=True):
    """A principal that is administrator; `denied` are single actions that a Deny takes away none the less."""

    principal: str
    account: str
    by: tuple[StatementRef, ...]
    requires: Requires
    denied: tuple[str, ...]


class StepEntry(Struct, frozen=True, omit_defaults=True):
    """One step of a path. The step of a single method has `by` alone: all else is its entry's own."""

    by: tuple[StatementRef, ...]
    actor: str | None = None
    method: str | None = None
    actions: tuple[str, ...] | None = None
    target: str | None = None
    requires: Requires | None = None


class EscalationEntry(Struct, frozen=True):
    """A way of one principal to gain more. A condition `{"needs": "fact", …}` is what IAM does not tell.

    `targets` is the number of targets that the method has for the principal in this way, `other_ways` how
    often the method works in other ways (other conditions, other statements), which a large account does not
    spell out. `by_design`: every step is a granted sts:AssumeRole.
    """

    principal: str
    method: str
    actions: tuple[str, ...]
    title: str
    target: str
    targets: int
    gains: str
    steps: tuple[StepEntry, ...]
    requires: Requires
    by_design: bool
    other_ways: int = 0


def admin_entries(admins: Admins) -> tuple[AdminEntry, ...]:
    """All administrators, by ARN."""
    return tuple(
        AdminEntry(each.principal, each.account, each.by, spell_requires(each.requires), each.denied)
        for each in admins.entries
    )


def escalation_entries(found: EscalationMap) -> tuple[EscalationEntry, ...]:
    """The single methods, then the paths of more than one step or by design."""
    pairs = sum(len(each.principals) for each in found.escalations)
    if pairs <= _MANY:
        direct = [entry for each in found.escalations for entry in _direct(each, each.principals, _TARGETS)]
    else:
        direct = _best(found.escalations)
    chains = [path_entry(path) for path in found.paths if path.by_design or len(path.steps) > 1]
    return tuple(sorted((*direct, *chains), key=_order))


def _best(escalations: Iterable[Escalation]) -> list[EscalationEntry]:
    """The first entry of each principal and method: the map has those to admin and the certain ones first."""
    kept: dict[tuple[str, str], EscalationEntry] = {}
    others: Counter[tuple[str, str]] = Counter()
    for each in escalations:
        new = []
        for principal in each.principals:
            key = (principal, each.method.id)
            if key in kept:
                others[key] += 1
            else:
                new.append(principal)
        if new:
            kept.update(((entry.principal, entry.method), entry) for entry in _direct(each, new, 1))
    return [replace(entry, other_ways=others[key]) for key, entry in kept.items()]


def spell_open(requires: Formula, facts: Iterable[str]) -> Requires:
    """Conditions and facts as JSON: the facts are part of every alternative."""
    needed = [{"needs": "fact", "fact": fact} for fact in facts]
    return [[*alternative, *needed] for alternative in spell_requires(requires)]


def _direct(each: Escalation, principals: Iterable[str], most: int) -> Iterator[EscalationEntry]:
    requires, steps, targets = spell_open(each.requires, each.facts), (StepEntry(each.by),), len(each.targets)
    for target in each.targets.first(most):
        for principal in principals:
            yield EscalationEntry(
                principal=principal,
                method=each.method.id,
                actions=each.actions,
                title=each.method.title,
                target=target,
                targets=targets,
                gains=each.gains,
                steps=steps,
                requires=requires,
                by_design=False,
            )


def path_entry(path: Path) -> EscalationEntry:
    """A path as an entry, named after its first step that is an escalation."""
    telling = next((step for step in path.steps if step.method.family != "assume"), path.steps[0])
    facts = dict.fromkeys(fact for step in path.steps for fact in step.facts)
    requires = simplify(all_of(*(step.requires for step in path.steps)))
    return EscalationEntry(
        principal=path.principal,
        method=telling.method.id,
        actions=tuple(dict.fromkeys(action for step in path.steps for action in step.actions)),
        title=telling.method.title,
        target=path.goal,
        targets=1,
        gains="admin",
        steps=tuple(map(_step, path.steps)),
        requires=spell_open(requires, facts),
        by_design=path.by_design,
    )


def _step(step: Step) -> StepEntry:
    requires = spell_open(step.requires, step.facts)
    return StepEntry(step.by, step.actor, step.method.id, step.actions, step.target, requires)


def _order(entry: EscalationEntry) -> tuple[object, ...]:
    return (entry.principal, entry.gains, len(entry.steps), entry.method, entry.target, entry.actions)
