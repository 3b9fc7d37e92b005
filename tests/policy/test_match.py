"""Wildcards and policy variables, one claim of AWS's documentation each."""

import time

import pytest

from iamscout.policy.match import (
    action_matches,
    arn_matches,
    is_exact,
    literal_prefix,
    matches,
    resource_matches,
)
from iamscout.policy.variables import (
    Missing,
    has_variables,
    substitute,
    substitute_resource,
    variable_keys,
)

ROLE = "arn:aws:iam::111122223333:role/team/deploy"
USER = {"aws:username": "alice", "aws:principaltag/team": "blue"}


def lookup(key: str) -> str | Missing:
    return USER.get(key, Missing.ABSENT)


def test_actions_are_case_insensitive() -> None:
    assert action_matches("STS:assumerole", "sts:AssumeRole")
    assert action_matches("sts:*", "sts:AssumeRole")
    assert action_matches("sts:AssumeRole*", "sts:AssumeRoleWithSAML")
    assert not action_matches("sts:AssumeRole", "sts:AssumeRoleWithSAML")
    assert action_matches("*", "sts:AssumeRole")


def test_texts_are_case_sensitive() -> None:
    assert not matches("Alice", "alice")
    assert matches("Alice", "alice", ignore_case=True)


def test_question_mark_is_exactly_one_character() -> None:
    assert matches("a?c", "abc")
    assert not matches("a?c", "ac")
    assert not matches("a?c", "abbc")


def test_escaped_wildcards_are_characters() -> None:
    assert matches("a${*}c", "a*c")
    assert not matches("a${*}c", "abc")
    assert matches("a${?}${$}*", "a?$bc")


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("*", True),
        (ROLE, True),
        ("arn:aws:iam::111122223333:role/*", True),
        ("arn:aws:iam::111122223333:*", True),
        ("arn:aws:iam::*:role/team/*", True),
        ("arn:*:iam::*:role/*/deploy", True),
        ("arn:aws:iam::*", True),
        ("arn:aws:iam::1111????3333:role/*", True),
        ("arn:aws:iam::1111*3333:role/*", True),
        ("arn:aws:iam::111122223333:role/deploy", False),
        ("arn:aws:iam::111122223333:role/Team/*", False),
        ("arn:aws:iam::111122223333", False),
        ("arn:aws:iam", False),
        ("arn:aws-cn:iam::*:role/*", False),
        ("arn:aws:iam::1111*role/team/deploy", False),
        ("", False),
    ],
)
def test_resource_element_covers_a_role(pattern: str, covered: bool) -> None:  # noqa: FBT001  # the claim
    assert resource_matches(pattern, ROLE) is covered


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*", True),
        (ROLE, True),
        ("arn:aws:iam::*:role/team/*", True),
        ("arn:aws:iam::*:*", True),
        ("arn:*:*:*:*:*", True),
        ("arn:aws:iam::*", False),
        ("arn:*", False),
        ("arn:aws:iam::*:role/Team/*", False),
    ],
)
def test_arn_operators_ask_for_six_components(pattern: str, matched: bool) -> None:  # noqa: FBT001  # the claim
    assert arn_matches(pattern, ROLE) is matched


def test_awss_example_of_arn_like_against_string_like() -> None:
    pattern = "arn:aws:someservice:*:111122223333:finance/*"
    value = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
    assert matches(pattern, value)
    assert not arn_matches(pattern, value)


def test_sixth_component_takes_further_colons() -> None:
    assert arn_matches(
        "arn:aws:logs:us-east-1:111122223333:*", "arn:aws:logs:us-east-1:111122223333:log-group:x:y"
    )


def test_literal_prefix_ends_at_wildcard_or_variable() -> None:
    assert literal_prefix("arn:aws:iam::1:role/a*b") == "arn:aws:iam::1:role/a"
    assert literal_prefix("role/${aws:username}/x") == "role/"
    assert literal_prefix("a${*}b?") == "a*b"
    assert literal_prefix("plain") == "plain"
    assert is_exact("a${*}b")
    assert not is_exact("a${aws:username}b")
    assert is_exact("broken ${aws:username")


def test_variables_are_filled_with_escaped_values() -> None:
    assert substitute("home/${aws:username}/*", lookup) == "home/alice/*"
    assert substitute("${AWS:PrincipalTag/Team}", lookup) == "blue"
    assert substitute("${aws:username}", lambda _: "a*b") == "a${*}b"


def test_default_stands_in_for_an_absent_key_only() -> None:
    assert substitute("${aws:principaltag/none, 'company-wide'}", lookup) == "company-wide"
    assert substitute("${aws:username, 'nobody'}", lookup) == "alice"
    assert substitute("${aws:username,'x'}", lambda _: Missing.UNKNOWN) == "${aws:username,'x'}"


def test_absent_variable_leaves_nothing_to_match() -> None:
    assert substitute("a-${sts:sourceidentity}", lookup) is None


def test_malformed_variables_are_literal_text() -> None:
    for text in ("${aws:username", "${}", "$aws:username", "${aws:username, default}", "{aws:username}"):
        assert substitute(text, lookup) == text
        assert not has_variables(text)
        assert matches(text, text)


def test_value_cannot_open_a_variable_of_its_own() -> None:
    filled = substitute("$${aws:username}", lambda _: "{aws:userid}")
    assert filled is not None
    assert not has_variables(filled)
    assert matches(filled, "${aws:userid}")


def test_variables_of_a_text_are_named_in_lower_case() -> None:
    assert variable_keys("a/${aws:UserName}/${*}/${aws:userid, 'x'}") == {"aws:username", "aws:userid"}


def test_resource_variables_count_after_the_fifth_colon_only() -> None:
    own = "arn:aws:iam::111122223333:role/${aws:username}"
    assert substitute_resource(own, lookup) == "arn:aws:iam::111122223333:role/alice"
    assert substitute_resource("arn:aws:iam::${aws:username}:role/x", lookup) is None
    assert substitute_resource("*", lookup) == "*"


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 2048,
        "*a" * 2047 + "?b",
        "?*" * 2048,
        "*a?" * 1365,
        "a?" * 2048 + "*",
        "*" * 4096,
        "*aa?b" * 800,
    ],
)
def test_hostile_patterns_take_milliseconds(pattern: str) -> None:
    text = "a" * 4096
    began = time.process_time()
    matches(pattern, text)
    matches(pattern, text, ignore_case=True)
    resource_matches(f"arn:aws:iam::?{pattern}", text)
    arn_matches(f"a:b:c:d:e:{pattern}", f"a:b:c:d:e:{text}")
    assert time.process_time() - began < 1
