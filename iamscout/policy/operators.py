"""Every condition operator, evaluated for a concrete key: its values in the request, or its absence.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context
keys or values" and "Single-valued vs. multivalued context keys". Where those pages are silent:

- An empty set of values counts as an absent key. A set operator also takes values that are all empty text
  for an empty set ("if the context key value resolves to a null dataset, such as an empty string").
- Several values and no set operator are undefined to AWS; :func:`holds` asks for one value that matches,
  and :func:`readings_agree` tells whether that matters.
- A policy value of the wrong form (a number that is none, a block that is none) matches nothing.
"""

from __future__ import annotations

import operator as comparison
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, Literal, TypeVar

from iamscout.policy.document import Condition
from iamscout.policy.match import compile_arn_pattern, compile_pattern, is_exact, unescape
from iamscout.policy.numbers import Number, parse_address, parse_binary, parse_date, parse_number, parse_range

Kind = Literal["text", "number", "date", "bool", "binary", "address", "null"]
Values = tuple[str, ...] | None
"""The values of a key in the request; None where the key is absent."""
Matcher = Callable[[str], bool]
Evaluator = Callable[[Values], bool]
T = TypeVar("T")

POSITIVE: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
"""Each negated operator and what it negates."""

_KINDS: Final[dict[str, Kind]] = {
    "StringEquals": "text",
    "StringEqualsIgnoreCase": "text",
    "StringLike": "text",
    "ArnEquals": "text",
    "ArnLike": "text",
    "Bool": "bool",
    "BinaryEquals": "binary",
    "IpAddress": "address",
    "Null": "null",
    **{
        f"Numeric{name}": "number"
        for name in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
    **{
        f"Date{name}": "date"
        for name in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
}
_COMPARISONS: Final[dict[str, Callable[[Number, Number], bool]]] = {
    "Equals": comparison.eq,
    "LessThan": comparison.lt,
    "LessThanEquals": comparison.le,
    "GreaterThan": comparison.gt,
    "GreaterThanEquals": comparison.ge,
}


def kind_of(operator: str) -> Kind | None:
    """What an operator compares, or None for an operator that IAM does not have."""
    return _KINDS.get(POSITIVE.get(operator, operator))


def is_negated(operator: str) -> bool:
    """Whether an operator asks that none of its values match, and so holds where the key is absent."""
    return operator in POSITIVE


def takes_variables(operator: str) -> bool:
    """Whether policy variables are filled in an operator's values.

    String and Arn operators take them. "Condition operators" says so of Bool, too, "Variables and tags"
    denies it.
    """
    return kind_of(operator) in ("text", "bool")


def unreadable(condition: Condition) -> str:
    """Why a condition cannot be evaluated; empty for nearly all."""
    kind = kind_of(condition.operator)
    if kind is None or (kind == "null" and (condition.if_exists or condition.qualifier)):
        return f"IAM has no condition operator {condition.spelled!r}"
    return ""


def holds(condition: Condition, values: Values) -> bool:
    """Whether a readable condition, without open variables, holds for a key with these values."""
    return compile_condition(condition)(values)


def readings_agree(condition: Condition, values: Values) -> bool:
    """Whether asking all values of a key without set operator, instead of one, would answer the same."""
    if condition.qualifier or condition.operator == "Null" or not values or len(values) < 2:
        return True
    match = compile_values(condition.operator, condition.values)
    return len({match(value) for value in values}) == 1


@lru_cache(maxsize=65_536)
def compile_condition(condition: Condition) -> Evaluator:
    """A function from the values of the key to whether the condition holds."""
    if condition.operator == "Null":
        asked = {value.lower() for value in condition.values}
        return lambda values: ("false" if values else "true") in asked
    return evaluator(condition, compile_values(condition.operator, condition.values))


def evaluator(condition: Condition, match: Matcher) -> Evaluator:
    """The condition's qualifier, IfExists and negation around a test of one value of the request."""
    negated = is_negated(condition.operator)
    if_exists = condition.if_exists

    def any_value(values: Values) -> bool:
        if not values:
            return if_exists
        return any(values) and any(match(value) != negated for value in values)

    def all_values(values: Values) -> bool:
        return not values or not any(values) or all(match(value) != negated for value in values)

    def one_value(values: Values) -> bool:
        if not values:
            return negated or if_exists
        return any(match(value) for value in values) != negated

    return {"ForAnyValue": any_value, "ForAllValues": all_values}.get(condition.qualifier, one_value)


@lru_cache(maxsize=65_536)
def compile_values(operator: str, values: tuple[str, ...]) -> Matcher:
    """Whether a value of the request matches one of the policy's, under an operator or the one it negates."""
    positive = POSITIVE.get(operator, operator)
    match positive:
        case "StringEquals":
            return frozenset(map(unescape, values)).__contains__
        case "StringEqualsIgnoreCase":
            folded = frozenset(unescape(value).lower() for value in values)
            return lambda text: text.lower() in folded
        case "StringLike":
            return _any_pattern(values, compile_pattern)
        case "ArnEquals" | "ArnLike":
            return _any_pattern(values, compile_arn_pattern)
        case "Bool":
            truths = frozenset(value.lower() for value in values) & {"true", "false"}
            return lambda text: text.lower() in truths
        case "BinaryEquals":
            binaries = frozenset(_readable(map(parse_binary, values)))
            return lambda text: parse_binary(text) in binaries
        case "IpAddress":
            return _any_range(values)
    if positive.startswith("Numeric"):
        return _any_limit(positive.removeprefix("Numeric"), values, parse_number)
    return _any_limit(positive.removeprefix("Date"), values, parse_date)


def _any_pattern(values: tuple[str, ...], compile_one: Callable[[str], Matcher]) -> Matcher:
    exact = frozenset(
        unescape(value) for value in values if is_exact(value) and compile_one(value)(unescape(value))
    )
    patterns = tuple(compile_one(value) for value in values if not is_exact(value))
    if not patterns:
        return exact.__contains__
    if len(patterns) == 1 and not exact:
        return patterns[0]
    return lambda text: text in exact or any(pattern(text) for pattern in patterns)


def _any_limit(name: str, values: tuple[str, ...], parse: Callable[[str], Number | None]) -> Matcher:
    passes = limit_test(name, tuple(_readable(map(parse, values))))

    def match(text: str) -> bool:
        number = parse(text)
        return number is not None and passes(number)

    return match


def limit_test(name: str, limits: tuple[Number, ...]) -> Callable[[Number], bool]:
    """Whether a number stands to one of the limits as a Numeric or Date operator (`LessThan`) asks."""
    compare = _COMPARISONS[name]
    return lambda number: any(compare(number, limit) for limit in limits)


def _any_range(values: tuple[str, ...]) -> Matcher:
    ranges = tuple(_readable(map(parse_range, values)))

    def match(text: str) -> bool:
        address = parse_address(text)
        return address is not None and any(
            version == address[0] and first <= address[1] <= last for version, first, last in ranges
        )

    return match


def _readable(found: Iterable[T | None]) -> list[T]:
    return [item for item in found if item is not None]
