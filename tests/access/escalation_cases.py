"""For each method of escalation an account in which it works, and how to spoil it in one way at a time."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from iamscout.access.escalation.methods import COMPUTE, PASSING, ServiceMethod
from tests.access.escalations import ADMIN, BOSS, HOME, Json, alice, allow, boss, deny, trust

Given = dict[str, Any]
Build = Callable[[list[Given], list[str]], Given]
"""Makes the account from alice's statements and the actions of her boundary (none: no boundary)."""

OIDC = f"arn:aws:iam::{HOME}:oidc-provider/ci.example.com"
SAML = f"arn:aws:iam::{HOME}:saml-provider/corporate"
LIMIT = f"arn:aws:iam::{HOME}:policy/limit"
_SOMEBODY_ELSE = [f"arn:aws:iam::{HOME}:{kind}/somebody-else" for kind in ("user", "role", "group", "policy")]
_ANOTHER_ACCOUNT = ["arn:aws:iam::444455556666:user/*", "arn:aws:iam::444455556666:role/*"]
_HELD = f"arn:aws:iam::{HOME}:policy/held"
_BOB = {"UserName": "bob", "attached": ADMIN}
_GATED_BOB = {
    "UserName": "bob",
    "inline": allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
}


class Case(NamedTuple):
    """What alice is granted, the account around it, and resources that do her no good."""

    actions: tuple[str, ...]
    build: Build
    elsewhere: list[str] = _SOMEBODY_ELSE
    trusted: Build | None = None
    """The same account, with a role that does not trust whoever must be trusted."""


def policy(name: str, statements: Json, **more: Json) -> Given:
    return {"PolicyName": name, "PolicyDocument": statements, **more}


def plain(*, own: Given | None = None, extra: tuple[Given, ...] = (), **given: Any) -> Build:
    """Alice with her statements beside some others; a boundary where there is one."""

    def build(statements: list[Given], limit: list[str]) -> Given:
        made = alice(*statements, *extra, **(own or {}))
        policies = list(given.get("policies", []))
        if limit:
            made["boundary"] = LIMIT
            policies.append(policy("limit", allow(limit)))
        others = given.get("others", [])
        rest = {key: value for key, value in given.items() if key not in ("policies", "others")}
        return {"users": [made, *others], "policies": policies, **rest}

    return build


def bounded(action: str, older: Given | None = None, **own: Any) -> Build:
    """Alice may do everything but for her boundary, which leaves her one action and has an older version."""

    def build(statements: list[Given], limit: list[str]) -> Given:
        rest = {"Effect": "Allow", "NotAction": [action], "Resource": "*"}
        limits = _versions("limit", allow(limit or ["s3:*", action]), older or allow("s3:*"))
        return {"user": alice(*statements, rest, boundary=LIMIT, **own), "policies": [limits]}

    return build


def bob(row: Mapping[str, str] | None = None, user: Given | None = None) -> Build:
    return plain(others=[user or _BOB], credential_report=[{"user": "bob", **(row or {})}])


def federated(provider: str, **there: Any) -> Build:
    is_saml = ":saml-provider/" in provider
    test = {"SAML:aud": "https://signin.aws.amazon.com/saml"} if is_saml else {"ci.example.com:aud": "build"}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithSAML" if is_saml else "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": test},
    }
    role = boss() | {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    return plain(role=role, **there)


def _versioned() -> Build:
    def build(statements: list[Given], limit: list[str]) -> Given:
        held = _versions("held", statements, allow("*"))
        made: Given = {"UserName": "alice", "attached": [_HELD]}
        policies = [held]
        if limit:
            made["boundary"] = LIMIT
            policies.append(policy("limit", allow(limit)))
        return {"user": made, "policies": policies}

    return build


def _versions(name: str, statements: Json, older: Given) -> Given:
    """A managed policy whose default version is its second one."""
    now = statements if isinstance(statements, list) else [statements]
    versions = [
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": _document(now)},
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": _document([older])},
    ]
    return {"PolicyName": name, "DefaultVersionId": "v2", "PolicyVersionList": versions}


def _document(statements: list[Given]) -> Given:
    return {"Version": "2012-10-17", "Statement": statements}


def service_role(each: ServiceMethod, service: str = "") -> Given:
    """The administrator's role, trusting the service of a method or another one."""
    name = service or each.services[0]
    statement = trust({"Service": name})
    if each.services[0].startswith("cognito"):
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": name},
            "Action": "sts:AssumeRoleWithWebIdentity",
        }
    role = boss() | {"AssumeRolePolicyDocument": _document([statement])}
    if each.needs_profile or (each in COMPUTE and "ec2.amazonaws.com" in each.services):
        arn = f"arn:aws:iam::{HOME}:instance-profile/boss"
        role["InstanceProfileList"] = [{"Arn": arn, "InstanceProfileName": "boss"}]
    return role


