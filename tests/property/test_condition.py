"""Conditions against a naive reference, and what is said of half-known requests against what turns out."""

from hypothesis import given
from hypothesis import strategies as st

from iamscout.policy.atoms import ALWAYS, NEVER
from iamscout.policy.condition import Context, context_of, holds, resolve, spell
from iamscout.policy.document import Condition
from iamscout.policy.formula import assume
from iamscout.policy.operators import readings_agree
from tests.property.references import conditions_on, reference, values_of_request

KEYS = ("x:one", "x:two", "aws:username", "aws:TagKeys")
REQUESTS = st.fixed_dictionaries({key.lower(): values_of_request() for key in KEYS})
TEMPLATES = st.sampled_from(
    ["${aws:username}", "a${aws:username}*", "${x:two, 'b'}", "${x:none}", "a", "*", "b*"]
)


def known(request: dict[str, tuple[str, ...] | None], keys: frozenset[str] | None = None) -> Context:
    """The request as a context, closed, or open with only some keys known."""
    shown = request if keys is None else {key: values for key, values in request.items() if key in keys}
    return Context(
        {key: values for key, values in shown.items() if values is not None},
        frozenset(key for key, values in shown.items() if values is None),
        closed=keys is None,
    )


@st.composite
def templates(draw: st.DrawFn) -> Condition:
    """A condition whose values hold variables."""
    operator = draw(
        st.sampled_from(
            ["StringEquals", "StringLike", "StringNotLike", "ArnLike", "StringNotEqualsIgnoreCase", "Bool"]
        )
    )
    values = draw(st.lists(TEMPLATES, min_size=1, max_size=3, unique=True))
    qualifier = draw(st.sampled_from(["", "ForAnyValue", "ForAllValues"]))
    return Condition(operator, "x:one", tuple(values), qualifier, draw(st.booleans()))  # type: ignore[arg-type]  # one of the three


@given(conditions_on("x:key"), values_of_request())
def test_conditions_agree_with_the_reference(condition: Condition, values: tuple[str, ...] | None) -> None:
    assert holds(condition, values) == reference(condition, values)


@given(conditions_on("x:key"))
def test_an_empty_set_is_an_absent_key(condition: Condition) -> None:
    assert holds(condition, ()) == holds(condition, None)


@given(conditions_on("x:one"), REQUESTS)
def test_a_fully_known_request_is_decided(
    condition: Condition, request_: dict[str, tuple[str, ...] | None]
) -> None:
    found = resolve((condition,), known(request_), variables=False)
    if readings_agree(condition, request_["x:one"]):
        assert found == (ALWAYS if reference(condition, request_["x:one"]) else NEVER)
    else:
        assert found not in (ALWAYS, NEVER)


@given(
    st.lists(templates() | conditions_on("x:two"), min_size=1, max_size=3),
    REQUESTS,
    st.frozensets(st.sampled_from([key.lower() for key in KEYS])),
)
def test_what_is_said_early_stays_true(
    conditions: list[Condition], request_: dict[str, tuple[str, ...] | None], keys: frozenset[str]
) -> None:
    early = resolve(tuple(conditions), known(request_, keys), variables=True)
    late = resolve(tuple(conditions), known(request_), variables=True)
    if early in (ALWAYS, NEVER) and late in (ALWAYS, NEVER):
        assert early == late
    if late in (ALWAYS, NEVER):
        everything_open = resolve(tuple(conditions), Context(), variables=True)
        assert assume(everything_open, known(request_)) == late


@given(templates(), REQUESTS)
def test_variables_are_filled_before_comparing(
    condition: Condition, request_: dict[str, tuple[str, ...] | None]
) -> None:
    values = []
    for value in condition.values:
        name = request_["aws:username"]
        two = request_["x:two"]
        if "x:none" in value or ("aws:username" in value and (name is None or len(name) != 1)):
            continue
        filled = value.replace("${aws:username}", _literal(name[0]) if name else "")
        values.append(filled.replace("${x:two, 'b'}", _literal(two[0]) if two and len(two) == 1 else "b"))
    expected = Condition(condition.operator, "x:one", tuple(values), condition.qualifier, condition.if_exists)
    found = resolve((condition,), known(request_), variables=True)
    if found in (ALWAYS, NEVER):
        assert found == (ALWAYS if reference(expected, request_["x:one"]) else NEVER)
    else:
        assert (
            condition.operator == "Bool"
            or not readings_agree(condition, request_["x:one"])
            or len(request_["x:one"] or ()) > 1
        )


def _literal(text: str) -> str:
    return "".join(f"${{{character}}}" if character in "*?$" else character for character in text)


@given(conditions_on("aws:TagKeys"), REQUESTS)
def test_order_of_values_and_case_of_keys_do_not_matter(
    condition: Condition, request_: dict[str, tuple[str, ...] | None]
) -> None:
    shuffled = Condition(
        condition.operator,
        "AWS:tagkeys",
        condition.values[::-1] * 2,
        condition.qualifier,
        condition.if_exists,
    )
    assert resolve((condition,), known(request_), variables=False) == resolve(
        (shuffled,), known(request_), variables=False
    )


@given(conditions_on("aws:userid"), conditions_on("aws:UserName"))
def test_order_of_conditions_does_not_matter(one: Condition, other: Condition) -> None:
    assert resolve((one, other), Context(), variables=False) == resolve(
        (other, one, one), Context(), variables=False
    )


@given(conditions_on("x:one"), values_of_request(several=False))
def test_several_values_are_an_or_and_negated_ones_a_nor(
    condition: Condition, values: tuple[str, ...] | None
) -> None:
    if condition.operator == "Null" or condition.qualifier:
        return
    parts = [
        holds(Condition(condition.operator, condition.key, (value,), "", condition.if_exists), values)
        for value in condition.values
    ]
    negated = "Not" in condition.operator
    assert holds(condition, values) == (all(parts) if negated else any(parts))


@given(conditions_on("x:one"))
def test_spelling_is_stable(condition: Condition) -> None:
    once = spell(condition, variables=True)
    assert spell(once, variables=True) == once


def test_the_reference_can_disagree() -> None:
    assert not reference(Condition("StringEquals", "x:one", ("a",)), ("b",))
    assert reference(Condition("StringNotEquals", "x:one", ("a",)), None)
    assert (
        resolve((Condition("StringEquals", "x:one", ("a",)),), context_of({"x:one": "b"}), variables=True)
        == NEVER
    )
