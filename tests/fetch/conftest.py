"""What the tests of fetch share: simulated time, an AWS that answers by script, no network."""

from __future__ import annotations

import copy
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel

from iamscout.fetch.progress import Caller, SilentProgress
from iamscout.fetch.services import in_actions
from iamscout.snapshot.model import Status
from tests.fetch.more_answers import more_answers

ACCOUNT = "111122223333"
START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)

Answer = Any
"""A dict (the answer), an exception, a function of the parameters, or a list of these, the last repeated."""


class SimulatedClock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class RecordingProgress(SilentProgress):
    """Remembers what it was told, as tuples that begin with the name of the event."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []

    def signed_in(self, caller: Caller) -> None:
        self.events.append(("signed_in", caller))

    def planned(self, sources: int, calls: int) -> None:
        self.events.append(("planned", sources, calls))

    def waiting(self, operation: str, seconds: float, reason: str) -> None:
        self.events.append(("waiting", operation, seconds, reason))

    def ended(self, source: str, status: Status, reason: str) -> None:
        self.events.append(("ended", source, status, reason))

    def finished(self, calls: int, gaps: int) -> None:
        self.events.append(("finished", calls, gaps))


class ServiceError(Exception):
    """An error answer of AWS, as the script of :class:`ScriptedAws` names it."""

    def __init__(self, code: str, status: int = 400, message: str = "as scripted") -> None:
        super().__init__(code)
        self.parsed = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        self.status = status


@cache
def _models() -> boto3.Session:
    """One for all tests: reading botocore's models takes longer than any of them."""
    return boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up")


class ScriptedAws:
    """A session whose clients are botocore's own and answer from a script, without any network.

    `script` maps operations (`iam:ListRoles`) to answers, `calls` records each call with its parameters.
    """

    def __init__(self, script: dict[str, Answer], *, region: str | None = "eu-west-1") -> None:
        self.script = script
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.region_name = region
        self.profile_name = "default"
        self.asked: dict[str, int] = {}

    @property
    def client(self) -> Callable[..., Any]:
        return self._client

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    def _client(self, service: str, **options: Any) -> Any:
        client: Any = _models().client(service, **options)  # type: ignore[call-overload]  # any service
        client.meta.events.register("provide-client-params.*.*", self._note)
        client.meta.events.register("before-call.*.*", self._answer)
        return client

    def _note(self, params: dict[str, Any], model: OperationModel, **_: object) -> None:
        self.calls.append((f"{in_actions(model.service_model.service_name)}:{model.name}", dict(params)))

    def _answer(self, **_: object) -> tuple[AWSResponse, dict[str, Any]]:
        operation, parameters = self.calls[-1]
        answer = self.script[operation]
        if isinstance(answer, list):
            number = self.asked.get(operation, 0)
            self.asked[operation] = number + 1
            answer = answer[min(number, len(answer) - 1)]
        if callable(answer):
            answer = answer(parameters)
        if isinstance(answer, ServiceError):
            return AWSResponse("", answer.status, {}, None), answer.parsed  # type: ignore[arg-type]  # no body
        if isinstance(answer, Exception):
            raise answer
        # What reads an answer changes it in place, as it may: botocore makes a new one for each call.
        return AWSResponse("", 200, {}, None), {**copy.deepcopy(answer), "ResponseMetadata": {}}  # type: ignore[arg-type]  # as above


