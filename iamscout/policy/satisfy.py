"""Which conditions can hold together: contradictions, implications and tautologies of open conditions.

Conditions on one key are told apart by every kind of value (or set of values, or absence) that can meet them
differently; what cannot be told counts as independent. So the worlds looked at here include every real
request: what holds in none of them is impossible, what holds in all of them is certain, and nothing else is
claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product

from iamscout.policy.atoms import Alternative, Atom, Test
from iamscout.policy.complement import complement
from iamscout.policy.document import Condition
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT, domain_of, is_multivalued
from iamscout.policy.operators import Evaluator, compile_condition, evaluator
from iamscout.policy.variables import has_variables
from iamscout.policy.witnesses import profile_of, profiles

MAX_ROWS = 512
"""Rows of one key, and sets of values of a multi-valued one, that are looked at."""

MAX_CONDITIONS = 128
"""Conditions on one key that are looked at together; real policies have a few."""

Row = int
"""Which of several conditions on one key hold: bit i for condition i."""


@lru_cache(maxsize=65_536)
def rows_of(conditions: tuple[Condition, ...]) -> frozenset[Row] | None:
    """The rows in which conditions on one key can hold, or None where there are too many to tell.

    The conditions are readable and hold no open variable.
    """
    present = _rows_present(conditions) if len(conditions) <= MAX_CONDITIONS else None
    return None if present is None else present | {_row_absent(conditions)}


@lru_cache(maxsize=65_536)
def prune(alternative: Alternative) -> Alternative | None:
    """The alternative without atoms that its others imply; None where its atoms contradict each other."""
    kept: list[Atom] = []
    by_key: dict[str, list[Test]] = {}
    for atom in alternative:
        if isinstance(atom, Test) and not is_open(atom.condition):
            by_key.setdefault(atom.condition.key.lower(), []).append(atom)
        else:
            kept.append(atom)
    if _contradicts_openly(kept):
        return None
    for tests in by_key.values():
        left = _prune_key(tuple(tests))
        if left is None:
            return None
        kept.extend(left)
    if not _mfa_possible(tuple(by_key.get(MFA_PRESENT, ())), tuple(by_key.get(MFA_AGE, ()))):
        return None
    return (
        alternative if len(kept) == len(alternative) else tuple(atom for atom in alternative if atom in kept)
    )


def effort(alternative: Alternative) -> int:
    """About how many steps :func:`prune` takes: patterns on one key multiply, more so where it holds sets."""
    by_key: dict[str, dict[Condition, None]] = {}
    for atom in alternative:
        if isinstance(atom, Test):
            by_key.setdefault(atom.condition.key.lower(), {})[atom.condition] = None
    return sum(_effort_of_key(tuple(conditions)) for conditions in by_key.values() if len(conditions) > 1)


@lru_cache(maxsize=65_536)
def _effort_of_key(conditions: tuple[Condition, ...]) -> int:
    wild = [value for each in conditions for value in each.values if "*" in value or "?" in value]
    runs = sum(value.count("*") for value in wild)
    several = 1 << min(len(conditions), 9) if _holds_several(conditions) else 0
    return sum(map(len, wild)) * runs + several * sum(len(each.values) for each in conditions)


def mfa_rows(present: tuple[Condition, ...], age: tuple[Condition, ...]) -> set[tuple[Row, Row]] | None:
    """The rows of the two MFA keys that occur together: the age is there exactly when MFA is present.

    "If MFA was not used, this key is not present" ("AWS global condition context keys",
    aws:MultiFactorAuthAge).
    """
    ages = _rows_present(age)
    if ages is None:
        return None
    without = {(_row_absent(present), _row_absent(age)), (_row(present, ("false",)), _row_absent(age))}
    return without | {(_row(present, ("true",)), row) for row in ages}


def is_open(condition: Condition) -> bool:
    """Whether the condition waits for a policy variable, so that nothing is known of when it holds."""
    return any(map(has_variables, condition.values))


def _contradicts_openly(atoms: Iterable[Atom]) -> bool:
    """Whether two conditions with open variables are each other's opposite; nothing else is known of them."""
    positive = {atom.condition for atom in atoms if isinstance(atom, Test) and not atom.negated}
    negated = {atom.condition for atom in atoms if isinstance(atom, Test) and atom.negated}
    return bool(positive & negated) or any(complement(condition) in positive for condition in positive)


