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


def test_waiting_takes_no_time() -> None:
    clock = StoppedClock()
    clock.sleep(3600)
    assert (clock.monotonic(), clock.now()) == (3600, MOMENT)
