"""Signing in: a boto3 session from the options of the AWS CLI, with a role and MFA where asked for.

The credentials of an assumed role renew themselves as long as the ones behind them last; with MFA that asks
for a new token. Nothing is cached on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
from botocore.credentials import CredentialProvider, DeferredRefreshableCredentials
from botocore.exceptions import ConfigParseError, InvalidRegionError, ProfileNotFound
from botocore.loaders import Loader, create_loader
from msgspec import Struct

from iamscout.errors import SignInError
from iamscout.fetch.clock import Clock, SystemClock
from iamscout.fetch.gateway import DEFAULT_REGION, Gateway, SessionLike
from iamscout.fetch.limits import Limits
from iamscout.fetch.progress import SilentProgress
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.sign_in import sign_in_problem
from iamscout.policy.arn import parse_arn

ASSUME_ROLE = "sts:AssumeRole"

ROLE_SECONDS = 3_600
"""What a role's session may last at least, and at most where one role assumes another ("Role chaining")."""

_REGIONS = {
    "aws": DEFAULT_REGION,
    "aws-us-gov": "us-gov-west-1",
    "aws-cn": "cn-north-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}
"""A region of each partition, for a role whose ARN names the partition while no region is configured."""

TokenPrompt = Callable[[str], str]
"""Asks for the six digits that the MFA device with this serial number shows."""


class SignIn(Struct, frozen=True):
    """How to sign in, in the AWS CLI's words; empty means not given."""

    profile: str = ""
    region: str = ""
    role_arn: str = ""
    external_id: str = ""
    mfa_serial: str = ""
    session_name: str = "iamscout"


def open_session(sign_in: SignIn, *, ask_token: TokenPrompt, clock: Clock | None = None) -> boto3.Session:
    """A session that signs as asked. No call is made before the session is used.

    With `mfa_serial` alone the caller's own keys are exchanged for a session with MFA
    (sts:GetSessionToken). Raises SignInError for a profile or region that does not exist, and from its
    first use on for what AWS refuses.
    """
    own = _plain_session(sign_in)
    if not (sign_in.role_arn or sign_in.mfa_serial):
        return own
    return _renewing(_Renewal(sign_in, own, ask_token, clock or SystemClock()), own.region_name)


def member_session(
    own: SessionLike, role_arn: str, *, external_id: str, region: str, clock: Clock, loader: Loader
) -> boto3.Session:
    """A session with a role that `own` assumes, such as in another account of an organization.

    `loader` holds botocore's models of the services; to read them again for each account would take most of
    the time of a small one.
    """
    renew = _Renewal(SignIn(role_arn=role_arn, external_id=external_id), own, _nobody, clock)
    return _renewing(renew, region, loader)


def service_models() -> Loader:
    """What reads botocore's models of the services, each once."""
    return create_loader()


def _nobody(serial: str) -> str:
    raise SignInError("no MFA code can be given here", where=serial)


def _renewing(renew: _Renewal, region: str | None, loader: Loader | None = None) -> boto3.Session:
    core = botocore.session.Session(profile=renew.profile or None)
    if loader is not None:
        core.register_component("data_loader", loader)
    core.get_component("credential_provider").providers.insert(0, _Renewed(renew))
    return boto3.Session(botocore_session=core, region_name=region)


def _plain_session(sign_in: SignIn) -> boto3.Session:
    try:
        session = boto3.Session(profile_name=sign_in.profile or None, region_name=sign_in.region or None)
        known = session.get_partition_for_region(session.region_name or DEFAULT_REGION)
    except ProfileNotFound:
        raise SignInError(
            "there is no such profile",
            where=f"profile {sign_in.profile}",
            remedy="see `aws configure list-profiles`",
        ) from None
    except ConfigParseError as problem:
        raise SignInError(str(problem), remedy="correct the file") from None
    except (InvalidRegionError, botocore.exceptions.UnknownRegionError):
        raise SignInError(
            "there is no such region", where=sign_in.region or "configuration", remedy="name another --region"
        ) from None
    role = parse_arn(sign_in.role_arn) if sign_in.role_arn else None
    if sign_in.role_arn and (role is None or role.resource_type != "role"):
        raise SignInError(
            "is not the ARN of a role", where=sign_in.role_arn, remedy="name a role with --role-arn"
        )
    if role is None or role.partition == known:
        return session
    if session.region_name:
        raise SignInError(
            f"the role is in partition {role.partition}, the region {session.region_name} in {known}",
            where=sign_in.role_arn,
            remedy=f"try --region {_REGIONS.get(role.partition, 'of that partition')}",
        )
    return boto3.Session(profile_name=sign_in.profile or None, region_name=_REGIONS.get(role.partition))


class _Renewed(CredentialProvider):
    """Puts renewing credentials in front of whatever else the session would find."""

    METHOD = "iamscout"

    def __init__(self, renew: _Renewal) -> None:
        super().__init__()
        self._renew = renew

    def load(self) -> DeferredRefreshableCredentials:
        """Credentials that call STS when they are first needed, and again before they end."""
        return DeferredRefreshableCredentials(refresh_using=self._renew, method=self.METHOD)


class _Renewal:
    """Gets temporary credentials from STS, each time it is called."""

    def __init__(self, sign_in: SignIn, own: SessionLike, ask_token: TokenPrompt, clock: Clock) -> None:
        self.profile = sign_in.profile
        self._sign_in = sign_in
        self._own = own
        self._ask_token = ask_token
        self._clock = clock

    def __call__(self) -> dict[str, str]:
        sign_in = self._sign_in
        operation = ASSUME_ROLE if sign_in.role_arn else "sts:GetSessionToken"
        gateway = Gateway(
            self._own,
            frozenset({operation}),
            clock=self._clock,
            progress=SilentProgress(),
            limits=Limits(tries=3, total_seconds=30),
        )
        try:
            answer = gateway.send(operation, self._parameters())
        except RefusalError as refusal:
            raise self._problem(refusal, gateway) from refusal
        return _metadata(answer["Credentials"])

    def _parameters(self) -> dict[str, object]:
        sign_in = self._sign_in
        asked: dict[str, object] = {"DurationSeconds": ROLE_SECONDS}
        if sign_in.role_arn:
            asked |= {"RoleArn": sign_in.role_arn, "RoleSessionName": sign_in.session_name}
        if sign_in.external_id:
            asked["ExternalId"] = sign_in.external_id
        if sign_in.mfa_serial:
            asked |= {
                "SerialNumber": sign_in.mfa_serial,
                "TokenCode": self._ask_token(sign_in.mfa_serial).strip(),
            }
        return asked

    def _problem(self, refusal: RefusalError, gateway: Gateway) -> SignInError:
        if refusal.status != "denied":
            return sign_in_problem(refusal, profile=self._sign_in.profile, host=gateway.endpoint("sts"))
        return SignInError(
            f"AWS denied {refusal.operation} ({refusal.message})",
            where=self._sign_in.role_arn or self._sign_in.mfa_serial,
            remedy="check the role's trust policy, --external-id and --mfa-serial",
        )


def _metadata(credentials: dict[str, Any]) -> dict[str, str]:
    return {
        "access_key": credentials["AccessKeyId"],
        "secret_key": credentials["SecretAccessKey"],
        "token": credentials["SessionToken"],
        "expiry_time": credentials["Expiration"],
    }
