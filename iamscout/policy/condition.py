"""A statement's conditions against what is known of a request: they hold, they fail, or they stay open.

Source: IAM User Guide, "IAM JSON policy elements: Condition", "Condition operators", "Variables and tags".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from iamscout.policy.atoms import ALWAYS, NEVER, Atom, Formula, Opaque, Test, conjunction
from iamscout.policy.context import OPEN, Context, context_of
from iamscout.policy.document import Condition
from iamscout.policy.keys import spell_key
from iamscout.policy.match import compile_pattern, plain_text
from iamscout.policy.operators import (
    POSITIVE,
    Evaluator,
    compile_condition,
    evaluator,
    holds,
    readings_agree,
    takes_variables,
    unreadable,
)
from iamscout.policy.variables import Missing, has_variables, loosest, substitute

__all__ = ["OPEN", "Context", "context_of", "holds", "judge", "resolve", "spell"]

SEVERAL_VALUES = "AWS does not define a key with several values without ForAnyValue or ForAllValues"
BOOL_VARIABLE = "AWS's pages disagree whether Bool fills policy variables"


class _Plan(Struct, frozen=True):
    """What can be said of a condition once and for all; `test` is the atom where its key is unknown."""

    key: str
    evaluate: Evaluator
    asks_one: bool
    variables: bool
    test: Atom


@lru_cache(maxsize=65_536)
def spell(condition: Condition, *, variables: bool) -> Condition:
    """The condition as formulas spell it: AWS's name of the key, sorted values, `${…}` only for variables."""
    filled = variables and takes_variables(condition.operator)
    values = {value if filled or "${" not in value else plain_text(value) for value in condition.values}
    key = spell_key(condition.key)
    return Condition(condition.operator, key, tuple(sorted(values)), condition.qualifier, condition.if_exists)


def resolve(conditions: tuple[Condition, ...], context: Context, *, variables: bool) -> Formula:
    """The conjunction of a statement's conditions: NEVER, ALWAYS, or one alternative with what is left open.

    `variables` is :attr:`PolicyDocument.has_variables`. A condition that cannot be read stays as an opaque
    atom.
    """
    if not conditions:
        return ALWAYS
    atoms: list[Atom] = []
    for condition in conditions:
        found = judge(spell(condition, variables=variables), context)
        if found is False:
            return NEVER
        if found is not True:
            atoms.append(found)
    return Formula((conjunction(atoms),)) if atoms else ALWAYS


def judge(condition: Condition, context: Context) -> bool | Atom:
    """Whether a condition (from :func:`spell`) holds as far as the context tells; else what is left of it."""
    plan = _plan(condition)
    if isinstance(plan.test, Opaque):
        return plan.test
    values = context.lookup(plan.key)
    if isinstance(values, Missing):
        return _filled(condition, context) if plan.variables else plan.test
    if values is None:
        return plan.evaluate(None)
    if plan.asks_one and len(values) > 1 and not readings_agree(condition, values):
        return Opaque(f"{SEVERAL_VALUES}: {condition.key}")
    return _judge_variables(condition, context, values) if plan.variables else plan.evaluate(values)


@lru_cache(maxsize=65_536)
def _plan(condition: Condition) -> _Plan:
    problem = unreadable(condition)
    return _Plan(
        key=condition.key.lower(),
        evaluate=(lambda _: False) if problem else compile_condition(condition),
        asks_one=not condition.qualifier and condition.operator != "Null",
        variables=any(map(has_variables, condition.values)),
        test=Opaque(problem) if problem else Test(condition),
    )


def _filled(condition: Condition, context: Context) -> Test:
    """The condition with its known variables filled; a value with one that is absent drops out.

    Bool stays as it is: whether its variables are filled at all is contested.
    """
    return Test(condition) if condition.operator == "Bool" else Test(_with_variables(condition, context))


def _with_variables(condition: Condition, context: Context) -> Condition:
    filled = [substitute(value, context.variable) for value in condition.values]
    return _with_values(condition, [value for value in filled if value is not None])


def _judge_variables(condition: Condition, context: Context, values: tuple[str, ...]) -> bool | Atom:
    """Judge a condition whose key is known and whose values hold variables.

    Where a variable stays open, the answer is certain if it is the same without that value and with the
    widest one it may become.
    """
    filled = _with_variables(condition, context)
    certain = [value for value in filled.values if not has_variables(value)]
    narrow = holds(_with_values(condition, certain), values)
    still_open = len(certain) < len(filled.values)
    wide = evaluator(condition, _widest(condition.operator, filled.values))(values) if still_open else narrow
    if condition.operator == "Bool":
        # The other reading leaves the variables as text, which is neither true nor false.
        as_text = [value for value in condition.values if not has_variables(value)]
        same = holds(_with_values(condition, as_text), values) == narrow == wide
        return narrow if same else Opaque(BOOL_VARIABLE)
    return narrow if narrow == wide else Test(filled)


def _widest(operator: str, values: tuple[str, ...]) -> Callable[[str], bool]:
    """A test that passes whatever some filling of the open variables would let pass."""
    if operator == "Bool":
        return lambda _: True
    literal = POSITIVE.get(operator, operator) in ("StringEquals", "StringEqualsIgnoreCase")
    ignore_case = operator.endswith("IgnoreCase")
    patterns = [compile_pattern(loosest(value, literal=literal), ignore_case=ignore_case) for value in values]
    return lambda text: any(pattern(text) for pattern in patterns)


def _with_values(condition: Condition, values: list[str]) -> Condition:
    return Condition(
        condition.operator,
        condition.key,
        tuple(sorted(set(values))),
        condition.qualifier,
        condition.if_exists,
    )
