"""Conditions of a trust, and the keys that scope it: what AWS derives, what the request brings, what is open.

Sources: IAM User Guide, "Condition operators", "Creating a condition with multiple keys or values",
"AWS global condition context keys", "IAM and AWS STS condition context keys", "IAM policy elements:
Variables and tags".
"""

import pytest

from tests.access.worlds import (
    HOME,
    AccountMaker,
    Context,
    Json,
    World,
    allow,
    granted_under,
    trust,
)

OPERATORS: list[tuple[Json, Context, str]] = [
    # AND over operators and keys, OR over values.
    ({"StringEquals": {"a:x": ["1", "2"]}}, {"a:x": "2"}, "allow"),
    ({"StringEquals": {"a:x": "1", "a:y": "1"}}, {"a:x": "1"}, "deny"),
    ({"StringEquals": {"a:x": "1"}, "StringLike": {"a:y": "1*"}}, {"a:x": "1", "a:y": "12"}, "allow"),
    ({"StringEquals": {"a:x": "1"}, "StringLike": {"a:y": "1*"}}, {"a:x": "2", "a:y": "12"}, "deny"),
    # A negated operator: none of the values may match.
    ({"StringNotEquals": {"a:x": ["1", "2"]}}, {"a:x": "2"}, "deny"),
    ({"StringNotEquals": {"a:x": ["1", "2"]}}, {"a:x": "3"}, "allow"),
    # An absent key.
    ({"StringEquals": {"a:x": "1"}}, {}, "deny"),
    ({"StringNotEquals": {"a:x": "1"}}, {}, "allow"),
    ({"StringEqualsIfExists": {"a:x": "1"}}, {}, "allow"),
    ({"StringEqualsIfExists": {"a:x": "1"}}, {"a:x": "2"}, "deny"),
    ({"Null": {"a:x": "true"}}, {}, "allow"),
    ({"Null": {"a:x": "false"}}, {}, "deny"),
    ({"Null": {"a:x": False}}, {"a:x": "1"}, "allow"),
    ({"Bool": {"a:x": "false"}}, {}, "deny"),
    ({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {}, "allow"),
    # Case of keys and values.
    ({"stringequals": {"A:X": "1"}}, {"a:x": "1"}, "allow"),
    ({"StringEquals": {"a:x": "One"}}, {"a:x": "one"}, "deny"),
    ({"StringEqualsIgnoreCase": {"a:x": "One"}}, {"a:x": "oNE"}, "allow"),
    ({"Bool": {"a:x": "TRUE"}}, {"a:x": "true"}, "allow"),
    # Wildcards.
    ({"StringEquals": {"a:x": "o*"}}, {"a:x": "one"}, "deny"),
    ({"StringLike": {"a:x": "o?e"}}, {"a:x": "one"}, "allow"),
    ({"StringNotLike": {"a:x": "o*"}}, {"a:x": "one"}, "deny"),
    ({"ArnLike": {"a:x": "arn:aws:iam::*:role/a"}}, {"a:x": "arn:aws:iam::1:role/a"}, "allow"),
    ({"ArnEquals": {"a:x": "arn:aws:iam::*:role/a"}}, {"a:x": "arn:aws:iam::1:role/a"}, "allow"),
    ({"ArnLike": {"a:x": "arn:aws:iam:*:role/a"}}, {"a:x": "arn:aws:iam::1:role/a"}, "deny"),
    ({"ArnLike": {"a:x": "arn:aws:iam::*"}}, {"a:x": "arn:aws:iam::1:role/a"}, "deny"),
    # Numbers, dates, addresses.
    ({"NumericLessThan": {"a:x": "10"}}, {"a:x": "9.5"}, "allow"),
    ({"NumericEquals": {"a:x": 10}}, {"a:x": "10.0"}, "allow"),
    ({"NumericLessThan": {"a:x": "10"}}, {"a:x": "ten"}, "deny"),
    (
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"aws:CurrentTime": "1767225599"},
        "allow",
    ),
    (
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"aws:CurrentTime": "2026-01-01"},
        "deny",
    ),
    ({"IpAddress": {"aws:SourceIp": ["192.0.2.1", "2001:db8::/32"]}}, {"aws:SourceIp": "192.0.2.1"}, "allow"),
    ({"IpAddress": {"aws:SourceIp": "192.0.2.1"}}, {"aws:SourceIp": "192.0.2.2"}, "deny"),
    ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, {"aws:SourceIp": "2001:db8::1"}, "deny"),
    ({"BinaryEquals": {"a:x": "QQ=="}}, {"a:x": "QQ=="}, "allow"),
    # Set operators.
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "b"]}, "allow"),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}, "deny"),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {}, "allow"),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": []}, "allow"),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}, "allow"),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {}, "deny"),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ["a", "b"]}, "allow"),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ["a"]}, "deny"),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {}, "deny"),
    ({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}, {}, "allow"),
]


