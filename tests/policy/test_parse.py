"""The strict parser: every spelling that IAM accepts reads the same, and every oddity becomes a note."""

import json

import pytest

from iamscout.policy.document import Condition, PrincipalElement, Statement
from iamscout.policy.parse import OPERATORS, parse_document, split_operator
from iamscout.policy.strict_json import MAX_CHARACTERS, MAX_DEPTH


def document(*statements: object, **elements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **elements})


def read(statement: dict[str, object]) -> Statement:
    """The one statement of a document that has nothing odd."""
    parsed = parse_document(document(statement))
    assert parsed.notes == ()
    assert parsed.unreadable == ""
    (found,) = parsed.statements
    return found


ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}


def test_a_plain_document_is_read_whole() -> None:
    text = document(
        {
            "Sid": "A",
            "Effect": "Deny",
            "NotAction": ["iam:*", "sts:*"],
            "NotResource": "arn:aws:s3:::b",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        Id="an-id",
    )
    parsed = parse_document(text)
    assert parsed.version == "2012-10-17"
    assert parsed.has_variables
    assert parsed.id == "an-id"
    assert parsed.text == text
    assert parsed.statements == (
        Statement(
            effect="Deny",
            sid="A",
            not_actions=("iam:*", "sts:*"),
            not_resources=("arn:aws:s3:::b",),
            conditions=(Condition("Bool", "aws:SecureTransport", ("false",)),),
            number=1,
            pointer="/Statement/0",
        ),
    )


def test_a_statement_may_be_an_object_or_a_list_of_one() -> None:
    alone = parse_document(json.dumps({"Version": "2012-10-17", "Statement": ALLOW}))
    listed = parse_document(document(ALLOW))
    assert alone.statements[0].actions == listed.statements[0].actions == ("s3:GetObject",)
    assert alone.statements[0].pointer == "/Statement"
    assert listed.statements[0].pointer == "/Statement/0"


@pytest.mark.parametrize("element", ["Action", "NotAction", "Resource", "NotResource"])
def test_a_text_reads_like_a_list_of_one(element: str) -> None:
    rest = {"Effect": "Allow", **({} if "Action" in element else {"Action": "*"})}
    assert read({**rest, element: "*"}) == read({**rest, element: ["*"]})


def test_statements_are_numbered_from_one() -> None:
    parsed = parse_document(document(ALLOW, TRUST, ALLOW))
    assert [(each.number, each.pointer) for each in parsed.statements] == [
        (1, "/Statement/0"),
        (2, "/Statement/1"),
        (3, "/Statement/2"),
    ]


def test_no_version_is_the_old_version_without_variables() -> None:
    parsed = parse_document(json.dumps({"Statement": ALLOW}))
    assert parsed.version == "2008-10-17"
    assert not parsed.has_variables
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", (PrincipalElement("*", "*"),)),
        ({"AWS": "*"}, (PrincipalElement("AWS", "*"),)),
        (
            {"AWS": ["111122223333", "arn:aws:iam::444455556666:root"]},
            (
                PrincipalElement("AWS", "111122223333"),
                PrincipalElement("AWS", "arn:aws:iam::444455556666:root"),
            ),
        ),
        (
            {"Service": "ec2.amazonaws.com", "Federated": ["cognito-identity.amazonaws.com"]},
            (
                PrincipalElement("Service", "ec2.amazonaws.com"),
                PrincipalElement("Federated", "cognito-identity.amazonaws.com"),
            ),
        ),
        ({"CanonicalUser": "79a5"}, (PrincipalElement("CanonicalUser", "79a5"),)),
    ],
)
def test_all_forms_of_principal_are_read(principal: object, expected: tuple[PrincipalElement, ...]) -> None:
    assert read({**TRUST, "Principal": principal}).principals == expected
    without = {key: value for key, value in TRUST.items() if key != "Principal"}
    assert read({**without, "NotPrincipal": principal}).not_principals == expected


