"""Statements in words: each element of the grammar says what it means, its negation included."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamscout.policy.english import explain
from iamscout.policy.parse import parse_document

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}


def said(**elements: Any) -> str:
    statement = {"Effect": "Allow", **elements}
    document = parse_document(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return explain(document.statements[0])


def trust(principal: Any, **elements: Any) -> str:
    return said(Principal=principal, Action="sts:AssumeRole", **elements)


@pytest.mark.parametrize(
    ("elements", "sentence"),
    [
        ({"Action": "*", "Resource": "*"}, "Allows every action on every resource."),
        ({"Action": "s3:GetObject", "Resource": "*"}, "Allows s3:GetObject (read) on every resource."),
        (
            {"Effect": "Deny", "Action": ["iam:PassRole", "ec2:RunInstances"], "Resource": "*"},
            "Denies iam:PassRole (write) and ec2:RunInstances (write) on every resource.",
        ),
        (
            {"NotAction": ["iam:*", "sts:*"], "Resource": "*"},
            "Allows every action (and any that AWS adds later) but iam:* and sts:* on every resource.",
        ),
        (
            {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"},
            "Denies every action but iam:* on every resource.",
        ),
        (
            {"Action": "sts:AssumeRole", "NotResource": "arn:aws:iam::111122223333:role/admin"},
            "Allows sts:AssumeRole on every resource but arn:aws:iam::111122223333:role/admin.",
        ),
        (
            {"Action": "nosuch:Thing", "Resource": "arn:aws:s3:::a"},
            "Allows nosuch:Thing (no action that AWS documents) on arn:aws:s3:::a.",
        ),
        (
            {"Action": "sts:AssumeRole", "Resource": ["a:b", "c:d", "e:f", "g:h", "i:j"]},
            "Allows sts:AssumeRole on a:b, c:d, e:f, g:h and 1 more.",
        ),
        (
            {"Action": "sts:AssumeRole", "Resource": "*", "Condition": MFA},
            "Allows sts:AssumeRole on every resource, only if MFA present and MFA younger than 60 s.",
        ),
        (
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            },
            "Denies every action on every resource, if no MFA.",
        ),
    ],
)
def test_a_permission_in_words(elements: dict[str, Any], sentence: str) -> None:
    assert said(**elements) == sentence


@pytest.mark.parametrize(
    ("principal", "words"),
    [
        ("*", "everyone"),
        ({"AWS": "*"}, "everyone"),
        ({"AWS": "111122223333"}, "callers that account 111122223333 itself allows"),
        ({"AWS": "arn:aws:iam::111122223333:root"}, "callers that account 111122223333 itself allows"),
        ({"AWS": "arn:aws:iam::111122223333:user/team/alice"}, "user alice of account 111122223333"),
        ({"AWS": "arn:aws:iam::111122223333:role/ci"}, "role ci of account 111122223333"),
        (
            {"AWS": "arn:aws:sts::111122223333:assumed-role/ci/run"},
            "session run of role ci of account 111122223333",
        ),
        ({"AWS": "AIDAEXAMPLEEXAMPLE12"}, "the user or role of id AIDAEXAMPLEEXAMPLE12"),
        ({"Service": "lambda.amazonaws.com"}, "the service lambda.amazonaws.com"),
        (
            {"Federated": "arn:aws:iam::111122223333:saml-provider/Corp"},
            "whoever Corp vouches for",
        ),
        ({"Federated": "accounts.google.com"}, "whoever accounts.google.com vouches for"),
    ],
)
def test_a_principal_in_words(principal: Any, words: str) -> None:
    assert trust(principal) == f"Allows {words}: sts:AssumeRole."


def test_tags_are_those_of_whatever_the_statement_is_about() -> None:
    asked = {"StringEquals": {"aws:ResourceTag/Owner": "${aws:username}", "aws:RequestTag/Team": "blue"}}
    text = said(Action="ec2:CreateTags", Resource="*", Condition=asked)

    assert "only if resource's tag Owner is ${aws:username} and request's tag Team is blue." in text


def test_a_denied_account_is_all_of_it() -> None:
    text = said(Effect="Deny", Principal={"AWS": "111122223333"}, Action="sts:AssumeRole")

    assert text == "Denies all callers of account 111122223333: sts:AssumeRole."


def test_not_principal_is_everybody_else() -> None:
    text = said(NotPrincipal={"AWS": "arn:aws:iam::111122223333:user/alice"}, Action="sts:AssumeRole")

    assert text == "Allows everybody but user alice of account 111122223333: sts:AssumeRole."
    but = said(Effect="Deny", NotPrincipal={"AWS": "arn:aws:iam::111122223333:root"}, Action="sts:AssumeRole")
    assert but == "Denies everybody but account 111122223333: sts:AssumeRole."


def test_a_pattern_tells_how_many_actions_of_which_level_it_covers() -> None:
    text = said(Action="iam:*AccessKey", Resource="*")

    assert "iam:*AccessKey (" in text
    assert " write" in text
    assert " read" not in text


def test_many_actions_are_counted_by_level_the_gravest_first() -> None:
    actions = ["s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:PutBucketPolicy", "s3:DeleteObject"]
    text = said(Action=actions, Resource="*")

    assert text.startswith("Allows s3:GetObject (read), s3:ListBucket (list)")
    assert "and 1 more; in all 1 permissions management, 2 write, 1 read, 1 list on every resource" in text


def test_what_cannot_be_read_is_said() -> None:
    assert said(Action="s3:GetObject", Resource="*", Condition={"NoSuchOperator": {"a": "b"}}).startswith(
        "Cannot be judged: "
    )


TEXTS = st.text(max_size=8)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "Effect": st.sampled_from(["Allow", "Deny", "x"]),
            "Action": TEXTS | st.lists(TEXTS, max_size=6),
            "NotAction": TEXTS,
            "Resource": TEXTS | st.lists(TEXTS, max_size=6),
            "NotResource": TEXTS,
            "Principal": st.dictionaries(st.sampled_from(["AWS", "Service", "Federated"]), TEXTS) | TEXTS,
            "Condition": st.dictionaries(
                st.sampled_from(["StringLike", "Null"]), st.dictionaries(TEXTS, TEXTS)
            ),
        },
    )
)
def test_every_statement_gives_one_sentence(statement: dict[str, Any]) -> None:
    for each in parse_document(json.dumps({"Statement": statement})).statements:
        assert explain(each).endswith(".")


def test_a_condition_with_a_comma_is_kept_apart_from_the_next() -> None:
    sentence = said(
        Effect="Deny",
        Action="s3:GetObject",
        Resource="*",
        Condition={
            "StringNotEquals": {"aws:PrincipalOrgID": "o-a"},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    )
    assert "is not o-a, or is absent; and the caller is no AWS service" in sentence
