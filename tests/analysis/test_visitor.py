"""Which conditions keep a stranger out, which ask for something, which limit nobody."""

from datetime import UTC, datetime

import pytest

from iamscout.analysis.visitor import Visitor, stranger, ways_in
from iamscout.policy.condition import OPEN, resolve
from iamscout.policy.document import Condition

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ORG = "o-exampleorg"
INSIDER = Visitor("111122223333", "aws", ORG, f"{ORG}/r-ab12/ou-ab12-prod/")


def outcome(visitor: Visitor, *conditions: Condition) -> str:
    """How a visitor fares: `open`, `asks` for something, or `shut`."""
    ways = ways_in(resolve(conditions, OPEN, variables=True), visitor, NOW)
    return "open" if any(way.is_open for way in ways) else "asks" if ways else "shut"


def one(operator: str, key: str, *values: str, if_exists: bool = False, qualifier: str = "") -> Condition:
    return Condition(operator, key, values, qualifier, if_exists)  # type: ignore[arg-type]  # a Qualifier


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (one("Bool", "aws:MultiFactorAuthPresent", "true"), "open"),
        (one("NumericLessThan", "aws:MultiFactorAuthAge", "60"), "open"),
        (one("StringLike", "sts:ExternalId", "*"), "open"),
        (one("StringNotEquals", "sts:ExternalId", "x"), "open"),
        (one("StringEquals", "sts:ExternalId", "x"), "asks"),
        (one("StringEquals", "sts:ExternalId", "x", if_exists=True), "open"),
        (one("StringEquals", "aws:PrincipalOrgID", ORG), "shut"),
        (one("StringNotEquals", "aws:PrincipalOrgID", ORG), "open"),
        (one("StringEquals", "aws:PrincipalOrgID", ORG, if_exists=True), "open"),
        (one("StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*", qualifier="ForAnyValue"), "shut"),
        (one("StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*", qualifier="ForAllValues"), "open"),
        (one("StringEquals", "aws:PrincipalAccount", "111122223333"), "shut"),
        (one("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"), "shut"),
        (one("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"), "open"),
        (one("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/build"), "asks"),
        (one("ArnLike", "aws:PrincipalArn", "*"), "open"),
        (one("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::444455556666:*"), "open"),
        (one("IpAddress", "aws:SourceIp", "192.0.2.0/24"), "asks"),
        (one("IpAddress", "aws:SourceIp", "203.0.113.0/24"), "asks"),
        (one("IpAddress", "aws:SourceIp", "0.0.0.0/0"), "open"),
        (one("IpAddress", "aws:SourceIp", "192.0.2.0/24", if_exists=True), "open"),
        (one("NotIpAddress", "aws:SourceIp", "192.0.2.0/24"), "open"),
        (one("StringEquals", "aws:SourceVpce", "vpce-1"), "asks"),
        (one("StringEquals", "aws:SourceAccount", "111122223333"), "shut"),
        (one("StringEquals", "aws:PrincipalTag/team", "x"), "asks"),
        (one("StringEquals", "sts:RoleSessionName", "${aws:username}"), "open"),
        (one("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}"), "asks"),
        (one("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"), "shut"),
        (one("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"), "open"),
        (one("Bool", "aws:SecureTransport", "true"), "open"),
    ],
)
def test_how_a_stranger_fares_with(condition: Condition, expected: str) -> None:
    assert outcome(stranger("aws"), condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (one("StringEquals", "aws:PrincipalOrgID", ORG), "open"),
        (one("StringEquals", "aws:PrincipalAccount", "111122223333"), "open"),
        (
            one("StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*/ou-ab12-prod/*", qualifier="ForAnyValue"),
            "open",
        ),
        (one("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"), "open"),
        (one("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/build"), "asks"),
        (one("StringEquals", "aws:PrincipalAccount", "444455556666"), "shut"),
    ],
)
def test_how_somebody_of_the_own_account_fares_with(condition: Condition, expected: str) -> None:
    assert outcome(INSIDER, condition) == expected


def test_one_value_must_meet_all_conditions_on_a_key() -> None:
    both = (one("StringLike", "sts:ExternalId", "*"), one("StringEquals", "sts:ExternalId", "x"))
    assert outcome(stranger("aws"), *both) == "asks"


def test_no_condition_is_open() -> None:
    assert outcome(stranger("aws")) == "open"
