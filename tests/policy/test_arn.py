"""ARNs are taken apart in every partition, and nothing else passes for one."""

import pytest

from iamscout.policy.arn import ACCOUNT_ID, UNIQUE_ID, Arn, parse_arn, root_arn


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"])
def test_role_arns_of_every_partition_are_taken_apart(partition: str) -> None:
    text = f"arn:{partition}:iam::111122223333:role/team/deploy"
    assert parse_arn(text) == Arn(partition, "iam", "", "111122223333", "role/team/deploy")
    assert str(parse_arn(text)) == text


def test_resource_keeps_its_own_colons() -> None:
    arn = parse_arn("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db/main-AbCdEf")
    assert arn is not None
    assert arn.resource == "secret:db/main-AbCdEf"
    assert arn.region == "eu-west-1"


@pytest.mark.parametrize(
    ("text", "resource_type", "name"),
    [
        ("arn:aws:iam::111122223333:role/service-role/team/reader", "role", "reader"),
        ("arn:aws:iam::111122223333:user/alice", "user", "alice"),
        ("arn:aws:sts::111122223333:assumed-role/reader/session", "assumed-role", "session"),
        ("arn:aws:iam::111122223333:root", "root", "root"),
        ("arn:aws:iam::aws:policy/job-function/Billing", "policy", "Billing"),
    ],
)
def test_type_and_name_are_the_ends_of_the_resource(text: str, resource_type: str, name: str) -> None:
    arn = parse_arn(text)
    assert arn is not None
    assert (arn.resource_type, arn.name) == (resource_type, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "arn",
        "arn:aws:iam::111122223333",
        "arn:aws:iam::111122223333:",
        "arn::iam::111122223333:role/x",
        "arn:aws:::111122223333:role/x",
        "ARN:aws:iam::111122223333:role/x",
        " arn:aws:iam::111122223333:role/x",
        "111122223333",
        "AROAEXAMPLEEXAMPLE",
    ],
)
def test_what_is_no_arn_is_none(text: str) -> None:
    assert parse_arn(text) is None


def test_wildcards_are_kept_as_they_stand() -> None:
    assert parse_arn("arn:*:iam::*:role/*") == Arn("*", "iam", "", "*", "role/*")


def test_account_root_is_written_in_its_partition() -> None:
    assert root_arn("111122223333", "aws-us-gov") == "arn:aws-us-gov:iam::111122223333:root"


@pytest.mark.parametrize(
    "text", ["11112222333", "1111222233334", "11112222333x", "111122223333\n", "١١١١٢٢٢٢٣٣٣٣"]
)
def test_only_twelve_ascii_digits_are_an_account_id(text: str) -> None:
    assert not ACCOUNT_ID.match(text)
    assert ACCOUNT_ID.match("111122223333")


def test_unique_ids_are_known_by_their_prefix() -> None:
    assert UNIQUE_ID.match("AIDACKCEVSQ6C2EXAMPLE")
    assert UNIQUE_ID.match("AROADBQP57FF2AEXAMPLE")
    assert not UNIQUE_ID.match("AKIAIOSFODNN7EXAMPLE")
    assert not UNIQUE_ID.match("AIDACKCEVSQ6C2EXAMPLE:session")
    assert not UNIQUE_ID.match("aidackcevsq6c2example")
