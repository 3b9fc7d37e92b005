"""Conditions, one claim of SEMANTICS section 3 or of AWS's pages at a time."""

import time

import pytest

from iamscout.policy.atoms import ALWAYS, NEVER, Formula, Opaque, Test
from iamscout.policy.condition import BOOL_VARIABLE, OPEN, Context, context_of, holds, resolve, spell
from iamscout.policy.document import Condition, Qualifier
from iamscout.policy.operators import readings_agree
from iamscout.policy.parse import OPERATORS, parse_document

ABSENT = None
ROLE = "arn:aws:iam::111122223333:role/team/deploy"


def condition(spelled: str, *values: str, key: str = "x:key") -> Condition:
    """A condition from an operator as a policy writes it."""
    qualifier, _, rest = spelled.rpartition(":")
    base = rest.removesuffix("IfExists")
    known: Qualifier = "ForAnyValue" if qualifier == "ForAnyValue" else "ForAllValues" if qualifier else ""
    return Condition(base, key, values, known, base != rest)


def says(spelled: str, policy: tuple[str, ...], request: tuple[str, ...] | None) -> bool:
    return holds(condition(spelled, *policy), request)


def test_values_are_alternatives_and_negated_values_all_excluded() -> None:
    assert says("StringEquals", ("a", "b"), ("b",))
    assert not says("StringNotEquals", ("a", "b"), ("b",))
    assert says("StringNotEquals", ("a", "b"), ("c",))


NEGATED = [name for name in OPERATORS if "Not" in name]
POSITIVE = [name for name in OPERATORS if "Not" not in name and name != "Null"]


@pytest.mark.parametrize("operator", POSITIVE)
def test_absent_key_fails_a_positive_operator(operator: str) -> None:
    assert not says(operator, ("1",), ABSENT)
    assert says(f"{operator}IfExists", ("1",), ABSENT)


@pytest.mark.parametrize("operator", NEGATED)
def test_absent_key_passes_a_negated_operator(operator: str) -> None:
    assert says(operator, ("1",), ABSENT)
    assert says(f"{operator}IfExists", ("1",), ABSENT)


@pytest.mark.parametrize("operator", [*POSITIVE, *NEGATED])
def test_set_operators_on_absent_or_empty_keys(operator: str) -> None:
    for request in (ABSENT, ()):
        assert says(f"ForAllValues:{operator}", ("1",), request)
        assert not says(f"ForAnyValue:{operator}", ("1",), request)
        assert says(f"ForAnyValue:{operator}IfExists", ("1",), request)
        assert says(f"ForAllValues:{operator}IfExists", ("1",), request)


def test_null_asks_for_absence() -> None:
    assert says("Null", ("true",), ABSENT)
    assert not says("Null", ("true",), ("a",))
    assert says("Null", ("false",), ("a",))
    assert not says("Null", ("false",), ABSENT)
    assert says("Null", ("True",), ())
    assert not says("Null", ("perhaps",), ABSENT)


def test_a_dataset_of_empty_texts_is_null_to_set_operators() -> None:
    assert says("ForAllValues:StringEquals", ("a",), ("",))
    assert not says("ForAnyValue:StringEquals", ("",), ("",))
    assert says("StringEquals", ("",), ("",))
    assert says("Null", ("false",), ("",))


def test_for_all_values_asks_every_value() -> None:
    assert says("ForAllValues:StringEquals", ("a", "b"), ("a", "b"))
    assert not says("ForAllValues:StringEquals", ("a",), ("a", "b"))
    assert says("ForAllValues:StringNotEquals", ("a",), ("b", "c"))
    assert not says("ForAllValues:StringNotEquals", ("a",), ("a", "b"))


def test_for_any_value_negated_holds_as_soon_as_one_differs() -> None:
    assert says("ForAnyValue:StringNotEquals", ("a",), ("a", "b"))
    assert not says("ForAnyValue:StringNotEquals", ("a",), ("a",))
    assert says("ForAnyValue:StringLike", ("o-1/*",), ("o-2/r", "o-1/r"))


def test_if_exists_changes_nothing_where_the_key_is_present() -> None:
    assert not says("StringEqualsIfExists", ("a",), ("b",))
    assert not says("StringNotEqualsIfExists", ("a",), ("a",))
    assert not says("BoolIfExists", ("true",), ("false",))


def test_string_values_are_case_sensitive_but_for_ignore_case() -> None:
    assert not says("StringEquals", ("Alice",), ("alice",))
    assert says("StringEqualsIgnoreCase", ("Alice",), ("aLICE",))
    assert not says("StringNotEqualsIgnoreCase", ("Alice",), ("aLICE",))
    assert not says("StringLike", ("A*",), ("alice",))