def _of_service(each: ServiceMethod) -> Case:
    return Case(
        each.method.actions,
        plain(role=service_role(each)),
        trusted=plain(role=service_role(each, "glacier.amazonaws.com")),
    )


_ADMINS = {"GroupName": "admins", "attached": ADMIN}
_STAFF = {"GroupName": "staff"}
_ORGANIZATION = {
    "id": "o-exampleorgid",
    "management": HOME,
    "accounts": {HOME: {"name": "home", "path": "o-exampleorgid/r-root/", "scps": [], "rcps": []}},
}
_WORK = boss() | {
    "AssumeRolePolicyDocument": _document([trust({"AWS": f"arn:aws:iam::{HOME}:root"})]),
    "attached": [],
}
_FULL = {"access_key_1_active": "true", "access_key_2_active": "true"}
_ASLEEP = {"access_key_1_active": "false", "access_key_1_last_rotated": "2024-01-15T09:00:00Z"}
_TEAM = {"StringEquals": {"aws:PrincipalTag/team": "admins"}}

CASES: dict[str, Case] = {
    "create-policy-version": Case(
        ("iam:CreatePolicyVersion",),
        plain(own={"attached": [_HELD]}, policies=[policy("held", allow("s3:GetObject"))]),
    ),
    "set-default-policy-version": Case(("iam:SetDefaultPolicyVersion",), _versioned()),
    "attach-user-policy": Case(("iam:AttachUserPolicy",), plain()),
    "put-user-policy": Case(("iam:PutUserPolicy",), plain()),
    "attach-group-policy": Case(
        ("iam:AttachGroupPolicy",), plain(own={"GroupList": ["staff"]}, group=_STAFF)
    ),
    "put-group-policy": Case(("iam:PutGroupPolicy",), plain(own={"GroupList": ["staff"]}, group=_STAFF)),
    "attach-role-policy": Case(("iam:AttachRolePolicy", "sts:AssumeRole"), plain(role=_WORK)),
    "put-role-policy": Case(("iam:PutRolePolicy", "sts:AssumeRole"), plain(role=_WORK)),
    "add-user-to-group": Case(("iam:AddUserToGroup",), plain(group=_ADMINS)),
    "create-access-key": Case(("iam:CreateAccessKey",), bob()),
    "replace-access-key": Case(("iam:CreateAccessKey", "iam:DeleteAccessKey"), bob(_FULL)),
    "create-login-profile": Case(("iam:CreateLoginProfile",), bob()),
    "update-login-profile": Case(("iam:UpdateLoginProfile",), bob({"password_enabled": "true"})),
    "update-access-key": Case(("iam:UpdateAccessKey",), bob(_ASLEEP)),
    "replace-mfa-device": Case(
        ("iam:EnableMFADevice", "iam:CreateVirtualMFADevice", "iam:CreateAccessKey"), bob(user=_GATED_BOB)
    ),
    "create-service-specific-credential": Case(("iam:CreateServiceSpecificCredential",), bob()),
    "update-assume-role-policy": Case(("iam:UpdateAssumeRolePolicy",), plain(role=boss())),
    "update-saml-provider": Case(
        ("iam:UpdateSAMLProvider",), federated(SAML, saml_providers=[{"Name": "corporate"}])
    ),
    "add-client-id-to-oidc-provider": Case(
        ("iam:AddClientIDToOpenIDConnectProvider",),
        federated(OIDC, oidc_providers=[{"Url": "ci.example.com", "ClientIDList": ["build"]}]),
    ),
    "create-saml-provider": Case(("iam:CreateSAMLProvider",), federated(SAML, saml_providers=[])),
    "create-oidc-provider": Case(("iam:CreateOpenIDConnectProvider",), federated(OIDC, oidc_providers=[])),
    "assume-root": Case(("sts:AssumeRoot",), plain(organization=_ORGANIZATION)),
    "sso-create-account-assignment": Case(
        ("sso:CreateAccountAssignment",), plain(organization=_ORGANIZATION)
    ),
    "sso-put-inline-policy": Case(("sso:PutInlinePolicyToPermissionSet",), plain(organization=_ORGANIZATION)),
    "sso-attach-managed-policy": Case(
        ("sso:AttachManagedPolicyToPermissionSet",), plain(organization=_ORGANIZATION)
    ),
    "delete-permissions-boundary": Case(
        ("iam:DeleteUserPermissionsBoundary",), bounded("iam:DeleteUserPermissionsBoundary")
    ),
    "put-permissions-boundary": Case(
        ("iam:PutUserPermissionsBoundary",), bounded("iam:PutUserPermissionsBoundary")
    ),
    "rewrite-permissions-boundary": Case(("iam:CreatePolicyVersion",), bounded("iam:CreatePolicyVersion")),
    "restore-permissions-boundary": Case(
        ("iam:SetDefaultPolicyVersion",), bounded("iam:SetDefaultPolicyVersion", older=allow("*"))
    ),
    "remove-deny": Case(
        ("iam:DetachUserPolicy",),
        plain(
            own={"attached": [_HELD]},
            extra=(
                {
                    "Effect": "Allow",
                    "NotAction": ["iam:DetachUserPolicy", "iam:DeleteUserPolicy"],
                    "Resource": "*",
                },
            ),
            policies=[policy("held", deny("s3:*"))],
        ),
    ),
    "tag-itself": Case(("iam:TagUser",), plain(extra=(allow("*", Condition=_TEAM),))),
    "create-user": Case(
        ("iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"), plain(), _ANOTHER_ACCOUNT
    ),
    "create-role": Case(("iam:CreateRole", "iam:PutRolePolicy"), plain(), _ANOTHER_ACCOUNT),
    **{each.method.id: _of_service(each) for each in (*PASSING, *COMPUTE)},
}


