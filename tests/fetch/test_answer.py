"""Answers become plain JSON values: policy text verbatim, times in UTC, nothing else touched."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.handlers import json_decode_policies
from botocore.stub import Stubber

from iamscout.fetch.answer import reader, utc_text

TWICE = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Effect":"Deny"}}'


@pytest.fixture
def iam() -> Any:
    client = boto3.client(
        "iam",
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="made-up",
    )
    client.meta.events.unregister("after-call.iam", json_decode_policies)
    return client


def _role_with(iam: Any, document: str) -> Any:
    with Stubber(iam) as stubber:
        role = {"RoleName": "ops-role", "AssumeRolePolicyDocument": document}
        stubber.add_response("get_account_authorization_details", {"RoleDetailList": [role]})
        answer = iam.get_account_authorization_details()
    operation = iam.meta.service_model.operation_model("GetAccountAuthorizationDetails")
    return reader(operation)(answer)["RoleDetailList"][0]["AssumeRolePolicyDocument"]


def test_a_document_is_decoded_once_and_stands_as_json(iam: Any) -> None:
    document = '{"Version":"2012-10-17","Statement":[{"Sid":"50%25","Effect":"Allow"}]}'
    assert _role_with(iam, quote(document)) == {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "50%25", "Effect": "Allow"}],
    }


def test_a_document_with_equal_keys_stays_text(iam: Any) -> None:
    assert _role_with(iam, quote(TWICE)) == TWICE


def test_an_unreadable_document_stays_text(iam: Any) -> None:
    assert _role_with(iam, "{not JSON") == "{not JSON"


def test_a_plus_sign_is_no_space(iam: Any) -> None:
    assert _role_with(iam, quote('{"Id":"a+b"}', safe="+")) == {"Id": "a+b"}


def test_text_of_the_account_is_never_taken_for_a_document(iam: Any) -> None:
    operation = iam.meta.service_model.operation_model("GetAccountAuthorizationDetails")
    tags = [{"Key": "AssumeRolePolicyDocument", "Value": '%7B"a":1%7D'}]
    answer = reader(operation)({"RoleDetailList": [{"Tags": tags}], "ResponseMetadata": {"RequestId": "x"}})
    assert answer == {"RoleDetailList": [{"Tags": tags}]}


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 1, 31, 23, 59, 59), "2026-01-31T23:59:59Z"),  # noqa: DTZ001  # a time without offset is UTC
        (datetime(2026, 2, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2026-01-31T23:30:00Z"),
    ],
)
def test_times_are_text_in_utc(when: datetime, text: str) -> None:
    assert utc_text(when) == text


def test_times_at_any_depth_are_text(iam: Any) -> None:
    operation = iam.meta.service_model.operation_model("GetAccountAuthorizationDetails")
    created = datetime(2026, 1, 1, tzinfo=timezone.utc)  # noqa: UP017  # dateutil's zone is another object than UTC, too
    answer = reader(operation)({"Policies": [{"PolicyVersionList": [{"CreateDate": created}]}]})
    assert answer == {"Policies": [{"PolicyVersionList": [{"CreateDate": "2026-01-01T00:00:00Z"}]}]}