def test_wildcards_work_in_like_and_arn_operators_only() -> None:
    assert not says("StringEquals", ("a*",), ("ab",))
    assert says("StringEquals", ("a*",), ("a*",))
    assert says("StringLike", ("a*",), ("ab",))
    assert not says("StringLike", ("a${*}",), ("ab",))
    assert not says("StringNotLike", ("a?",), ("ab",))
    assert says("ArnEquals", ("arn:aws:iam::*:role/team/*",), (ROLE,))


def test_arn_equals_and_arn_like_are_the_same() -> None:
    for pattern in ("*", ROLE, "arn:aws:iam::*:role/*", "arn:aws:iam::*", "arn:*"):
        assert says("ArnEquals", (pattern,), (ROLE,)) == says("ArnLike", (pattern,), (ROLE,))
        assert says("ArnNotEquals", (pattern,), (ROLE,)) != says("ArnLike", (pattern,), (ROLE,))


@pytest.mark.parametrize(
    ("operator", "limit", "request_", "expected"),
    [
        ("NumericLessThan", "60", "59", True),
        ("NumericLessThan", "60", "60", False),
        ("NumericLessThanEquals", "60", "60", True),
        ("NumericLessThanEquals", "60", "60.0000000000000000000000000001", False),
        ("NumericEquals", "60", "60.0", True),
        ("NumericEquals", "1e2", "100", True),
        ("NumericEquals", "0.1", "0.10000000000000000001", False),
        ("NumericGreaterThan", "-1", "0", True),
        ("NumericGreaterThanEquals", "60", "59.9", False),
        ("NumericNotEquals", "60", "61", True),
        ("NumericNotEquals", "60", "60", False),
        ("NumericEquals", "60", "sixty", False),
        ("NumericNotEquals", "60", "sixty", True),
        ("NumericEquals", "sixty", "sixty", False),
        ("NumericLessThan", "NaN", "1", False),
        ("NumericLessThan", "Infinity", "1", False),
        ("NumericLessThan", "1_000", "1", False),
        ("NumericGreaterThan", "1", "1e999999999", False),
    ],
)
def test_numbers_are_exact(operator: str, limit: str, request_: str, expected: bool) -> None:  # noqa: FBT001  # the claim
    assert says(operator, (limit,), (request_,)) is expected


@pytest.mark.parametrize(
    ("operator", "limit", "request_", "expected"),
    [
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", True),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", False),
        ("DateGreaterThanEquals", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", True),
        ("DateLessThan", "2020-04-01", "2020-03-31T23:59:59Z", True),
        ("DateLessThan", "2020", "2019-12-31T23:59:59Z", True),
        ("DateLessThan", "2020-04", "2020-04-01T00:00Z", False),
        ("DateEquals", "2020-01-01T00:00:00Z", "1577836800", True),
        ("DateEquals", "1577836800", "2020-01-01T01:00:00+01:00", True),
        ("DateLessThanEquals", "2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00.4Z", True),
        ("DateNotEquals", "2020-01-01", "2020-01-02", True),
        ("DateNotEquals", "2020-01-01", "2020-01-01T00:00:00Z", False),
        ("DateEquals", "soon", "soon", False),
        ("DateLessThan", "2020-02-30", "2019-01-01", False),
        ("DateLessThan", "2020-01-01T00:00:00+99:00", "2019-01-01", False),
    ],
)
def test_dates_are_iso_8601_or_epoch_seconds(
    operator: str,
    limit: str,
    request_: str,
    expected: bool,  # noqa: FBT001  # the claim
) -> None:
    assert says(operator, (limit,), (request_,)) is expected


@pytest.mark.parametrize(
    ("blocks", "address", "expected"),
    [
        (("203.0.113.0/24",), "203.0.113.255", True),
        (("203.0.113.0/24",), "203.0.114.0", False),
        (("203.0.113.7",), "203.0.113.7", True),
        (("203.0.113.7",), "203.0.113.8", False),
        (("203.0.113.7/24",), "203.0.113.1", True),
        (("2001:DB8:1234:5678::/64",), "2001:db8:1234:5678:ffff::1", True),
        (("2001:db8::1",), "2001:db8:0:0::1", True),
        (("2001:db8::1",), "2001:db8::2", False),
        (("0.0.0.0/0",), "2001:db8::1", False),
        (("10.0.0.0/8", "2001:db8::/32"), "2001:db8::1", True),
        (("10.0.0.0/255.0.0.0",), "10.1.1.1", False),
        (("10.0.0.0/33",), "10.0.0.0", False),
        (("10.0.0.0/8",), "no address", False),
        (("10.0.0.0/8",), "10.0.0.0/9", False),
        (("fe80::1%eth0",), "fe80::1", False),
    ],
)
def test_addresses_are_within_blocks(blocks: tuple[str, ...], address: str, expected: bool) -> None:  # noqa: FBT001  # the claim
    assert says("IpAddress", blocks, (address,)) is expected
    assert says("NotIpAddress", blocks, (address,)) is not expected