def working(case: Case) -> Given:
    """The account in which the method works."""
    return case.build([allow(list(case.actions))], [])


def gated(case: Case) -> Given:
    """The same, but the actions need MFA."""
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    return case.build([allow(list(case.actions), Condition=mfa)], [])


def near_misses(case: Case) -> Iterator[tuple[str, Given]]:
    """Accounts in which one thing is in the way, by what that is."""
    granted = allow(list(case.actions))
    for action in case.actions:
        yield f"deny {action}", case.build([granted, deny(action)], [])
    yield "boundary", case.build([granted], ["s3:*"])
    yield "resource", case.build([allow(list(case.actions), case.elsewhere)], [])
    elsewhere = {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}
    yield "condition", case.build([allow(list(case.actions), Condition=elsewhere)], [])
    if case.trusted is not None:
        yield "trust without that service", case.trusted([granted], [])
    if case.trusted is not None and case.actions[0] == "iam:PassRole":
        rest = allow(list(case.actions[1:]))
        another = {"StringEquals": {"iam:PassedToService": "glacier.amazonaws.com"}}
        yield "PassedToService", case.build([rest, allow("iam:PassRole", Condition=another)], [])
        yield "resource of iam:PassRole", case.build([rest, allow("iam:PassRole", f"{BOSS}-other")], [])
