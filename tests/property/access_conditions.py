"""A second, naive opinion on wildcards, policy variables and conditions, for whole requests.

Written from AWS's documentation, to be read and not to be fast; it shares nothing with the product.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Any
Request = Mapping[str, tuple[str, ...]]
"""Every key of a request in lower case, with its values; a key that is not there is absent."""

NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
LISTS = ("aws:tagkeys", "aws:principalorgpaths", "aws:resourceorgpaths")
"""Multivalued keys of the samples; no variable can be filled from them."""


class UndefinedError(Exception):
    """AWS's documentation does not say what happens."""


# Wildcards, ARNs, variables.


def glob(pattern: list[str], text: str) -> bool:
    """Match a pattern of single characters, `*` and `?`, and literals spelled `=*`, `=?`, `=$`."""
    reached = {0}
    for character in [*text, None]:
        todo = list(reached)
        while todo:
            place = todo.pop()
            if place < len(pattern) and pattern[place] == "*" and place + 1 not in reached:
                reached.add(place + 1)
                todo.append(place + 1)
        if character is None:
            break
        reached = {
            place if pattern[place] == "*" else place + 1
            for place in reached
            if place < len(pattern) and pattern[place] in ("*", "?", character, f"={character}")
        }
    return len(pattern) in reached


def fill(text: str, request: Request, *, variables: bool) -> list[str] | None:
    """The characters of a policy's text, variables filled in; None where one has no value."""
    if not variables:
        return list(text)
    found: list[str] = []
    while text:
        special = re.match(r"\$\{([*?$])\}", text)
        variable = re.match(r"\$\{\s*([^${},'*?\s][^${},'*?]*?)\s*(?:,\s*'([^']*)'\s*)?\}", text)
        if special:
            found.append(f"={special[1]}")
            text = text[special.end() :]
        elif variable:
            key, default = variable[1].lower(), variable[2]
            values = () if key in LISTS or ":" not in key else request.get(key, ())
            value = values[0] if len(values) == 1 else default
            if value is None:
                return None
            found += [f"={character}" if character in "*?$" else character for character in value]
            text = text[variable.end() :]
        else:
            found.append(text[0])
            text = text[1:]
    return found


def plain(pattern: list[str]) -> str:
    return "".join(character[-1] for character in pattern)


def split_at_colons(pattern: list[str]) -> list[list[str]]:
    """The first five colons divide an ARN."""
    parts: list[list[str]] = [[]]
    for character in pattern:
        if character == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(character)
    return parts


def arn_like(pattern: list[str], text: str) -> bool:
    if pattern == ["*"]:
        return True
    wanted, given = split_at_colons(pattern), text.split(":", 5)
    return len(wanted) == len(given) == 6 and all(map(glob, wanted, given))


def resource_like(value: str, arn: str, request: Request, *, variables: bool) -> bool:
    """A Resource: wildcards keep to their segment, but for a `*` at the segment's end."""
    if variables:
        head = re.sub(r"\$\{[*?$]\}", "_", value)
        for found in re.finditer(r"\$\{[^}]*\}", head):
            if re.sub(r"\$\{[^}]*\}", "", head[: found.start()]).count(":") < 5:
                return False
    pattern = fill(value, request, variables=variables)
    return pattern is not None and _segments(split_at_colons(pattern), arn)


def _segments(parts: list[list[str]], text: str) -> bool:
    first, *rest = parts
    if not rest:
        return glob(first, text)
    places = [place for place, character in enumerate(text) if character == ":"]
    for place in places:
        fits = glob(first, text[:place])
        crosses = ":" in text[:place] and first[-1:] != ["*"]
        if fits and not crosses and _segments(rest, text[place + 1 :]):
            return True
    return False


# Conditions.


def number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def moment(text: str) -> Decimal | None:
    if re.fullmatch(r"[0-9]{5,}", text):
        return Decimal(text)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Decimal((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def within(block: str, text: str) -> bool:
    network, address = ipaddress.ip_network(block), ipaddress.ip_address(text)
    return network.version == address.version and address in network


def one_matches(operator: str, wanted: str, given: str, request: Request, *, variables: bool) -> bool:
    """One value of a policy against one of the request, under an operator that is not negated."""
    if operator.startswith(("string", "arn")):
        pattern = fill(wanted, request, variables=variables)
        if pattern is None:
            return False
        if operator == "stringequals":
            return plain(pattern) == given
        if operator == "stringequalsignorecase":
            return plain(pattern).lower() == given.lower()
        return glob(pattern, given) if operator == "stringlike" else arn_like(pattern, given)
    if operator == "bool":
        return wanted.lower() == given.lower()
    if operator == "ipaddress":
        return within(wanted, given)
    read = number if operator.startswith("numeric") else moment
    left, right = read(given), read(wanted)
    if left is None or right is None:
        return False
    compare: dict[str, Callable[[Decimal, Decimal], bool]] = {
        "equals": lambda a, b: a == b,
        "lessthan": lambda a, b: a < b,
        "lessthanequals": lambda a, b: a <= b,
        "greaterthan": lambda a, b: a > b,
        "greaterthanequals": lambda a, b: a >= b,
    }
    return compare[re.sub("^(numeric|date)", "", operator)](left, right)


def texts(value: Json) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [("true" if item else "false") if isinstance(item, bool) else str(item) for item in items]


def holds(spelled: str, key: str, value: Json, request: Request, *, variables: bool) -> bool:
    """One operator on one key."""
    qualifier, _, base = spelled.lower().rpartition(":")
    if_exists = base.endswith("ifexists")
    base = base.removesuffix("ifexists")
    given = request.get(key.lower(), ())
    if base == "null":
        return texts(value)[0].lower() == ("false" if given else "true")
    negated = base in NEGATED
    positive = NEGATED.get(base, base)

    def match(each: str) -> bool:
        wanted = texts(value)
        found = any(one_matches(positive, one, each, request, variables=variables) for one in wanted)
        return found != negated

    if qualifier == "forallvalues":
        return all(map(match, given))
    if qualifier == "foranyvalue":
        return any(map(match, given)) if given else if_exists
    if not given:
        return negated or if_exists
    found = {match(each) for each in given}
    if len(found) > 1:
        raise UndefinedError
    return found.pop()


def conditions_hold(statement: Json, request: Request, *, variables: bool) -> bool:
    return all(
        holds(operator, key, value, request, variables=variables)
        for operator, keys in statement.get("Condition", {}).items()
        for key, value in keys.items()
    )
