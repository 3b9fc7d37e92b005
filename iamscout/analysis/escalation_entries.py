"""Administrators and escalation as entries of `analysis.json`: one for each principal, method and target.

A method that reaches many targets has an entry for the first few; `targets` says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from iamscout.access.admins import Admins
from iamscout.access.escalation import Escalation, EscalationMap, Path, Step
from iamscout.access.requests import spell_requires
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import Formula, all_of, simplify

Requires = list[list[dict[str, Any]]]

_TARGETS = 10
"""Targets of one method of one principal that have an entry each."""
_MANY = 5_000
"""Beyond so many pairs of principal and method each has one entry alone, which says how many there are."""


class AdminEntry(Struct, frozen=True):
    """A principal that is administrator; `denied` are single actions that a Deny takes away none the less."""

    principal: str
    account: str
    by: tuple[StatementRef, ...]
    requires: Requires
    denied: tuple[str, ...]


class StepEntry(Struct, frozen=True):
    """One step of a path."""

    actor: str
    method: str
    actions: tuple[str, ...]
    target: str
    requires: Requires
    by: tuple[StatementRef, ...]


class EscalationEntry(Struct, frozen=True):
    """A way of one principal to gain more. A condition `{"needs": "fact", …}` is what IAM does not tell.

    `targets` is the number of targets that the method has for the principal. `by_design`: every step is a
    granted sts:AssumeRole.
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


def admin_entries(admins: Admins) -> tuple[AdminEntry, ...]:
    """All administrators, by ARN."""
    return tuple(
        AdminEntry(each.principal, each.account, each.by, spell_requires(each.requires), each.denied)
        for each in admins.entries
    )


def escalation_entries(found: EscalationMap) -> tuple[EscalationEntry, ...]:
    """The single methods, then the paths of more than one step or by design."""
    pairs = sum(len(each.principals) for each in found.escalations)
    most = _TARGETS if pairs <= _MANY else 1
    direct = [entry for each in found.escalations for entry in _direct(each, most)]
    chains = [path_entry(path) for path in found.paths if path.by_design or len(path.steps) > 1]
    return tuple(sorted((*direct, *chains), key=_order))


def spell_open(requires: Formula, facts: Iterable[str]) -> Requires:
    """Conditions and facts as JSON: the facts are part of every alternative."""
    needed = [{"needs": "fact", "fact": fact} for fact in facts]
    return [[*alternative, *needed] for alternative in spell_requires(requires)]


def _direct(each: Escalation, most: int) -> Iterator[EscalationEntry]:
    requires = spell_open(each.requires, each.facts)
    for target in each.targets.first(most):
        for principal in each.principals:
            step = StepEntry(principal, each.method.id, each.actions, target, requires, each.by)
            yield EscalationEntry(
                principal=principal,
                method=each.method.id,
                actions=each.actions,
                title=each.method.title,
                target=target,
                targets=len(each.targets),
                gains=each.gains,
                steps=(step,),
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
    return StepEntry(step.actor, step.method.id, step.actions, step.target, requires, step.by)


def _order(entry: EscalationEntry) -> tuple[object, ...]:
    return (entry.principal, entry.gains, len(entry.steps), entry.method, entry.target, entry.actions)
