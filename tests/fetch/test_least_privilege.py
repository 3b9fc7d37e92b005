"""The policy allows what is called, service by service, and nothing else."""

from __future__ import annotations

import json

import pytest

from iamscout.fetch.least_privilege import MAKES_AWS_WRITE, other_actions, policy_document, policy_json
from iamscout.fetch.registry import all_sources, switched_on
from iamscout.fetch.spec import OPTIONS, Switch
from iamscout.policy.parse import parse_document

DEFAULT = switched_on([])


def test_the_default_policy_is_written_out_here() -> None:
    assert json.loads(policy_json(DEFAULT)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadIam",
                "Effect": "Allow",
                "Action": [
                    "iam:GenerateCredentialReport",
                    "iam:GetAccountAuthorizationDetails",
                    "iam:GetAccountPasswordPolicy",
                    "iam:GetAccountSummary",
                    "iam:GetCredentialReport",
                    "iam:GetOpenIDConnectProvider",
                    "iam:GetSAMLProvider",
                    "iam:ListAccountAliases",
                    "iam:ListInstanceProfiles",
                    "iam:ListOpenIDConnectProviders",
                    "iam:ListRoles",
                    "iam:ListSAMLProviders",
                    "iam:ListServerCertificates",
                    "iam:ListServiceSpecificCredentials",
                    "iam:ListUsers",
                    "iam:ListVirtualMFADevices",
                ],
                "Resource": "*",
            }
        ],
    }


MORE: dict[Switch, list[str]] = {
    "deep": [
        "iam:GetAccessKeyLastUsed",
        "iam:GetLoginProfile",
        "iam:ListAccessKeys",
        "iam:ListMFADevices",
        "iam:ListSSHPublicKeys",
        "iam:ListSigningCertificates",
    ],
    "organization": [
        "iam:ListOrganizationsFeatures",
        "organizations:DescribeOrganization",
        "organizations:DescribePolicy",
        "organizations:ListAWSServiceAccessForOrganization",
        "organizations:ListAccountsForParent",
        "organizations:ListDelegatedAdministrators",
        "organizations:ListDelegatedServicesForAccount",
        "organizations:ListOrganizationalUnitsForParent",
        "organizations:ListPolicies",
        "organizations:ListRoots",
        "organizations:ListTargetsForPolicy",
    ],
    "access_analyzer": ["access-analyzer:ListAnalyzers", "access-analyzer:ListFindings"],
    "identity_center": [
        "sso:DescribePermissionSet",
        "sso:GetInlinePolicyForPermissionSet",
        "sso:GetPermissionsBoundaryForPermissionSet",
        "sso:ListAccountAssignments",
        "sso:ListAccountsForProvisionedPermissionSet",
        "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
        "sso:ListInstances",
        "sso:ListManagedPoliciesInPermissionSet",
        "sso:ListPermissionSets",
    ],
    "roles_anywhere": [
        "rolesanywhere:ListProfiles",
        "rolesanywhere:ListSubjects",
        "rolesanywhere:ListTrustAnchors",
    ],
    "last_accessed": [
        "iam:GenerateServiceLastAccessedDetails",
        "iam:GetServiceLastAccessedDetails",
    ],
}


def _actions(*switches: Switch) -> set[str]:
    statements = policy_document(switched_on(switches))["Statement"]
    return {action for statement in statements for action in statement["Action"]}


@pytest.mark.parametrize("switch", MORE)
def test_what_a_switch_adds_is_written_out_here(switch: Switch) -> None:
    assert sorted(_actions(switch) - _actions()) == MORE[switch]


def test_every_switch_is_written_out_here() -> None:
    assert {"default", *MORE} == set(OPTIONS)


def test_our_own_parser_has_nothing_to_note() -> None:
    document = parse_document(policy_json(all_sources(), assumed_role="audit"))
    assert document.notes == ()
    assert [statement.sid for statement in document.statements] == [
        "ReadAccessAnalyzer",
        "ReadIam",
        "ReadOrganizations",
        "ReadRolesanywhere",
        "ReadSso",
        "AssumeTheRoleOfAuditors",
    ]


def test_who_reads_an_organization_may_list_its_accounts_and_assume_that_one_role() -> None:
    added = policy_document(DEFAULT, assumed_role="team/audit")["Statement"][1:]
    assert [(statement["Action"], statement["Resource"]) for statement in added] == [
        (["organizations:ListAccounts"], "*"),
        (["sts:AssumeRole"], "arn:*:iam::*:role/team/audit"),
    ]


def test_whatever_is_neither_get_nor_list_nor_describe_is_explained() -> None:
    actions = {action for spec in all_sources() for action in spec.actions}
    others = {name for name in actions if not name.partition(":")[2].startswith(("Get", "List", "Describe"))}
    assert set(other_actions(all_sources())) == others == set(MAKES_AWS_WRITE)
    assert list(other_actions(DEFAULT)) == ["iam:GenerateCredentialReport"]
