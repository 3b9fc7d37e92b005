"""The embedded AWS: sessions for each account, nothing of the environment let in."""

import os
import sys
from typing import Any

import pytest

from iamscout.demo import embedded_organization
from iamscout.demo.clock import StoppedClock
from iamscout.demo.world import MOMENT
from iamscout.errors import UsageError


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto", None)
    with pytest.raises(UsageError) as raised, embedded_organization():
        pass
    assert 'pip install "iamscout[demo]"' in str(raised.value)


def test_the_callers_environment_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "of-somebody")
    monkeypatch.setitem(sys.modules, "moto", None)
    before = dict(os.environ)
    with pytest.raises(UsageError), embedded_organization():
        pass
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "operation",
    [
        "iam:ListServiceSpecificCredentials",
        "iam:GenerateServiceLastAccessedDetails",
        "iam:ListOrganizationsFeatures",
        "access-analyzer:ListAnalyzers",
        "accessanalyzer:ListAnalyzers",
        "rolesanywhere:ListTrustAnchors",
        "organizations:DescribeEffectivePolicy",
    ],
)
def test_what_the_embedded_aws_lacks_is_not_to_be_asked(told: dict[str, Any], operation: str) -> None:
    for account in told["accounts"].values():
        assert account["not_offered"][operation] == "the embedded AWS does not implement it" or (
            operation.startswith("organizations:")
        )


def test_only_management_tells_about_the_organization(told: dict[str, Any]) -> None:
    asked = {
        account: "organizations:ListAccounts" not in answers["not_offered"]
        for account, answers in told["accounts"].items()
    }
    assert asked == {"111122223333": False, "444455556666": False, "555566667777": True}


@pytest.mark.parametrize(
    "operation",
    [
        "iam:GetAccountAuthorizationDetails",
        "iam:ListRoles",
        "iam:GetCredentialReport",
        "iam:ListVirtualMFADevices",
    ],
)
def test_what_it_answers_may_be_asked(told: dict[str, Any], operation: str) -> None:
    for account in told["accounts"].values():
        assert operation not in account["not_offered"]


def test_a_fetch_of_everything_leaves_no_gap(told: dict[str, Any]) -> None:
    assert {account: taken["gaps"] for account, taken in told["snapshots"].items()} == {
        "111122223333": 0,
        "444455556666": 0,
        "555566667777": 0,
    }


def test_a_fetch_is_told_everything_but_what_the_embedded_aws_lacks(told: dict[str, Any]) -> None:
    for account, taken in told["snapshots"].items():
        skipped = {name: reason for name, (status, reason) in taken["sources"].items() if status == "skipped"}
        assert {status for status, _ in taken["sources"].values()} <= {"ok", "skipped"}
        assert set(skipped.values()) <= set(told["accounts"][account]["not_offered"].values())
        assert taken["captured_at"] == "2026-11-01T08:00:00+00:00"


def test_the_organization_is_in_the_snapshot_of_management(told: dict[str, Any]) -> None:
    status = {account: taken["sources"]["organization"][0] for account, taken in told["snapshots"].items()}
    assert status == {"111122223333": "skipped", "444455556666": "skipped", "555566667777": "ok"}


def test_waiting_takes_no_time() -> None:
    clock = StoppedClock()
    clock.sleep(3600)
    assert (clock.monotonic(), clock.now()) == (3600, MOMENT)
