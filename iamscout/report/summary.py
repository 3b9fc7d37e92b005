"""A policy in one line: which services it is about, and whether resources or conditions hold it back."""

from __future__ import annotations

from iamscout.policy.document import PolicyDocument
from iamscout.report.words import listed, plural

_SERVICES = 5
"""Services that are named before the rest is counted."""

_LEFT_OUT = 3
"""Patterns of a NotAction that are named; more are counted."""


def summary(policy: PolicyDocument | None) -> str:
    """What a policy is about: what it allows and denies by service, and whether on every resource."""
    if policy is None:
        return "not in the snapshot"
    if policy.unreadable:
        return "cannot be read"
    parts = [words for effect in ("Allow", "Deny") if (words := _effect_words(policy, effect))]
    if any(not statement.effect for statement in policy.statements):
        parts.append("a statement without effect")
    return listed(parts) or "no statement"


def _effect_words(policy: PolicyDocument, effect: str) -> str:
    services: dict[str, int] = {}
    everywhere = conditions = False
    whole: list[str] = []
    for statement in policy.statements:
        if statement.effect != effect:
            continue
        everywhere = everywhere or statement.resources == ("*",) or statement.not_resources is not None
        conditions = conditions or bool(statement.conditions)
        if statement.not_actions is not None:
            left_out = sorted(statement.not_actions)
            named = listed(left_out) if len(left_out) <= _LEFT_OUT else plural(len(left_out), "action")
            whole.append(f"everything but {named}")
        for action in statement.actions or ():
            service, _, name = action.lower().partition(":")
            if service == "*":
                whole.append("every action")
            else:
                counted = services.get(service)
                services[service] = 0 if name == "*" or counted == 0 else (counted or 0) + 1
    found = [_service_words(name, count) for name, count in services.items()]
    if len(found) > _SERVICES + 1:
        found = [*found[:_SERVICES], plural(len(found) - _SERVICES, "more service")]
    told = ", and besides ".join(filter(None, (listed([*dict.fromkeys(whole)]), listed(found))))
    if not told:
        return ""
    where = " on every resource" if everywhere else ""
    verb = "allows" if effect == "Allow" else "denies"
    return f"{verb} {told}{where}{' under conditions' if conditions else ''}"


def _service_words(service: str, count: int) -> str:
    return f"{service}:*" if count == 0 else f"{service} ({count})"
