"""What two policies allow is compared, not their text: each case with the effect that it must have."""

import json
from typing import Any

import pytest

from iamscout.diff.allowed import compare_documents, compare_shared
from iamscout.diff.clauses import same_meaning
from iamscout.diff.effect import Shift
from iamscout.policy.document import PolicyDocument
from iamscout.policy.parse import parse_document
from tests.access.worlds import allow, deny, text_of

S3 = "arn:aws:s3:::bucket/*"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def doc(*statements: dict[str, Any], version: str = "2012-10-17") -> PolicyDocument:
    return parse_document(text_of(statements, version))


def age(seconds: int) -> dict[str, Any]:
    return {"NumericLessThan": {"aws:MultiFactorAuthAge": str(seconds)}}


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (doc(allow("s3:Get*")), doc(allow("s3:*")), "widened"),
        (doc(allow("s3:*")), doc(allow("*")), "widened"),
        (doc(allow("s3:Get*")), doc(allow("s3:*Object")), "mixed"),
        (doc(allow("s3:Get*")), doc(allow("ec2:Get*")), "mixed"),
        (doc(allow("s3:GetObject")), doc(allow("s3:Get?bject")), "widened"),
        (
            doc(allow(["s3:GetObject", "s3:PutObject"])),
            doc(allow("s3:putobject"), allow("S3:GetObject")),
            "neutral",
        ),
        (doc(allow("s3:*"), allow("s3:GetObject")), doc(allow("s3:*")), "neutral"),
        (doc(allow("s3:*", "arn:aws:s3:::a*")), doc(allow("s3:*", "arn:aws:s3:::a/b")), "narrowed"),
        (
            doc(allow("s3:*", ["arn:aws:s3:::a", "arn:aws:s3:::b"])),
            doc(allow("s3:*", "arn:aws:s3:::a")),
            "narrowed",
        ),
        (doc(allow("*")), doc(allow("*"), deny("iam:*")), "narrowed"),
        (doc(allow("*"), deny("iam:*")), doc(allow("*"), deny("iam:Create*")), "widened"),
        (doc(allow("*"), deny("iam:*"), deny("iam:Get*")), doc(allow("*"), deny("iam:*")), "neutral"),
        (doc(allow("s3:*")), doc(allow("s3:*"), deny("iam:*")), "narrowed"),
        (doc(allow("s3:*"), deny("iam:*")), doc(), "narrowed"),
        (doc(), doc(allow("*"), deny("iam:*")), "widened"),
        (doc(deny("iam:*")), doc(), "widened"),
        (doc(allow("*", Condition=MFA)), doc(allow("*")), "widened"),
        (doc(allow("*", Condition=age(3600))), doc(allow("*", Condition=age(7200))), "widened"),
        (doc(allow("*", Condition=age(3600))), doc(allow("*", Condition=age(900))), "narrowed"),
        (
            doc(allow("*", Condition=MFA)),
            doc(allow("*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}})),
            "widened",
        ),
        (doc(allow("*"), deny("*", Condition=MFA)), doc(allow("*")), "widened"),
        (
            doc(allow("*", Condition={"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}})),
            doc(allow("*", Condition={"StringLike": {"aws:requestedregion": "eu-*"}})),
            "widened",
        ),
        (
            doc(allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})),
            doc(allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})),
            "mixed",
        ),
        (
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"},
            "narrowed",
        ),
        (
            {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secret"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            "widened",
        ),
        (
            doc(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")),
            doc(allow("s3:*", "arn:aws:s3:::home/*")),
            "widened",
        ),
        (
            doc(allow("s3:*", "arn:aws:s3:::home/${aws:username}")),
            doc(allow("s3:*", "arn:aws:s3:::home/${AWS:UserName}")),
            "neutral",
        ),
        (
            doc(allow("*", Condition={"StringLike": {"s3:prefix": "${aws:username}*"}})),
            doc(allow("*", Condition={"StringEquals": {"s3:prefix": "${aws:username}"}})),
            "unknown",
        ),
        (doc(allow("*")), parse_document("{"), "unknown"),
    ],
)
def test_a_change_has_the_effect_of_what_it_allows(
    before: PolicyDocument | dict[str, Any], after: PolicyDocument | dict[str, Any], effect: str
) -> None:
    old, new = (each if isinstance(each, PolicyDocument) else doc(each) for each in (before, after))
    there, back = compare_documents([old], [new]), compare_documents([new], [old])
    assert there.effect == effect
    assert back == there.reverse


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (doc(allow(["s3:Get*", "s3:List*"]), deny("iam:*")), doc(allow("s3:Get*")), "mixed"),
        (doc(allow("s3:Get*"), deny("iam:*")), doc(allow("s3:Get*")), "widened"),
        (doc(allow("*"), deny("iam:*")), doc(allow("*")), "widened"),
        (doc(allow("s3:Get*"), deny("iam:*")), doc(allow("s3:*"), deny("iam:*")), "widened"),
        (doc(allow("s3:*")), doc(allow("s3:Get*"), deny("iam:*")), "narrowed"),
    ],
)
def test_a_deny_that_goes_is_told_whatever_else_goes(
    before: PolicyDocument, after: PolicyDocument, effect: str
) -> None:
    there = compare_shared([before], [after])
    assert there.effect == effect
    assert compare_shared([after], [before]) == there.reverse


