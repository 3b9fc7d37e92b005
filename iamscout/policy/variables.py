"""Policy variables: `${key}` and `${key, 'default'}` replaced by the value of a context key.

Only documents of Version 2012-10-17 have variables, and only single-valued keys can fill them ("IAM policy
elements: Variables and tags"). Values and defaults are inserted escaped, so a `*` in a user's name is no
wildcard. Text that looks like the start of a variable and is none (`${`, `${}`, `${a,b}`) stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from iamscout.policy.match import VARIABLE, escape_text


class Missing(Enum):
    """Why a key gives no value: it is known to be absent (or multi-valued), or unknown."""

    ABSENT = "absent"
    UNKNOWN = "unknown"


Lookup = Callable[[str], str | Missing]
"""From a lower-case key to its one value."""


def has_variables(text: str) -> bool:
    """Whether the text holds a variable that is still to be filled."""
    return "${" in text and any(found[2] for found in VARIABLE.finditer(text))


def variable_keys(text: str) -> frozenset[str]:
    """The lower-case keys of the variables in the text."""
    return frozenset(found[2].lower() for found in VARIABLE.finditer(text) if found[2])


def substitute(text: str, lookup: Lookup) -> str | None:
    """The text with its variables filled; None, which matches nothing, where one has no value and no default.

    A variable whose key is unknown stays, so the outcome is open where `has_variables` still holds.
    """
    if "${" not in text:
        return text
    parts: list[str] = []
    end, filled = 0, False
    for found in VARIABLE.finditer(text):
        parts.append(text[end : found.start()])
        end = found.end()
        if found[1]:
            parts.append(found[0])
            continue
        value = lookup(found[2].lower())
        if value is Missing.ABSENT and found[3] is not None:
            value = found[3]
        if value is Missing.ABSENT:
            return None
        if isinstance(value, str):
            # A dollar before the variable must not join with the value to a variable of its own.
            parts[-1] = parts[-1][:-1] + "${$}" if parts[-1].endswith("$") else parts[-1]
            parts.append(escape_text(value))
            filled = True
        else:
            parts.append(found[0])
    return "".join((*parts, text[end:])) if filled else text


def substitute_resource(pattern: str, lookup: Lookup) -> str | None:
    """A Resource value with its variables filled, or None where it matches nothing.

    Variables are allowed "only in the resource portion of the ARN", after the fifth colon ("IAM policy
    elements: Variables and tags"); one before it is never filled, and a pattern that keeps it matches
    nothing.
    """
    if "${" not in pattern:
        return pattern
    for found in VARIABLE.finditer(pattern):
        if found[2] and VARIABLE.sub("", pattern[: found.start()]).count(":") < 5:
            return None
    return substitute(pattern, lookup)


def loosest(text: str, *, literal: bool = False) -> str:
    """The text with `*` in place of each variable: it covers whatever the variables may turn out to be.

    Where `literal` is set, wildcards already in the text are characters, as in StringEquals.
    """
    parts: list[str] = []
    end = 0
    for found in VARIABLE.finditer(text):
        between = text[end : found.start()]
        parts.append(escape_text(between) if literal else between)
        parts.append("*" if found[2] else found[0])
        end = found.end()
    parts.append(escape_text(text[end:]) if literal else text[end:])
    return "".join(parts)
