"""Each method of escalation: found where it works, and not found where something is in the way."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from iamscout.access.escalation import Escalation
from iamscout.access.escalation.methods import COMPUTE, PASSING
from iamscout.access.escalation.services import _MAKE_PROFILE
from iamscout.analysis.estate import Estate
from tests.access.escalations import (
    ADMIN,
    ALICE,
    BOB,
    BOSS,
    HOME,
    Json,
    alice,
    allow,
    boss,
    deny,
    estate,
    found,
    trust,
)


@pytest.mark.parametrize(
    ("action", "method"),
    [
        ("iam:AttachUserPolicy", "attach-user-policy"),
        ("iam:PutUserPolicy", "put-user-policy"),
    ],
)
class TestOwnPolicies:
    def test_writing_ones_own_policies_is_escalation(self, action: str, method: str) -> None:
        each = found(estate(user=alice(allow(action, "arn:aws:iam::*:user/${aws:username}"))))[method]
        assert (each.gains, each.is_certain, each.targets.all()) == ("admin", True, (ALICE,))
        assert each.by[0].owner == ALICE

    def test_deny_boundary_and_resource_stop_it(self, action: str, method: str) -> None:
        assert method not in found(estate(user=alice(allow(action), deny(action))))
        assert method not in found(
            estate(
                user=alice(allow(action), boundary=f"arn:aws:iam::{HOME}:policy/limit"),
                policies=[{"PolicyName": "limit", "PolicyDocument": allow("s3:*")}],
            )
        )
        elsewhere = found(estate(user=alice(allow(action, f"arn:aws:iam::{HOME}:user/nobody"))))
        assert method not in elsewhere

    def test_a_boundary_limits_what_is_gained(self, action: str, method: str) -> None:
        each = found(
            estate(
                user=alice(allow(action), boundary=f"arn:aws:iam::{HOME}:policy/limit"),
                policies=[{"PolicyName": "limit", "PolicyDocument": [allow("s3:*"), allow(action)]}],
            )
        )[method]
        assert each.gains == "more"

    def test_mfa_stays_open(self, action: str, method: str) -> None:
        mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        each = found(estate(user=alice(allow(action, Condition=mfa))))[method]
        assert not each.is_certain
        assert "MultiFactorAuthPresent" in str(each.requires)


def test_attaching_only_a_harmless_policy_makes_no_admin() -> None:
    only = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    each = found(estate(user=alice(allow("iam:AttachUserPolicy", Condition=only)))).get("attach-user-policy")
    assert each is not None
    assert each.gains == "more"


def test_rewriting_a_policy_that_one_has() -> None:
    policy = {"PolicyName": "own", "PolicyDocument": allow("iam:CreatePolicyVersion")}
    user = {"UserName": "alice", "attached": [f"arn:aws:iam::{HOME}:policy/own"]}
    each = found(estate(user=user, policies=[policy]))["create-policy-version"]
    assert (each.gains, each.is_certain) == ("admin", True)
    unused = {"PolicyName": "unused", "PolicyDocument": allow("s3:*")}
    user = alice(allow("iam:CreatePolicyVersion", f"arn:aws:iam::{HOME}:policy/unused"))
    assert "create-policy-version" not in found(estate(user=user, policies=[unused]))


def test_an_older_wider_version() -> None:
    def versioned(old: Json) -> dict[str, Any]:
        now = {"Version": "2012-10-17", "Statement": [allow("iam:SetDefaultPolicyVersion")]}
        before = {"Version": "2012-10-17", "Statement": [old]}
        return {
            "PolicyName": "own",
            "DefaultVersionId": "v2",
            "PolicyVersionList": [
                {"VersionId": "v2", "IsDefaultVersion": True, "Document": now},
                {"VersionId": "v1", "IsDefaultVersion": False, "Document": before},
            ],
        }

    user = {"UserName": "alice", "attached": [f"arn:aws:iam::{HOME}:policy/own"]}
    wider = found(estate(user=user, policies=[versioned(allow("*"))]))
    assert wider["set-default-policy-version"].gains == "admin"
    narrower = found(estate(user=user, policies=[versioned(allow("iam:SetDefaultPolicyVersion"))]))
    assert "set-default-policy-version" not in narrower


def test_groups() -> None:
    group = {"GroupName": "admins", "attached": ADMIN}
    joins = estate(user=alice(allow("iam:AddUserToGroup")), group=group)
    assert found(joins)["add-user-to-group"].gains == "admin"
    other = estate(user=alice(allow("iam:AddUserToGroup", f"arn:aws:iam::{HOME}:group/x")), group=group)
    assert "add-user-to-group" not in found(other)
    member = estate(
        user=alice(allow("iam:PutGroupPolicy"), GroupList=["staff"]), group={"GroupName": "staff"}
    )
    assert found(member)["put-group-policy"].is_certain
    stranger = estate(user=alice(allow("iam:PutGroupPolicy")), group={"GroupName": "staff"})
    assert "put-group-policy" not in found(stranger)


def test_writing_to_a_role_needs_a_way_into_it() -> None:
    document = {"Version": "2012-10-17", "Statement": [trust({"AWS": f"arn:aws:iam::{HOME}:root"})]}
    plain = {"RoleName": "work", "AssumeRolePolicyDocument": document}
    both = found(estate(user=alice(allow(["iam:PutRolePolicy", "sts:AssumeRole"])), role=plain))
    assert both["put-role-policy"].is_certain
    assert both["put-role-policy"].actions == ("iam:PutRolePolicy", "sts:AssumeRole")
    alone = found(estate(user=alice(allow("iam:PutRolePolicy")), role=plain))["put-role-policy"]
    assert not alone.is_certain
    assert alone.facts


class TestTrust:
    def test_making_a_role_trust_oneself(self) -> None:
        each = found(estate(user=alice(allow("iam:UpdateAssumeRolePolicy", BOSS)), role=boss()))
        assert each["update-assume-role-policy"].targets.all() == (BOSS,)
        assert each["update-assume-role-policy"].is_certain

    def test_not_a_service_linked_role(self) -> None:
        role = boss(Path="/aws-service-role/lambda.amazonaws.com/")
        assert found(estate(user=alice(allow("iam:UpdateAssumeRolePolicy")), role=role)) == {}

    def test_an_identity_provider_that_a_role_trusts(self) -> None:
        provider = f"arn:aws:iam::{HOME}:saml-provider/corporate"
        role = boss()
        role["AssumeRolePolicyDocument"]["Statement"] = [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider},
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            }
        ]
        given: dict[str, Any] = {"role": role, "saml_providers": [{"Name": "corporate"}]}
        each = found(estate(user=alice(allow("iam:UpdateSAMLProvider")), **given))
        assert each["update-saml-provider"].targets.all() == (BOSS,)
        other = alice(allow("iam:UpdateSAMLProvider", provider + "-other"))
        assert found(estate(user=other, **given)) == {}


@pytest.mark.parametrize("each", PASSING, ids=lambda each: each.method.id)
class TestPassing:
    def case(
        self, each: Any, *more: dict[str, Any], service: str = "", **role: Any
    ) -> Mapping[str, Escalation]:
        principal: Json = {"Service": service or each.services[0]}
        statement = trust(principal)
        if each.services[0].startswith("cognito"):
            statement = {
                "Effect": "Allow",
                "Principal": {"Federated": service or each.services[0]},
                "Action": "sts:AssumeRoleWithWebIdentity",
            }
        target = boss(**role)
        target["AssumeRolePolicyDocument"] = {"Version": "2012-10-17", "Statement": [statement]}
        if each.needs_profile:
            arn = f"arn:aws:iam::{HOME}:instance-profile/boss"
            target["InstanceProfileList"] = [{"Arn": arn, "InstanceProfileName": "boss"}]
        return found(estate(user=alice(*more), role=target))

    def test_it_is_found(self, each: Any) -> None:
        hit = self.case(each, allow(list(each.method.actions)))[each.method.id]
        assert (hit.gains, hit.targets.all(), hit.becomes) == ("admin", (BOSS,), True)
        assert bool(hit.facts) == bool(each.fact)

    def test_deny_resource_and_trust_stop_it(self, each: Any) -> None:
        actions = list(each.method.actions)
        name = each.method.id
        for action in actions:
            assert name not in self.case(each, allow(actions), deny(action)), action
        assert name not in self.case(each, allow(actions[1:]), allow("iam:PassRole", BOSS + "-other"))
        assert name not in self.case(each, allow(actions), service="glacier.amazonaws.com")

    def test_the_service_that_the_role_is_passed_to(self, each: Any) -> None:
        def passed(service: str) -> Mapping[str, Escalation]:
            only = {"StringEquals": {"iam:PassedToService": service}}
            return self.case(
                each, allow(list(each.method.actions[1:])), allow("iam:PassRole", Condition=only)
            )

        assert each.method.id in passed(each.services[0])
        assert each.method.id not in passed("glacier.amazonaws.com")


@pytest.mark.parametrize("each", COMPUTE, ids=lambda each: each.method.id)
class TestCompute:
    def case(self, each: Any, *more: dict[str, Any], service: str = "") -> Mapping[str, Escalation]:
        arn = f"arn:aws:iam::{HOME}:instance-profile/boss"
        profile = {"Arn": arn, "InstanceProfileName": "boss"}
        role = boss(service or each.services[0], InstanceProfileList=[profile])
        return found(estate(user=alice(*more), role=role))

    def test_it_is_found_and_conditional(self, each: Any) -> None:
        hit = self.case(each, allow(list(each.method.actions)))[each.method.id]
        assert (hit.gains, hit.targets.all(), hit.is_certain) == ("admin", (BOSS,), False)
        assert hit.facts[0].startswith(each.fact)

    def test_deny_and_trust_stop_it(self, each: Any) -> None:
        actions = list(each.method.actions)
        for action in actions:
            assert each.method.id not in self.case(each, allow(actions), deny(action)), action
        assert each.method.id not in self.case(each, allow(actions), service="glacier.amazonaws.com")


def test_an_instance_profile_is_needed_or_must_be_made() -> None:
    user = allow(["iam:PassRole", "ec2:RunInstances"])
    role = boss("ec2.amazonaws.com")
    assert "pass-role-ec2" not in found(estate(user=alice(user), role=role))
    made = found(estate(user=alice(user, allow(list(_MAKE_PROFILE))), role=role))["pass-role-ec2"]
    assert made.actions[-2:] == _MAKE_PROFILE


def test_functions_of_one_name_are_enough_and_of_two_names_are_not() -> None:
    def case(created: str, called: str) -> Mapping[str, Escalation]:
        function = f"arn:aws:lambda:*:{HOME}:function:"
        user = alice(
            allow("iam:PassRole"),
            allow("lambda:CreateFunction", function + created),
            allow("lambda:InvokeFunction", function + called),
        )
        return found(estate(user=user, role=boss()))

    assert "pass-role-lambda-invoke" in case("dev-*", "dev-*")
    assert "pass-role-lambda-invoke" not in case("dev-*", "prod-*")


class TestGuards:
    LIMIT = f"arn:aws:iam::{HOME}:policy/limit"

    def limited(self, *actions: str) -> Mapping[str, Escalation]:
        policy = {"PolicyName": "limit", "PolicyDocument": allow(["s3:*", *actions])}
        return found(estate(user=alice(allow("*"), boundary=self.LIMIT), policies=[policy]))

    def test_removing_ones_boundary(self) -> None:
        each = self.limited("iam:DeleteUserPermissionsBoundary")["delete-permissions-boundary"]
        assert (each.gains, each.actions) == ("admin", ("iam:DeleteUserPermissionsBoundary",))
        assert self.limited("iam:PutUserPermissionsBoundary")["put-permissions-boundary"].gains == "admin"
        assert self.limited("iam:CreatePolicyVersion")["rewrite-permissions-boundary"].gains == "admin"
        assert self.limited() == {}

    def test_removing_a_deny(self) -> None:
        policy = {"PolicyName": "limit", "PolicyDocument": deny("s3:*")}
        user = alice(allow("*"), attached=[self.LIMIT])
        assert found(estate(user=user, policies=[policy]))["remove-deny"].gains == "admin"
        kept = {"PolicyName": "limit", "PolicyDocument": deny(["s3:*", "iam:*"])}
        assert "remove-deny" not in found(estate(user=user, policies=[kept]))

    def test_tagging_oneself(self) -> None:
        gate = {"StringEquals": {"aws:PrincipalTag/team": "admins"}}
        user = alice(allow("*", Condition=gate), allow("iam:TagUser"))
        assert found(estate(user=user))["tag-itself"].gains == "admin"
        tagged = alice(allow("s3:*", Condition=gate), allow("iam:TagUser"))
        tagged["Tags"] = [{"Key": "team", "Value": "admins"}]
        assert "tag-itself" not in found(estate(user=tagged))


def test_creating_a_user_or_a_role_of_ones_own() -> None:
    user = alice(
        allow(
            ["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"],
            f"arn:aws:iam::{HOME}:user/ci-*",
        )
    )
    assert found(estate(user=user))["create-user"].gains == "admin"
    without_credentials = alice(allow(["iam:CreateUser", "iam:AttachUserPolicy"]))
    assert "create-user" not in found(estate(user=without_credentials))
    assert (
        found(estate(user=alice(allow(["iam:CreateRole", "iam:PutRolePolicy"]))))["create-role"].gains
        == "admin"
    )
    bounded = {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{HOME}:policy/limit"}}
    limited = alice(allow(["iam:CreateRole", "iam:PutRolePolicy"], Condition=bounded))
    assert found(estate(user=limited))["create-role"].gains == "more"


class TestPaths:
    def world(self, *statements: dict[str, Any]) -> Estate:
        step = {
            "RoleName": "step",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [trust({"AWS": f"arn:aws:iam::{HOME}:root"})],
            },
            "inline": list(statements),
        }
        return estate(user=alice(allow("sts:AssumeRole")), roles=[step, boss()])

    def test_assume_then_escalate(self) -> None:
        world = self.world(allow("iam:UpdateAssumeRolePolicy", BOSS))
        (path,) = world.escalation.paths_of[ALICE]
        assert [step.method.id for step in path.steps] == ["assume-role", "update-assume-role-policy"]
        assert (path.goal, path.by_design, path.is_certain) == (BOSS, False, True)
        assert path.steps[0].by[0].owner == ALICE
        assert {point.principals for point in world.escalation.choke_points[:1]} == {2}

    def test_granted_assumptions_alone_are_by_design(self) -> None:
        world = self.world(allow("*"))
        (path,) = world.escalation.paths_of[ALICE]
        assert path.by_design
        assert ALICE not in world.escalation.by_principal

    def test_no_path_where_a_step_is_missing(self) -> None:
        assert ALICE not in self.world(allow("s3:*")).escalation.paths_of

    def test_a_service_from_outside(self) -> None:
        (path,) = self.world(allow("s3:*")).escalation.paths_of["lambda.amazonaws.com"]
        assert path.outside


def test_entries_are_json_and_administrators_have_none() -> None:
    world = estate(
        users=[{"UserName": "alice", "attached": ADMIN}, alice(allow("iam:PutUserPolicy"), UserName="bob")]
    )
    assert ALICE not in world.escalation.by_principal
    assert BOB in world.escalation.by_principal
    assert json.dumps([each.method.id for each in world.escalation.escalations])
