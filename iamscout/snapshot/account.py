"""The typed view of an account: frozen values, sorted by ARN, times in UTC, IAM's own words.

Built from a snapshot by :func:`iamscout.snapshot.view.view_account`. Field docs name AWS's own field where
the name differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from msgspec import Struct

from iamscout.policy.arn import root_arn
from iamscout.policy.document import PolicyDocument
from iamscout.snapshot.access_analyzer import Analyzer, AnalyzerFinding
from iamscout.snapshot.credentials import (
    AccessKey,
    LoginProfile,
    ServerCertificate,
    ServiceSpecificCredential,
    SigningCertificate,
    SshPublicKey,
)
from iamscout.snapshot.delegation import DelegatedAdministrator
from iamscout.snapshot.identity_center import IdentityCenter
from iamscout.snapshot.last_accessed import PrincipalLastAccessed
from iamscout.snapshot.model import Gap, Status
from iamscout.snapshot.organization import Organization
from iamscout.snapshot.roles_anywhere import RolesAnywhereProfile, RolesAnywhereSubject, TrustAnchor

RoleKind = Literal["plain", "service_linked", "sso"]
NOT_LISTED = "NotListed"
"""The code of a gap that stands for a user or role of which only iam:ListUsers or iam:ListRoles tells."""


class Tag(Struct, frozen=True, order=True):
    """A tag of a resource."""

    key: str
    value: str


class InlinePolicy(Struct, frozen=True):
    """A policy that lives in one user, group or role."""

    name: str
    document: PolicyDocument


class AttachedPolicy(Struct, frozen=True, order=True):
    """A reference to a managed policy."""

    arn: str
    name: str


class PolicyVersion(Struct, frozen=True):
    """One version of a managed policy."""

    id: str
    is_default: bool
    created: datetime | None
    document: PolicyDocument


class ManagedPolicy(Struct, frozen=True):
    """`Policies` of iam:GetAccountAuthorizationDetails; versions as listed, the newest first."""

    arn: str
    name: str
    unique_id: str
    path: str
    created: datetime | None
    updated: datetime | None
    default_version_id: str
    attachment_count: int
    boundary_usage_count: int
    is_attachable: bool
    description: str
    versions: tuple[PolicyVersion, ...]

    @property
    def is_aws_managed(self) -> bool:
        """Whether AWS owns it (account part `aws`)."""
        return self.arn.split(":", 5)[4:5] == ["aws"]

    @property
    def document(self) -> PolicyDocument | None:
        """The default version's document; None where the snapshot lacks it."""
        for version in self.versions:
            if version.is_default or version.id == self.default_version_id:
                return version.document
        return None


class LastUsed(Struct, frozen=True):
    """`RoleLastUsed`: None in `when` means not within AWS's tracking period of 400 days, or never."""

    when: datetime | None
    region: str = ""


class InstanceProfile(Struct, frozen=True, order=True):
    """An instance profile; a role's own have ARN and name alone, `role_arns` come from the listing of all."""

    arn: str
    name: str
    created: datetime | None = None
    role_arns: tuple[str, ...] = ()


class Role(Struct, frozen=True):
    """A role: two policies (trust and permissions) and what is said about it.

    `last_used` is None where the source does not tell; `max_session_duration_seconds` (iam:ListRoles)
    likewise.
    """

    arn: str
    name: str
    unique_id: str
    path: str
    created: datetime | None
    trust_policy: PolicyDocument
    inline_policies: tuple[InlinePolicy, ...] = ()
    attached_policies: tuple[AttachedPolicy, ...] = ()
    boundary_arn: str = ""
    tags: tuple[Tag, ...] = ()
    last_used: LastUsed | None = None
    max_session_duration_seconds: int | None = None
    description: str = ""
    instance_profiles: tuple[InstanceProfile, ...] = ()

    @property
    def kind(self) -> RoleKind:
        """By path: service-linked roles and the roles of IAM Identity Center are made and owned by AWS."""
        if self.path.startswith("/aws-service-role/"):
            return "service_linked"
        return "sso" if self.path.startswith("/aws-reserved/sso.amazonaws.com/") else "plain"


