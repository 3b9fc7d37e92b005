"""The part of a plan that only adds, as a CloudFormation template: roles, policies, and side groups.

Groups that exist are not CloudFormation's, so what is taken from them stays a matter of the script.
Source: CloudFormation Template Reference, "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::Group".
"""

from __future__ import annotations

import json
from typing import Any

from iamscout.plan.model import AccountPlan, Document, PlannedGroup, SideGroup

Json = dict[str, Any]


def template(plan: AccountPlan) -> Json:
    """The template; deploy it with CAPABILITY_NAMED_IAM."""
    resources: Json = {}
    for number, group in enumerate(plan.groups, start=1):
        resources[f"Role{number}"] = _role(group)
        for place, policy in enumerate(group.role.inline, start=1):
            resources[f"Role{number}Policy{place}"] = _inline(policy, group.role.name, f"Role{number}")
        resources[f"GroupPolicy{number}"] = _policy(group.policy, group.name, f"Role{number}")
        for place, side in enumerate(group.side_groups, start=1):
            name = f"SideGroup{number}x{place}"
            resources[name] = {"Type": "AWS::IAM::Group", "Properties": {"GroupName": side.name}}
            resources[f"{name}Policy"] = _policy(side.policy, side.name, name)
            if side.members:
                resources[f"{name}Members"] = _members(side, name)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Roles for the groups of account {plan.account}; the first stage of the plan",
        "Resources": resources,
    }


def _role(group: PlannedGroup) -> Json:
    role = group.role
    properties: Json = {
        "RoleName": role.name,
        "Description": role.description,
        "AssumeRolePolicyDocument": json.loads(role.trust_policy),
        "MaxSessionDuration": 3600,
        "ManagedPolicyArns": list(role.attached),
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _inline(policy: Document, role: str, after: str) -> Json:
    """An inline policy of a role: AWS::IAM::Policy puts it there under its own name."""
    return {
        "Type": "AWS::IAM::Policy",
        "DependsOn": after,
        "Properties": {
            "PolicyName": policy.name,
            "PolicyDocument": json.loads(policy.text),
            "Roles": [role],
        },
    }


def _policy(policy: Document, group: str, after: str) -> Json:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "DependsOn": after,
        "Properties": {
            "ManagedPolicyName": policy.name,
            "PolicyDocument": json.loads(policy.text),
            "Groups": [group],
        },
    }


def _members(side: SideGroup, after: str) -> Json:
    return {
        "Type": "AWS::IAM::UserToGroupAddition",
        "DependsOn": after,
        "Properties": {"GroupName": side.name, "Users": list(side.members)},
    }