@pytest.mark.parametrize(("condition", "context", "expected"), OPERATORS)
def test_condition(condition: Json, context: Context, expected: str) -> None:
    assert granted_under(condition, context) == expected


def test_several_values_without_a_set_operator_are_neither_allowed_nor_denied() -> None:
    condition = {"StringEquals": {"aws:TagKeys": "a"}}
    assert granted_under(condition, {"aws:TagKeys": ["a", "b"]}) == "conditional"
    assert granted_under(condition, {"aws:TagKeys": ["a"]}) == "allow"


VARIABLES: list[tuple[Json, Context, str]] = [
    ({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}, {"sts:RoleSessionName": "ann"}, "allow"),
    ({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}, {"sts:RoleSessionName": "bob"}, "deny"),
    ({"StringEquals": {"sts:RoleSessionName": "${AWS:UserName}"}}, {"sts:RoleSessionName": "ann"}, "allow"),
    ({"StringLike": {"a:x": "${aws:username}-*"}}, {"a:x": "ann-1"}, "allow"),
    ({"StringEquals": {"a:x": "${a:none}"}}, {"a:x": ""}, "deny"),
    ({"StringNotEquals": {"a:x": "${a:none}"}}, {"a:x": "1"}, "allow"),
    ({"StringEquals": {"a:x": "${a:none, 'dflt'}"}}, {"a:x": "dflt"}, "allow"),
    ({"StringEquals": {"a:x": "${aws:TagKeys}"}}, {"a:x": "a", "aws:TagKeys": ["a"]}, "deny"),
    ({"StringLike": {"a:x": "${*}"}}, {"a:x": "*"}, "allow"),
    ({"StringLike": {"a:x": "${*}"}}, {"a:x": "b"}, "deny"),
    (
        {"ArnLike": {"a:x": "arn:aws:iam::${aws:PrincipalAccount}:role/r"}},
        {"a:x": f"arn:aws:iam::{HOME}:role/r"},
        "allow",
    ),
]


@pytest.mark.parametrize(("condition", "context", "expected"), VARIABLES)
def test_variable(condition: Json, context: Context, expected: str) -> None:
    assert granted_under(condition, context) == expected


def test_variables_are_plain_text_in_version_2008_10_17() -> None:
    condition = {"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}
    assert granted_under(condition, {"sts:RoleSessionName": "ann"}, version="2008-10-17") == "deny"
    assert (
        granted_under(condition, {"sts:RoleSessionName": "${aws:username}"}, version="2008-10-17") == "allow"
    )


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:iam::${aws:PrincipalAccount}:role/target", "deny"),  # before the fifth colon
        ("arn:aws:iam::111122223333:role/${aws:none}", "deny"),
        ("arn:aws:iam::111122223333:role/${aws:none, 'target'}", "allow"),
        ("arn:aws:iam::111122223333:role/${*}", "deny"),
        ("arn:aws:iam::111122223333:role/t?rg*", "allow"),
        ("arn:aws:iam::*", "allow"),
        ("arn:*", "allow"),
        ("*", "allow"),
        ("arn:aws:iam::111122223333:role/Target", "deny"),
        ("arn:aws:sts::111122223333:assumed-role/target/*", "deny"),
        ("arn:aws:iam::444455556666:role/target", "deny"),
        ([], "deny"),
        (["x", "arn:aws:iam::111122223333:role/target"], "allow"),
    ],
)
def test_resource(resource: Json, expected: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("sts:AssumeRole", resource)])
    role = account.role("target", [trust(account.root)])
    assert World(account).ask(user, role).result == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "allow"),
        ({"Effect": "Allow", "NotAction": ["iam:*", "STS:assumerole"], "Resource": "*"}, "deny"),
        ({"Effect": "Allow", "Action": "sts:*", "NotResource": "arn:aws:iam::*:role/other"}, "allow"),
        ({"Effect": "Allow", "Action": "sts:*", "NotResource": "arn:aws:iam::*:role/tar*"}, "deny"),
        ({"Effect": "Allow", "Action": "s?s:Assume*Role", "Resource": "*"}, "allow"),
        ({"Effect": "Allow", "Action": "sts:AssumeRoleWith*", "Resource": "*"}, "deny"),
        ({"Effect": "Allow", "Action": [], "Resource": "*"}, "deny"),
    ],
)
def test_action_and_resource_of_an_identity_policy(statement: Json, expected: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [statement])
    role = account.role("target", [trust(account.root)])
    assert World(account).ask(user, role).result == expected


@pytest.mark.parametrize(
    ("action", "expected"), [("*", "allow"), ("sts:*", "allow"), ("sts:Assume*", "allow")]
)
def test_actions_of_a_trust_may_have_wildcards(action: str, expected: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root, action)])
    assert World(account).ask(user, role).result == expected
