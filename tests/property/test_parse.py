"""The parser on any text: it never raises, and spelling does not change meaning."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamscout.policy.document import PolicyDocument
from iamscout.policy.parse import OPERATORS, parse_document

WORDS = st.sampled_from(
    [
        *("Version", "Statement", "Effect", "Allow", "Deny", "Action", "NotAction", "Resource", "Principal"),
        *("AWS", "Condition", "StringEquals", "Sid", "*", "2012-10-17", "111122223333", "", "é\u202e"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=5),
    max_leaves=25,
)

TEXTS = st.text(min_size=1, max_size=12)
LISTS = st.lists(TEXTS, min_size=1, max_size=3)
PRINCIPALS = st.just("*") | st.dictionaries(
    st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser"]), LISTS, min_size=1
)
CONDITIONS = st.dictionaries(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "ForAnyValue:", "ForAllValues:"]),
        st.sampled_from([name for name in OPERATORS if name != "Null"]),
        st.sampled_from(["", "IfExists"]),
    ),
    st.dictionaries(TEXTS, LISTS, max_size=2),
    max_size=3,
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """Statements as IAM accepts them, with a list wherever a list may stand."""
    made: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    made[draw(st.sampled_from(["Action", "NotAction"]))] = draw(LISTS)
    if draw(st.booleans()):
        made[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(LISTS)
    if draw(st.booleans()):
        made[draw(st.sampled_from(["Principal", "NotPrincipal"]))] = draw(PRINCIPALS)
    if draw(st.booleans()):
        made["Condition"] = draw(CONDITIONS)
    return made


def unwrapped(value: Any) -> Any:
    """The other spelling: no list around a single value."""
    if isinstance(value, list) and len(value) == 1:
        return unwrapped(value[0])
    return {key: unwrapped(item) for key, item in value.items()} if isinstance(value, dict) else value


def text_of(found: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": found})


def is_sound(document: PolicyDocument) -> bool:
    return not document.unreadable and not any(each.unreadable for each in document.statements)


@given(st.text() | st.text(alphabet='{}[]":,\\u0123d8 StatemnEfcAlow'))
def test_any_text_is_answered(text: str) -> None:
    assert parse_document(text).text == text


@given(st.text(alphabet=st.characters(categories=["Cs", "L"]), max_size=20))
def test_half_surrogates_never_reach_an_output(text: str) -> None:
    parsed = parse_document(f'{{"Statement": [], "Id": "{text}"}}')
    repr(parsed).encode()
    parsed.text.encode()


@given(JSON)
def test_any_json_is_answered_and_never_both_odd_and_silent(value: object) -> None:
    parsed = parse_document(json.dumps(value))
    if parsed.unreadable or any(each.unreadable for each in parsed.statements):
        assert parsed.notes
    for statement in parsed.statements:
        if not statement.unreadable:
            assert statement.effect in ("Allow", "Deny")
            assert (statement.actions is None) != (statement.not_actions is None)
            assert statement.resources is None or statement.not_resources is None
            assert statement.principals is None or statement.not_principals is None


@given(st.lists(statements(), min_size=1, max_size=3))
def test_both_spellings_mean_the_same(found: list[dict[str, Any]]) -> None:
    listed = parse_document(text_of(found))
    alone = parse_document(text_of([unwrapped(each) for each in found]))
    assert is_sound(listed)
    assert alone.statements == listed.statements


@given(statements())
def test_key_order_does_not_change_meaning(statement: dict[str, Any]) -> None:
    backwards = dict(reversed(statement.items()))
    assert parse_document(text_of([statement])).statements == parse_document(text_of([backwards])).statements


@given(statements(), st.data())
def test_a_repeated_key_is_never_silent(statement: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(statement)))
    text = json.dumps(statement)
    doubled = f"{{{json.dumps(key)}: {json.dumps(statement[key])}, {text[1:]}"
    (read,) = parse_document(f'{{"Statement": {doubled}}}').statements
    assert "twice" in read.unreadable


@given(statements(), st.text().filter(lambda name: name not in ("Sid", "Condition")))
def test_an_unknown_element_is_never_silent(statement: dict[str, Any], name: str) -> None:
    if name in statement or name.removeprefix("Not") in ("Action", "Resource", "Principal"):
        return
    (read,) = parse_document(text_of([{**statement, name: "x"}])).statements
    assert read.unreadable


@pytest.mark.parametrize("name", ["effect", "EFFECT", "Effect "])
def test_effect_has_one_spelling(name: str) -> None:
    (read,) = parse_document(json.dumps({"Statement": {name: "Allow", "Action": "*"}})).statements
    assert read.unreadable