class User(Struct, frozen=True):
    """A user; `groups` are names.

    Passwords, keys and MFA are in the credential report and the MFA devices.
    """

    arn: str
    name: str
    unique_id: str
    path: str
    created: datetime | None
    groups: tuple[str, ...] = ()
    inline_policies: tuple[InlinePolicy, ...] = ()
    attached_policies: tuple[AttachedPolicy, ...] = ()
    boundary_arn: str = ""
    tags: tuple[Tag, ...] = ()
    password_last_used: datetime | None = None


class Group(Struct, frozen=True):
    """A group of users."""

    arn: str
    name: str
    unique_id: str
    path: str
    created: datetime | None
    inline_policies: tuple[InlinePolicy, ...] = ()
    attached_policies: tuple[AttachedPolicy, ...] = ()


class SamlProvider(Struct, frozen=True):
    """A SAML identity provider (iam:ListSAMLProviders, iam:GetSAMLProvider)."""

    arn: str
    created: datetime | None
    valid_until: datetime | None


class OidcProvider(Struct, frozen=True):
    """An OpenID Connect identity provider (iam:GetOpenIDConnectProvider)."""

    arn: str
    url: str
    client_ids: tuple[str, ...]
    thumbprints: tuple[str, ...]
    created: datetime | None


class ReportKey(Struct, frozen=True):
    """One of the two access key slots of a credential report row."""

    active: bool
    last_rotated: datetime | None
    last_used: datetime | None
    last_used_service: str = ""


class ReportRow(Struct, frozen=True):
    """One row of the credential report; `user` of the root user is `<root_account>`.

    `password_enabled` is None where AWS says `not_supported` (root). `certificates` are the active flags
    and rotation times of both slots.
    """

    user: str
    arn: str
    created: datetime | None
    password_enabled: bool | None
    password_last_used: datetime | None
    password_last_changed: datetime | None
    mfa_active: bool
    access_keys: tuple[ReportKey, ...]
    certificates: tuple[tuple[bool, datetime | None], ...] = ()

    @property
    def is_root(self) -> bool:
        """Whether this is the account's root user."""
        return self.user in ("<root_account>", "<root-account>")


class MfaDevice(Struct, frozen=True, order=True):
    """An MFA device in use; `user_arn` may be the root user's.

    `kind` is derived from the serial number's form.
    """

    serial: str
    user_arn: str
    kind: Literal["virtual", "hardware", "fido"]
    enabled: datetime | None = None


class PasswordPolicy(Struct, frozen=True):
    """iam:GetAccountPasswordPolicy.

    `exists` is False where AWS answered NoSuchEntity, that is IAM's defaults.
    """

    exists: bool
    minimum_length: int = 8
    reuse_prevention: int | None = None
    max_age_days: int | None = None
    requires_symbols: bool = False
    requires_numbers: bool = False
    requires_uppercase: bool = False
    requires_lowercase: bool = False
    users_may_change: bool = True


