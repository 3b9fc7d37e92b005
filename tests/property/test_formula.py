"""The algebra of open conditions against plain truth in concrete requests."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import assume as suppose
from hypothesis import strategies as st

from iamscout.policy.atoms import (
    ALWAYS,
    NEVER,
    Atom,
    Formula,
    NeedsIdentity,
    Opaque,
    Test,
    canonical,
    conjunction,
)
from iamscout.policy.complement import complement
from iamscout.policy.condition import OPEN, Context, holds, resolve, spell
from iamscout.policy.document import Condition
from iamscout.policy.formula import (
    MAX_ALTERNATIVES,
    all_of,
    any_of,
    assume,
    is_equivalent,
    is_satisfiable,
    keys,
    negate,
    simplify,
)
from iamscout.policy.match import arn_matches, matches
from iamscout.policy.operators import compile_values, readings_agree
from iamscout.policy.satisfy import rows_of
from iamscout.policy.witnesses import accepted_together, profiles
from tests.property.references import ARN_VALUES, TEXT_VALUES, conditions_on, reference, values_of_request

PRESENT, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"
Request = dict[str, tuple[str, ...] | None]

MFA = st.one_of(
    st.sampled_from([(None, None), (("false",), None)]),
    st.integers(0, 5).map(lambda age: (("true",), (str(age),))),
)
ADDRESSES = st.sampled_from(
    ["10.0.0.1", "10.255.255.255", "11.0.0.0", "9.0.0.1", "::1", "2001:db8::1", "2002::"]
)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    present, age = draw(MFA)
    return {
        "x:text": draw(values_of_request(several=False)),
        "aws:tagkeys": draw(values_of_request()),
        "aws:sourceip": draw(st.none() | ADDRESSES.map(lambda address: (address,))),
        PRESENT.lower(): present,
        AGE.lower(): age,
    }


CONDITIONS = st.one_of(
    conditions_on("x:text", ("text", "arn"), qualifiers=False),
    conditions_on("x:text", qualifiers=False),
    conditions_on("aws:TagKeys", ("text",)),
    conditions_on("aws:SourceIp", ("address",), qualifiers=False),
    conditions_on(PRESENT, ("bool",), qualifiers=False),
    st.builds(
        Condition,
        st.sampled_from(["NumericLessThan", "NumericGreaterThanEquals", "NumericEquals", "NumericNotEquals"]),
        st.just(AGE),
        st.sampled_from([("1",), ("2.5",), ("3", "4"), ("0",)]),
        st.just(""),
        st.booleans(),
    ),
)
ATOMS: st.SearchStrategy[Atom] = st.one_of(
    *[st.builds(Test, CONDITIONS.map(lambda condition: spell(condition, variables=False)), st.booleans())]
    * 6,
    st.builds(Opaque, st.sampled_from(["r", "s"]), st.booleans()),
    st.builds(NeedsIdentity, st.sampled_from(["111122223333", "444455556666"])),
)
FORMULAS = st.lists(st.lists(ATOMS, max_size=4).map(conjunction), max_size=4).map(canonical)
CERTAIN = FORMULAS.filter(
    lambda f: not any(isinstance(a, Opaque) for alternative in f.alternatives for a in alternative)
)
ALLOWING = st.frozensets(st.sampled_from(["111122223333", "444455556666"]))


def truth_of_atom(atom: Atom, request: Request, allowing: frozenset[str]) -> bool | None:
    match atom:
        case Opaque():
            return None
        case NeedsIdentity(account):
            return account in allowing
        case Test(condition, negated):
            values = request[condition.key.lower()]
            return None if not readings_agree(condition, values) else reference(condition, values) != negated


def truth(formula: Formula, request: Request, allowing: frozenset[str] = frozenset()) -> bool | None:
    """Three-valued: None where an opaque atom, or an undefined comparison, decides."""
    found: bool | None = False
    for alternative in formula.alternatives:
        atoms = [truth_of_atom(atom, request, allowing) for atom in alternative]
        if all(atoms):
            return True
        if False not in atoms:
            found = None
    return found


@given(CERTAIN, CERTAIN, requests(), ALLOWING)
def test_any_of_and_all_of_mean_or_and_and(
    one: Formula, other: Formula, request_: Request, allowing: frozenset[str]
) -> None:
    first, second = truth(one, request_, allowing), truth(other, request_, allowing)
    suppose(first is not None and second is not None)
    assert truth(any_of(one, other), request_, allowing) == (first or second)
    assert truth(all_of(one, other), request_, allowing) == (first and second)


@given(FORMULAS, requests(), ALLOWING)
def test_a_negated_formula_holds_where_the_formula_does_not(
    formula: Formula, request_: Request, allowing: frozenset[str]
) -> None:
    found, expected = truth(negate(formula), request_, allowing), truth(formula, request_, allowing)
    if expected is not None and found is not None:
        assert found == (not expected)
    if found is None:
        unclear = (NeedsIdentity, Opaque)
        assert expected is None or any(
            isinstance(atom, unclear) for alternative in formula.alternatives for atom in alternative
        )


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(FORMULAS, requests(), ALLOWING)
def test_simplifying_changes_no_answer(formula: Formula, request_: Request, allowing: frozenset[str]) -> None:
    found, expected = truth(simplify(formula), request_, allowing), truth(formula, request_, allowing)
    if expected is not None:
        assert found == expected
    else:
        # Two opaque atoms may swallow each other, but never become certain, unless every world is covered.
        assert found is None or simplify(formula) == ALWAYS or truth_without_readings(formula, request_)


def truth_without_readings(formula: Formula, request: Request) -> bool:
    """Whether the request compares several values without set operator, which leaves atoms undefined."""
    return any(
        isinstance(atom, Test) and not readings_agree(atom.condition, request[atom.condition.key.lower()])
        for alternative in formula.alternatives
        for atom in alternative
    )


@given(FORMULAS)
def test_simplifying_is_stable_and_never_adds_atoms(formula: Formula) -> None:
    once = simplify(formula)
    assert simplify(once) == once or len(simplify(once).alternatives) <= len(once.alternatives)
    before = {atom for alternative in formula.alternatives for atom in alternative}
    assert {atom for alternative in once.alternatives for atom in alternative} <= before


@given(CERTAIN, requests(), ALLOWING)
def test_a_formula_that_some_request_meets_is_never_never(
    formula: Formula, request_: Request, allowing: frozenset[str]
) -> None:
    if truth(formula, request_, allowing):
        assert simplify(formula) != NEVER
        assert any(map(is_satisfiable, formula.alternatives))
    if truth(formula, request_, allowing) is False:
        assert simplify(formula) != ALWAYS


@given(
    FORMULAS,
    requests(),
    st.frozensets(st.sampled_from(["x:text", "aws:tagkeys", "aws:sourceip", PRESENT.lower()])),
    ALLOWING,
)
def test_assuming_keys_changes_no_answer_where_they_are_so(
    formula: Formula, request_: Request, assumed: frozenset[str], allowing: frozenset[str]
) -> None:
    shown = {key: request_[key] for key in assumed}
    context = Context(
        {key: values for key, values in shown.items() if values is not None},
        frozenset(key for key, values in shown.items() if values is None),
    )
    left = assume(formula, context)
    assert not keys(left) & assumed
    found, expected = truth(left, request_, allowing), truth(formula, request_, allowing)
    assert found == expected or expected is None


@given(CERTAIN, CERTAIN, requests(), ALLOWING)
def test_equivalent_formulas_hold_together(
    one: Formula, other: Formula, request_: Request, allowing: frozenset[str]
) -> None:
    if is_equivalent(one, other):
        truths = {truth(one, request_, allowing), truth(other, request_, allowing)}
        assert truths != {True, False}
    assert is_equivalent(one, one)


@given(FORMULAS, FORMULAS, FORMULAS)
def test_order_and_grouping_do_not_matter(one: Formula, two: Formula, three: Formula) -> None:
    assert any_of(one, two, three) == any_of(three, any_of(two, one), one)
    assert all_of(one, two) == all_of(two, one, two)
    assert any_of(one, NEVER) == one
    assert all_of(one, ALWAYS) == one
    assert any_of(one, ALWAYS) == ALWAYS
    assert all_of(one, NEVER) == NEVER


@given(FORMULAS, FORMULAS, requests(), ALLOWING)
def test_a_deny_never_widens(
    allow: Formula, deny: Formula, request_: Request, allowing: frozenset[str]
) -> None:
    if truth(allow, request_, allowing) is False:
        assert truth(all_of(allow, negate(deny)), request_, allowing) is False


@settings(max_examples=400)
@given(
    st.lists(conditions_on("x:text", qualifiers=False), min_size=1, max_size=5, unique=True),
    values_of_request(several=False),
)
def test_the_row_of_every_value_is_foreseen(
    conditions: list[Condition], values: tuple[str, ...] | None
) -> None:
    spelled = tuple(dict.fromkeys(spell(condition, variables=False) for condition in conditions))
    rows = rows_of(spelled)
    row = sum(1 << index for index, condition in enumerate(spelled) if holds(condition, values))
    assert rows is None or row in rows


@settings(max_examples=400)
@given(
    st.lists(conditions_on("aws:TagKeys", ("text",)), min_size=1, max_size=4, unique=True),
    values_of_request(),
)
def test_the_row_of_every_set_of_values_is_foreseen(
    conditions: list[Condition], values: tuple[str, ...] | None
) -> None:
    spelled = tuple(dict.fromkeys(spell(condition, variables=False) for condition in conditions))
    rows = rows_of(spelled)
    row = sum(1 << index for index, condition in enumerate(spelled) if holds(condition, values))
    assert rows is None or row in rows


@given(
    st.lists(conditions_on("x:text", ("text", "arn"), qualifiers=False), min_size=1, max_size=4),
    values_of_request(several=False),
)
def test_the_profile_of_every_text_is_foreseen(
    conditions: list[Condition], values: tuple[str, ...] | None
) -> None:
    compared = tuple(condition for condition in conditions if condition.operator != "Null")
    suppose(compared and values)
    found = profiles(compared)
    text = values[0] if values else ""
    profile = sum(1 << i for i, c in enumerate(compared) if compile_values(c.operator, c.values)(text))
    assert found is None or profile in found


@given(
    st.lists(
        st.tuples(st.just("StringLike"), st.sampled_from([*TEXT_VALUES, *ARN_VALUES]))
        | st.tuples(st.just("StringEqualsIgnoreCase"), st.sampled_from(["a", "aB", "x:Y"]))
        | st.tuples(
            st.just("ArnLike"), st.sampled_from([value for value in ARN_VALUES if value.count(":") >= 5])
        ),
        max_size=5,
        unique=True,
    )
)
def test_witnesses_match_what_they_stand_for(patterns: list[tuple[str, str]]) -> None:
    def matched(operator: str, pattern: str, text: str) -> bool:
        if operator == "ArnLike":
            return arn_matches(pattern, text)
        return matches(pattern, text, ignore_case=operator != "StringLike")

    found = accepted_together(tuple(patterns))
    assert found
    for accepted, text in found.items():
        assert accepted == tuple(
            i for i, (operator, pattern) in enumerate(patterns) if matched(operator, pattern, text)
        )


@given(CONDITIONS | conditions_on("x:many"), requests(), values_of_request())
def test_a_complement_holds_exactly_where_the_condition_does_not(
    condition: Condition, request_: Request, several: tuple[str, ...] | None
) -> None:
    opposite = complement(condition)
    values = request_.get(condition.key.lower(), several)
    if opposite and readings_agree(condition, values):
        assert reference(opposite, values) != reference(condition, values)
        assert complement(opposite) is not None


@pytest.mark.parametrize("count", [3, 9, 30])
def test_many_denies_end_in_a_bounded_formula(count: int) -> None:
    denies = [
        resolve(
            (Condition("StringEquals", f"x:{i}", ("a",)), Condition("StringEquals", f"y:{i}", ("b",))),
            OPEN,
            variables=False,
        )
        for i in range(count)
    ]
    left = negate(any_of(*denies))
    assert len(left.alternatives) <= MAX_ALTERNATIVES
    assert left not in (ALWAYS, NEVER)
    assert simplify(left) not in (ALWAYS, NEVER)
