"""Examples of rules: small accounts in AWS's own shapes, how they are filled in and run.

An example reads like a policy page: `rejected("anyone may enter", trust={"Effect": "Allow", "Principal":
"*", …})`. A policy is given as one statement, a list of statements, a whole document, or text. Each example
goes through the real pipeline.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias, TypedDict, Unpack, cast

from iamscout.analysis.finding import Finding
from iamscout.analysis.rule import Example, Rule
from iamscout.analysis.run import analyze
from iamscout.snapshot.model import Snapshot, Source, Tool, encode_source

ACCOUNT: Final = "111122223333"
"""The account of every example."""
MOMENT: Final = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
"""When every example is captured."""
DETAILS: Final = "iam:GetAccountAuthorizationDetails"
CALLER: Final = "sts:GetCallerIdentity"

Policy: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]] | str
Shape: TypeAlias = Mapping[str, Any]

_CREATED = "2024-01-15T09:00:00Z"
_AWS_MANAGED: dict[str, Policy] = {
    "AdministratorAccess": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    "PowerUserAccess": {
        "Effect": "Allow",
        "NotAction": ["iam:*", "organizations:*", "account:*"],
        "Resource": "*",
    },
    "IAMFullAccess": {
        "Effect": "Allow",
        "Action": ["iam:*", "organizations:DescribeAccount"],
        "Resource": "*",
    },
    "SecurityAudit": {
        "Effect": "Allow",
        "Action": ["iam:Get*", "iam:List*", "ec2:Describe*"],
        "Resource": "*",
    },
    "AWSSupportAccess": {"Effect": "Allow", "Action": ["support:*"], "Resource": "*"},
    "AWSCloudShellFullAccess": {"Effect": "Allow", "Action": ["cloudshell:*"], "Resource": "*"},
}
"""What the AWS managed policies of examples say, reduced; others may read one bucket."""
_HARMLESS: Policy = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example/*"}
_REPORT_ROW: dict[str, str] = {
    "user": "alice",
    "arn": "",
    "user_creation_time": _CREATED,
    "password_enabled": "false",
    "password_last_used": "N/A",
    "password_last_changed": "N/A",
    "password_next_rotation": "N/A",
    "mfa_active": "false",
    "access_key_1_active": "false",
    "access_key_1_last_rotated": "N/A",
    "access_key_1_last_used_date": "N/A",
    "access_key_1_last_used_region": "N/A",
    "access_key_1_last_used_service": "N/A",
    "access_key_2_active": "false",
    "access_key_2_last_rotated": "N/A",
    "access_key_2_last_used_date": "N/A",
    "access_key_2_last_used_region": "N/A",
    "access_key_2_last_used_service": "N/A",
    "cert_1_active": "false",
    "cert_1_last_rotated": "N/A",
    "cert_2_active": "false",
    "cert_2_last_rotated": "N/A",
}


class Given(TypedDict, total=False):
    """What an example may give, the plural for several of a kind.

    What is not given is left out or has a harmless default.

    `trust` is short for a role `deploy` with that trust policy; `policy` for a customer managed policy
    `example` that is attached once; `inline` in a user, group or role (in place of AWS's list) is short for
    one inline policy `example`, `attached` for the ARNs or AWS managed names of attached policies,
    `boundary` likewise. Rows of `credential_report` are the CSV's columns. `password_policy` None is AWS's
    NoSuchEntity. `sources` are other sources by name, in AWS's shape;
    `denied` are source names that AWS refused.
    """

    account: str
    partition: str
    trust: Policy
    role: Shape
    roles: Sequence[Shape]
    user: Shape
    users: Sequence[Shape]
    group: Shape
    groups: Sequence[Shape]
    policy: Policy
    policies: Sequence[Shape]
    credential_report: Sequence[Mapping[str, str]]
    saml_providers: Sequence[Shape]
    oidc_providers: Sequence[Shape]
    virtual_mfa_devices: Sequence[Shape]
    summary: Mapping[str, int]
    password_policy: Shape | None
    organization: Shape
    sources: Mapping[str, Any]
    denied: Sequence[str]


def rejected(title: str, **given: Unpack[Given]) -> Example:
    """A small account to which the rule must object at least once."""
    return Example(title, "rejected", given)


def accepted(title: str, **given: Unpack[Given]) -> Example:
    """A small account to which the rule must not object."""
    return Example(title, "accepted", given)


def run_example(rule: Rule, example: Example) -> tuple[Finding, ...]:
    """Everything the rule finds in the example's account."""
    return analyze((snapshot_of(example),), rules=(rule,)).findings


def snapshot_of(example: Example) -> Snapshot:
    """The snapshot of an example's account; a source that holds the text `denied` is one that AWS refused."""
    sources = _sources(cast("Given", example.given))
    caller = sources[CALLER]
    return Snapshot(
        account=caller["Account"],
        partition=caller["Arn"].split(":")[1],
        captured_at=MOMENT,
        captured_until=MOMENT,
        tool=Tool("example", "1"),
        sources={name: _source(value) for name, value in sources.items()},
    )


def _source(value: object) -> Source:
    if value == "denied":
        return Source("denied", reason="AccessDenied")
    return Source("ok", encode_source(value))


def _sources(given: Given) -> dict[str, Any]:
    """Source names and AWS's response shapes."""
    fill = _Filler(given.get("account", ACCOUNT), given.get("partition", "aws"))
    sources: dict[str, Any] = {
        CALLER: {"Account": fill.account, "Arn": fill.arn("user/auditor"), "UserId": "AIDAEXAMPLEAUDITOR"},
        DETAILS: fill.details(given),
        "iam:ListRoles": {"Roles": []},
        "iam:ListSAMLProviders": {
            "SAMLProviderList": [fill.saml(each) for each in given.get("saml_providers", ())]
        },
        "iam:ListOpenIDConnectProviders": {"OpenIDConnectProviderList": []},
    }
    if "oidc_providers" in given:
        made = [fill.oidc(each) for each in given["oidc_providers"]]
        sources["iam:ListOpenIDConnectProviders"]["OpenIDConnectProviderList"] = [
            {"Arn": each["Arn"]} for each in made
        ]
        sources["iam:GetOpenIDConnectProvider"] = {each["Arn"]: each for each in made}
    if "credential_report" in given:
        rows = [fill.report_row(row) for row in given["credential_report"]]
        sources["iam:GetCredentialReport"] = {"Content": _csv(rows), "GeneratedTime": MOMENT.isoformat()}
    if "virtual_mfa_devices" in given:
        sources["iam:ListVirtualMFADevices"] = {"VirtualMFADevices": list(given["virtual_mfa_devices"])}
    if "summary" in given:
        sources["iam:GetAccountSummary"] = {"SummaryMap": dict(given["summary"])}
    if "password_policy" in given:
        sources["iam:GetAccountPasswordPolicy"] = {"PasswordPolicy": given["password_policy"]}
    if "organization" in given:
        sources["organization"] = given["organization"]
    sources.update(given.get("sources", {}))
    sources.update(dict.fromkeys(given.get("denied", ()), "denied"))
    return sources


class _Filler:
    """Fills in what AWS says of every entity and no example needs to."""

    def __init__(self, account: str, partition: str) -> None:
        self.account = account
        self.partition = partition

    def arn(self, resource: str, account: str | None = None) -> str:
        return f"arn:{self.partition}:iam::{self.account if account is None else account}:{resource}"

    def details(self, given: Given) -> Shape:
        """The response shape of iam:GetAccountAuthorizationDetails."""
        roles = [*_listed(given, "role", "roles")]
        if "trust" in given:
            roles.append({"AssumeRolePolicyDocument": given["trust"]})
        users = [self.entity("User", "alice", each) for each in _listed(given, "user", "users")]
        groups = [self.entity("Group", "staff", each) for each in _listed(given, "group", "groups")]
        filled = [self.role(each) for each in roles]
        policies = [self.policy(each) for each in given.get("policies", ())]
        if "policy" in given:
            policies.append(self.policy({"PolicyDocument": given["policy"]}))
        named = {policy["Arn"] for policy in policies}
        policies += [self.managed(arn) for arn in sorted(_used([*users, *groups, *filled]) - named)]
        return {
            "UserDetailList": users,
            "GroupDetailList": groups,
            "RoleDetailList": filled,
            "Policies": policies,
            "IsTruncated": False,
        }

    def entity(
        self, kind: Literal["User", "Group", "Role"], default_name: str, given: Shape
    ) -> dict[str, Any]:
        """What users, groups and roles have in common."""
        own = dict(given)
        inline, attached, boundary = (
            own.pop("inline", None),
            own.pop("attached", ()),
            own.pop("boundary", None),
        )
        name, path = own.get(f"{kind}Name", default_name), own.get("Path", "/")
        prefix = {"User": "AIDA", "Group": "AGPA", "Role": "AROA"}[kind]
        made: dict[str, Any] = {
            "Arn": self.arn(f"{kind.lower()}{path}{name}"),
            f"{kind}Name": name,
            f"{kind}Id": f"{prefix}EXAMPLE{name.upper().replace('-', '')}",
            "Path": path,
            "CreateDate": _CREATED,
            f"{kind}PolicyList": [],
            "AttachedManagedPolicies": [self.attachment(each) for each in attached],
        }
        if inline is not None:
            made[f"{kind}PolicyList"] = [{"PolicyName": "example", "PolicyDocument": policy_document(inline)}]
        if boundary is not None:
            made["PermissionsBoundary"] = {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": self.attachment(boundary)["PolicyArn"],
            }
        return made | own

    def role(self, given: Shape) -> dict[str, Any]:
        made: dict[str, Any] = {
            "RoleLastUsed": {},
            "InstanceProfileList": [],
            **self.entity("Role", "deploy", given),
        }
        trust = made.get("AssumeRolePolicyDocument", _only_ec2())
        return made | {"AssumeRolePolicyDocument": policy_document(trust)}

    def attachment(self, given: str) -> dict[str, str]:
        arn = given if given.startswith("arn:") else self.arn(f"policy/{given}", "aws")
        return {"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]}

    def policy(self, given: Shape) -> dict[str, Any]:
        """A customer managed policy of one version from its `PolicyDocument`."""
        own = dict(given)
        document = policy_document(own.pop("PolicyDocument", _HARMLESS))
        name, path = own.get("PolicyName", "example"), own.get("Path", "/")
        return {
            "Arn": self.arn(f"policy{path}{name}"),
            "PolicyName": name,
            "PolicyId": f"ANPAEXAMPLE{name.upper().replace('-', '')}",
            "Path": path,
            "CreateDate": _CREATED,
            "UpdateDate": _CREATED,
            "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": True,
            "DefaultVersionId": "v1",
            "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": True, "CreateDate": _CREATED, "Document": document}
            ],
        } | own

    def managed(self, arn: str) -> dict[str, Any]:
        """A policy that is used but not given: an AWS managed one by its name, else a harmless one."""
        name = arn.rpartition("/")[2]
        document = _AWS_MANAGED.get(name, _HARMLESS) if arn.split(":")[4] == "aws" else _HARMLESS
        return self.policy({"PolicyName": name, "Arn": arn, "PolicyDocument": document})

    def saml(self, given: Shape) -> dict[str, Any]:
        name = given.get("Name", "corporate")
        made = {
            "Arn": self.arn(f"saml-provider/{name}"),
            "CreateDate": _CREATED,
            "ValidUntil": "2030-01-01T00:00:00Z",
        }
        return made | {key: value for key, value in given.items() if key != "Name"}

    def oidc(self, given: Shape) -> dict[str, Any]:
        url = given["Url"]
        made = {
            "Arn": self.arn(f"oidc-provider/{url}"),
            "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": [],
            "CreateDate": _CREATED,
        }
        return made | dict(given)

    def report_row(self, given: Mapping[str, str]) -> dict[str, str]:
        """A row of the credential report; `<root_account>` has what AWS says of root users."""
        row = {**_REPORT_ROW, **given}
        root = row["user"] == "<root_account>"
        if root:
            row |= {"password_last_changed": "not_supported", "password_next_rotation": "not_supported"}
            row["password_enabled"] = given.get("password_enabled", "not_supported")
        row["arn"] = row["arn"] or self.arn("root" if root else f"user/{row['user']}")
        return row


def policy_document(given: Policy) -> Shape | str:
    """A whole policy document from a statement, a list of them, or a document; text stays as it is."""
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        if "Statement" in given or "Effect" not in given:
            return given
        return {"Version": "2012-10-17", "Statement": [given]}
    return {"Version": "2012-10-17", "Statement": list(given)}


def _listed(
    given: Given, one: Literal["role", "user", "group"], many: Literal["roles", "users", "groups"]
) -> list[Shape]:
    """One of a kind, several, or both."""
    return [*([given[one]] if one in given else []), *given.get(many, ())]


def _used(entities: Iterable[Shape]) -> set[str]:
    """The ARNs of all managed policies that these have attached or as a boundary."""
    found = set()
    for entity in entities:
        found |= {each["PolicyArn"] for each in entity["AttachedManagedPolicies"]}
        if "PermissionsBoundary" in entity:
            found.add(entity["PermissionsBoundary"]["PermissionsBoundaryArn"])
    return found


def _only_ec2() -> Policy:
    return {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(_REPORT_ROW), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
