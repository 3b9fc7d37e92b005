"""The root users of the demo, which the embedded AWS itself does not know."""

import csv
import io
from typing import Any

import pytest


def report(account: dict[str, Any]) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(account["GetCredentialReport"]["Content"]))
    return {row["user"]: row for row in rows}


@pytest.mark.parametrize(
    ("account", "mfa", "key", "year_of_last_sign_in"),
    [
        ("111122223333", "true", "false", "2025"),
        ("444455556666", "true", "false", "no_information"),
        ("555566667777", "false", "true", "2026"),
    ],
)
def test_the_credential_report_tells_the_root_user(
    told: dict[str, Any], account: str, mfa: str, key: str, year_of_last_sign_in: str
) -> None:
    root = report(told["accounts"][account])["<root_account>"]
    assert root["arn"] == f"arn:aws:iam::{account}:root"
    assert root["password_enabled"] == "not_supported"
    assert (root["mfa_active"], root["access_key_1_active"]) == (mfa, key)
    assert root["password_last_used"].startswith(year_of_last_sign_in)


def test_the_summary_agrees_with_the_report(told: dict[str, Any]) -> None:
    summary = {
        account: (
            answers["GetAccountSummary"]["SummaryMap"]["AccountMFAEnabled"],
            answers["GetAccountSummary"]["SummaryMap"]["AccountAccessKeysPresent"],
        )
        for account, answers in told["accounts"].items()
    }
    assert summary == {"111122223333": (1, 0), "444455556666": (1, 0), "555566667777": (0, 1)}


def test_only_an_app_is_a_virtual_device_of_the_root_user(told: dict[str, Any]) -> None:
    with_device = [
        account
        for account, answers in told["accounts"].items()
        if any(
            device["User"]["Arn"] == f"arn:aws:iam::{account}:root"
            for device in answers["ListVirtualMFADevices"]["VirtualMFADevices"]
        )
    ]
    assert with_device == ["111122223333"]


def test_the_report_has_a_row_for_each_user_and_aws_columns(told: dict[str, Any]) -> None:
    for answers in told["accounts"].values():
        rows = report(answers)
        assert {len(row) for row in rows.values()} == {22}
        users = {user["UserName"] for user in answers["details"]["UserDetailList"]}
        assert set(rows) == users | {"<root_account>"}
        assert answers["GetCredentialReport"]["GeneratedTime"] == "2026-11-01T08:00:00+00:00"


@pytest.mark.parametrize(
    ("user", "column", "value"),
    [
        ("judy", "mfa_active", "false"),
        ("judy", "password_enabled", "true"),
        ("carol", "password_enabled", "false"),
        ("niaj", "password_last_used", "no_information"),
        ("niaj", "access_key_1_last_used_date", "N/A"),
        ("walter", "access_key_1_active", "false"),
        ("mike", "access_key_2_active", "true"),
        ("mike", "access_key_2_last_used_service", "ec2"),
    ],
)
def test_typical_mistakes_stand_in_the_report(
    production: dict[str, Any], user: str, column: str, value: str
) -> None:
    assert report(production)[user][column] == value