@lru_cache(maxsize=65_536)
def _prune_key(tests: tuple[Test, ...]) -> tuple[Test, ...] | None:
    conditions = tuple(dict.fromkeys(test.condition for test in tests))
    rows = rows_of(conditions)
    if rows is None:
        return tests
    passing = {
        test: {row for row in rows if bool(row >> conditions.index(test.condition) & 1) != test.negated}
        for test in tests
    }
    if not rows.intersection(*passing.values()):
        return None
    left = list(tests)
    for test in reversed(tests):
        others = rows.intersection(*(passing[other] for other in left if other != test))
        if others <= passing[test]:
            left.remove(test)
    return tuple(left)


@lru_cache(maxsize=65_536)
def _mfa_possible(present: tuple[Test, ...], age: tuple[Test, ...]) -> bool:
    """Whether tests of the two MFA keys can hold together: the age is there exactly when MFA is present.

    "If MFA was not used, this key is not present" ("AWS global condition context keys",
    aws:MultiFactorAuthAge).
    """
    if not present or not age:
        return True
    of_present = tuple(dict.fromkeys(test.condition for test in present))
    of_age = tuple(dict.fromkeys(test.condition for test in age))
    pairs = mfa_rows(of_present, of_age)
    return pairs is None or any(
        _passes(present, of_present, row) and _passes(age, of_age, other) for row, other in pairs
    )


def _passes(tests: tuple[Test, ...], conditions: tuple[Condition, ...], row: Row) -> bool:
    return all(bool(row >> conditions.index(test.condition) & 1) != test.negated for test in tests)


def _row(conditions: tuple[Condition, ...], values: tuple[str, ...] | None) -> Row:
    return sum(
        1 << index for index, condition in enumerate(conditions) if compile_condition(condition)(values)
    )


def _row_absent(conditions: tuple[Condition, ...]) -> Row:
    return _row(conditions, None)


@lru_cache(maxsize=65_536)
def _rows_present(conditions: tuple[Condition, ...]) -> frozenset[Row] | None:
    found = profiles(conditions)
    if found is None:
        return None
    names = {str(profile): profile for profile in found}
    if domain_of(conditions[0].key.lower()) == "text":
        names[""] = profile_of(conditions, "")
    sets = _sets(conditions, names) if _holds_several(conditions) else [(name,) for name in names]
    if sets is None:
        return None
    evaluators = [_by_profile(index, condition, names) for index, condition in enumerate(conditions)]
    rows: set[Row] = set()
    for values in sets:
        rows |= _rows_of_set(conditions, evaluators, names, values)
        if len(rows) > MAX_ROWS:
            return None
    return frozenset(rows)


def _holds_several(conditions: tuple[Condition, ...]) -> bool:
    """Whether the key may hold several values: AWS says so, or a set operator suggests it of any text."""
    key = conditions[0].key.lower()
    return is_multivalued(key) or (
        domain_of(key) == "text" and any(condition.qualifier for condition in conditions)
    )


def _by_profile(index: int, condition: Condition, names: Mapping[str, int]) -> Evaluator:
    if condition.operator == "Null":
        return compile_condition(condition)
    return evaluator(condition, lambda name: bool(names[name] >> index & 1))


def _sets(conditions: tuple[Condition, ...], names: Mapping[str, int]) -> list[tuple[str, ...]] | None:
    """Sets of profiles that show every row: a set has the row of the largest that meets the same demands."""
    order = sorted(names)
    everything = (1 << len(order)) - 1
    family = {everything}
    for index, condition in enumerate(conditions):
        if condition.operator == "Null":
            continue
        matching = sum(1 << place for place, name in enumerate(order) if names[name] >> index & 1)
        family |= {one & side for one in family for side in (matching, everything & ~matching)}
        if len(family) > MAX_ROWS:
            return None
    found = [
        tuple(name for place, name in enumerate(order) if one >> place & 1) for one in sorted(family) if one
    ]
    return [*found, ("",)] if "" in names else found


def _rows_of_set(
    conditions: tuple[Condition, ...],
    evaluators: Sequence[Evaluator],
    names: Mapping[str, int],
    values: tuple[str, ...],
) -> set[Row]:
    """The row of one set of values; two where a condition without set operator may be read in two ways."""
    if len(values) == 1:
        return {sum(1 << index for index, evaluate in enumerate(evaluators) if evaluate(values))}
    choices = []
    for index, (condition, evaluate) in enumerate(zip(conditions, evaluators, strict=True)):
        matched = {names[value] >> index & 1 for value in values}
        undefined = len(matched) == 2 and not condition.qualifier and condition.operator != "Null"
        choices.append((0, 1 << index) if undefined else (evaluate(values) << index,))
    return {sum(choice) for choice in product(*choices)}
