"""The generated policies parse as what they claim to be."""

from __future__ import annotations

import json
import re

from iamscout.fetch.least_privilege import cloudformation_template, policy_json, terraform_snippet
from iamscout.fetch.registry import switched_on
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


def test_our_own_parser_has_nothing_to_note() -> None:
    document = parse_document(policy_json(switched_on(["deep", "organization"])))
    assert document.notes == ()
    assert [statement.sid for statement in document.statements] == ["ReadIam", "ReadOrganizations"]


def test_the_cloudformation_role_has_the_policy_and_asks_for_an_external_id() -> None:
    template = json.loads(cloudformation_template(DEFAULT))
    role = template["Resources"]["AuditorRole"]
    assert role["Type"] == "AWS::IAM::Role"
    assert role["Properties"]["Policies"][0]["PolicyDocument"] == json.loads(policy_json(DEFAULT))
    trust = role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Principal"] == {"AWS": {"Ref": "AuditorArn"}}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert set(template["Parameters"]) == {"AuditorArn", "ExternalId"}


def test_the_terraform_role_has_the_same_policy() -> None:
    text = terraform_snippet(DEFAULT)
    policy = re.search(r"  policy = jsonencode\((\{.*?\n  \})\)", text, re.DOTALL)
    assert policy is not None
    # An expression of HCL differs from JSON in bare keys, equal signs and commas only.
    as_json = re.sub(r"^( *)([A-Za-z]+) += ", r'\1"\2": ', policy[1], flags=re.MULTILINE)
    as_json = re.sub(r'([\]}"])\n( *")', r"\1,\n\2", as_json)
    as_json = re.sub(r",(\s*[\]}])", r"\1", as_json)
    assert json.loads(as_json) == json.loads(policy_json(DEFAULT))


def test_the_terraform_snippet_is_formatted_as_terraform_does() -> None:
    assert terraform_snippet(DEFAULT).startswith(
        'variable "iamscout_auditor_arn" {\n'
        '  description = "ARN of the role or user that may assume the auditor\'s role"\n'
        "  type        = string\n"
        "}\n"
    )
    assert (
        "      {\n"
        '        Effect = "Allow"\n'
        "        Principal = {\n"
        "          AWS = var.iamscout_auditor_arn\n"
        "        }\n"
        '        Action = "sts:AssumeRole"\n'
    ) in terraform_snippet(DEFAULT)