def test_condition_values_are_text_in_json_spelling() -> None:
    text = (
        '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {'
        '"Bool": {"aws:MultiFactorAuthPresent": true}, "Null": {"aws:SourceIp": [false]}, '
        '"NumericLessThan": {"aws:MultiFactorAuthAge": [60, 1.10, 1e5, -0]}}}}'
    )
    (statement,) = parse_document(text).statements
    assert statement.unreadable == ""
    assert statement.conditions == (
        Condition("Bool", "aws:MultiFactorAuthPresent", ("true",)),
        Condition("Null", "aws:SourceIp", ("false",)),
        Condition("NumericLessThan", "aws:MultiFactorAuthAge", ("60", "1.10", "1e5", "-0")),
    )


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("StringEquals", ("", "StringEquals", False)),
        ("stringequals", ("", "StringEquals", False)),
        ("BoolIfExists", ("", "Bool", True)),
        ("boolifexists", ("", "Bool", True)),
        ("ForAnyValue:StringLike", ("ForAnyValue", "StringLike", False)),
        ("forallvalues:arnlikeIFEXISTS", ("ForAllValues", "ArnLike", True)),
        ("ForSomeValue:Bool", ("ForSomeValue", "Bool", False)),
        ("StringMatches", ("", "StringMatches", False)),
    ],
)
def test_operators_are_taken_apart_whatever_their_case(spelled: str, expected: tuple[str, str, bool]) -> None:
    assert split_operator(spelled) == expected


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("qualifier", ["", "ForAnyValue:", "ForAllValues:"])
def test_every_operator_is_known_with_every_qualifier(operator: str, qualifier: str) -> None:
    spelled = f"{qualifier}{operator}"
    (condition,) = read({**ALLOW, "Condition": {spelled: {"aws:x": "1"}}}).conditions
    assert condition.spelled == spelled


SPOILED = {
    "effect in lower case": ({**ALLOW, "Effect": "allow"}, "bad-effect", "/Statement/0/Effect"),
    "no effect": ({"Action": "*", "Resource": "*"}, "bad-effect", "/Statement/0/Effect"),
    "effect is a list": ({**ALLOW, "Effect": ["Allow"]}, "bad-effect", "/Statement/0/Effect"),
    "no action": ({"Effect": "Allow", "Resource": "*"}, "no-action", "/Statement/0"),
    "both actions": ({**ALLOW, "NotAction": "s3:*"}, "both-forms", "/Statement/0"),
    "both resources": ({**ALLOW, "NotResource": "*"}, "both-forms", "/Statement/0"),
    "both principals": ({**TRUST, "NotPrincipal": "*"}, "both-forms", "/Statement/0"),
    "unknown element": ({**ALLOW, "Conditions": {}}, "unknown-element", "/Statement/0/Conditions"),
    "element in lower case": ({**ALLOW, "condition": {}}, "unknown-element", "/Statement/0/condition"),
    "pointer is escaped": ({**ALLOW, "a/b~c": 1}, "unknown-element", "/Statement/0/a~1b~0c"),
    "action is a number": ({**ALLOW, "Action": 1}, "wrong-type", "/Statement/0/Action"),
    "action holds null": ({**ALLOW, "Action": ["*", None]}, "wrong-type", "/Statement/0/Action"),
    "action is an object": ({**ALLOW, "Action": {"a": "b"}}, "wrong-type", "/Statement/0/Action"),
    "principal is another text": (
        {**TRUST, "Principal": "arn:aws:iam::111122223333:root"},
        "wrong-type",
        "/Statement/0/Principal",
    ),
    "principal is a list": ({**TRUST, "Principal": ["*"]}, "wrong-type", "/Statement/0/Principal"),
    "principal of unknown type": (
        {**TRUST, "Principal": {"aws": "*"}},
        "unknown-principal-type",
        "/Statement/0/Principal/aws",
    ),
    "principal holds an object": (
        {**TRUST, "Principal": {"AWS": {"a": "b"}}},
        "wrong-type",
        "/Statement/0/Principal/AWS",
    ),
    "condition is a list": ({**ALLOW, "Condition": []}, "wrong-type", "/Statement/0/Condition"),
    "operator is unknown": (
        {**ALLOW, "Condition": {"StringMatches": {"aws:x": "1"}}},
        "unknown-operator",
        "/Statement/0/Condition/StringMatches",
    ),
    "qualifier is unknown": (
        {**ALLOW, "Condition": {"ForOneValue:Bool": {"aws:x": "1"}}},
        "unknown-operator",
        "/Statement/0/Condition/ForOneValue:Bool",
    ),
    "null with IfExists": (
        {**ALLOW, "Condition": {"NullIfExists": {"aws:x": "true"}}},
        "unknown-operator",
        "/Statement/0/Condition/NullIfExists",
    ),
    "operator holds text": (
        {**ALLOW, "Condition": {"Bool": "x"}},
        "wrong-type",
        "/Statement/0/Condition/Bool",
    ),
    "value is an object": (
        {**ALLOW, "Condition": {"Bool": {"aws:x": {"a": 1}}}},
        "wrong-type",
        "/Statement/0/Condition/Bool/aws:x",
    ),
    "value is null": (
        {**ALLOW, "Condition": {"Bool": {"aws:x": [None]}}},
        "wrong-type",
        "/Statement/0/Condition/Bool/aws:x",
    ),
    "statement is text": ("Allow *", "wrong-type", "/Statement/0"),
}


