"""The calls of a plan in order: first all that only adds, then what takes away, each with its way back."""

from __future__ import annotations

from collections.abc import Iterable

from iamscout.plan.model import Call, PlannedGroup, SideGroup, Stage, Step


def steps_of(groups: Iterable[PlannedGroup]) -> tuple[Step, ...]:
    """All steps, numbered from 1. Between the two stages everybody tries their role."""
    groups = tuple(groups)
    drafts: list[tuple[Stage, str, str, list[tuple[Call, Call]]]] = []
    for group in groups:
        drafts.append(("prepare", f"Create the role {group.role.name}", _ROLE_WHY, _role_calls(group)))
        drafts.append(
            ("prepare", f"Let {group.name} assume {group.role.name}", _GROUP_WHY, _policy_calls(group))
        )
        drafts.extend(
            ("prepare", f"Create the group {side.name}", _SIDE_WHY, _side_calls(side))
            for side in group.side_groups
        )
    drafts.extend(
        ("switch", f"Take the permissions from {group.name}", _SWITCH_WHY, _switch_calls(group))
        for group in groups
        if group.detached or group.removed
    )
    return tuple(
        Step(
            number=number,
            stage=stage,
            title=title,
            why=why,
            apply=tuple(call for call, _ in calls),
            undo=tuple(undo for _, undo in reversed(calls)),
        )
        for number, (stage, title, why, calls) in enumerate(drafts, start=1)
    )


_ROLE_WHY = "It holds the permissions the group has now and asks for fresh MFA; nobody can assume it yet."
_GROUP_WHY = "Members keep what they have, and can already try the role; they can enrol MFA by themselves."
_SIDE_WHY = "One group, one role: who reached this role through the group reaches it through this one."
_SWITCH_WHY = (
    "From here on members have these permissions in the role alone. Do it when all of them tried it."
)


def call(operation: str, **parameters: str | int) -> Call:
    """A call with its parameters in the order given."""
    return Call(operation, tuple(parameters.items()))


def _role_calls(group: PlannedGroup) -> list[tuple[Call, Call]]:
    role = group.role
    name = role.name
    calls = [
        (
            call(
                "CreateRole",
                RoleName=name,
                AssumeRolePolicyDocument=role.trust_policy,
                Description=role.description,
                MaxSessionDuration=3600,
            ),
            call("DeleteRole", RoleName=name),
        )
    ]
    calls.extend(
        (
            call("AttachRolePolicy", RoleName=name, PolicyArn=arn),
            call("DetachRolePolicy", RoleName=name, PolicyArn=arn),
        )
        for arn in role.attached
    )
    calls.extend(
        (
            call("PutRolePolicy", RoleName=name, PolicyName=policy.name, PolicyDocument=policy.text),
            call("DeleteRolePolicy", RoleName=name, PolicyName=policy.name),
        )
        for policy in role.inline
    )
    return calls


def _policy_calls(group: PlannedGroup) -> list[tuple[Call, Call]]:
    return _managed(group.name, group.policy.name, group.policy_arn, group.policy.text)


def _managed(group: str, name: str, arn: str, text: str) -> list[tuple[Call, Call]]:
    return [
        (call("CreatePolicy", PolicyName=name, PolicyDocument=text), call("DeletePolicy", PolicyArn=arn)),
        (
            call("AttachGroupPolicy", GroupName=group, PolicyArn=arn),
            call("DetachGroupPolicy", GroupName=group, PolicyArn=arn),
        ),
    ]


def _side_calls(side: SideGroup) -> list[tuple[Call, Call]]:
    return [
        (call("CreateGroup", GroupName=side.name), call("DeleteGroup", GroupName=side.name)),
        *_managed(side.name, side.policy.name, side.policy_arn, side.policy.text),
        *(
            (
                call("AddUserToGroup", GroupName=side.name, UserName=user),
                call("RemoveUserFromGroup", GroupName=side.name, UserName=user),
            )
            for user in side.members
        ),
    ]


def _switch_calls(group: PlannedGroup) -> list[tuple[Call, Call]]:
    calls = [
        (
            call("DetachGroupPolicy", GroupName=group.name, PolicyArn=arn),
            call("AttachGroupPolicy", GroupName=group.name, PolicyArn=arn),
        )
        for arn in group.detached
    ]
    calls.extend(
        (
            call("DeleteGroupPolicy", GroupName=group.name, PolicyName=policy.name),
            call("PutGroupPolicy", GroupName=group.name, PolicyName=policy.name, PolicyDocument=policy.text),
        )
        for policy in group.removed
    )
    return calls