@dataclass(frozen=True)
class Account:
    """Everything a snapshot says about one account. None and missing mean "not told": see `statuses`."""

    id: str
    partition: str
    captured_at: datetime
    alias: str = ""
    caller: str = ""
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[ManagedPolicy, ...] = ()
    saml_providers: tuple[SamlProvider, ...] | None = None
    oidc_providers: tuple[OidcProvider, ...] | None = None
    credential_report: tuple[ReportRow, ...] | None = None
    credential_report_generated: datetime | None = None
    mfa_devices: tuple[MfaDevice, ...] | None = None
    password_policy: PasswordPolicy | None = None
    summary: Mapping[str, int] | None = None
    organization: Organization | None = None
    access_keys: tuple[AccessKey, ...] | None = None
    login_profiles: tuple[LoginProfile, ...] | None = None
    signing_certificates: tuple[SigningCertificate, ...] | None = None
    ssh_public_keys: tuple[SshPublicKey, ...] | None = None
    service_specific_credentials: tuple[ServiceSpecificCredential, ...] | None = None
    server_certificates: tuple[ServerCertificate, ...] | None = None
    instance_profiles: tuple[InstanceProfile, ...] | None = None
    service_last_accessed: tuple[PrincipalLastAccessed, ...] | None = None
    organization_features: tuple[str, ...] | None = None
    delegated_administrators: tuple[DelegatedAdministrator, ...] | None = None
    trusted_services: tuple[str, ...] | None = None
    analyzers: tuple[Analyzer, ...] | None = None
    analyzer_findings: tuple[AnalyzerFinding, ...] | None = None
    identity_center: IdentityCenter | None = None
    trust_anchors: tuple[TrustAnchor, ...] | None = None
    roles_anywhere_profiles: tuple[RolesAnywhereProfile, ...] | None = None
    roles_anywhere_subjects: tuple[RolesAnywhereSubject, ...] | None = None
    statuses: tuple[tuple[str, Status, str], ...] = ()
    """(source, status, reason) of every source the snapshot mentions, sorted."""
    gaps: tuple[Gap, ...] = ()
    odd_values: tuple[tuple[str, str, str], ...] = ()
    """(ARN, field, text) of values that could not be read, such as unreadable times."""

    @property
    def root_arn(self) -> str:
        """The account itself as a resource of findings."""
        return root_arn(self.id, self.partition)

    @property
    def label(self) -> str:
        """Alias and id where there is an alias, else the id."""
        return f"{self.alias} ({self.id})" if self.alias else self.id

    @cached_property
    def policies_by_arn(self) -> Mapping[str, ManagedPolicy]:
        """Managed policies by ARN."""
        return {policy.arn: policy for policy in self.policies}

    @cached_property
    def documents_by_policy(self) -> Mapping[str, PolicyDocument | None]:
        """The document of each managed policy's default version by the policy's ARN, None where it lacks."""
        return {policy.arn: policy.document for policy in self.policies}

    @cached_property
    def groups_by_name(self) -> Mapping[str, Group]:
        """Groups by name (unique in an account)."""
        return {group.name: group for group in self.groups}

    @cached_property
    def roles_by_arn(self) -> Mapping[str, Role]:
        """Roles by ARN."""
        return {role.arn: role for role in self.roles}

    @cached_property
    def roles_by_name(self) -> Mapping[str, Role]:
        """Roles by lower-case name (IAM's names are unique in an account whatever their case)."""
        return {role.name.lower(): role for role in self.roles}

    @cached_property
    def only_listed(self) -> frozenset[str]:
        """ARNs of users and roles of which only a plain listing tells: policies, groups, boundary unknown."""
        return frozenset(gap.resource for gap in self.gaps if gap.error_code == NOT_LISTED)

    @cached_property
    def users_by_arn(self) -> Mapping[str, User]:
        """Users by ARN."""
        return {user.arn: user for user in self.users}

    @cached_property
    def members(self) -> Mapping[str, tuple[User, ...]]:
        """Group name to its users, sorted by ARN; groups without members have none here."""
        found: dict[str, list[User]] = {}
        for user in self.users:
            for name in user.groups:
                found.setdefault(name, []).append(user)
        return {name: tuple(users) for name, users in found.items()}

    @cached_property
    def report_by_user(self) -> Mapping[str, ReportRow]:
        """Credential report rows by user name; empty where there is no report."""
        return {row.user: row for row in self.credential_report or ()}

    @cached_property
    def mfa_devices_by_user(self) -> Mapping[str, tuple[MfaDevice, ...]]:
        """MFA devices by the ARN of the user; empty where they were not asked for."""
        found: dict[str, list[MfaDevice]] = {}
        for device in self.mfa_devices or ():
            found.setdefault(device.user_arn, []).append(device)
        return {arn: tuple(devices) for arn, devices in found.items()}

    @cached_property
    def access_keys_by_user(self) -> Mapping[str, tuple[AccessKey, ...]]:
        """Access keys (iam:ListAccessKeys) by the ARN of the user; empty where they were not asked for."""
        found: dict[str, list[AccessKey]] = {}
        for key in self.access_keys or ():
            found.setdefault(key.user_arn, []).append(key)
        return {arn: tuple(keys) for arn, keys in found.items()}

    @cached_property
    def last_accessed_by_arn(self) -> Mapping[str, PrincipalLastAccessed]:
        """Services last accessed by the ARN of the user or role; who was not asked about is not there."""
        return {each.arn: each for each in self.service_last_accessed or ()}

    @cached_property
    def status_by_source(self) -> Mapping[str, Status]:
        """Source name to status."""
        return {name: status for name, status, _ in self.statuses}

    def has(self, source: str) -> bool:
        """Whether a source was told in full, so that what is not there is known not to be there."""
        return self.status_by_source.get(source) == "ok"