@pytest.mark.parametrize(("statement", "code", "pointer"), SPOILED.values(), ids=SPOILED)
def test_what_may_change_the_meaning_spoils_its_statement_only(
    statement: object, code: str, pointer: str
) -> None:
    parsed = parse_document(document(statement, ALLOW))
    assert (code, pointer) in [(note.code, note.pointer) for note in parsed.notes]
    spoiled, sound = parsed.statements
    assert spoiled.unreadable
    assert sound.unreadable == ""
    assert parsed.unreadable == ""


HARMLESS = {
    "empty action": (document({**ALLOW, "Action": []}), "empty-list", "/Statement/0/Action"),
    "empty resource": (document({**ALLOW, "Resource": []}), "empty-list", "/Statement/0/Resource"),
    "empty principal": (document({**TRUST, "Principal": {}}), "empty-list", "/Statement/0/Principal"),
    "empty principal list": (
        document({**TRUST, "Principal": {"AWS": []}}),
        "empty-list",
        "/Statement/0/Principal/AWS",
    ),
    "empty condition values": (
        document({**ALLOW, "Condition": {"Bool": {"aws:x": []}}}),
        "empty-list",
        "/Statement/0/Condition/Bool/aws:x",
    ),
    "sid is a number": (document({**ALLOW, "Sid": 1}), "wrong-type", "/Statement/0/Sid"),
    "sid twice": (document({**ALLOW, "Sid": "a"}, {**ALLOW, "Sid": "a"}), "repeated-sid", "/Statement/1/Sid"),
    "unknown policy element": (document(ALLOW, Comment="x"), "unknown-element", "/Comment"),
    "id is a list": (document(ALLOW, Id=["x"]), "wrong-type", "/Id"),
    "no statements": (document(), "no-statement", "/Statement"),
}


@pytest.mark.parametrize(("text", "code", "pointer"), HARMLESS.values(), ids=HARMLESS)
def test_what_changes_no_meaning_is_noted_and_stays_readable(text: str, code: str, pointer: str) -> None:
    parsed = parse_document(text)
    assert [(note.code, note.pointer) for note in parsed.notes] == [(code, pointer)]
    assert parsed.unreadable == ""
    assert all(statement.unreadable == "" for statement in parsed.statements)


REPEATED = {
    "effect": (
        '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Effect": "Deny"}}',
        "/Statement/Effect",
    ),
    "principal type": (
        '{"Statement": {"Effect": "Allow", "Action": "*", "Principal": {"AWS": "*", "AWS": "1"}}}',
        "/Statement/Principal/AWS",
    ),
    "operator": (
        '{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"a:b": "1"}, "Bool": {}}}}',
        "/Statement/Condition/Bool",
    ),
    "condition key": (
        '{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"a:b": "1", "a:b": "0"}}}}',
        "/Statement/Condition/Bool/a:b",
    ),
}


