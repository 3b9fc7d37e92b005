"""Documents enter a snapshot as objects only where that loses nothing but the order of keys."""

import json
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from iamscout.policy.parse import parse_document
from iamscout.snapshot.documents import document_value, read_document

PLAIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "é*"}]}


@pytest.mark.parametrize("escaped", [True, False])
def test_plain_text_becomes_an_object(*, escaped: bool) -> None:
    assert document_value(json.dumps(PLAIN, ensure_ascii=escaped, indent=3)) == PLAIN


def test_url_encoded_text_is_decoded_as_rfc_3986_says() -> None:
    document = {"Statement": [{"Action": "a+b c/d%20e"}]}
    assert document_value(quote(json.dumps(document))) == document
    assert document_value(quote(json.dumps(document), safe="")) == document


def test_text_that_is_json_already_is_not_decoded() -> None:
    document = {"Statement": [{"Resource": "arn:aws:s3:::b/%7Bx%7D"}]}
    assert document_value(json.dumps(document)) == document


def test_url_encoding_is_taken_off_once() -> None:
    twice = quote(quote(json.dumps(PLAIN)))
    assert document_value(twice) == twice


NINES = "9" * 5_000
LOSSY = {
    "equal keys": '{"Statement": {"Effect": "Allow", "Effect": "Deny"}}',
    "equal keys with equal values": '{"Statement": [], "Statement": []}',
    "a number's spelling": '{"Statement": {"Condition": {"NumericEquals": {"a:b": 1.10}}}}',
    "an exponent": '{"Statement": {"Condition": {"NumericEquals": {"a:b": 1e2}}}}',
    "a number beyond all bounds": '{"Statement": {"Condition": {"NumericEquals": {"a:b": 1e999}}}}',
    "a number of many digits": f'{{"Statement": {NINES}}}',
    "half a surrogate": r'{"Statement": {"Sid": "\ud800"}}',
    "NaN": '{"Statement": NaN}',
    "deep nesting": f'{{"Statement": {"[" * 500}{"]" * 500}}}',
    "very deep nesting": f'{{"Statement": {"[" * 50_000}{"]" * 50_000}}}',
    "no JSON": '{"Statement": ',
    "no object": '["Statement"]',
    "nothing": "",
}


@pytest.mark.parametrize("text", LOSSY.values(), ids=LOSSY)
def test_what_an_object_would_lose_stays_text(text: str) -> None:
    assert document_value(text) == text


@pytest.mark.parametrize(
    "text", [text for text in LOSSY.values() if "\\ud" not in text], ids=lambda text: text[:30]
)
def test_text_in_a_snapshot_means_what_it_meant_before(text: str) -> None:
    stored = msgspec.json.encode(document_value(text))
    assert read_document(Raw(stored)) == parse_document(text)


def test_url_encoded_text_that_would_lose_stays_decoded_text() -> None:
    text = LOSSY["equal keys"]
    assert document_value(quote(text)) == text


def test_a_document_of_the_aws_cli_keeps_equal_keys_as_text() -> None:
    raw = Raw(b'{ "Statement": {\n "Effect": "Allow", "Effect": "Deny"} }')
    assert document_value(raw) == '{"Statement":{"Effect":"Allow","Effect":"Deny"}}'


def test_raw_json_is_an_object_or_a_text() -> None:
    assert document_value(Raw(json.dumps(PLAIN, indent=4).encode())) == PLAIN
    assert document_value(Raw(json.dumps(quote(json.dumps(PLAIN))).encode())) == PLAIN
    assert document_value(Raw(json.dumps(json.dumps(PLAIN)).encode())) == PLAIN


@pytest.mark.parametrize(("raw", "value"), [(b"null", None), (b"[]", []), (b"5", 5), (b"true", True)])
def test_other_json_stays_what_it_is_and_is_unreadable(raw: bytes, value: object) -> None:
    assert document_value(Raw(raw)) == value
    assert read_document(Raw(raw)).unreadable == "the document is not a JSON object"


def test_an_object_is_taken_as_it_is() -> None:
    assert document_value(PLAIN) is PLAIN
    assert document_value(None) is None


def test_a_missing_document_is_unreadable() -> None:
    assert read_document(Raw()).unreadable == "the document is missing"


def test_a_document_has_one_text_however_it_is_indented() -> None:
    wide = read_document(Raw(json.dumps(PLAIN, indent=8).encode()))
    narrow = read_document(Raw(json.dumps(PLAIN, separators=(",", ":")).encode()))
    assert wide is narrow
    assert "\n" not in wide.text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_an_object_in_a_snapshot_says_the_same_as_the_text(value: object) -> None:
    text = json.dumps({"Statement": value})
    stored = msgspec.json.decode(msgspec.json.encode(document_value(text), order="sorted"))
    assert json.loads(stored if isinstance(stored, str) else json.dumps(stored)) == {"Statement": value}


@given(st.text() | st.binary().map(quote))
def test_any_text_is_answered(text: str) -> None:
    value = document_value(text)
    assert isinstance(value, str | dict)
