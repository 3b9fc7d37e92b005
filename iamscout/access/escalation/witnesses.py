"""Whether actions on things that IAM does not list (functions, instances, jobs) are allowed on at least one.

A principal that may create a function under one name is enough: so names are tried that its own statements
speak of, and each is judged exactly, by every policy, deny, boundary and SCP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from iamscout.access.directory import Entry
from iamscout.access.escalation.world import World
from iamscout.access.identity import boundary_policy
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, simplify
from iamscout.policy.match import unescape
from iamscout.policy.variables import substitute_resource

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
_NAMES = {"Region": "us-east-1"}
_MOST_NAMES = 24
"""So many names are tried at most; more do not happen but in made-up policies."""
_SUBJECTS = {
    "ec2:RunInstances": ":instance/",
    "ec2:RequestSpotInstances": ":spot-instances-request/",
    "ssm:SendCommand": ":instance/",
    "ssm:StartSession": ":instance/",
    "ecs:RunTask": ":task-definition/",
    "ecs:StartTask": ":task-definition/",
    "batch:SubmitJob": ":job-definition/",
}
"""What an action with several kinds of resources is mainly about, where the first required one is not it."""


def allowed(world: World, entry: Entry, actions: Iterable[str]) -> Formula:
    """When all of the actions are allowed, those about one kind of thing on one and the same thing."""
    wanted = tuple(actions)
    if not world.holds(entry, *wanted):
        return NEVER
    held, bits = world.permissions.of(entry), world.actions(wanted)
    if held.always & bits == bits and not held.denied & bits:
        return ALWAYS
    key = (wanted, world.alike.key(entry, bits))
    found = world.witnessed.get(key)
    if found is None:
        found = _on_anything(world, entry, wanted)
        found = world.witnessed[key] = _on_existing(world, entry, wanted) if found is None else found
    return found


def _on_anything(world: World, entry: Entry, wanted: tuple[str, ...]) -> Formula | None:
    """When actions are allowed, where that is the same for all things and sets of permissions tell all.

    Not for roles: of MFA in their sessions sets say less than :func:`iamscout.access.settle.decide_for`. Nor
    where a policy cannot be read: sets leave out what it may allow or deny. Nor of actions on nothing that
    has a name: sets take `arn:*` for everything, and those are for `*` alone.
    """
    if entry.kind != "user" or not world.alike.can_read(entry):
        return None
    if not all(map(world.permissions.index.formats, wanted)):
        return None
    held, actions = world.permissions.of(entry), world.actions(wanted)
    everywhere = held.when_everywhere(actions)
    if everywhere == NEVER or held.denied & actions or held.when_somewhere(actions) != everywhere:
        return None
    return everywhere


def _on_existing(world: World, entry: Entry, wanted: tuple[str, ...]) -> Formula:
    by_subject: dict[str, list[str]] = {}
    for action in wanted:
        by_subject.setdefault(_subject(world, action), []).append(action)
    return simplify(
        all_of(*(_on_one(world, entry, subject, group) for subject, group in sorted(by_subject.items())))
    )


def on_new(
    world: World,
    entry: Entry,
    kind: str,
    actions: Iterable[str],
    requests: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> Formula:
    """When all of the actions are allowed on one new user or role; `requests` are the keys known of each."""
    wanted = tuple(actions)
    if not world.holds(entry, *wanted):
        return NEVER
    asked = tuple((action, *each.items()) for action, each in sorted(requests.items()))
    key = (kind, wanted, asked, world.alike.key(entry, world.actions(wanted)))
    if key not in world.witnessed:
        world.witnessed[key] = _on_named(world, entry, kind, wanted, requests)
    return world.witnessed[key]


def _on_named(
    world: World,
    entry: Entry,
    kind: str,
    wanted: tuple[str, ...],
    requests: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> Formula:
    account = world.account(entry)
    template = f"arn:{account.partition}:iam::{account.id}:{kind}/iamscout-example"
    return _best(
        simplify(
            all_of(
                *(
                    world.permissions.permits(entry, action, arn, requests.get(action)).requires
                    for action in wanted
                )
            )
        )
        for arn in _candidates(world, entry, template, wanted)
        if arn not in world.directory.by_arn
    )


def _subject(world: World, action: str) -> str:
    formats = world.permissions.index.formats(action)
    preferred = _SUBJECTS.get(action)
    for each in formats:
        if preferred is None or preferred in each:
            return each
    return formats[0] if formats else "*"


def _on_one(world: World, entry: Entry, subject: str, actions: list[str]) -> Formula:
    return _best(
        all_of(*(world.permissions.permits(entry, action, arn).requires for action in actions))
        for arn in _candidates(world, entry, _fill(world, entry, subject), actions)
    )


def _best(formulas: Iterable[Formula]) -> Formula:
    best = NEVER
    for formula in formulas:
        if formula == ALWAYS:
            return ALWAYS
        if best == NEVER:
            best = formula
    return best


def _fill(world: World, entry: Entry, template: str) -> str:
    account = world.account(entry)
    names = {**_NAMES, "Partition": account.partition, "Account": account.id}
    return _PLACEHOLDER.sub(lambda found: names.get(found[0][2:-1], "example"), template)


def _candidates(world: World, entry: Entry, template: str, actions: Iterable[str]) -> Iterator[str]:
    """The template's own name, then names that the principal's statements about the actions speak of."""
    yield template
    if template == "*":
        return
    seen = {template}
    for pattern in _patterns(world, entry, world.permissions.index.bits(actions)):
        arn = _instance(pattern, template)
        if arn and arn not in seen:
            seen.add(arn)
            yield arn
        if len(seen) >= _MOST_NAMES:
            return


def _patterns(world: World, entry: Entry, actions: int) -> Iterator[str]:
    account, variable = world.account(entry), world.permissions.context(entry).variable
    limit = boundary_policy(account, entry.entity)
    for use in (*world.permissions.uses_about(entry, actions), *((limit,) if limit else ())):
        for statement in world.permissions.allowing(use, actions):
            for pattern in statement.resources or ():
                filled = substitute_resource(pattern, variable)
                if filled and "${" not in unescape(filled):
                    yield filled


def _instance(pattern: str, template: str) -> str:
    """One ARN that a pattern covers and that is of the template's kind, or nothing."""
    parts, model = pattern.split(":", 5), template.split(":", 5)
    if len(parts) < 6 or len(model) < 6 or parts[2] not in (model[2], "*"):
        return ""
    head = parts[:5]
    for place in range(5):
        if "*" in head[place] or "?" in head[place]:
            head[place] = model[place]
    if model[4] and head[4] != model[4]:
        # What is another account's cannot be made or changed by what this one permits.
        return ""
    name = re.split(r"(?<=[/:])", model[5], maxsplit=1)[0]
    resource = unescape(parts[5])
    literal = re.split(r"[*?]", resource, maxsplit=1)[0]
    if not (resource.startswith(name) or name.startswith(literal)):
        return ""
    if len(literal) < len(name):
        return ":".join((*head, model[5]))
    return ":".join((*head, resource.replace("*", "example").replace("?", "x")))