def test_what_moves_between_policies_of_one_holder_is_neutral() -> None:
    one, other = doc(allow("s3:GetObject", S3)), doc(allow("ec2:*"))
    both = doc(allow("ec2:*"), allow("s3:GetObject", S3))
    assert compare_documents([one, other], [both]).effect == "neutral"


def test_order_case_form_and_white_space_have_no_meaning() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:Get*", "ec2:*"], "Resource": ["*"]},
            {
                "Effect": "Deny",
                "Action": "iam:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": False}},
            },
        ],
    }
    other = {
        "Statement": [
            {
                "Condition": {"Bool": {"AWS:SecureTransport": ["false"]}},
                "Resource": ["*"],
                "Action": ["IAM:*"],
                "Effect": "Deny",
            },
            {"Effect": "Allow", "Action": ["ec2:*", "S3:get*"], "Resource": "*"},
        ],
        "Version": "2012-10-17",
    }
    assert same_meaning(parse_document(json.dumps(document)), parse_document(json.dumps(other, indent=3)))


@pytest.mark.parametrize(
    "spelled",
    ["*:*", "**", "?*", "*?", "*:**", "?*:?*", "*:?*", "**:**", ["*", "s3:*"], ["s3:*", "*:*"]],
)
def test_every_action_is_the_same_however_it_is_spelled(spelled: Any) -> None:
    for effect in (allow, deny):
        one, other = (doc(allow("ec2:*"), effect(actions)) for actions in ("*", spelled))
        assert compare_documents([one], [other]).effect == "neutral"
    assert compare_documents([doc(allow(spelled))], [doc(allow("iam:*"))]).effect == "narrowed"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3:*", "S3:*"),
        ("s3:*", "s3:**"),
        ("s3:*", "s3:?*"),
        ("s3*", "s3*:*"),
        ("s3:Get*", "S3:get**"),
        ("s3:G?*t", "s3:G*?t"),
        ("*Tags", "*:*Tags"),
        ("?*:GetTags", "*:gettags"),
        (["s3:Get*", "s3:GetObject"], "s3:Get*"),
    ],
)
def test_equal_spellings_of_actions_are_neutral(one: Any, other: Any) -> None:
    assert compare_documents([doc(allow(one))], [doc(allow(other))]) == Shift()
    assert same_meaning(doc(allow(one)), doc(allow(other))) == isinstance(one, str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("*", "*:*"),
        ("*", "**"),
        ("*", "?*"),
        ("*", "*:*:*:*:*:*"),
        ("arn:*", "arn:*:*:*:*:*"),
        ("arn:aws:s3:::*", "arn:aws:s3:::**"),
        ("arn:aws:iam::*", "arn:aws:iam::*:*"),
        ("arn:aws:sqs:*", "arn:aws:sqs:*:*:*"),
    ],
)
def test_equal_spellings_of_resources_are_neutral(one: str, other: str) -> None:
    assert compare_documents([doc(allow("*", one))], [doc(allow("*", other))]) == Shift()


@pytest.mark.parametrize(
    ("wider", "narrower"),
    [
        (allow("s3:*"), allow("s3:??*")),
        (allow("*Tags"), allow("*:Tags")),
        (allow("s3*"), allow("s3:*")),
        (allow("*"), allow("*", "arn:*")),
        (allow("*", "arn:*"), allow("*", "arn:aws:*")),
        (allow("*", "arn:aws:s3:::*"), allow("*", "arn:aws:s3:::*:*")),
        (allow("*", "arn:aws:s3:::a*"), allow("*", "arn:aws:s3:::a?*")),
    ],
)
def test_spellings_that_only_look_equal_are_not(wider: dict[str, Any], narrower: dict[str, Any]) -> None:
    assert compare_documents([doc(wider)], [doc(narrower)]).effect == "narrowed"
    assert compare_documents([doc(narrower)], [doc(wider)]).effect == "widened"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"StringEquals": {"aws:username": "a"}}, {"StringLike": {"aws:UserName": ["a"]}}),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"Bool": {"aws:securetransport": [True]}}),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}, age(3600)),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"IpAddress": {"aws:SourceIp": ["10.1.2.3/8"]}}),
        (
            {"StringEquals": {"aws:RequestedRegion": ["a", "b"]}},
            {"StringEquals": {"aws:requestedregion": ["b", "a", "a"]}},
        ),
    ],
)
def test_equal_spellings_of_conditions_are_neutral(one: dict[str, Any], other: dict[str, Any]) -> None:
    before, after = doc(allow("*", Condition=one)), doc(allow("*", Condition=other))
    assert compare_documents([before], [after]).effect == "neutral"


def test_an_unreadable_statement_that_stays_does_not_hide_that_nothing_changed() -> None:
    odd = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"NoSuchOperator": {"a": "b"}}}
    assert compare_documents([doc(odd, allow("ec2:*"))], [doc(allow("ec2:*"), odd)]).effect == "neutral"
    assert compare_documents([doc(odd)], [doc(odd, allow("ec2:*"))]).effect == "unknown"


def test_patterns_beyond_what_is_looked_at_are_not_guessed() -> None:
    many = [
        f"arn:aws:s3:::*{letter * 40}*{number}*"
        for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz" * 4)
    ]
    before, after = doc(allow("s3:*", many)), doc(allow("s3:*", [*many[1:], many[0] + "?*"]))
    assert compare_documents([before], [after]).effect == "unknown"
