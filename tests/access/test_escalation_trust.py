"""Escalation by whom others trust and by rarer credentials: each found, and not found beside it."""

from collections.abc import Mapping
from typing import Any

import pytest

from iamscout.access.escalation import Escalation
from tests.access.escalations import ADMIN, BOSS, HOME, Json, alice, allow, boss, deny, estate, found

OIDC = f"arn:aws:iam::{HOME}:oidc-provider/ci.example.com"
SAML = f"arn:aws:iam::{HOME}:saml-provider/corporate"


def federated(provider: str) -> dict[str, Any]:
    """The role of boss, trusting one identity provider."""
    is_saml = ":saml-provider/" in provider
    test = {"SAML:aud": "https://signin.aws.amazon.com/saml"} if is_saml else {"ci.example.com:aud": "build"}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithSAML" if is_saml else "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": test},
    }
    return boss() | {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


class TestProviders:
    def test_an_audience_of_ones_own(self) -> None:
        action = "iam:AddClientIDToOpenIDConnectProvider"
        given: dict[str, Any] = {
            "role": federated(OIDC),
            "oidc_providers": [{"Url": "ci.example.com", "ClientIDList": ["build"]}],
        }
        each = found(estate(user=alice(allow(action)), **given))["add-client-id-to-oidc-provider"]
        assert (each.gains, each.targets.all(), each.is_certain) == ("admin", (BOSS,), False)
        assert found(estate(user=alice(allow(action, OIDC + "-other")), **given)) == {}
        given["role"] = boss()
        assert found(estate(user=alice(allow(action)), **given)) == {}

    @pytest.mark.parametrize(
        ("action", "method", "provider", "there"),
        [
            ("iam:CreateSAMLProvider", "create-saml-provider", SAML, {"saml_providers": []}),
            ("iam:CreateOpenIDConnectProvider", "create-oidc-provider", OIDC, {"oidc_providers": []}),
        ],
    )
    def test_a_provider_that_is_missing(
        self, action: str, method: str, provider: str, there: dict[str, Any]
    ) -> None:
        each = found(estate(user=alice(allow(action)), role=federated(provider), **there))[method]
        assert (each.gains, each.targets.all()) == ("admin", (BOSS,))
        elsewhere = alice(allow(action, provider + "-other"))
        assert found(estate(user=elsewhere, role=federated(provider), **there)) == {}
        made: dict[str, Any] = {
            "saml_providers": [{"Name": "corporate"}],
            "oidc_providers": [{"Url": "ci.example.com"}],
        }
        assert found(estate(user=alice(allow(action)), role=federated(provider), **made)) == {}


@pytest.mark.parametrize(
    ("action", "method"),
    [
        ("sts:AssumeRoot", "assume-root"),
        ("sso:CreateAccountAssignment", "sso-create-account-assignment"),
        ("sso:PutInlinePolicyToPermissionSet", "sso-put-inline-policy"),
        ("sso:AttachManagedPolicyToPermissionSet", "sso-attach-managed-policy"),
    ],
)
class TestCentral:
    def case(self, *statements: dict[str, Any], management: str) -> Mapping[str, Escalation]:
        organization = {
            "id": "o-exampleorgid",
            "management": management,
            "accounts": {HOME: {"name": "home", "path": "o-exampleorgid/r-root/", "scps": [], "rcps": []}},
        }
        return found(estate(user=alice(*statements), organization=organization))

    def test_the_management_account_can(self, action: str, method: str) -> None:
        each = self.case(allow(action), management=HOME)[method]
        assert (each.gains, each.is_certain) == ("admin", True)

    def test_elsewhere_it_depends_and_counts_for_less(self, action: str, method: str) -> None:
        each = self.case(allow(action), management="444455556666")[method]
        assert (each.gains, each.is_certain) == ("more", False)

    def test_a_deny_and_another_action_stop_it(self, action: str, method: str) -> None:
        assert method not in self.case(allow(action), deny(action), management=HOME)
        assert method not in self.case(allow("sso:ListInstances"), management=HOME)


class TestRareCredentials:
    def case(self, *statements: dict[str, Any], bob: Json = None, **row: str) -> Mapping[str, Escalation]:
        users = [alice(*statements), bob or {"UserName": "bob", "attached": ADMIN}]
        return found(estate(users=users, credential_report=[{"user": "bob", **row}]))

    def test_waking_an_inactive_key(self) -> None:
        inactive = {"access_key_1_active": "false", "access_key_1_last_rotated": "2024-01-15T09:00:00Z"}
        each = self.case(allow("iam:UpdateAccessKey"), **inactive)["update-access-key"]
        assert (each.gains, each.is_certain) == ("admin", False)
        assert self.case(allow("iam:UpdateAccessKey"), access_key_1_active="true") == {}
        own = allow("iam:UpdateAccessKey", "arn:aws:iam::*:user/${aws:username}")
        assert self.case(own, **inactive) == {}

    def test_a_service_credential(self) -> None:
        action = "iam:CreateServiceSpecificCredential"
        assert self.case(allow(action))["create-service-specific-credential"].gains == "more"
        assert self.case(allow(action), deny(action)) == {}
        assert self.case(allow(action), bob={"UserName": "bob"}) == {}
