"""A Deny that its holder can overwrite is no limit; an instance needs a profile to have a role."""

from typing import Any

import pytest

from tests.access.escalations import ALICE, HOME, alice, allow, boss, deny, estate, found

PROFILE = {"Arn": f"arn:aws:iam::{HOME}:instance-profile/boss", "InstanceProfileName": "boss"}
ON_INSTANCES = {
    "ssm-send-command": ["ssm:SendCommand"],
    "ssm-start-session": ["ssm:StartSession"],
    "ec2-user-data": ["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
    "codedeploy-deploy": ["codedeploy:CreateDeployment"],
}


def group(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"GroupName": "team", "inline": list(statements), **more}


def test_writing_an_inline_policy_replaces_the_deny_in_the_old_one() -> None:
    hit = found(estate(users=[alice(allow("iam:PutUserPolicy", ALICE), deny("ec2:*"))]))["put-user-policy"]
    assert (hit.gains, hit.is_certain) == ("admin", True)


def test_attaching_a_policy_replaces_no_deny() -> None:
    world = estate(users=[alice(allow("iam:AttachUserPolicy", ALICE), deny("ec2:*"))])
    assert found(world)["attach-user-policy"].gains == "more"


def test_writing_ones_own_policy_replaces_no_deny_of_a_group() -> None:
    member = alice(allow("iam:PutUserPolicy", ALICE), GroupList=["team"])
    assert found(estate(users=[member], group=group(deny("ec2:*"))))["put-user-policy"].gains == "more"


def test_writing_a_group_policy_replaces_the_deny_of_the_group() -> None:
    member = alice(allow("iam:PutGroupPolicy"), GroupList=["team"])
    hit = found(estate(users=[member], group=group(deny("ec2:*"))))["put-group-policy"]
    assert (hit.gains, hit.is_certain) == ("admin", True)


def test_the_deny_of_a_group_can_be_deleted_from_it() -> None:
    member = alice(allow("iam:DeleteGroupPolicy"), allow("ec2:*"), GroupList=["team"])
    assert found(estate(users=[member], group=group(deny("ec2:*"))))["remove-deny"].actions == (
        "iam:DeleteGroupPolicy",
    )


def test_the_managed_deny_of_a_group_can_be_detached_from_it() -> None:
    held = f"arn:aws:iam::{HOME}:policy/held"
    version = {
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "Document": {"Version": "2012-10-17", "Statement": [deny("ec2:*")]},
    }
    policies = [{"PolicyName": "held", "DefaultVersionId": "v1", "PolicyVersionList": [version]}]
    team = {"GroupName": "team", "attached": [held]}
    for action, hits in (("iam:DetachGroupPolicy", True), ("iam:DeleteGroupPolicy", False)):
        member = alice(allow(action), allow("ec2:*"), GroupList=["team"])
        assert ("remove-deny" in found(estate(users=[member], group=team, policies=policies))) is hits


def test_the_deny_of_another_group_is_not_its_own() -> None:
    member = alice(allow("iam:DeleteGroupPolicy"), allow("ec2:*"))
    assert "remove-deny" not in found(estate(users=[member], group=group(deny("ec2:*"))))


@pytest.mark.parametrize("method", ON_INSTANCES)
def test_an_instance_has_its_role_by_an_instance_profile_alone(method: str) -> None:
    users = [alice(allow(ON_INSTANCES[method]))]
    assert method in found(estate(users=users, role=boss("ec2.amazonaws.com", InstanceProfileList=[PROFILE])))
    assert method not in found(estate(users=users, role=boss("ec2.amazonaws.com")))
