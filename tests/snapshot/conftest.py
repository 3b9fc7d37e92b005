"""Files and snapshots to read: small, made by hand, documentation ids only."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iamscout.snapshot.model import Snapshot, Source, Tool, encode_source

Write = Callable[[str, object], Path]
Snap = Callable[..., Snapshot]

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below a temporary folder: bytes and text as they are, all else as JSON."""

    def do(name: str, content: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=4).encode())
        return path

    return do


@pytest.fixture
def snap() -> Snap:
    """Makes a snapshot of account 111122223333 out of sources: data that went well, or a Source."""

    def do(sources: Mapping[str, object] | None = None, **fields: Any) -> Snapshot:
        moment = datetime(2026, 11, 1, 8, tzinfo=UTC)
        given = {
            name: value if isinstance(value, Source) else Source("ok", encode_source(value))
            for name, value in (sources or {}).items()
        }
        usual: dict[str, Any] = {
            "account": "111122223333",
            "partition": "aws",
            "captured_at": moment,
            "captured_until": moment,
            "tool": Tool("iamscout", "0"),
        }
        return Snapshot(**{**usual, **fields}, sources=given)

    return do


@pytest.fixture
def details() -> dict[str, Any]:
    """What `aws iam get-account-authorization-details` prints for an account with one of each."""
    return {
        "UserDetailList": [
            {
                "Path": "/team/",
                "UserName": "alice",
                "UserId": "AIDACKCEVSQ6C2EXAMPLE",
                "Arn": "arn:aws:iam::111122223333:user/team/alice",
                "CreateDate": "2025-01-02T03:04:05+00:00",
                "UserPolicyList": [{"PolicyName": "inline", "PolicyDocument": READ}],
                "GroupList": ["readers"],
                "AttachedManagedPolicies": [],
                "PermissionsBoundary": {
                    "PermissionsBoundaryType": "Policy",
                    "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/limit",
                },
                "Tags": [{"Key": "team", "Value": "blue"}],
            }
        ],
        "GroupDetailList": [
            {
                "Path": "/",
                "GroupName": "readers",
                "GroupId": "AGPACKCEVSQ6C2EXAMPLE",
                "Arn": "arn:aws:iam::111122223333:group/readers",
                "CreateDate": "2025-01-02T03:04:05+00:00",
                "GroupPolicyList": [],
                "AttachedManagedPolicies": [
                    {"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
                ],
            }
        ],
        "RoleDetailList": [
            {
                "Path": "/",
                "RoleName": "deploy",
                "RoleId": "AROADBQP57FF2AEXAMPLE",
                "Arn": "arn:aws:iam::111122223333:role/deploy",
                "CreateDate": "2025-01-02T03:04:05+00:00",
                "AssumeRolePolicyDocument": TRUST,
                "InstanceProfileList": [
                    {
                        "InstanceProfileName": "deploy",
                        "Arn": "arn:aws:iam::111122223333:instance-profile/deploy",
                        "Roles": [{"RoleName": "deploy", "AssumeRolePolicyDocument": TRUST}],
                    }
                ],
                "RolePolicyList": [],
                "AttachedManagedPolicies": [],
                "Tags": [],
                "RoleLastUsed": {"LastUsedDate": "2026-10-01T00:00:00+00:00", "Region": "eu-west-1"},
            }
        ],
        "Policies": [
            {
                "PolicyName": "limit",
                "PolicyId": "ANPACKCEVSQ6C2EXAMPLE",
                "Arn": "arn:aws:iam::111122223333:policy/limit",
                "Path": "/",
                "DefaultVersionId": "v2",
                "AttachmentCount": 0,
                "PermissionsBoundaryUsageCount": 1,
                "IsAttachable": True,
                "CreateDate": "2025-01-02T03:04:05+00:00",
                "UpdateDate": "2025-02-02T03:04:05+00:00",
                "PolicyVersionList": [
                    {
                        "Document": READ,
                        "VersionId": "v2",
                        "IsDefaultVersion": True,
                        "CreateDate": "2025-02-02T03:04:05+00:00",
                    },
                    {
                        "Document": TRUST,
                        "VersionId": "v1",
                        "IsDefaultVersion": False,
                        "CreateDate": "2025-01-02T03:04:05+00:00",
                    },
                ],
            }
        ],
    }
