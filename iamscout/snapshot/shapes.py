"""AWS's response shapes, as far as they are read. No member is required and unknown ones are passed over.

Source: the output shapes of the IAM API Reference ("GetAccountAuthorizationDetails", "ListRoles" and so on).
Documents stay raw: they are read in one place, from their own text.
"""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType, field

Time = str | int | float | None
"""A time in any spelling; see :func:`iamscout.snapshot.times.read_time`."""


class Shape(Struct, rename="pascal", gc=False):
    """The parent of all: members are named as AWS names them."""


class CamelShape(Struct, rename="camel", gc=False):
    """The parent of shapes of newer services, whose members begin in lower case."""


class TagShape(Shape):
    """`Tag`."""

    key: str = ""
    value: str = ""


class InlinePolicyShape(Shape):
    """`PolicyDetail`."""

    policy_name: str = ""
    policy_document: Raw = Raw()


class AttachedPolicyShape(Shape):
    """`AttachedPolicy`."""

    policy_arn: str = ""
    policy_name: str = ""


class BoundaryShape(Shape):
    """`AttachedPermissionsBoundary`; its type occurs as `Policy` and as `PermissionsBoundaryPolicy`."""

    permissions_boundary_arn: str = ""


class UserShape(Shape):
    """`UserDetail`, and `User` of iam:ListUsers (the password's last use, no groups and policies)."""

    arn: str = ""
    user_name: str = ""
    user_id: str = ""
    path: str = ""
    create_date: Time = None
    group_list: list[str] = []
    user_policy_list: list[InlinePolicyShape] = []
    attached_managed_policies: list[AttachedPolicyShape] = []
    permissions_boundary: BoundaryShape | None = None
    tags: list[TagShape] = []
    password_last_used: Time = None


class GroupShape(Shape):
    """`GroupDetail`."""

    arn: str = ""
    group_name: str = ""
    group_id: str = ""
    path: str = ""
    create_date: Time = None
    group_policy_list: list[InlinePolicyShape] = []
    attached_managed_policies: list[AttachedPolicyShape] = []


class RoleLastUsedShape(Shape):
    """`RoleLastUsed`."""

    last_used_date: Time = None
    region: str = ""


class InstanceProfileRoleShape(Shape):
    """`Role`, as far as an instance profile needs it."""

    arn: str = ""


class InstanceProfileShape(Shape):
    """`InstanceProfile`; it holds one role at most."""

    arn: str = ""
    instance_profile_name: str = ""
    create_date: Time = None
    roles: list[InstanceProfileRoleShape] = []


class InstanceProfilesShape(Shape):
    """iam:ListInstanceProfiles."""

    instance_profiles: list[InstanceProfileShape] = []


class RoleShape(Shape):
    """`RoleDetail`, and `Role` of iam:ListRoles (description and session duration, no policies)."""

    arn: str = ""
    role_name: str = ""
    role_id: str = ""
    path: str = ""
    create_date: Time = None
    assume_role_policy_document: Raw = Raw()
    role_policy_list: list[InlinePolicyShape] = []
    attached_managed_policies: list[AttachedPolicyShape] = []
    permissions_boundary: BoundaryShape | None = None
    tags: list[TagShape] = []
    role_last_used: RoleLastUsedShape | None = None
    instance_profile_list: list[InstanceProfileShape] = []
    max_session_duration: int | None = None
    description: str = ""


class PolicyVersionShape(Shape):
    """`PolicyVersion`."""

    version_id: str = ""
    is_default_version: bool = False
    create_date: Time = None
    document: Raw = Raw()


class ManagedPolicyShape(Shape):
    """`ManagedPolicyDetail`."""

    arn: str = ""
    policy_name: str = ""
    policy_id: str = ""
    path: str = ""
    create_date: Time = None
    update_date: Time = None
    default_version_id: str = ""
    attachment_count: int = 0
    permissions_boundary_usage_count: int = 0
    is_attachable: bool = True
    description: str = ""
    policy_version_list: list[PolicyVersionShape] = []


class AuthorizationDetailsShape(Shape):
    """iam:GetAccountAuthorizationDetails."""

    user_detail_list: list[UserShape] = []
    group_detail_list: list[GroupShape] = []
    role_detail_list: list[RoleShape] = []
    policies: list[ManagedPolicyShape] = []


class RolesShape(Shape):
    """iam:ListRoles."""

    roles: list[RoleShape] = []


class UsersShape(Shape):
    """iam:ListUsers."""

    users: list[UserShape] = []


class AliasesShape(Shape):
    """iam:ListAccountAliases; an account has one at most."""

    account_aliases: list[str] = []


class SummaryShape(Shape):
    """iam:GetAccountSummary."""

    summary_map: dict[str, int] = {}


class PasswordPolicyShape(Shape):
    """`PasswordPolicy`."""

    minimum_password_length: int = 6
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase_characters: bool = False
    require_lowercase_characters: bool = False
    allow_users_to_change_password: bool = False
    max_password_age: int | None = None
    password_reuse_prevention: int | None = None


class AccountPasswordPolicyShape(Shape):
    """iam:GetAccountPasswordPolicy; null stands for AWS's answer NoSuchEntity."""

    password_policy: PasswordPolicyShape | UnsetType | None = UNSET


class SamlProviderShape(Shape):
    """`SAMLProviderListEntry`, and iam:GetSAMLProvider (which does not repeat the ARN)."""

    arn: str = ""
    create_date: Time = None
    valid_until: Time = None


class SamlProvidersShape(Shape):
    """iam:ListSAMLProviders."""

    providers: list[SamlProviderShape] = field(name="SAMLProviderList", default_factory=list)


class OidcProviderShape(Shape):
    """`OpenIDConnectProviderListEntry` (the ARN alone), iam:GetOpenIDConnectProvider (all but the ARN)."""

    arn: str = ""
    url: str = ""
    client_ids: list[str] = field(name="ClientIDList", default_factory=list)
    thumbprint_list: list[str] = []
    create_date: Time = None


class OidcProvidersShape(Shape):
    """iam:ListOpenIDConnectProviders."""

    providers: list[OidcProviderShape] = field(name="OpenIDConnectProviderList", default_factory=list)


class MfaDeviceShape(Shape):
    """`VirtualMFADevice` (with the user, where it is assigned) and `MFADevice` (with the user's name)."""

    serial_number: str = ""
    user: UserShape | None = None
    enable_date: Time = None


class VirtualMfaDevicesShape(Shape):
    """iam:ListVirtualMFADevices."""

    devices: list[MfaDeviceShape] = field(name="VirtualMFADevices", default_factory=list)


class MfaDevicesShape(Shape):
    """iam:ListMFADevices."""

    devices: list[MfaDeviceShape] = field(name="MFADevices", default_factory=list)


class CredentialReportShape(Shape):
    """iam:GetCredentialReport, its content as CSV text."""

    content: str = ""
    generated_time: Time = None


class GuardrailShape(Struct, gc=False):
    """A policy of one level in the organization file."""

    name: str = ""
    policy: Raw = Raw()


class OrganizationAccountShape(Struct, gc=False):
    """An account in the organization file; a missing list of levels means no restriction."""

    name: str = ""
    path: str = ""
    scps: list[list[GuardrailShape]] | None = None
    rcps: list[list[GuardrailShape]] | None = None


class OrganizationShape(Struct, gc=False):
    """The organization file."""

    id: str = ""
    management: str = ""
    accounts: dict[str, OrganizationAccountShape] = {}
