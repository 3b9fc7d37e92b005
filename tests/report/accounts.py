"""Accounts to make reports of: two with a bit of everything, a hostile one, a silent one, a large one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot

OWN = "111122223333"
OTHER = "444455556666"
STRANGER = "999999999999"

MFA_FRESH = {
    "Bool": {"aws:MultiFactorAuthPresent": "true"},
    "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
}
HOSTILE = (
    "</script><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "javascript:window.hit=1",
    "{{7*7}}{% raw %}",
    "\"'><svg onload=window.hit=1>",
    "--><!-- &amp; &#60;",
    "line\u2028break\u2029",
    "\u202egnp.exe",
    "zero\u200bwidth\ufeff",
    "\x1b[31mred\x07\x00",
    "=cmd|'/c calc'!A1",
    "+1+1",
    "@SUM(1)",
    "CON",
    "../../etc/passwd",
    "n" * 128,
    "\U0001f980\U000e0041",
)
"""Texts that an attacker may put wherever an account holds text."""

ALIAS = "\"'></title></script><img src=x onerror=window.hit=1>\u202e"
"""The alias of the hostile account, which stands on every page."""

SECRETS = (
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
)


def may(action: str | list[str], resource: str | list[str] = "*", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **rest}


def trusts(principal: Any, action: str = "sts:AssumeRole", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **rest}


def role(name: str, *trust: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(trust)}
    return {"RoleName": name, "AssumeRolePolicyDocument": document, **rest}


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


def arn(resource: str, account: str = OWN) -> str:
    return f"arn:aws:iam::{account}:{resource}"


def everyday() -> Snapshot:
    """Every kind of principal, both halves with and without the other, groups of all models."""
    return snapshot_of(
        accepted(
            "everyday",
            users=[
                {
                    "UserName": "alice",
                    "GroupList": ["admins", "readers"],
                    "Tags": [{"Key": "team", "Value": "a"}],
                },
                {"UserName": "bob", "GroupList": ["readers"], "inline": may("s3:GetObject")},
                {
                    "UserName": "carol",
                    "GroupList": [],
                    "attached": ["AdministratorAccess"],
                    "boundary": arn("policy/limit"),
                },
                {"UserName": "named-in-trust", "GroupList": []},
            ],
            groups=[
                {"GroupName": "admins", "inline": may("sts:AssumeRole", arn("role/fresh"))},
                {"GroupName": "readers", "attached": [arn("policy/assume-readers")]},
                {"GroupName": "traditional", "attached": ["AdministratorAccess"]},
                {"GroupName": "empty"},
            ],
            roles=[
                role("fresh", trusts(root(OWN), Condition=MFA_FRESH), MaxSessionDuration=3600),
                role("open", trusts("*")),
                role("vendor", trusts(root(STRANGER), Condition={"StringEquals": {"sts:ExternalId": "x-1"}})),
                role(
                    "reader",
                    trusts(root(OWN), Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),
                ),
                role("single-key", trusts({"AWS": arn("user/named-in-trust")})),
                role("not-trusting", trusts({"Service": "ec2.amazonaws.com"}), inline=may("s3:*")),
                role("saml", trusts({"Federated": arn("saml-provider/corporate")}, "sts:AssumeRoleWithSAML")),
                role("web", trusts({"Federated": "accounts.google.com"}, "sts:AssumeRoleWithWebIdentity")),
                role("deleted", trusts({"AWS": "AIDAEXAMPLEGONE000001"})),
                role(
                    "odd",
                    trusts({"AWS": arn("user/*")}),
                    trusts({"Service": ["ec2.amazonaws.com"]}, Sid="Second"),
                ),
                role(
                    "guarded",
                    trusts({"AWS": arn("role/not-trusting")}),
                    {
                        "Effect": "Deny",
                        "NotPrincipal": {"AWS": arn("user/alice")},
                        "Action": "sts:AssumeRole",
                    },
                    boundary=arn("policy/limit"),
                    Tags=[{"Key": "password", "Value": "correct horse"}],
                ),
            ],
            policies=[
                {
                    "PolicyName": "assume-readers",
                    "PolicyDocument": [
                        may("sts:AssumeRole", [arn("role/reader"), arn("role/not-trusting")], Sid="Roles"),
                        may("sts:AssumeRole", arn("role/auditor", OTHER)),
                    ],
                },
                {"PolicyName": "limit", "PolicyDocument": may(["s3:*", "sts:*"])},
                {"PolicyName": "unused", "PolicyDocument": may("*")},
            ],
            saml_providers=[{"Name": "corporate"}],
            credential_report=[
                {"user": "<root_account>", "mfa_active": "true"},
                {"user": "alice", "password_enabled": "true", "mfa_active": "true"},
                {"user": "bob", "password_enabled": "true", "access_key_1_active": "true"},
            ],
            denied=["iam:GetAccountPasswordPolicy"],
        )
    )


def neighbour() -> Snapshot:
    """A second account, which trusts the first."""
    return snapshot_of(
        accepted(
            "neighbour",
            account=OTHER,
            roles=[role("auditor", trusts(root(OWN))), role("reader", trusts(root(OTHER)))],
        )
    )


def hostile() -> Snapshot:
    """Hostile texts as names, paths, tags, descriptions, Sids, conditions, actions, resources, principals.

    Also as alias, in the organization and its policies, of sessions, providers, devices, instance profiles.
    """
    tags = [{"Key": text, "Value": text} for text in HOSTILE]
    return snapshot_of(
        accepted(
            "hostile",
            users=[
                {
                    "UserName": text,
                    "Path": f"/{text}/",
                    "GroupList": [text],
                    "inline": may(text, text),
                    "Tags": tags,
                }
                for text in HOSTILE
            ],
            groups=[
                {"GroupName": text, "GroupPolicyList": [_inline(text, may("sts:AssumeRole", "*"))]}
                for text in HOSTILE
            ],
            roles=[
                role(
                    text,
                    trusts(
                        root(OWN),
                        Sid=text,
                        Condition={"StringEquals": {text: [text], "sts:ExternalId": text}},
                    ),
                    trusts({"AWS": text, "Service": text, "Federated": text}),
                    trusts("*", Sid=text),
                    trusts(
                        {"AWS": f"arn:aws:sts::{OWN}:assumed-role/{text}/{text}"},
                        Condition={"StringLike": {"aws:PrincipalTag/team": text, "aws:PrincipalArn": text}},
                    ),
                    trusts({"AWS": arn(f"user/{text}", STRANGER)}, text),
                    boundary=arn(f"policy/{text}"),
                    attached=[arn(f"policy/{text}")],
                    RoleLastUsed={"LastUsedDate": "2026-10-01T00:00:00Z", "Region": text},
                    InstanceProfileList=[
                        {
                            "InstanceProfileName": text,
                            "InstanceProfileId": f"AIPAEXAMPLE{text}",
                            "Arn": arn(f"instance-profile/{text}"),
                            "Path": f"/{text}/",
                            "CreateDate": "2024-01-15T09:00:00Z",
                            "Roles": [],
                        }
                    ],
                    Description=text,
                    Path=f"/{text}/",
                    Tags=[*tags, *({"Key": "note", "Value": secret} for secret in SECRETS)],
                    RolePolicyList=[_inline(text, may(text, [text, *SECRETS], Sid=text))],
                )
                for text in HOSTILE
            ],
            policies=[
                {"PolicyName": text, "Description": text, "PolicyDocument": may(text, text, Sid=text)}
                for text in HOSTILE
            ],
            saml_providers=[{"Name": text} for text in HOSTILE[:3]],
            oidc_providers=[{"Url": text, "ClientIDList": [text]} for text in HOSTILE[:3]],
            virtual_mfa_devices=[
                {
                    "SerialNumber": arn(f"mfa/{text}"),
                    "User": {"UserName": text, "Arn": arn(f"user/{text}/{text}"), "UserId": text},
                    "EnableDate": "2024-01-15T09:00:00Z",
                }
                for text in HOSTILE
            ],
            organization={
                "id": "o-example",
                "management": OTHER,
                "accounts": {
                    account: {
                        "name": text,
                        "path": f"o-example/r-ab12/{text}/",
                        "scps": [[{"name": text, "policy": {"Statement": [may("*", Sid=text)]}}]],
                    }
                    for account, text in zip((OWN, OTHER, STRANGER), HOSTILE, strict=False)
                },
            },
            sources={"iam:ListAccountAliases": {"AccountAliases": [ALIAS]}},
            credential_report=[{"user": text, "password_enabled": "true"} for text in HOSTILE],
        )
    )


def silent() -> Snapshot:
    """An account in which AWS refused nearly everything."""
    return snapshot_of(accepted("silent", denied=["iam:GetAccountAuthorizationDetails", "iam:ListRoles"]))


def large(callers: int = 60, roles: int = 120) -> Snapshot:
    """Enough users with the same access to make sets, and enough roles for several pages."""
    return snapshot_of(
        accepted(
            "large",
            users=[
                {"UserName": f"user-{n:03}", "GroupList": ["all"] if n % 4 else ["all", "half"]}
                for n in range(callers)
            ],
            groups=[
                {"GroupName": "all", "inline": may("sts:AssumeRole", arn("role/team-*"))},
                {"GroupName": "half", "inline": may("sts:AssumeRole", arn("role/other-*"))},
            ],
            roles=[role(f"team-{n:03}", trusts(root(OWN))) for n in range(roles)]
            + [role(f"other-{n:03}", trusts(root(OWN))) for n in range(30)]
            + [role(f"open-{n}", trusts("*")) for n in range(3)],
        )
    )


def crowd(callers: int = 90) -> Snapshot:
    """Sets within sets, nearly everybody, and long sides of halves."""
    groups = {
        f"by-{n}": may("sts:AssumeRole", [arn(f"role/team-{n}*"), arn("role/ec2-*")]) for n in (2, 3, 7)
    }
    most = [arn(f"user/user-{n:03}") for n in range(callers) if n not in {5, 11}]
    return snapshot_of(
        accepted(
            "crowd",
            users=[
                {
                    "UserName": f"user-{n:03}",
                    "GroupList": [name for name in groups if n % int(name[3:]) == 0],
                    **({"inline": may("sts:AssumeRole", arn("role/single-*"))} if n % 40 == 1 else {}),
                }
                for n in range(callers)
            ],
            groups=[{"GroupName": name, "inline": grant} for name, grant in groups.items()],
            roles=[
                *(role(f"team-{n}-{m:02}", trusts(root(OWN))) for n in (2, 3, 7) for m in range(15)),
                *(role(f"ec2-{n:02}", trusts({"Service": "ec2.amazonaws.com"})) for n in range(20)),
                role("single-a", trusts({"AWS": arn("user/user-001")})),
                role("single-b", trusts({"AWS": arn("user/user-002")}, Condition=MFA_FRESH)),
                role("most", trusts({"AWS": most})),
                *(
                    role(f"chained-{n}", trusts({"AWS": [arn("role/most"), arn("role/ec2-03")]}))
                    for n in range(3)
                ),
                *(role(f"abroad-{n:02}", trusts({"AWS": arn("user/*", OTHER)})) for n in range(14)),
                role("open", trusts("*")),
                role("all-but", trusts("*"), {**trusts({"AWS": arn("user/user-003")}), "Effect": "Deny"}),
            ],
        )
    )


def across() -> Snapshot:
    """An account that names users of the crowd, who lack the other half."""
    few = [arn("user/user-004"), arn("user/user-008")]
    most = [arn(f"user/user-{n:03}") for n in range(80)]
    roles = [role(f"few-{n:02}", trusts({"AWS": few})) for n in range(16)]
    return snapshot_of(accepted("across", account=OTHER, roles=[*roles, role("most", trusts({"AWS": most}))]))


def long() -> Snapshot:
    """More roles than one page of a list holds, one of them with a long name."""
    roles = [role(f"team-{n:04}", trusts(root(OWN))) for n in range(1_100)]
    return snapshot_of(accepted("long", roles=[*roles, role("r" * 64, trusts("*"))]))


@cache
def assess(*names: str) -> Assessment:
    """The assessment of some of these accounts, by all rules."""
    all_of_them = (everyday, neighbour, hostile, silent, large, crowd, across, long)
    makers = {each.__name__: each for each in all_of_them}
    return analyze([makers[name]() for name in names], rules=load_rules())


@cache
def site(*names: str) -> Mapping[str, str]:
    """Path to text of every page of the report of some of these accounts."""
    return {
        path: content.decode() for path, content in files(assess(*names), b"{}") if path.endswith(".html")
    }


def pages(*reports: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of path and text over several reports."""
    return [pair for names in reports for pair in sorted(site(*names).items())]


def _inline(name: str, statement: Mapping[str, Any]) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
