"""An account in moto with groups of every model, and what a plan for it does there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from iamscout.access.edges import build_access
from iamscout.analysis.estate import Estate
from iamscout.analysis.settings import Settings
from iamscout.fetch.collect import collect
from iamscout.plan.model import Call
from iamscout.snapshot.account import Account
from iamscout.snapshot.model import Snapshot
from iamscout.snapshot.view import view_account
from tests.embedded import all_default_listings

ACCOUNT = "123456789012"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


class Clock:
    """A clock that stands still; waiting costs nothing."""

    def now(self) -> datetime:
        return datetime(2026, 11, 1, 8, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        del seconds


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trusting(**more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole", **more}
    return document(statement)


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    """Traditional, mixed, role-based and odd groups with their members."""
    with all_default_listings(), mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        session = boto3.Session(
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", region_name="us-east-1"
        )
        iam = session.client("iam")
        iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trusting())
        iam.create_role(RoleName="GroupA-Role", AssumeRolePolicyDocument=trusting())
        readers = iam.create_policy(
            PolicyName="readers",
            Path="/it's $(odd)/",
            PolicyDocument=document(allow(["s3:Get*", "s3:List*"])),
        )["Policy"]["Arn"]
        guarded = iam.create_policy(
            PolicyName="guarded",
            PolicyDocument=document(
                allow("dynamodb:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
                allow("iam:ChangePassword", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"),
                {"Effect": "Deny", "Action": "dynamodb:DeleteTable", "Resource": "*"},
            ),
        )["Policy"]["Arn"]
        for name in ("GroupA", "GroupB", "-mixed=@,.+", "Guarded"):
            iam.create_group(GroupName=name)
        iam.attach_group_policy(GroupName="GroupA", PolicyArn="arn:aws:iam::aws:policy/IAMFullAccess")
        iam.attach_group_policy(GroupName="GroupB", PolicyArn=readers)
        iam.put_group_policy(
            GroupName="GroupB",
            PolicyName="more",
            PolicyDocument=document(
                {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": f"arn:aws:s3:::{'x'}*"}
            ),
        )
        iam.put_group_policy(
            GroupName="-mixed=@,.+",
            PolicyName="both",
            PolicyDocument=document(
                allow(["sts:AssumeRole", "ec2:Describe*"], "*"),
                {
                    "Effect": "Deny",
                    "Action": "sts:AssumeRole",
                    "Resource": f"arn:aws:iam::{ACCOUNT}:role/Group*",
                },
            ),
        )
        iam.attach_group_policy(GroupName="Guarded", PolicyArn=guarded)
        for user, groups in (
            ("ann", ("GroupA", "GroupB")),
            ("ben=x", ("-mixed=@,.+",)),
            ("cat", ("Guarded",)),
        ):
            iam.create_user(UserName=user)
            for group in groups:
                iam.add_user_to_group(GroupName=group, UserName=user)
        yield session


def fetched(session: boto3.Session) -> Snapshot:
    return collect(session, clock=Clock())


def estate_of(session: boto3.Session) -> Estate:
    account: Account = view_account(fetched(session))
    return Estate((account,), build_access([account]), Settings())


def perform(session: boto3.Session, call: Call) -> None:
    """Make a planned call through boto3."""
    client = session.client("iam")
    method = {api: name for name, api in client.meta.method_to_api_mapping.items()}[call.operation]
    getattr(client, method)(**dict(call.parameters))
