"""What the algebra finds out: contradictions, tautologies, implications; and what it must not claim."""

import time

import pytest

from iamscout.policy.atoms import (
    ALWAYS,
    NEVER,
    Formula,
    NeedsIdentity,
    Opaque,
    Test,
    canonical,
    conjunction,
)
from iamscout.policy.condition import OPEN, context_of, resolve
from iamscout.policy.document import Condition, Qualifier
from iamscout.policy.formula import (
    all_of,
    any_of,
    assume,
    is_equivalent,
    is_satisfiable,
    keys,
    negate,
    simplify,
)
from iamscout.policy.satisfy import prune

PRESENT, AGE, ID, TAGS = (
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
    "sts:ExternalId",
    "aws:TagKeys",
)


def asks(spelled: str, key: str, *values: str) -> Formula:
    """A formula of one condition, its operator as a policy writes it."""
    qualifier, _, rest = spelled.rpartition(":")
    base = rest.removesuffix("IfExists")
    known: Qualifier = "ForAnyValue" if qualifier == "ForAnyValue" else "ForAllValues" if qualifier else ""
    return resolve((Condition(base, key, values, known, base != rest),), OPEN, variables=True)


OPAQUE = Formula(((Opaque("unreadable"),),))

CONTRADICTIONS = [
    (asks("StringEquals", ID, "a"), asks("StringEquals", ID, "b")),
    (asks("StringEquals", ID, "a", "b"), asks("StringNotEquals", ID, "a", "b", "c")),
    (asks("StringEquals", ID, "A"), asks("StringNotEqualsIgnoreCase", ID, "a")),
    (asks("StringEqualsIgnoreCase", ID, "12"), asks("StringNotEquals", ID, "12")),
    (asks("StringLike", ID, "a*"), asks("StringLike", ID, "b*")),
    (asks("StringLike", ID, "a*b", "?"), asks("StringNotLike", ID, "*b", "*")),
    (asks("StringLike", "x:sub", "repo:org/*"), asks("StringNotLike", "x:sub", "repo:*")),
    (
        asks("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:*"),
        asks("ArnLike", "aws:PrincipalArn", "arn:aws:iam::444455556666:*"),
    ),
    (
        asks("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1*:role/x"),
        asks("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
    ),
    (asks("ArnLike", "aws:PrincipalArn", "*"), asks("Null", "aws:PrincipalArn", "true")),
    (asks("Null", ID, "true"), asks("Null", ID, "false")),
    (asks("Null", ID, "true"), asks("StringEquals", ID, "a")),
    (asks("Bool", PRESENT, "true"), asks("Bool", PRESENT, "false")),
    (asks("Bool", PRESENT, "true"), asks("Null", AGE, "true")),
    (asks("Bool", PRESENT, "false"), asks("NumericLessThan", AGE, "60")),
    (asks("Null", PRESENT, "true"), asks("NumericGreaterThan", AGE, "60")),
    (asks("NumericLessThan", AGE, "60"), asks("NumericGreaterThanEquals", AGE, "60")),
    (asks("NumericLessThan", AGE, "60"), asks("NumericGreaterThan", AGE, "59")),
    (asks("NumericLessThan", AGE, "0"), ALWAYS),
    (asks("NumericEquals", "x:n", "1", "2"), asks("NumericGreaterThan", "x:n", "2")),
    (
        asks("DateLessThan", "aws:CurrentTime", "2024-01-01"),
        asks("DateGreaterThan", "aws:CurrentTime", "2024-06-01T00:00:00Z"),
    ),
    (
        asks("DateEquals", "aws:CurrentTime", "2024-01-01"),
        asks("DateNotEquals", "aws:CurrentTime", "1704067200"),
    ),
    (asks("IpAddress", "aws:SourceIp", "10.1.0.0/16"), asks("NotIpAddress", "aws:SourceIp", "10.0.0.0/8")),
    (
        asks("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
        asks("IpAddress", "aws:SourceIp", "192.168.0.0/16", "::/0"),
    ),
    (asks("ForAnyValue:StringEquals", TAGS, "a"), asks("ForAllValues:StringEquals", TAGS, "b")),
    (asks("ForAnyValue:StringLike", TAGS, "a*"), asks("Null", TAGS, "true")),
    (asks("ForAllValues:StringLike", TAGS, "a*"), asks("ForAnyValue:StringNotLike", TAGS, "a*", "b*")),
    (asks("BinaryEquals", "x:b", "QQ=="), asks("BinaryEquals", "x:b", "Qg==")),
    (
        asks("StringEquals", "sts:RoleSessionName", "${aws:username}"),
        asks("StringNotEquals", "sts:RoleSessionName", "${aws:username}"),
    ),
]
TOGETHER = [
    (asks("StringEquals", ID, "a", "b"), asks("StringNotEquals", ID, "a")),
    (asks("StringEqualsIgnoreCase", ID, "ab"), asks("StringNotEquals", ID, "ab", "AB")),
    (asks("StringLike", "x:sub", "repo:org/*"), asks("StringLike", "x:sub", "*:ref:refs/heads/main")),
    (asks("StringLike", ID, "a?c"), asks("StringNotLike", ID, "abc")),
    (
        asks("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"),
        asks("StringLike", "aws:PrincipalArn", "*:role/?"),
    ),
    (asks("NumericLessThan", AGE, "60"), asks("NumericGreaterThan", AGE, "58")),
    (asks("NumericLessThan", "x:n", "60"), asks("NumericGreaterThan", "x:n", "59")),
    (
        asks("DateGreaterThan", "aws:CurrentTime", "2024-01-01"),
        asks("DateLessThan", "aws:CurrentTime", "2024-01-01T00:00:01Z"),
    ),
    (asks("IpAddress", "aws:SourceIp", "10.0.0.0/8"), asks("NotIpAddress", "aws:SourceIp", "10.0.0.0/9")),
    (asks("NotIpAddress", "aws:SourceIp", "0.0.0.0/0"), asks("Null", "aws:SourceIp", "false")),
    (asks("BoolIfExists", PRESENT, "false"), asks("Null", AGE, "true")),
    (asks("Bool", PRESENT, "true"), asks("NumericLessThan", AGE, "60")),
    (asks("StringNotEquals", ID, "a"), asks("Null", ID, "true")),
    (asks("ForAnyValue:StringEquals", TAGS, "a"), asks("ForAnyValue:StringEquals", TAGS, "b")),
    (asks("ForAllValues:StringEquals", TAGS, "a"), asks("ForAllValues:StringEquals", TAGS, "b")),
    (asks("ForAllValues:StringEquals", TAGS, "a"), asks("Null", TAGS, "true")),
    (asks("StringEquals", TAGS, "a"), asks("ForAnyValue:StringEquals", TAGS, "b")),
    (asks("StringEquals", "aws:CurrentTime", "x"), asks("DateLessThan", "aws:CurrentTime", "2024-01-01")),
    (OPAQUE, negate(OPAQUE)),
    (asks("StringEquals", ID, "${aws:username}"), asks("StringEquals", ID, "${aws:userid}")),
]
TAUTOLOGIES = [
    (asks("Bool", PRESENT, "true"), asks("BoolIfExists", PRESENT, "false")),
    (asks("StringEquals", ID, "a"), asks("StringNotEquals", ID, "a")),
    (asks("StringLikeIfExists", ID, "*"), NEVER),
    (asks("ForAllValues:StringLike", TAGS, "*"), NEVER),
    (asks("Null", ID, "true", "false"), NEVER),
    (asks("Null", ID, "true"), asks("StringLike", ID, "*")),
    (asks("NumericLessThanIfExists", AGE, "60"), asks("NumericGreaterThanEquals", AGE, "60")),
    (asks("NumericGreaterThanEqualsIfExists", AGE, "0"), NEVER),
    (
        asks("NotIpAddress", "aws:SourceIp", "0.0.0.0/0"),
        asks("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1"),
    ),
    (asks("Null", AGE, "true"), asks("Bool", PRESENT, "true")),
    (asks("ForAllValues:StringEquals", TAGS, "a"), asks("ForAnyValue:StringNotEquals", TAGS, "a")),
]
OPEN_ENDED = [
    (asks("Bool", PRESENT, "true"), asks("Bool", PRESENT, "false")),
    (asks("StringLike", ID, "*"), NEVER),
    (asks("NumericLessThan", "x:n", "5"), asks("NumericGreaterThanEquals", "x:n", "5")),
    (asks("IpAddress", "aws:SourceIp", "0.0.0.0/0"), asks("Null", "aws:SourceIp", "true")),
    (OPAQUE, negate(OPAQUE)),
    (asks("ForAnyValue:StringLike", TAGS, "*"), NEVER),
]


@pytest.mark.parametrize(("one", "other"), CONTRADICTIONS)
def test_contradictions_are_found(one: Formula, other: Formula) -> None:
    both = all_of(one, other)
    assert simplify(both) == NEVER
    assert not any(map(is_satisfiable, both.alternatives))


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_what_can_hold_together_is_kept(one: Formula, other: Formula) -> None:
    assert simplify(all_of(one, other)) != NEVER
    assert all(map(is_satisfiable, all_of(one, other).alternatives))


@pytest.mark.parametrize(("one", "other"), TAUTOLOGIES)
def test_tautologies_are_found(one: Formula, other: Formula) -> None:
    assert simplify(any_of(one, other)) == ALWAYS


@pytest.mark.parametrize(("one", "other"), OPEN_ENDED)
def test_what_may_fail_is_no_tautology(one: Formula, other: Formula) -> None:
    assert simplify(any_of(one, other)) not in (ALWAYS, NEVER)


@pytest.mark.parametrize(
    ("deny", "left"),
    [
        (asks("BoolIfExists", PRESENT, "false"), asks("Bool", PRESENT, "true")),
        (asks("Bool", PRESENT, "false"), asks("BoolIfExists", PRESENT, "true")),
        (asks("Bool", PRESENT, "true"), asks("BoolIfExists", PRESENT, "false")),
        (asks("Null", AGE, "true"), asks("Null", AGE, "false")),
        (asks("NumericGreaterThanIfExists", AGE, "3600"), asks("NumericLessThanEquals", AGE, "3600")),
        (asks("NumericGreaterThan", AGE, "3600"), asks("NumericLessThanEqualsIfExists", AGE, "3600")),
        (
            asks("StringNotEquals", "aws:PrincipalOrgID", "o-1"),
            asks("StringEquals", "aws:PrincipalOrgID", "o-1"),
        ),
        (asks("StringNotEqualsIfExists", ID, "a"), asks("StringEquals", ID, "a")),
        (asks("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), asks("IpAddress", "aws:SourceIp", "10.0.0.0/8")),
        (asks("ForAnyValue:StringEquals", TAGS, "a"), asks("ForAllValues:StringNotEquals", TAGS, "a")),
        (asks("ForAllValues:StringLike", TAGS, "a*"), asks("ForAnyValue:StringNotLike", TAGS, "a*")),
        (
            asks("ArnNotLike", "aws:PrincipalArn", "arn:*:*:*:*:*"),
            asks("ArnLike", "aws:PrincipalArn", "arn:*:*:*:*:*"),
        ),
        (
            asks("DateGreaterThan", "aws:CurrentTime", "2024-01-01"),
            asks("DateLessThanEqualsIfExists", "aws:CurrentTime", "2024-01-01"),
        ),
    ],
)
def test_a_deny_leaves_its_positive_counterpart(deny: Formula, left: Formula) -> None:
    assert negate(deny) == left
    assert negate(left) == deny or is_equivalent(negate(left), deny)


def test_a_deny_without_counterpart_stays_negated() -> None:
    for deny in (
        asks("StringEqualsIfExists", ID, "a"),
        asks("NumericLessThan", "x:n", "5"),
        asks("Bool", "x:flag", "true"),
    ):
        ((atom,),) = negate(deny).alternatives
        assert isinstance(atom, Test)
        assert atom.negated
        assert negate(negate(deny)) == deny


def test_a_deny_with_two_conditions_leaves_two_ways() -> None:
    deny = all_of(
        asks("StringNotEquals", "aws:PrincipalOrgID", "o-1"),
        asks("Bool", "aws:PrincipalIsAWSService", "false"),
    )
    assert len(negate(deny).alternatives) == 2


def test_needs_identity_negated_is_unknown() -> None:
    (alternative,) = negate(Formula(((NeedsIdentity("444455556666"),),))).alternatives
    assert [type(atom) for atom in alternative] == [Opaque]


def test_implied_conditions_go() -> None:
    assert simplify(all_of(asks("NumericLessThan", AGE, "60"), asks("NumericLessThan", AGE, "3600"))) == asks(
        "NumericLessThan", AGE, "60"
    )
    assert simplify(all_of(asks("StringEquals", ID, "a"), asks("Null", ID, "false"))) == asks(
        "StringEquals", ID, "a"
    )
    assert simplify(all_of(asks("StringEquals", ID, "a"), asks("StringLike", ID, "a*"))) == asks(
        "StringEquals", ID, "a"
    )


def test_mfa_and_its_age_are_both_shown() -> None:
    both = all_of(asks("Bool", PRESENT, "true"), asks("NumericLessThan", AGE, "60"))
    assert simplify(both) == both


def test_alternatives_that_say_the_same_are_one() -> None:
    mfa, old, young = (
        asks("Bool", PRESENT, "true"),
        asks("NumericLessThan", AGE, "3600"),
        asks("NumericLessThan", AGE, "60"),
    )
    assert simplify(any_of(old, young)) == old
    assert simplify(any_of(mfa, all_of(mfa, asks("StringEquals", ID, "a")))) == mfa
    named, not_named = asks("StringEquals", ID, "a"), asks("StringNotEquals", ID, "a")
    assert simplify(any_of(all_of(mfa, named), all_of(mfa, not_named))) == mfa


def test_opaque_atoms_are_neither_allow_nor_deny() -> None:
    assert simplify(all_of(OPAQUE, asks("StringEquals", ID, "a"), asks("StringEquals", ID, "b"))) == NEVER
    assert any_of(OPAQUE, ALWAYS) == ALWAYS
    assert simplify(any_of(OPAQUE, asks("StringEquals", ID, "a"))) not in (ALWAYS, NEVER)
    assert assume(OPAQUE, context_of({}, closed=True)) == OPAQUE


def test_assuming_fills_variables_and_keys() -> None:
    own_name = asks("StringEquals", "sts:RoleSessionName", "${aws:username}")
    named = assume(own_name, context_of({"aws:username": "alice"}))
    assert named == asks("StringEquals", "sts:RoleSessionName", "alice")
    assert assume(named, context_of({"sts:RoleSessionName": "alice"})) == ALWAYS
    assert assume(named, context_of({"sts:RoleSessionName": "bob"})) == NEVER


def test_keys_are_named_in_lower_case() -> None:
    assert keys(any_of(asks("Bool", PRESENT, "true"), OPAQUE)) == {PRESENT.lower()}


def test_formulas_are_canonical() -> None:
    a, b, c = asks("StringEquals", ID, "a"), asks("Bool", PRESENT, "true"), asks("Null", "x:key", "true")
    assert all_of(any_of(a, b), c) == any_of(all_of(c, b), all_of(c, a))
    assert any_of(a, all_of(a, b)) == a
    assert any_of() == NEVER
    assert all_of() == ALWAYS


def test_hostile_conditions_take_no_seconds() -> None:
    patterns = tuple(f"{'*a' * 50}{i}*" for i in range(40))
    lists = tuple(f"arn:aws:iam::111122223333:role/r{i}*" for i in range(400))
    began = time.process_time()
    for formula in (
        all_of(asks("StringLike", "x:a", *patterns), asks("StringNotLike", "x:a", *patterns[::2])),
        all_of(
            asks("ArnLike", "x:b", *lists),
            asks("StringLike", "x:b", *lists[::2]),
            asks("ArnNotLike", "x:b", *lists[::3]),
        ),
        all_of(*(asks("ForAnyValue:StringLike", TAGS, f"*{i}*") for i in range(30))),
        any_of(
            *(
                all_of(asks("StringEquals", f"x:{i}", "a"), asks("StringEquals", f"y:{i}", "a"))
                for i in range(60)
            )
        ),
        negate(
            any_of(
                *(
                    all_of(asks("StringEquals", f"x:{i}", "a"), asks("StringEquals", f"y:{i}", "a"))
                    for i in range(60)
                )
            )
        ),
    ):
        assert simplify(formula) != ALWAYS
        assert simplify(formula) != NEVER
    assert time.process_time() - began < 3


def test_many_patterns_on_one_key_are_not_solved_at_any_price() -> None:
    patterns = [Condition("StringLike", "x:key", (f"*v{i}*w{j}?*",)) for i in range(16) for j in range(3)]
    tests = [Test(pattern, negated=True) for pattern in patterns[16:]]
    formula = canonical(conjunction((Test(one), *tests)) for one in patterns[:16])
    prune.cache_clear()
    simplify(formula)
    assert prune.cache_info().misses < 16
