"""The embedded AWS: in this process (moto), for the time of a `with`, accounts built, sessions at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
from msgspec import Struct

from iamscout.demo.blueprint import Account
from iamscout.demo.build import build_account
from iamscout.demo.earlier import EARLIER, earlier_account
from iamscout.demo.management_account import management_account
from iamscout.demo.organization import MEMBERS, build_organization
from iamscout.demo.production_account import production_account
from iamscout.demo.security_account import security_account
from iamscout.demo.shared_roles import ACCESS_ROLE, AUDIT_ROLE
from iamscout.demo.world import MANAGEMENT, MOMENT, REGION, role_arn
from iamscout.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

_FOREIGN = ("AWS_", "BOTO_", "MOTO_", "TEST_PROXY_MODE", "TEST_SERVER_MODE")
"""Beginnings of the environment variables that would lead a session, or moto, somewhere else."""


class EmbeddedAccount(Struct, frozen=True):
    """One account of the demo.

    `session` is one of the read-only audit role in it. `not_offered` holds the operations, as IAM spells them
    ("iam:ListServiceSpecificCredentials"), that it must not be asked, each with the reason.
    """

    account_id: str
    name: str
    session: boto3.Session
    not_offered: dict[str, str]


class EmbeddedAws(Struct, frozen=True):
    """The organization's accounts, the main one first, and the moment (UTC) that its clock stands at."""

    accounts: tuple[EmbeddedAccount, ...]
    moment: datetime


def blueprints() -> tuple[Account, ...]:
    """The three accounts as they are planned, in the order they are shown in."""
    return (production_account(), security_account(), management_account())


@contextmanager
def embedded_organization(*, earlier: bool = False) -> Iterator[EmbeddedAws]:
    """An organization of three accounts in this process, always the same; it is gone when the `with` ends.

    With `earlier` it is what it was three months before, at the moment of :mod:`iamscout.demo.earlier`.
    Needs neither network nor credentials: the caller's `AWS_*` variables and profiles are out of sight while
    it lasts. Raises UsageError where moto is not installed.
    """
    with ExitStack() as stack:
        stack.enter_context(_without_the_callers_settings())
        try:
            from moto import mock_aws  # noqa: PLC0415  # an extra: only who asks for the demo needs it

            from iamscout.demo import backdate  # noqa: PLC0415  # the same
            from iamscout.demo.not_offered import not_offered  # noqa: PLC0415  # the same
        except ImportError as missing:
            raise UsageError(
                "the embedded AWS is not installed",
                where="demo",
                remedy='run `pip install "iamscout[demo]"`',
            ) from missing
        moment = EARLIER if earlier else MOMENT
        stack.enter_context(mock_aws(config={"iam": {"load_aws_managed_policies": True}}))
        stack.enter_context(backdate.stopped_clock(moment))
        stack.enter_context(backdate.one_partition())
        accounts = tuple(map(earlier_account, blueprints())) if earlier else blueprints()
        members = [account_id for _, account_id, _ in MEMBERS]
        stack.enter_context(backdate.known_organization_ids([MANAGEMENT, *members]))
        stack.enter_context(backdate.answers_with_a_past(accounts, moment))

        _build(accounts)
        for account in accounts:
            backdate.backdate_account(account, moment)
        backdate.backdate_organization(accounts)
        yield EmbeddedAws(
            accounts=tuple(
                EmbeddedAccount(
                    account.account_id,
                    account.name,
                    _assumed(_first_caller(), account.account_id, AUDIT_ROLE),
                    not_offered(account.account_id),
                )
                for account in accounts
            ),
            moment=moment,
        )


def _build(accounts: tuple[Account, ...]) -> None:
    """Create the organization first: an account is there once it is a member."""
    first = _first_caller()
    management = _assumed(first, MANAGEMENT, ACCESS_ROLE)
    build_organization(management.client("organizations"), management.client("iam"))
    for account in accounts:
        build_account(account, _assumed(first, account.account_id, ACCESS_ROLE).client("iam"))


def _first_caller() -> STSClient:
    """A caller of the management account, from which every session of the demo comes by sts:AssumeRole.

    moto takes the account of a caller it does not know from this header ("Multi-account support").
    """
    session = boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="EXAMPLE",  # noqa: S106  # nothing checks it
        region_name=REGION,
    )
    client = session.client("sts")

    def name_the_account(params: dict[str, dict[str, str]], **_: object) -> None:
        params["headers"]["x-moto-account-id"] = MANAGEMENT

    client.meta.events.register("before-call.sts.*", name_the_account)
    return client


def _assumed(sts: STSClient, account_id: str, role: str) -> boto3.Session:
    credentials = sts.assume_role(RoleArn=role_arn(account_id, role), RoleSessionName="iamscout")[
        "Credentials"
    ]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=REGION,
    )


@contextmanager
def _without_the_callers_settings() -> Iterator[None]:
    """Hide variables, profiles and endpoints of the caller's own from every session made inside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    own = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    }
    with patch.dict(os.environ, {**kept, **own}, clear=True):
        yield
