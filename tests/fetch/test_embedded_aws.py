"""A whole fetch of an account in moto, an AWS in this process, seen through the typed view."""

from __future__ import annotations

import json
from collections import Counter
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


@pytest.fixture
def large_account() -> Iterator[boto3.Session]:
    """300 users, each with a key, a password and a policy, and 500 roles."""
    with mock_aws(), all_default_listings():
        session = boto3.Session(
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", region_name="us-east-1"
        )
        iam = session.client("iam")
        for number in range(300):
            name = f"user-{number:03}"
            iam.create_user(UserName=name)
            iam.create_access_key(UserName=name)
            iam.create_login_profile(UserName=name, Password="made-up-2026")
            iam.put_user_policy(UserName=name, PolicyName="read", PolicyDocument=READ)
        for number in range(500):
            iam.create_role(RoleName=f"role-{number:03}", AssumeRolePolicyDocument=TRUST)
        yield session


def test_300_users_and_500_roles_take_pages_and_a_few_calls(
    large_account: boto3.Session, clock: SimulatedClock
) -> None:
    calls: Counter[str] = Counter()
    clients = large_account.events
    clients.register("before-call.*.*", lambda model, **_: calls.update([model.name]))
    account = view_account(collect(large_account, clock=clock))
    assert (len(account.users), len(account.roles)) == (300, 500)
    # One page of each listing; the report is begun and read, the caller asked for once.
    assert set(calls.values()) == {1}
    assert sorted(calls) == [
        "GenerateCredentialReport",
        "GetAccountAuthorizationDetails",
        "GetAccountPasswordPolicy",
        "GetAccountSummary",
        "GetCallerIdentity",
        "GetCredentialReport",
        "ListAccountAliases",
        "ListInstanceProfiles",
        "ListOpenIDConnectProviders",
        "ListRoles",
        "ListSAMLProviders",
        "ListServerCertificates",
        "ListServiceSpecificCredentials",
        "ListUsers",
        "ListVirtualMFADevices",
    ]


def test_deep_is_as_many_calls_more_as_help_says(
    large_account: boto3.Session, clock: SimulatedClock, progress: RecordingProgress
) -> None:
    options = FetchOptions(switches=("deep",))
    account = view_account(collect(large_account, clock=clock, progress=progress, options=options))
    assert progress.events[-1] == ("finished", 15 + 5 * 300 + 300, 0)
    planned = [event[2] for event in progress.events if event[0] == "planned"]
    assert planned[-1] == 15 + 5 * 300 + 300
    assert len(account.access_keys or ()) == 300
    assert len(account.login_profiles or ()) == 300


def test_deep_costs_five_calls_per_user_and_one_per_access_key(
    session: boto3.Session, clock: SimulatedClock, progress: RecordingProgress
) -> None:
    collect(session, clock=clock, progress=progress, options=FetchOptions(switches=("deep",)))
    assert progress.events[-1] == ("finished", 17 + 5 * 120, 0)
