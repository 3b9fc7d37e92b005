"""Signing in: with a profile, a role, MFA, and in words where it does not work."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.credentials import RefreshableCredentials
from moto import mock_aws

from iamscout.errors import SignInError
from iamscout.fetch import session as session_module
from iamscout.fetch.collect import collect
from iamscout.fetch.session import SignIn, open_session
from tests.embedded import all_default_listings

if TYPE_CHECKING:
    from tests.fetch.conftest import ScriptedAws, ServiceError, SimulatedClock

ROLE = "arn:aws:iam::444455556666:role/audit"
SERIAL = "arn:aws:iam::111122223333:mfa/me"
KEYS = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = made-up\n"


def _nobody(serial: str) -> str:
    raise AssertionError(f"asked for the code of {serial}")


def _write(variable: str, text: str) -> None:
    Path(os.environ[variable]).write_text(text, "utf-8")


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch, scripted: type[ScriptedAws], script: dict[str, Any]) -> ScriptedAws:
    """Stands for the caller's own session, from which roles are assumed."""
    credentials = {
        "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": "made-up",
        "SessionToken": "token",
        "Expiration": datetime(2099, 1, 1, tzinfo=UTC),
    }
    script["sts:AssumeRole"] = script["sts:GetSessionToken"] = {"Credentials": credentials}
    own = scripted(script, region="us-east-1")
    monkeypatch.setattr(session_module, "_plain_session", lambda _: own)
    return own


def test_a_profile_that_does_not_exist_is_named() -> None:
    with pytest.raises(SignInError, match="profile audit: there is no such profile"):
        open_session(SignIn(profile="audit"), ask_token=_nobody)


def test_the_region_of_the_profile_is_used() -> None:
    _write("AWS_CONFIG_FILE", "[profile china]\nregion = cn-north-1\n")
    assert open_session(SignIn(profile="china"), ask_token=_nobody).region_name == "cn-north-1"


def test_an_option_beats_the_region_of_the_profile() -> None:
    _write("AWS_CONFIG_FILE", "[default]\nregion = eu-west-1\n")
    assert open_session(SignIn(region="us-gov-east-1"), ask_token=_nobody).region_name == "us-gov-east-1"


def test_a_region_that_does_not_exist_is_named() -> None:
    with pytest.raises(SignInError, match="moon-base: there is no such region"):
        open_session(SignIn(region="moon-base"), ask_token=_nobody)


def test_without_credentials_the_way_out_is_told(clock: SimulatedClock) -> None:
    session = open_session(SignIn(), ask_token=_nobody)
    with pytest.raises(SignInError, match=r"there are no AWS credentials; name a --profile"):
        collect(session, clock=clock)


def test_a_role_is_checked_before_anything_is_called() -> None:
    with pytest.raises(SignInError, match="is not the ARN of a role"):
        open_session(SignIn(role_arn="arn:aws:iam::444455556666:user/me"), ask_token=_nobody)


def test_the_role_tells_the_partition_where_no_region_is_configured() -> None:
    role = "arn:aws-us-gov:iam::444455556666:role/audit"
    assert open_session(SignIn(role_arn=role), ask_token=_nobody).region_name == "us-gov-west-1"


def test_a_role_of_another_partition_than_the_region_is_refused() -> None:
    role = "arn:aws-cn:iam::444455556666:role/audit"
    with pytest.raises(SignInError, match="try --region cn-north-1"):
        open_session(SignIn(role_arn=role, region="eu-west-1"), ask_token=_nobody)


def test_no_call_is_made_before_the_session_is_used(sts: ScriptedAws) -> None:
    open_session(SignIn(role_arn=ROLE), ask_token=_nobody)
    assert sts.calls == []


def test_a_role_is_assumed_with_external_id_and_mfa(sts: ScriptedAws) -> None:
    asked: list[str] = []

    def token(serial: str) -> str:
        asked.append(serial)
        return " 123456\n"

    session = open_session(SignIn(role_arn=ROLE, external_id="shared", mfa_serial=SERIAL), ask_token=token)
    credentials = session.get_credentials()
    assert credentials is not None
    assert credentials.get_frozen_credentials().token == "token"
    assert asked == [SERIAL]
    assert sts.calls == [
        (
            "sts:AssumeRole",
            {
                "DurationSeconds": 3600,
                "RoleArn": ROLE,
                "RoleSessionName": "iamscout",
                "ExternalId": "shared",
                "SerialNumber": SERIAL,
                "TokenCode": "123456",
            },
        )
    ]


def test_mfa_alone_makes_a_session_of_the_callers_own_keys(sts: ScriptedAws) -> None:
    session = open_session(SignIn(mfa_serial=SERIAL), ask_token=lambda _: "123456")
    credentials = session.get_credentials()
    assert credentials is not None
    assert credentials.access_key == "ASIAIOSFODNN7EXAMPLE"
    assert sts.operations == ["sts:GetSessionToken"]


def test_the_credentials_of_a_role_renew_themselves(sts: ScriptedAws) -> None:
    soon = {**sts.script["sts:AssumeRole"]["Credentials"], "Expiration": datetime(2020, 1, 1, tzinfo=UTC)}
    sts.script["sts:AssumeRole"] = [{"Credentials": soon}, sts.script["sts:AssumeRole"]]
    session = open_session(SignIn(role_arn=ROLE), ask_token=_nobody)
    credentials = session.get_credentials()
    assert isinstance(credentials, RefreshableCredentials)
    with pytest.raises(RuntimeError, match="refreshed credentials are still expired"):
        credentials.get_frozen_credentials()
    assert credentials.get_frozen_credentials().token == "token"
    assert sts.operations == ["sts:AssumeRole"] * 2


def test_a_role_that_is_denied_is_told_with_what_to_check(
    sts: ScriptedAws, error: type[ServiceError], clock: SimulatedClock
) -> None:
    sts.script["sts:AssumeRole"] = error("AccessDenied", 403, "is not authorized")
    session = open_session(SignIn(role_arn=ROLE), ask_token=_nobody)
    with pytest.raises(SignInError) as caught:
        collect(session, clock=clock)
    assert str(caught.value) == (
        f"{ROLE}: AWS denied sts:AssumeRole (is not authorized); "
        "check the role's trust policy, --external-id and --mfa-serial"
    )


def test_a_whole_run_with_an_assumed_role(clock: SimulatedClock) -> None:
    _write("AWS_SHARED_CREDENTIALS_FILE", KEYS)
    with mock_aws(), all_default_listings():
        snapshot = collect(open_session(SignIn(role_arn=ROLE), ask_token=_nobody), clock=clock)
    assert snapshot.account == "444455556666"
    assert snapshot.caller == "arn:aws:sts::444455556666:assumed-role/audit/iamscout"
    assert {source.status for source in snapshot.sources.values()} == {"ok", "skipped"}


def test_the_clients_of_the_session_stay_botocores_own(clock: SimulatedClock) -> None:
    _write("AWS_SHARED_CREDENTIALS_FILE", KEYS)
    with mock_aws(), all_default_listings():
        session = boto3.Session()
        collect(session, clock=clock)
        trust = '{"Version":"2012-10-17","Statement":[]}'
        role = session.client("iam").create_role(RoleName="ops", AssumeRolePolicyDocument=trust)
    decoded: object = role["Role"]["AssumeRolePolicyDocument"]
    assert decoded == {"Version": "2012-10-17", "Statement": []}
