"""What AWS answers to the sources beyond the account itself: credentials, organization, regional services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

ACCOUNT = "111122223333"
START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
ANALYZER = f"arn:aws:access-analyzer:eu-west-1:{ACCOUNT}:analyzer/external"
INSTANCE = "arn:aws:sso:::instance/ssoins-1111222233334444"
PERMISSION_SET = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-aaaabbbbccccdddd"
ANCHOR = f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:trust-anchor/aaaaaaaa-1111-2222-3333-aaaabbbbcccc"
PROFILE = f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:profile/bbbbbbbb-1111-2222-3333-aaaabbbbcccc"
SUBJECT = f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:subject/cccccccc-1111-2222-3333-aaaabbbbcccc"
JOB = "11111111-2222-3333-4444-aaaabbbbcccc"
INLINE = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}'


def more_answers() -> dict[str, Any]:
    """Answers for the account of :func:`tests.fetch.conftest.small_account`."""
    return {
        **credentials(),
        **organization_wide(),
        **access_analyzer(),
        **identity_center(),
        **roles_anywhere(),
    }


def credentials() -> dict[str, Any]:
    """Those of alice, what IAM holds besides, and when its services were last used."""
    return {
        "iam:ListAccessKeys": {
            "AccessKeyMetadata": [
                {
                    "UserName": "alice",
                    "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
                    "Status": "Active",
                    "CreateDate": START,
                }
            ],
            "IsTruncated": False,
        },
        "iam:GetAccessKeyLastUsed": {
            "UserName": "alice",
            "AccessKeyLastUsed": {"LastUsedDate": START, "ServiceName": "s3", "Region": "eu-west-1"},
        },
        "iam:GetLoginProfile": {
            "LoginProfile": {"UserName": "alice", "CreateDate": START, "PasswordResetRequired": True}
        },
        "iam:ListSigningCertificates": {
            "Certificates": [
                {
                    "UserName": "alice",
                    "CertificateId": "TA7SMP42TDN5Z26OBPJE7EXAMPLE",
                    "CertificateBody": "-----BEGIN CERTIFICATE-----",
                    "Status": "Inactive",
                    "UploadDate": START,
                }
            ],
            "IsTruncated": False,
        },
        "iam:ListSSHPublicKeys": {
            "SSHPublicKeys": [
                {
                    "UserName": "alice",
                    "SSHPublicKeyId": "APKAEIVFHP46CEXAMPLE",
                    "Status": "Active",
                    "UploadDate": START,
                }
            ],
            "IsTruncated": False,
        },
        "iam:ListServiceSpecificCredentials": {
            "ServiceSpecificCredentials": [
                {
                    "UserName": "alice",
                    "Status": "Active",
                    "CreateDate": START,
                    "ServiceSpecificCredentialId": "ACCAEXAMPLE123EXAMPLE",
                    "ServiceName": "bedrock.amazonaws.com",
                    "ServiceCredentialAlias": "alice-at-111122223333",
                }
            ],
            "IsTruncated": False,
        },
        "iam:ListServerCertificates": {
            "ServerCertificateMetadataList": [
                {
                    "Path": "/",
                    "ServerCertificateName": "www",
                    "ServerCertificateId": "ASCACKCEVSQ6C2EXAMPLE",
                    "Arn": f"arn:aws:iam::{ACCOUNT}:server-certificate/www",
                    "UploadDate": START,
                    "Expiration": START,
                }
            ],
            "IsTruncated": False,
        },
        "iam:ListInstanceProfiles": {
            "InstanceProfiles": [
                {
                    "Path": "/",
                    "InstanceProfileName": "web",
                    "InstanceProfileId": "AIPACKCEVSQ6C2EXAMPLE",
                    "Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/web",
                    "CreateDate": START,
                    "Roles": [],
                }
            ],
            "IsTruncated": False,
        },
        "iam:GenerateServiceLastAccessedDetails": {"JobId": JOB},
        "iam:GetServiceLastAccessedDetails": {
            "JobStatus": "COMPLETED",
            "JobType": "SERVICE_LEVEL",
            "JobCreationDate": START,
            "JobCompletionDate": START,
            "ServicesLastAccessed": [
                {
                    "ServiceName": "Amazon S3",
                    "ServiceNamespace": "s3",
                    "LastAuthenticated": START,
                    "LastAuthenticatedRegion": "eu-west-1",
                    "TotalAuthenticatedEntities": 1,
                },
                {"ServiceName": "AWS Lambda", "ServiceNamespace": "lambda", "TotalAuthenticatedEntities": 0},
            ],
            "IsTruncated": False,
        },
    }


def organization_wide() -> dict[str, Any]:
    """Who administers the organization of :func:`tests.fetch.conftest.organization`."""
    return {
        "iam:ListOrganizationsFeatures": {
            "OrganizationId": "o-example",
            "EnabledFeatures": ["RootSessions", "RootCredentialsManagement"],
        },
        "organizations:ListDelegatedAdministrators": {
            "DelegatedAdministrators": [
                {
                    "Id": "444455556666",
                    "Arn": f"arn:aws:organizations::{ACCOUNT}:account/o-example/444455556666",
                    "Name": "member",
                    "Status": "ACTIVE",
                    "DelegationEnabledDate": START,
                }
            ]
        },
        "organizations:ListDelegatedServicesForAccount": {
            "DelegatedServices": [
                {"ServicePrincipal": "sso.amazonaws.com", "DelegationEnabledDate": START},
                {"ServicePrincipal": "access-analyzer.amazonaws.com", "DelegationEnabledDate": START},
            ]
        },
        "organizations:ListAWSServiceAccessForOrganization": {
            "EnabledServicePrincipals": [{"ServicePrincipal": "iam.amazonaws.com", "DateEnabled": START}]
        },
    }


def access_analyzer() -> dict[str, Any]:
    """An analyzer with one finding."""
    return {
        "access-analyzer:ListAnalyzers": {
            "analyzers": [
                {
                    "arn": ANALYZER,
                    "name": "external",
                    "type": "ACCOUNT",
                    "status": "ACTIVE",
                    "createdAt": START,
                    "lastResourceAnalyzedAt": START,
                }
            ]
        },
        "access-analyzer:ListFindingsV2": {
            "findings": [
                {
                    "id": "f1",
                    "analyzedAt": START,
                    "createdAt": START,
                    "updatedAt": START,
                    "resource": f"arn:aws:iam::{ACCOUNT}:role/ops",
                    "resourceType": "AWS::IAM::Role",
                    "resourceOwnerAccount": ACCOUNT,
                    "status": "ACTIVE",
                    "findingType": "ExternalAccess",
                }
            ]
        },
    }


def identity_center() -> dict[str, Any]:
    """An instance with one permission set, which a group has in one account."""
    return {
        "sso:ListInstances": {
            "Instances": [
                {
                    "InstanceArn": INSTANCE,
                    "IdentityStoreId": "d-1111111111",
                    "OwnerAccountId": ACCOUNT,
                    "Status": "ACTIVE",
                }
            ]
        },
        "sso:ListPermissionSets": {"PermissionSets": [PERMISSION_SET]},
        "sso:DescribePermissionSet": {
            "PermissionSet": {
                "Name": "Operators",
                "PermissionSetArn": PERMISSION_SET,
                "CreatedDate": START,
                "SessionDuration": "PT1H30M",
            }
        },
        "sso:GetInlinePolicyForPermissionSet": {"InlinePolicy": INLINE},
        "sso:ListManagedPoliciesInPermissionSet": {
            "AttachedManagedPolicies": [
                {"Name": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
            ]
        },
        "sso:ListCustomerManagedPolicyReferencesInPermissionSet": {
            "CustomerManagedPolicyReferences": [{"Name": "operators", "Path": "/teams/"}]
        },
        "sso:GetPermissionsBoundaryForPermissionSet": {
            "PermissionsBoundary": {"ManagedPolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}
        },
        "sso:ListAccountsForProvisionedPermissionSet": {"AccountIds": [ACCOUNT]},
        "sso:ListAccountAssignments": {
            "AccountAssignments": [
                {
                    "AccountId": ACCOUNT,
                    "PermissionSetArn": PERMISSION_SET,
                    "PrincipalType": "GROUP",
                    "PrincipalId": "g-1",
                }
            ]
        },
    }


def roles_anywhere() -> dict[str, Any]:
    """A trust anchor, a profile for it and one certificate that was used."""
    return {
        "rolesanywhere:ListTrustAnchors": {
            "trustAnchors": [
                {
                    "trustAnchorId": "aaaaaaaa-1111-2222-3333-aaaabbbbcccc",
                    "trustAnchorArn": ANCHOR,
                    "name": "own-ca",
                    "source": {
                        "sourceType": "CERTIFICATE_BUNDLE",
                        "sourceData": {"x509CertificateData": "-----BEGIN CERTIFICATE-----"},
                    },
                    "enabled": True,
                    "createdAt": START,
                    "updatedAt": START,
                }
            ]
        },
        "rolesanywhere:ListProfiles": {
            "profiles": [
                {
                    "profileArn": PROFILE,
                    "name": "build",
                    "enabled": True,
                    "sessionPolicy": INLINE,
                    "roleArns": [f"arn:aws:iam::{ACCOUNT}:role/ops"],
                    "managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                    "durationSeconds": 3600,
                    "acceptRoleSessionName": False,
                    "createdAt": START,
                    "updatedAt": START,
                }
            ]
        },
        "rolesanywhere:ListSubjects": {
            "subjects": [
                {
                    "subjectArn": SUBJECT,
                    "enabled": True,
                    "x509Subject": "CN=build.example.com",
                    "lastSeenAt": START,
                    "createdAt": START,
                }
            ]
        },
    }
