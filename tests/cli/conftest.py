"""The command line as users have it: a process with arguments, streams and an exit status."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

ACCOUNT = "111122223333"


def trust(principal: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def grants(action: str, resource: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}],
    }


def entity(account: str, kind: str, name: str, unique_id: str) -> dict[str, Any]:
    return {
        "Arn": f"arn:aws:iam::{account}:{kind}/{name}",
        f"{kind.capitalize()}Name": name,
        f"{kind.capitalize()}Id": unique_id,
        "Path": "/",
        "CreateDate": "2026-01-02T03:04:05+00:00",
    }


def account_details(account: str = ACCOUNT) -> dict[str, Any]:
    """What `aws iam get-account-authorization-details` prints of an account: a user, a group, two roles."""
    audit = f"arn:aws:iam::{account}:role/audit"
    return {
        "UserDetailList": [
            {
                **entity(account, "user", "alice", "AIDAEXAMPLEALICE00001"),
                "GroupList": ["Auditors"],
                "AttachedManagedPolicies": [],
            }
        ],
        "GroupDetailList": [
            {
                **entity(account, "group", "Auditors", "AGPAEXAMPLEAUDITORS01"),
                "GroupPolicyList": [
                    {"PolicyName": "take-audit", "PolicyDocument": grants("sts:AssumeRole", audit)}
                ],
                "AttachedManagedPolicies": [],
            }
        ],
        "RoleDetailList": [
            {
                **entity(account, "role", "audit", "AROAEXAMPLEAUDIT00001"),
                "AssumeRolePolicyDocument": trust({"AWS": f"arn:aws:iam::{account}:root"}),
                "RolePolicyList": [],
                "AttachedManagedPolicies": [],
                "InstanceProfileList": [],
                "Tags": [],
            },
            {
                **entity(account, "role", "open", "AROAEXAMPLEOPEN000001"),
                "AssumeRolePolicyDocument": trust("*"),
                "RolePolicyList": [],
                "AttachedManagedPolicies": [],
                "InstanceProfileList": [],
                "Tags": [],
            },
        ],
        "Policies": [],
    }


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run `iamscout ARGUMENTS...` in a folder of its own, without the caller's AWS settings."""

    def run(
        *arguments: str | Path, environment: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "IAMSCOUT_"))
        }
        options = {"cwd": tmp_path, "capture_output": True, "encoding": "utf-8", "timeout": 120, **options}
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "iamscout", *map(str, arguments)],
            env={**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **(environment or {})},
            check=False,
            **options,
        )

    return run


@pytest.fixture
def details(tmp_path: Path) -> Path:
    """A file of the AWS CLI's."""
    file = tmp_path / "details.json"
    file.write_text(json.dumps(account_details()), "utf-8")
    return file


@pytest.fixture
def snapshot(details: Path, tmp_path: Path) -> Path:
    """The snapshot of that file."""
    from datetime import UTC, datetime

    from iamscout.cli.import_ import run_import

    moment = datetime(2026, 11, 1, 8, tzinfo=UTC)
    (path,) = run_import(
        [details], out=tmp_path / "snapshot.json", account="", captured_at=moment, now=moment
    )
    return path