def small_account() -> dict[str, Answer]:
    """Answers to everything that a fetch asks: a user, a group, a role, a policy, a provider of each kind."""
    saml = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
    oidc = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com"
    user = {
        "UserName": "alice",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
        "Path": "/",
        "CreateDate": START,
    }
    return {
        "sts:GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/auditor"},
        "iam:GetAccountAuthorizationDetails": {
            "UserDetailList": [user],
            "GroupDetailList": [{"GroupName": "staff"}],
            "RoleDetailList": [{"RoleName": "ops"}],
            "Policies": [{"PolicyName": "read"}],
            "IsTruncated": False,
        },
        "iam:ListRoles": {
            "Roles": [
                {"RoleName": "ops", "Arn": f"arn:aws:iam::{ACCOUNT}:role/ops", "MaxSessionDuration": 3600}
            ],
            "IsTruncated": False,
        },
        "iam:ListUsers": {"Users": [user], "IsTruncated": False},
        "iam:ListAccountAliases": {"AccountAliases": ["example"], "IsTruncated": False},
        "iam:GetAccountSummary": {"SummaryMap": {"Users": 1, "Roles": 1, "Groups": 1, "Providers": 2}},
        "iam:GetAccountPasswordPolicy": {"PasswordPolicy": {"MinimumPasswordLength": 14}},
        "iam:ListSAMLProviders": {"SAMLProviderList": [{"Arn": saml}]},
        "iam:GetSAMLProvider": {"SAMLMetadataDocument": "<xml/>", "ValidUntil": START},
        "iam:ListOpenIDConnectProviders": {"OpenIDConnectProviderList": [{"Arn": oidc}]},
        "iam:GetOpenIDConnectProvider": {"Url": "token.example.com", "ClientIDList": ["sts.amazonaws.com"]},
        "iam:GenerateCredentialReport": {"State": "COMPLETE"},
        "iam:GetCredentialReport": {
            "Content": b"user,arn\nalice,x\n", "ReportFormat": "text/csv", "GeneratedTime": START
        },
        "iam:ListVirtualMFADevices": {
            "VirtualMFADevices": [{"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/alice", "User": user}],
            "IsTruncated": False,
        },
        "iam:ListMFADevices": {"MFADevices": [{"UserName": "alice", "SerialNumber": "GAHT12345678"}]},
        **organization(),
        **more_answers(),
    }  # fmt: skip


def organization() -> dict[str, Answer]:
    """An organization of two accounts, one in a unit, where service control policies are enabled."""
    allow = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    deny = '{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
    children = {
        "r-root": ([{"Id": ACCOUNT, "Name": "main"}], [{"Id": "ou-root-work", "Name": "work"}]),
        "ou-root-work": ([{"Id": "444455556666", "Name": "member"}], []),
    }
    targets = {"p-full": ["r-root", "ou-root-work", ACCOUNT, "444455556666"], "p-deny": ["ou-root-work"]}
    return {
        "organizations:DescribeOrganization": {
            "Organization": {"Id": "o-example", "MasterAccountId": ACCOUNT}
        },
        "organizations:ListRoots": {
            "Roots": [
                {"Id": "r-root", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}
            ]
        },
        "organizations:ListAccountsForParent": lambda asked: {"Accounts": children[asked["ParentId"]][0]},
        "organizations:ListOrganizationalUnitsForParent": lambda asked: {
            "OrganizationalUnits": children[asked["ParentId"]][1]
        },
        "organizations:ListPolicies": {
            "Policies": [{"Id": "p-full", "Name": "FullAWSAccess"}, {"Id": "p-deny", "Name": "Deny"}]
        },
        "organizations:ListTargetsForPolicy": lambda asked: {
            "Targets": [{"TargetId": target} for target in targets[asked["PolicyId"]]]
        },
        "organizations:DescribePolicy": lambda asked: {
            "Policy": {"Content": allow if asked["PolicyId"] == "p-full" else deny}
        },
    }


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
def progress() -> RecordingProgress:
    return RecordingProgress()


@pytest.fixture
def script() -> dict[str, Answer]:
    return small_account()


@pytest.fixture
def scripted() -> type[ScriptedAws]:
    return ScriptedAws


@pytest.fixture
def error() -> type[ServiceError]:
    return ServiceError


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", loopback_only)


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in [name for name in os.environ if name.startswith(("AWS_", "BOTO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