@pytest.mark.parametrize(("text", "pointer"), REPEATED.values(), ids=REPEATED)
def test_equal_keys_make_their_statement_unreadable(text: str, pointer: str) -> None:
    parsed = parse_document(text)
    assert ("duplicate-key", pointer) in [(note.code, note.pointer) for note in parsed.notes]
    assert "twice" in parsed.statements[0].unreadable


def test_two_statement_elements_make_the_document_unreadable() -> None:
    parsed = parse_document('{"Statement": [], "Version": "2012-10-17", "Statement": []}')
    assert ("duplicate-key", "/Statement") in [(note.code, note.pointer) for note in parsed.notes]
    assert "twice" in parsed.unreadable


UNREADABLE = {
    "nothing": ("", "missing"),
    "white space": (" \n", "missing"),
    "half a document": ('{"Statement": [', "not JSON"),
    "two documents": ("{} {}", "not JSON"),
    "url-encoded": ("%7B%22Statement%22%3A%5B%5D%7D", "not JSON"),
    "a list": ("[]", "not a JSON object"),
    "null": ("null", "not a JSON object"),
    "text within text": ('"{}"', "not a JSON object"),
    "NaN": ('{"Statement": NaN}', "NaN"),
    "byte order mark": ("\ufeff{}", "not JSON"),
    "no statement": ("{}", "no Statement"),
    "unknown version": (document(ALLOW, Version="2020-01-01"), "version"),
    "version is a number": (document(ALLOW, Version=2012), "version"),
    "too long": (document(ALLOW) + " " * MAX_CHARACTERS, "characters"),
    "nested": ('{"Statement": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}", "nested deeper"),
    "nested beyond reading": ('{"Statement": ' + "[" * 90_000 + "]" * 90_000 + "}", "nested"),
    "half a surrogate as an escape": (r'{"Id": "\ud800", "Statement": []}', "surrogate"),
    "half a surrogate in a key": (r'{"\udc00": 1, "Statement": []}', "surrogate"),
    "half a surrogate": ('{"Id": "\ud800", "Statement": []}', "surrogate"),
}


@pytest.mark.parametrize(("text", "word"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_document_that_cannot_be_judged_says_so(text: str, word: str) -> None:
    parsed = parse_document(text)
    assert word in parsed.unreadable
    assert parsed.notes
    json.dumps(parsed.text, ensure_ascii=False).encode()


def test_whole_surrogate_pairs_are_text() -> None:
    parsed = parse_document(r'{"Id": "\ud83d\ude00", "Statement": []}')
    assert parsed.id == "\U0001f600"
    assert parsed.unreadable == ""


def test_numbers_of_any_length_cost_nothing() -> None:
    huge = "9" * 50_000
    condition = f'{{"NumericEquals": {{"a:b": {huge}}}}}'
    parsed = parse_document(
        f'{{"Statement": {{"Effect": "Allow", "Action": "*", "Condition": {condition}}}}}'
    )
    assert parsed.statements[0].conditions[0].values == (huge,)


def test_messages_stay_short_whatever_the_document_holds() -> None:
    long = "x" * 50_000
    for statement in ({**ALLOW, long: 1}, {**ALLOW, "Effect": long}, {**ALLOW, "Effect": [long] * 3}):
        for note in parse_document(document(statement)).notes:
            assert len(note.message) < 200


def test_many_equal_keys_are_read_in_linear_time() -> None:
    keys = ",".join(f'"k{number % 9_000}":1' for number in range(18_000))
    parsed = parse_document(f'{{"Statement": {{{keys}}}}}')
    assert sum(note.code == "duplicate-key" for note in parsed.notes) == 9_000


def test_notes_come_in_the_order_of_their_places() -> None:
    text = document({**ALLOW, "b": 1, "a": 2}, {**ALLOW, "Effect": ""}, z=1, y=2)
    found = [note.pointer for note in parse_document(text).notes]
    assert found == ["/Statement/0/a", "/Statement/0/b", "/Statement/1/Effect", "/y", "/z"]


def test_a_document_is_read_once() -> None:
    text = document(ALLOW, Id="read-once")
    assert parse_document(text) is parse_document(str(text.encode(), "utf-8"))
