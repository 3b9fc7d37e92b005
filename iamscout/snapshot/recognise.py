"""What kind of file somebody gave: told by its content, never by its name."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct


class Kind(Struct, frozen=True):
    """A kind of file: the snapshot source it fills, what prints it, and the members by which it is known.

    A JSON object is of the first kind of which it has all of `members` and, where `any_of` is not empty, one
    of those.
    """

    source: str
    printed_by: str
    members: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()


KINDS = (
    Kind(
        "iam:GetAccountAuthorizationDetails",
        "aws iam get-account-authorization-details",
        any_of=("UserDetailList", "GroupDetailList", "RoleDetailList"),
    ),
    Kind("iam:ListRoles", "aws iam list-roles", ("Roles",)),
    Kind("iam:ListUsers", "aws iam list-users", ("Users",)),
    Kind("iam:ListSAMLProviders", "aws iam list-saml-providers", ("SAMLProviderList",)),
    Kind(
        "iam:ListOpenIDConnectProviders",
        "aws iam list-open-id-connect-providers",
        ("OpenIDConnectProviderList",),
    ),
    Kind("iam:GetAccountPasswordPolicy", "aws iam get-account-password-policy", ("PasswordPolicy",)),
    Kind("iam:GetAccountSummary", "aws iam get-account-summary", ("SummaryMap",)),
    Kind("iam:ListAccountAliases", "aws iam list-account-aliases", ("AccountAliases",)),
    Kind("iam:ListVirtualMFADevices", "aws iam list-virtual-mfa-devices", ("VirtualMFADevices",)),
    Kind("iam:ListMFADevices", "aws iam list-mfa-devices", ("MFADevices",)),
    Kind("iam:ListAccessKeys", "aws iam list-access-keys", ("AccessKeyMetadata",)),
    Kind("iam:GetLoginProfile", "aws iam get-login-profile", ("LoginProfile",)),
    Kind("iam:ListSigningCertificates", "aws iam list-signing-certificates", ("Certificates",)),
    Kind("iam:ListSSHPublicKeys", "aws iam list-ssh-public-keys", ("SSHPublicKeys",)),
    Kind(
        "iam:ListServiceSpecificCredentials",
        "aws iam list-service-specific-credentials --all-users",
        ("ServiceSpecificCredentials",),
    ),
    Kind(
        "iam:ListServerCertificates", "aws iam list-server-certificates", ("ServerCertificateMetadataList",)
    ),
    Kind("iam:ListInstanceProfiles", "aws iam list-instance-profiles", ("InstanceProfiles",)),
    Kind("iam:ListOrganizationsFeatures", "aws iam list-organizations-features", ("EnabledFeatures",)),
    Kind(
        "organizations:ListDelegatedAdministrators",
        "aws organizations list-delegated-administrators",
        ("DelegatedAdministrators",),
    ),
    Kind(
        "organizations:ListAWSServiceAccessForOrganization",
        "aws organizations list-aws-service-access-for-organization",
        ("EnabledServicePrincipals",),
    ),
    Kind("access-analyzer:ListAnalyzers", "aws accessanalyzer list-analyzers", ("analyzers",)),
    Kind("rolesanywhere:ListTrustAnchors", "aws rolesanywhere list-trust-anchors", ("trustAnchors",)),
    Kind("rolesanywhere:ListProfiles", "aws rolesanywhere list-profiles", ("profiles",)),
    Kind("rolesanywhere:ListSubjects", "aws rolesanywhere list-subjects", ("subjects",)),
    Kind("iam:GetCredentialReport", "aws iam get-credential-report", ("Content", "ReportFormat")),
    Kind("iam:GetSAMLProvider", "aws iam get-saml-provider", ("SAMLMetadataDocument",)),
    Kind("iam:GetOpenIDConnectProvider", "aws iam get-open-id-connect-provider", ("Url", "ClientIDList")),
    Kind("sts:GetCallerIdentity", "aws sts get-caller-identity", ("UserId", "Account", "Arn")),
    Kind("organization", "the organization file", ("id", "management", "accounts")),
)
"""Every kind of JSON that `iamscout import` reads."""

_USUAL = 8
"""How many of the first are named in a message."""

SOURCES = tuple(sorted(kind.source for kind in KINDS if kind.source != "sts:GetCallerIdentity"))
"""The sources an import can fill, sorted; those it was not given are `absent`."""

CREDENTIAL_REPORT_START = b"user,arn,user_creation_time"
"""The first columns of a credential report as CSV."""


def recognise(members: Collection[str]) -> Kind | None:
    """The kind of a JSON object by the names of its members."""
    for kind in KINDS:
        if all(name in members for name in kind.members) and (
            not kind.any_of or any(name in members for name in kind.any_of)
        ):
            return kind
    return None


def kinds_in_words() -> str:
    """What `import` reads, for messages: the usual ones by name, and where the rest is named."""
    usual = ", ".join(kind.printed_by.removeprefix("aws iam ") for kind in KINDS[:_USUAL])
    return f"{usual} and {len(KINDS) - _USUAL} more that `iamscout import --help` names"
