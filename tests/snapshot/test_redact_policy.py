"""Redaction of policy documents, condition by condition: what AWS gives stays, everything else goes."""

import json
from typing import Any

import pytest

from iamscout.snapshot.redact_policy import redact_document
from tests.snapshot.test_redact import allow, document, redactor, trusts


def test_what_a_condition_compares_with_is_redacted_unless_aws_gives_it() -> None:
    conditions = {
        "StringLike": {
            "kms:EncryptionContext:quokka": "zebedee",
            "ec2:ResourceTag/quokka": "zebedee-*",
            "aws:TagKeys": ["quokka"],
            "aws:SourceVpce": "vpce-quokka",
            "aws:Referer": "https://www.quokka.test/zebedee",
            "s3:prefix": ["quokka/${aws:PrincipalTag/quokka}/${idp.quokka.test/x:sub}/*"],
            "SAML:aud": "https://quokka.test/saml",
            "SAML:iss": "https://quokka.test/idp",
        },
        "StringEquals": {
            "iam:PassedToService": "lambda.amazonaws.com",
            "aws:RequestedRegion": "eu-*",
            "aws:PrincipalType": "AssumedRole",
            "SAML:aud": "https://signin.aws.amazon.com/saml",
            "cognito-identity.amazonaws.com:amr": "authenticated",
            "s3:prefix": "${cognito-identity.amazonaws.com:sub}/*",
        },
    }
    made: Any = redact_document(document(allow("*", "s3:*", Condition=conditions)), redactor())
    told = made["Statement"][0]["Condition"]

    assert [word for word in ("quokka", "zebedee") if word in json.dumps(told)] == []
    assert told["StringEquals"] == conditions["StringEquals"]
    tag = redactor().tag_key("quokka")
    assert f"ec2:ResourceTag/{tag}" in told["StringLike"]
    assert told["StringLike"]["aws:TagKeys"] == [tag]
    assert f"/${{aws:PrincipalTag/{tag}}}/${{" in told["StringLike"]["s3:prefix"][0]


def test_what_is_no_policy_by_the_grammar_is_redacted_as_well() -> None:
    odd = document(
        {"Effect": "quokka", "Action": "quokka", "Resource": "not quokka", "Comment": "quokka"},
        trusts({"AWS": "quokka", "Service": "quokka", "Federated": "quokka"}),
    )
    assert "quokka" not in json.dumps(redact_document(odd, redactor()))


@pytest.mark.parametrize("key", ["x509Subject/CN", "aws:cloudformation:stack-name"])
def test_tag_keys_that_aws_gives_stay(key: str) -> None:
    assert redactor().tag_key(key) == key


@pytest.mark.parametrize("host", ["quokka", "idp.quokka", "https://quokka/x", "quokka.quokka:443"])
def test_a_host_within_the_house_is_redacted_to_its_end(host: str) -> None:
    assert "quokka" not in redactor().host(host)
