"""The condition that holds exactly where another does not, where IAM's operators can say it.

Used to show what a Deny leaves open in positive words: Deny + BoolIfExists false asks for Bool true.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from iamscout.policy.document import Condition, Qualifier
from iamscout.policy.keys import domain_of
from iamscout.policy.numbers import parse_date, parse_number
from iamscout.policy.operators import POSITIVE, kind_of, unreadable
from iamscout.policy.variables import has_variables

_TWINS: Final = {**POSITIVE, **{positive: negated for negated, positive in POSITIVE.items()}}
_OPPOSITE_QUALIFIER: Final[dict[Qualifier, Qualifier]] = {
    "": "",
    "ForAnyValue": "ForAllValues",
    "ForAllValues": "ForAnyValue",
}
_OPPOSITE_LIMIT: Final = {
    "LessThan": "GreaterThanEquals",
    "LessThanEquals": "GreaterThan",
    "GreaterThan": "LessThanEquals",
    "GreaterThanEquals": "LessThan",
}
_OPPOSITE_TRUTH: Final = {"true": "false", "false": "true"}


@lru_cache(maxsize=65_536)
def complement(condition: Condition) -> Condition | None:
    """The condition that holds for a key exactly where this one does not; None where no operator says that.

    An operator and its negation are complements, absent keys included: the one fails there, the other holds.
    So are ForAnyValue and ForAllValues of the negation. IfExists holds on absence, so its complement would
    have to fail there, which only operators without negation do; these need a key whose values cannot be
    anything else.
    """
    if unreadable(condition):
        return None
    found = _by_negation(condition)
    return found or (None if any(map(has_variables, condition.values)) else _by_domain(condition))


def _by_negation(condition: Condition) -> Condition | None:
    twin = _TWINS.get(condition.operator)
    if twin is None:
        return None
    holds_on_absence = condition.qualifier == "ForAllValues" or (
        not condition.qualifier and condition.operator in POSITIVE
    )
    if condition.if_exists and not holds_on_absence:
        return None
    return Condition(twin, condition.key, condition.values, _OPPOSITE_QUALIFIER[condition.qualifier])


def _by_domain(condition: Condition) -> Condition | None:
    if condition.qualifier or len(condition.values) != 1:
        return None
    kind = kind_of(condition.operator)
    (value,) = condition.values
    if kind in ("null", "bool"):
        opposite = _OPPOSITE_TRUTH.get(value.lower())
        if opposite is None or (kind == "bool" and domain_of(condition.key.lower()) != "bool"):
            return None
        if_exists = kind == "bool" and not condition.if_exists
        return Condition(condition.operator, condition.key, (opposite,), "", if_exists)
    return _by_limit(condition, value)


def _by_limit(condition: Condition, value: str) -> Condition | None:
    kind = kind_of(condition.operator)
    if kind not in ("number", "date") or domain_of(condition.key.lower()) != kind:
        return None
    prefix, parse = ("Numeric", parse_number) if kind == "number" else ("Date", parse_date)
    limit = _OPPOSITE_LIMIT.get(condition.operator.removeprefix(prefix))
    if limit is None or parse(value) is None:
        return None
    return Condition(prefix + limit, condition.key, condition.values, "", not condition.if_exists)
