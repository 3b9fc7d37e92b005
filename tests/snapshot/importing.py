"""What the tests of the importers share: files imported at a fixed time, and a look into their sources."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from iamscout.snapshot.importers import import_files
from iamscout.snapshot.model import Snapshot

DETAILS = "iam:GetAccountAuthorizationDetails"
ARN = "arn:aws:iam::111122223333:"
NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
REPORT = (
    "user,arn,user_creation_time\nalice,arn:aws:iam::111122223333:user/team/alice,2025-01-02T03:04:05+00:00\n"
)

Write = Callable[[str, object], Path]


def imported(*paths: Path | str, **options: Any) -> tuple[Snapshot, ...]:
    return import_files(paths, **{"now": NOW, "tool_version": "1.2.3", **options})


def alone(*paths: Path | str, **options: Any) -> Snapshot:
    (snapshot,) = imported(*paths, **options)
    return snapshot


def answer(snapshot: Snapshot, source: str) -> Any:
    return json.loads(snapshot.data(source) or b"null")


ANSWERS: dict[str, dict[str, Any]] = {
    "iam:ListRoles": {"Roles": [{"Arn": f"{ARN}role/deploy", "MaxSessionDuration": 3600}]},
    "iam:ListUsers": {"Users": [{"Arn": f"{ARN}user/alice", "PasswordLastUsed": "2026-01-01T00:00:00Z"}]},
    "iam:ListSAMLProviders": {"SAMLProviderList": [{"Arn": f"{ARN}saml-provider/idp"}]},
    "iam:ListOpenIDConnectProviders": {
        "OpenIDConnectProviderList": [{"Arn": f"{ARN}oidc-provider/gitlab.com"}]
    },
    "iam:ListVirtualMFADevices": {"VirtualMFADevices": [{"SerialNumber": f"{ARN}mfa/alice"}]},
}
"""Answers that tell their account."""

SILENT: dict[str, dict[str, Any]] = {
    "iam:GetAccountPasswordPolicy": {"PasswordPolicy": {"MinimumPasswordLength": 14}},
    "iam:GetAccountSummary": {"SummaryMap": {"Users": 1}},
    "iam:ListAccountAliases": {"AccountAliases": ["prod"]},
    "iam:ListSAMLProviders": {"SAMLProviderList": []},
    "iam:ListVirtualMFADevices": {"VirtualMFADevices": []},
    DETAILS: {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []},
}
"""Answers that do not."""
