"""A whole fetch of an account in moto, an AWS in this process, seen through the typed view."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from iamscout.fetch.collect import FetchOptions, collect
from iamscout.snapshot.account import Account
from iamscout.snapshot.file import load, store
from iamscout.snapshot.view import view_account
from tests.embedded import all_default_listings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fetch.conftest import RecordingProgress, SimulatedClock

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": 60}},
            }
        ],
    }
)
READ = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetRole","Resource":"*"}}'
SAML_METADATA = "<EntityDescriptor>" + "x" * 1_000 + "</EntityDescriptor>"


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    with mock_aws(), all_default_listings():
        session = boto3.Session(
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="made-up",
            region_name="us-east-1",
        )
        iam = session.client("iam")
        for number in range(120):
            iam.create_user(UserName=f"user-{number:03}")
        iam.create_group(GroupName="staff")
        iam.add_user_to_group(GroupName="staff", UserName="user-001")
        iam.create_role(RoleName="ops", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=7200)
        iam.put_role_policy(RoleName="ops", PolicyName="read", PolicyDocument=READ)
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
        iam.enable_mfa_device(
            UserName="user-001",
            SerialNumber=device["SerialNumber"],
            AuthenticationCode1="123456",
            AuthenticationCode2="654321",
        )
        iam.create_saml_provider(Name="idp", SAMLMetadataDocument=SAML_METADATA)
        iam.create_open_id_connect_provider(
            Url="https://token.example.com", ClientIDList=["sts.amazonaws.com"]
        )
        iam.create_account_alias(AccountAlias="example")
        yield session


@pytest.fixture
def account(session: boto3.Session, clock: SimulatedClock, tmp_path: Path) -> Account:
    return view_account(load(store(collect(session, clock=clock), tmp_path / "snapshot.json.gz")))


def test_everything_arrives(account: Account) -> None:
    assert len(account.users) == 120
    assert account.users_by_arn["arn:aws:iam::123456789012:user/user-001"].groups == ("staff",)
    assert account.alias == "example"
    assert [provider.arn for provider in account.saml_providers or ()] == [
        "arn:aws:iam::123456789012:saml-provider/idp"
    ]
    assert [provider.client_ids for provider in account.oidc_providers or ()] == [("sts.amazonaws.com",)]
    assert [device.user_arn for device in account.mfa_devices or ()] == [
        "arn:aws:iam::123456789012:user/user-001"
    ]
    assert len(account.credential_report or ()) == 120
    assert account.password_policy is not None
    assert not account.password_policy.exists
    assert account.gaps == ()


def test_the_role_has_what_only_list_roles_tells(account: Account) -> None:
    (role,) = account.roles
    assert role.max_session_duration_seconds == 7200
    assert [policy.document.statements[0].actions for policy in role.inline_policies] == [("iam:GetRole",)]
    assert role.trust_policy.statements[0].conditions[0].key == "aws:MultiFactorAuthAge"


def test_the_calls_are_the_pages_and_a_few(
    session: boto3.Session, clock: SimulatedClock, progress: RecordingProgress
) -> None:
    collect(session, clock=clock, progress=progress)
    assert progress.events[-1] == ("finished", 17, 0)


def test_deep_costs_five_calls_per_user_and_one_per_access_key(
    session: boto3.Session, clock: SimulatedClock, progress: RecordingProgress
) -> None:
    collect(session, clock=clock, progress=progress, options=FetchOptions(switches=("deep",)))
    assert progress.events[-1] == ("finished", 17 + 5 * 120, 0)