def test_bool_ignores_case_and_knows_two_values() -> None:
    assert says("Bool", ("TRUE",), ("true",))
    assert says("Bool", ("false",), ("False",))
    assert not says("Bool", ("true",), ("false",))
    assert not says("Bool", ("yes",), ("yes",))
    assert not says("Bool", ("1",), ("1",))


def test_binary_values_are_compared_as_bytes() -> None:
    assert says("BinaryEquals", ("QmluYXJ5VmFsdWVJbkJhc2U2NA==",), ("QmluYXJ5VmFsdWVJbkJhc2U2NA==",))
    assert not says("BinaryEquals", ("QmluYXJ5",), ("QmluYXJ6",))
    assert not says("BinaryEquals", ("no base64!",), ("no base64!",))


def test_json_booleans_and_numbers_are_values() -> None:
    document = parse_document(
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{'
        '"Bool":{"aws:MultiFactorAuthPresent":true},"NumericLessThan":{"aws:MultiFactorAuthAge":60}}}}'
    )
    request = context_of({"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "59"}, closed=True)
    assert resolve(document.statements[0].conditions, request, variables=True) == ALWAYS


def test_keys_are_case_insensitive_tag_keys_too() -> None:
    request = context_of({"AWS:PrincipalTag/Team": "blue"}, closed=True)
    tagged = condition("StringEquals", "blue", key="aws:principaltag/TEAM")
    assert resolve((tagged,), request, variables=True) == ALWAYS


def test_operators_and_keys_are_joined_by_and() -> None:
    request = context_of({"x:one": "1", "x:two": "2"}, closed=True)
    one, two = condition("StringEquals", "1", key="x:one"), condition("StringEquals", "2", key="x:two")
    wrong = condition("StringEquals", "1", key="x:two")
    assert resolve((one, two), request, variables=True) == ALWAYS
    assert resolve((one, wrong), request, variables=True) == NEVER
    assert resolve((), request, variables=True) == ALWAYS


def test_unknown_keys_stay_open_and_known_ones_do_not() -> None:
    one, two = condition("StringEquals", "1", key="x:one"), condition("StringEquals", "2", key="x:two")
    assert resolve((one, two), context_of({"x:one": "1"}), variables=True) == Formula(((Test(two),),))
    assert resolve((one, two), context_of({"x:one": "9"}), variables=True) == NEVER


def test_keys_known_to_be_absent_and_families_known_as_a_whole() -> None:
    absent = Context(absent=frozenset({"x:key"}))
    assert resolve((condition("StringEquals", "1"),), absent, variables=True) == NEVER
    family = Context({"aws:principaltag/team": ("blue",)}, families=frozenset({"aws:principaltag/"}))
    other = condition("Null", "true", key="aws:PrincipalTag/cost")
    assert resolve((other,), family, variables=True) == ALWAYS
    assert resolve((condition("Null", "true"),), family, variables=True) not in (ALWAYS, NEVER)


def test_open_conditions_are_spelled_as_aws_spells_them() -> None:
    written = Condition("Bool", "AWS:multifactorauthpresent", ("true",))
    (atom,) = resolve((written,), OPEN, variables=True).alternatives[0]
    assert atom == Test(Condition("Bool", "aws:MultiFactorAuthPresent", ("true",)))
    assert spell(condition("StringEquals", "b", "a", "b"), variables=True).values == ("a", "b")
    assert (
        spell(condition("Null", "true", key="AWS:principaltag/Team"), variables=True).key
        == "aws:PrincipalTag/Team"
    )


def test_variables_work_in_version_2012_only() -> None:
    own_name = condition("StringEquals", "${aws:username}", key="sts:RoleSessionName")
    request = context_of({"sts:RoleSessionName": "alice", "aws:username": "alice"}, closed=True)
    assert resolve((own_name,), request, variables=True) == ALWAYS
    assert resolve((own_name,), request, variables=False) == NEVER
    literal = context_of({"sts:RoleSessionName": "${aws:username}"}, closed=True)
    assert resolve((own_name,), literal, variables=False) == ALWAYS
    assert resolve((own_name,), literal, variables=True) == NEVER


def test_unresolved_variable_fails_a_positive_and_passes_a_negated_operator() -> None:
    role_caller = context_of({"sts:RoleSessionName": "alice"}, closed=True)
    for spelled, expected in (
        ("StringEquals", NEVER),
        ("StringLike", NEVER),
        ("StringNotEquals", ALWAYS),
        ("StringNotLike", ALWAYS),
    ):
        own_name = condition(spelled, "${aws:username}", key="sts:RoleSessionName")
        assert resolve((own_name,), role_caller, variables=True) == expected


def test_unresolved_variable_spoils_its_own_value_alone() -> None:
    role_caller = context_of({"sts:RoleSessionName": "deploy"}, closed=True)
    either = condition("StringEquals", "${aws:username}", "deploy", key="sts:RoleSessionName")
    assert resolve((either,), role_caller, variables=True) == ALWAYS


def test_default_of_a_variable_is_used_where_the_key_is_absent() -> None:
    tagged = condition("StringEquals", "${aws:PrincipalTag/team, 'company-wide'}", key="x:team")
    assert resolve((tagged,), context_of({"x:team": "company-wide"}, closed=True), variables=True) == ALWAYS
    blue = context_of({"x:team": "company-wide", "aws:PrincipalTag/team": "blue"}, closed=True)
    assert resolve((tagged,), blue, variables=True) == NEVER


def test_multivalued_keys_fill_no_variable() -> None:
    tagged = condition("StringEquals", "${aws:TagKeys}", "${aws:PrincipalOrgPaths}", key="x:key")
    request = context_of({"x:key": "a", "aws:TagKeys": ["a"], "aws:PrincipalOrgPaths": ["a"]}, closed=True)
    assert resolve((tagged,), request, variables=True) == NEVER


def test_variables_are_not_filled_in_numbers_dates_and_addresses() -> None:
    request = context_of({"x:key": "1", "x:other": "1"}, closed=True)
    for spelled in ("NumericEquals", "DateEquals", "IpAddress", "BinaryEquals"):
        assert resolve((condition(spelled, "${x:other}"),), request, variables=True) == NEVER
    assert resolve((condition("NumericLessThan", "${x:other}"),), OPEN, variables=True) != ALWAYS


def test_variable_in_bool_is_contested_only_where_it_matters() -> None:
    secure = condition("Bool", "${aws:SecureTransport}", key="x:flag")
    same = context_of({"x:flag": "true", "aws:SecureTransport": "true"}, closed=True)
    other = context_of({"x:flag": "true", "aws:SecureTransport": "false"}, closed=True)
    assert resolve((secure,), same, variables=True) == Formula(((Opaque(BOOL_VARIABLE),),))
    assert resolve((secure,), other, variables=True) == NEVER


def test_open_variable_is_decided_where_no_value_of_it_matters() -> None:
    mine = condition("StringLike", "team-${aws:username}-*", key="x:key")
    assert resolve((mine,), context_of({"x:key": "other"}), variables=True) == NEVER
    assert resolve((mine,), context_of({"x:key": "team-alice-1"}), variables=True) not in (ALWAYS, NEVER)
    either = condition("StringLike", "${aws:username}", "ops", key="x:key")
    assert resolve((either,), context_of({"x:key": "ops"}), variables=True) == ALWAYS


def test_unknown_operator_never_passes_in_silence() -> None:
    unknown = Condition("StringAlmost", "x:key", ("a",))
    for request in (OPEN, context_of({"x:key": "a"}, closed=True), context_of({}, closed=True)):
        (alternative,) = resolve((unknown,), request, variables=True).alternatives
        assert [type(atom) for atom in alternative] == [Opaque]
    for odd in (
        Condition("Null", "x:key", ("true",), "ForAnyValue"),
        Condition("Null", "x:key", ("true",), "", if_exists=True),
    ):
        assert resolve((odd,), context_of({}, closed=True), variables=True) not in (ALWAYS, NEVER)


def test_unreadable_condition_beside_a_failing_one_fails() -> None:
    unknown = Condition("StringAlmost", "x:key", ("a",))
    assert (
        resolve((unknown, condition("StringEquals", "b")), context_of({"x:key": "a"}), variables=True)
        == NEVER
    )


def test_several_values_without_set_operator_are_undefined_where_that_matters() -> None:
    plain = condition("StringEquals", "a", key="aws:TagKeys")
    assert resolve((plain,), context_of({"aws:TagKeys": ["a", "b"]}, closed=True), variables=True) not in (
        ALWAYS,
        NEVER,
    )
    assert resolve((plain,), context_of({"aws:TagKeys": ["b", "c"]}, closed=True), variables=True) == NEVER
    assert resolve((plain,), context_of({"aws:TagKeys": ["a"]}, closed=True), variables=True) == ALWAYS
    assert readings_agree(condition("Null", "true"), ("", ""))


def test_resolving_is_fast() -> None:
    external = condition("StringEquals", "abc", key="sts:ExternalId")
    request = context_of({"sts:ExternalId": "abc"}, closed=True)
    began = time.process_time()
    for _ in range(10_000):
        resolve((external,), request, variables=True)
        resolve((external,), OPEN, variables=True)
    assert time.process_time() - began < 1
