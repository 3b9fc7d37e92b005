"""Taking the credentials of other users: keys, passwords, MFA devices, and what each is worth."""

from collections.abc import Mapping
from typing import Any

from iamscout.access.escalation import Escalation
from tests.access.escalations import ADMIN, BOB, Json, alice, allow, estate, found

BOB_ADMIN = {"UserName": "bob", "attached": ADMIN}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


class TestCredentials:
    def case(self, *statements: dict[str, Any], bob: Json = None, **row: str) -> Mapping[str, Escalation]:
        return found(
            estate(users=[alice(*statements), bob or BOB_ADMIN], credential_report=[{"user": "bob", **row}])
        )

    def test_a_key_for_another_user(self) -> None:
        each = self.case(allow("iam:CreateAccessKey"))["create-access-key"]
        assert (each.gains, each.targets.all(), each.becomes, each.is_certain) == (
            "admin",
            (BOB,),
            True,
            True,
        )

    def test_self_service_is_none(self) -> None:
        actions = ["iam:*AccessKey*", "iam:*LoginProfile", "iam:*MFADevice", "iam:*ServiceSpecificCredential"]
        assert self.case(allow(actions, "arn:aws:iam::*:user/${aws:username}")) == {}

    def test_the_limit_of_two_keys(self) -> None:
        full = {"access_key_1_active": "true", "access_key_2_active": "true"}
        assert "create-access-key" not in self.case(allow("iam:CreateAccessKey"), **full)
        both = self.case(allow(["iam:CreateAccessKey", "iam:DeleteAccessKey"]), **full)
        assert both["replace-access-key"].gains == "admin"

    def test_passwords_depend_on_there_being_one(self) -> None:
        has = {"password_enabled": "true", "password_last_changed": "2024-01-15T09:00:00Z"}
        assert "create-login-profile" in self.case(allow("iam:CreateLoginProfile"))
        assert "create-login-profile" not in self.case(allow("iam:CreateLoginProfile"), **has)
        assert "update-login-profile" in self.case(allow("iam:UpdateLoginProfile"), **has)
        assert "update-login-profile" not in self.case(allow("iam:UpdateLoginProfile"))

    def test_a_password_of_a_user_with_mfa_needs_the_device(self) -> None:
        row = {"password_enabled": "true", "mfa_active": "true"}
        assert not self.case(allow("iam:UpdateLoginProfile"), **row)["update-login-profile"].is_certain
        dropped = self.case(allow(["iam:UpdateLoginProfile", "iam:DeactivateMFADevice"]), **row)
        assert dropped["update-login-profile"].is_certain

    def test_a_user_without_permissions_is_worth_nothing(self) -> None:
        assert self.case(allow("iam:CreateAccessKey"), bob={"UserName": "bob"}) == {}

    def test_a_key_does_not_meet_a_condition_on_mfa(self) -> None:
        gated = allow("*", Condition=MFA)
        bob = {"UserName": "bob", "inline": gated}
        assert self.case(allow("iam:CreateAccessKey"), bob=bob)["create-access-key"].gains == "more"
        actions = ["iam:CreateAccessKey", "iam:CreateVirtualMFADevice", "iam:EnableMFADevice"]
        each = self.case(allow(actions), bob=bob)["replace-mfa-device"]
        assert (each.gains, each.is_certain) == ("admin", True)
        with_device = self.case(allow(actions), bob=bob, mfa_active="true")["replace-mfa-device"]
        assert (with_device.gains, with_device.is_certain) == ("admin", True)
        full = {"access_key_1_active": "true", "access_key_2_active": "true"}
        assert "replace-mfa-device" not in self.case(allow(actions), bob=bob, **full)

    def test_a_new_password_with_a_device_of_ones_own(self) -> None:
        actions = ["iam:UpdateLoginProfile", "iam:CreateVirtualMFADevice", "iam:EnableMFADevice"]
        row = {"password_enabled": "true", "mfa_active": "true"}
        each = self.case(allow(actions), **row)["replace-mfa-device"]
        assert (each.gains, each.is_certain, each.actions) == (
            "admin",
            True,
            ("iam:UpdateLoginProfile", "iam:EnableMFADevice", "iam:CreateVirtualMFADevice"),
        )
        gated = {"UserName": "bob", "inline": allow("*", Condition=MFA)}
        without = {"password_enabled": "true"}
        assert self.case(allow(actions), bob=gated, **without)["replace-mfa-device"].gains == "admin"
        assert "replace-mfa-device" not in self.case(allow(actions), bob=gated)
        unknown = found(estate(users=[alice(allow(actions)), gated]))["replace-mfa-device"]
        assert (unknown.gains, unknown.is_certain) == ("admin", False)
