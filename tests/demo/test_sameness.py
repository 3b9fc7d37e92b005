"""The demo is the same every time, whatever the surroundings."""

import re
from datetime import datetime
from typing import Any

DOCUMENTATION_ACCOUNTS = {"111122223333", "444455556666", "555566667777", "999999999999"}


def test_the_organization_is_the_same_in_any_surroundings(captures: list[str]) -> None:
    first, second = captures
    assert first == second


def test_the_clock_stands_at_the_documented_moment(told: dict[str, Any]) -> None:
    assert told["moment"] == "2026-11-01T08:00:00+00:00"


def test_only_documentation_account_ids_occur(captures: list[str]) -> None:
    found = set(re.findall(r"(?<![\w.-])\d{12}(?![\w.-])", captures[0]))
    assert found == DOCUMENTATION_ACCOUNTS


def test_every_id_says_that_it_is_an_example(captures: list[str]) -> None:
    ids = set(re.findall(r"\b(?:AIDA|AROA|AGPA|ANPA|AIPA|AKIA|APKA|ASCA|ASIA)[A-Z0-9]{12,}\b", captures[0]))
    assert len(ids) > 100
    assert [id_ for id_ in ids if not id_.endswith("EXAMPLE")] == []


def test_nothing_secret_is_told(captures: list[str]) -> None:
    for secret in ("Base32StringSeed", "QRCodePNG", "SecretAccessKey", "PrivateKey"):
        assert secret not in captures[0]


def test_nothing_happened_after_the_moment_of_capture(captures: list[str], told: dict[str, Any]) -> None:
    future = {"ValidUntil", "Expiration"}
    moment = datetime.fromisoformat(told["moment"])
    dates = re.findall(r'"(\w+)": "(\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00|Z))"', captures[0])
    assert len(dates) > 300
    assert [
        (key, date) for key, date in dates if key not in future and datetime.fromisoformat(date) > moment
    ] == []


def test_nothing_was_used_before_it_was_made(told: dict[str, Any]) -> None:
    for account in told["accounts"].values():
        for role in account["details"]["RoleDetailList"]:
            assert role["CreateDate"] <= role["RoleLastUsed"].get("LastUsedDate", role["CreateDate"]), role[
                "RoleName"
            ]
        for user in account["details"]["UserDetailList"]:
            made = [key["CreateDate"] for key in account["keys"][user["UserName"]]]
            assert all(date >= user["CreateDate"] for date in made), user["UserName"]


def test_every_account_has_the_aws_managed_policies_with_the_same_ids(told: dict[str, Any]) -> None:
    counts = {account["aws_managed_policies"] for account in told["accounts"].values()}
    assert counts == {1582}


def test_policies_have_the_names_that_moto_leaves_out(production: dict[str, Any]) -> None:
    assert all(
        policy["Arn"].endswith("/" + policy["PolicyName"]) and policy["PolicyId"].startswith("ANPA")
        for policy in production["details"]["Policies"]
    )


def test_the_boundary_is_counted(production: dict[str, Any]) -> None:
    used = {
        policy["PolicyName"]: policy["PermissionsBoundaryUsageCount"]
        for policy in production["details"]["Policies"]
    }
    assert used.pop("developer-boundary") == 2
    assert set(used.values()) == {0}
