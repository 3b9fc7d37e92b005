"""Conditions in words: what a sentence says is what the operator does."""

import pytest

from iamscout.policy.atoms import Atom, NeedsIdentity, Opaque, Test
from iamscout.policy.document import Condition
from iamscout.policy.parse import OPERATORS
from iamscout.policy.words import describe, describe_all, describe_condition

PRESENT, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("Bool", PRESENT, ("true",)), "MFA present"),
        (Condition("Bool", "aws:multifactorauthpresent", ("True",)), "MFA present"),
        (Condition("Bool", PRESENT, ("true",), "", if_exists=True), "MFA present, or a long-term key"),
        (Condition("Bool", PRESENT, ("false",), "", if_exists=True), "no MFA"),
        (Condition("NumericLessThan", AGE, ("60",)), "MFA younger than 60 s"),
        (Condition("NumericLessThanEquals", AGE, ("3600",)), "MFA at most 3600 s old"),
        (
            Condition("NumericLessThan", AGE, ("60",), "", if_exists=True),
            "MFA younger than 60 s, if MFA was used",
        ),
        (Condition("Bool", "aws:SecureTransport", ("false",)), "the request is not encrypted (no TLS)"),
        (
            Condition("Bool", "aws:ViaAWSService", ("true",), "", if_exists=True),
            "the call comes through an AWS service, or that is not told",
        ),
        (Condition("StringEquals", "sts:ExternalId", ()), "external id is compared with an empty list"),
        (Condition("Null", AGE, ("true",)), "no MFA"),
        (Condition("Null", AGE, ("false",)), "MFA present"),
        (Condition("Null", "sts:ExternalId", ("true",)), "external id is absent"),
        (Condition("StringEquals", "sts:ExternalId", ("a",)), "external id is a"),
        (Condition("StringEquals", "sts:externalid", ("a", "b")), "external id is one of a, b"),
        (
            Condition("StringNotEquals", "sts:ExternalId", ("a", "b")),
            "external id is none of a, b, or is absent",
        ),
        (Condition("StringLike", "sts:ExternalId", ("a",)), "external id is a"),
        (Condition("StringLike", "sts:ExternalId", ("a*",)), "external id matches a*"),
        (Condition("StringEquals", "sts:ExternalId", ("",)), 'external id is ""'),
        (Condition("IpAddress", "aws:SourceIp", ("10.0.0.0/8",)), "source address is within 10.0.0.0/8"),
        (
            Condition("NotIpAddress", "aws:SourceIp", ("10.0.0.0/8",)),
            "source address is outside 10.0.0.0/8, or is absent",
        ),
        (Condition("StringEquals", "aws:PrincipalTag/Team", ("blue",)), "caller's tag Team is blue"),
        (Condition("StringEquals", "x.example:sub", ("s",)), "x.example:sub is s"),
        (
            Condition("StringLike", "aws:PrincipalOrgPaths", ("o-1/*",), "ForAnyValue"),
            "some value of caller's place in the organization matches o-1/*",
        ),
        (
            Condition("StringEquals", "aws:TagKeys", ("a", "b"), "ForAllValues"),
            "every value of tag keys of the request, if there are any, is one of a, b",
        ),
        (Condition("DateLessThan", "aws:CurrentTime", ("2030-01-01",)), "the time is before 2030-01-01"),
        (Condition("StringAlmost", "x:key", ("a",)), "x:key: StringAlmost a"),
    ],
)
def test_conditions_read_as_sentences(condition: Condition, words: str) -> None:
    assert describe_condition(condition) == words


@pytest.mark.parametrize(
    ("atom", "words"),
    [
        (Test(Condition("Bool", PRESENT, ("true",))), "MFA present"),
        (Test(Condition("Bool", "x:flag", ("true",)), negated=True), "it is not so that x:flag is true"),
        (NeedsIdentity("444455556666"), "an identity policy of account 444455556666 allows it"),
        (Opaque("the document is not JSON"), "cannot be judged: the document is not JSON"),
    ],
)
def test_atoms_read_as_sentences(atom: Atom, words: str) -> None:
    assert describe(atom) == words


def test_alternatives_are_joined_by_and() -> None:
    mfa, young = Test(Condition("Bool", PRESENT, ("true",))), Test(Condition("NumericLessThan", AGE, ("60",)))
    assert describe_all((mfa, young)) == "MFA present and MFA younger than 60 s"
    assert describe_all(()) == "no further condition"


def test_long_lists_are_counted() -> None:
    many = Condition("StringEquals", "sts:ExternalId", tuple("abcdefgh"))
    assert describe_condition(many) == "external id is one of a, b, c, d, e, f and 2 more"


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_has_words(operator: str) -> None:
    said = describe_condition(Condition(operator, "x:key", ("true",)))
    assert operator not in said
    assert said.startswith("x:key ")


def test_what_cannot_be_judged_is_said_once_beside_its_opposite() -> None:
    assert describe_all((Opaque("no JSON"), Opaque("no JSON", negated=True))) == "cannot be judged: no JSON"
