"""The credential report as typed rows, and what is said of a broken one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from iamscout.snapshot.model import Snapshot
from iamscout.snapshot.view import view_account

DETAILS = "iam:GetAccountAuthorizationDetails"
ARN = "arn:aws:iam::111122223333:"
Snap = Callable[..., Snapshot]


REPORT = """\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,\
cert_2_last_rotated
<root_account>,arn:aws:iam::111122223333:root,2019-01-01T00:00:00+00:00,not_supported,2026-09-30T08:00:00+00:00,\
not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
"b,c",arn:aws:iam::111122223333:user/b,2022-08-11T10:37:58+00:00,TRUE,no_information,2022-08-11T10:37:58+00:00,N/A,\
FALSE,true,2025-07-26T03:25:12+00:00,2026-10-25T22:48:17+00:00,us-west-2,ec2,false,2025-01-01T00:00:00+00:00,\
N/A,N/A,N/A,true,2024-01-01T00:00:00+00:00,false,N/A
"""


def report(text: str) -> dict[str, object]:
    return {"Content": text, "ReportFormat": "text/csv", "GeneratedTime": "2026-11-01T06:00:00Z"}


def test_credential_report_rows(snap: Snap) -> None:
    account = view_account(snap({"iam:GetCredentialReport": report(REPORT)}))
    assert account.credential_report_generated == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert account.credential_report is not None
    root, user = account.credential_report
    assert root.is_root
    assert root.password_enabled is None
    assert root.password_last_used == datetime(2026, 9, 30, 8, tzinfo=UTC)
    assert root.mfa_active
    assert [key.active for key in root.access_keys] == [False, False]
    assert user.user == "b,c"
    assert user.password_enabled is True
    assert user.password_last_used is None
    assert not user.mfa_active
    first, second = user.access_keys
    assert first.last_used_service == "ec2"
    assert first.last_rotated == datetime(2025, 7, 26, 3, 25, 12, tzinfo=UTC)
    assert second.last_used is None
    assert second.last_used_service == ""
    assert user.certificates == ((True, datetime(2024, 1, 1, tzinfo=UTC)), (False, None))
    assert account.odd_values == ()


@pytest.mark.parametrize(
    "text",
    ["", "no,report\n1,2\n", REPORT + '"open', REPORT + "too,few\n", REPORT + "x" * 200_000 + ",arn\n"],
    ids=["empty", "columns", "quote", "cells", "field"],
)
def test_a_broken_credential_report_is_said(snap: Snap, text: str) -> None:
    account = view_account(snap({"iam:GetCredentialReport": report(text)}))
    assert account.status_by_source["iam:GetCredentialReport"] == "partial"
    assert account.odd_values


def test_unreadable_flags_and_times_are_noted(snap: Snap) -> None:
    text = "user,arn,user_creation_time,mfa_active\na,arn:aws:iam::111122223333:user/a,soon,maybe\n"
    account = view_account(snap({"iam:GetCredentialReport": report(text)}))
    assert account.odd_values == (
        ("arn:aws:iam::111122223333:user/a", "mfa_active", "maybe"),
        ("arn:aws:iam::111122223333:user/a", "user_creation_time", "soon"),
    )
    assert account.has("iam:GetCredentialReport")
