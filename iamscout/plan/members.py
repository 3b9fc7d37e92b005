"""What each member of a planned group has to do, and how it will get to its roles."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from iamscout.access.grouplinks import GroupLinks
from iamscout.access.scheme_model import AccountScheme
from iamscout.plan.model import Member, PlannedGroup, Way
from iamscout.policy.arn import parse_arn
from iamscout.policy.formula import Formula
from iamscout.policy.words import describe_all
from iamscout.snapshot.account import Account, User

EXTERNAL_ID = "sts:externalid"
_SIGN_IN = {
    "aws": "https://signin.aws.amazon.com",
    "aws-cn": "https://signin.amazonaws.cn",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com",
}
_DISPLAY_LENGTH = 64


def members_of(
    account: Account, scheme: AccountScheme, planned: Iterable[PlannedGroup]
) -> tuple[Member, ...]:
    """The members of all planned groups, sorted by name."""
    by_name = {group.name: group for group in planned}
    links = {each.group: each.links for each in scheme.groups}
    return tuple(
        _member(account, user, by_name, links)
        for user in sorted(account.users, key=lambda user: user.name)
        if any(name in by_name for name in user.groups)
    )


def switch_role_link(role: str, partition: str, requires: Formula | None = None) -> str:
    """The console's address for taking a role; empty where the console cannot: it sends no external id.

    Source: IAM User Guide, "Switch from a user to an IAM role (console)".
    """
    arn = parse_arn(role)
    if arn is None or arn.resource_type != "role" or partition not in _SIGN_IN:
        return ""
    if requires is not None and requires.alternatives and all(map(_sends_external_id, requires.alternatives)):
        return ""
    name = arn.resource.partition("/")[2]
    shown = name.rpartition("/")[2][:_DISPLAY_LENGTH]
    query = urlencode({"account": arn.account, "roleName": name, "displayName": shown})
    return f"{_SIGN_IN[partition]}/switchrole?{query}"


def _sends_external_id(alternative: tuple[object, ...]) -> bool:
    return any(EXTERNAL_ID in repr(atom).lower() for atom in alternative)


def _member(
    account: Account,
    user: User,
    planned: dict[str, PlannedGroup],
    links: dict[str, tuple[GroupLinks, ...]],
) -> Member:
    ways: dict[str, Way] = {}
    for name in user.groups:
        group = account.groups_by_name.get(name)
        if name in planned:
            role = planned[name].role
            mfa = f"MFA younger than {role.mfa_max_age_seconds} s"
            link = switch_role_link(role.arn, account.partition)
            ways[role.arn] = Way(role.arn, role.name, mfa, link, is_new=True)
        for found in links.get(group.arn, ()) if group else ():
            if user.arn not in found.members:
                continue
            requires = found.verdict.requires
            needs = " or ".join(describe_all(each) for each in requires.alternatives)
            for arn in found.roles:
                link = switch_role_link(arn, account.partition, requires)
                ways.setdefault(arn, Way(arn, _profile(arn, account), needs, link, is_new=False))
    devices = None
    if account.mfa_devices is not None:
        devices = tuple(device.serial for device in account.mfa_devices_by_user.get(user.arn, ()))
    row = account.report_by_user.get(user.name)
    password = None if row is None else bool(row.password_enabled)
    groups = tuple(name for name in user.groups if name in planned)
    to_do = tuple(_to_do(devices, has_password=password))
    return Member(user.name, user.arn, groups, devices, password, tuple(ways.values()), to_do)


def _profile(role: str, account: Account) -> str:
    arn = parse_arn(role)
    name = role.rpartition("/")[2]
    return name if arn is None or arn.account == account.id else f"{name}-{arn.account}"


def _to_do(devices: tuple[str, ...] | None, *, has_password: bool | None) -> Iterable[str]:
    if devices is None:
        yield "Make sure that an MFA device is enrolled: the snapshot does not tell."
    elif not devices and has_password is False:
        yield (
            "Have an administrator enrol an MFA device: without a console password you cannot do it. "
            "Where a program uses these keys, give it a role of its own instead."
        )
    elif not devices:
        yield "Sign in to the console and enrol an MFA device: Security credentials, Assign MFA device."
    yield "Add the profiles to ~/.aws/config and try each: aws sts get-caller-identity --profile NAME"
    if has_password is not False:
        yield "Open each Switch Role link after a fresh sign-in with MFA, and bookmark it."
    yield "Tell whoever runs the plan that it works. Only then are the permissions taken from the group."
