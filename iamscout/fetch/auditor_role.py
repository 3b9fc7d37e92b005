"""The auditor's role as a CloudFormation template and as Terraform, with the policy that a fetch needs.

Whom it trusts is left to parameters: an account or one principal of it, an external id, MFA. Sources:
CloudFormation User Guide, "AWS::IAM::Role" and "Intrinsic function reference"; IAM User Guide, "Access to AWS
accounts owned by third parties" (external ids) and "Secure API access with MFA".
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from iamscout.fetch.least_privilege import POLICY_NAME, other_actions, policy_document
from iamscout.fetch.spec import SourceSpec

ROLE_NAME = "iamscout-auditor"
_DESCRIPTION = "Lets iamscout read IAM for its offline security report; changes nothing"
_PRINCIPAL = (
    "Who may assume the role: the id of an account, which then decides who of its own may, "
    "or the ARN of a role or user"
)
_EXTERNAL_ID = "Given to `iamscout fetch --external-id`; empty asks for none"
_MFA = "Whether whoever assumes the role must have signed in with MFA; a role that assumes it never has"
_ROLE_ARN = "Given to `iamscout fetch --role-arn`"
_NOTHING = {"Ref": "AWS::NoValue"}


def cloudformation_template(specs: Iterable[SourceSpec]) -> str:
    """A template with the role; deploying it needs the capability CAPABILITY_NAMED_IAM."""
    specs = tuple(specs)
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _DESCRIPTION,
        "Metadata": {"NeitherGetNorListNorDescribe": other_actions(specs)},
        "Parameters": {
            "TrustedPrincipal": {
                "Type": "String",
                "Description": _PRINCIPAL,
                "AllowedPattern": r"\d{12}|arn:[a-z-]+:iam::\d{12}:(root|(user|role)/.+)",
            },
            "ExternalId": {
                "Type": "String",
                "Description": _EXTERNAL_ID,
                "Default": "",
                "AllowedPattern": r"|[\w+=,.@:/-]{2,1224}",
            },
            "RequireMfa": {
                "Type": "String",
                "Description": _MFA,
                "Default": "false",
                "AllowedValues": ["true", "false"],
            },
        },
        "Conditions": {
            "AsksForExternalId": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExternalId"}, ""]}]},
            "AsksForMfa": {"Fn::Equals": [{"Ref": "RequireMfa"}, "true"]},
            "AsksForAnything": {"Fn::Or": [{"Condition": "AsksForExternalId"}, {"Condition": "AsksForMfa"}]},
        },
        "Resources": {
            "AuditorRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": ROLE_NAME,
                    "Description": _DESCRIPTION,
                    "AssumeRolePolicyDocument": _trust_policy(),
                    "Policies": [{"PolicyName": POLICY_NAME, "PolicyDocument": policy_document(specs)}],
                },
            }
        },
        "Outputs": {"RoleArn": {"Description": _ROLE_ARN, "Value": {"Fn::GetAtt": ["AuditorRole", "Arn"]}}},
    }
    return json.dumps(template, indent=2) + "\n"


def terraform_snippet(specs: Iterable[SourceSpec]) -> str:
    """The role for Terraform and OpenTofu, laid out as `terraform fmt` does."""
    specs = tuple(specs)
    comments = "".join(f"# {action} {why}.\n" for action, why in other_actions(specs).items())
    return f"""variable "iamscout_trusted_principal" {{
  description = {json.dumps(_PRINCIPAL)}
  type        = string
}}

variable "iamscout_external_id" {{
  description = {json.dumps(_EXTERNAL_ID)}
  type        = string
  default     = ""
}}

variable "iamscout_require_mfa" {{
  description = {json.dumps(_MFA)}
  type        = bool
  default     = false
}}

data "aws_iam_policy_document" "iamscout_trust" {{
  statement {{
    actions = ["sts:AssumeRole"]

    principals {{
      type        = "AWS"
      identifiers = [var.iamscout_trusted_principal]
    }}

    dynamic "condition" {{
      for_each = var.iamscout_external_id == "" ? [] : [var.iamscout_external_id]

      content {{
        test     = "StringEquals"
        variable = "sts:ExternalId"
        values   = [condition.value]
      }}
    }}

    dynamic "condition" {{
      for_each = var.iamscout_require_mfa ? ["true"] : []

      content {{
        test     = "Bool"
        variable = "aws:MultiFactorAuthPresent"
        values   = [condition.value]
      }}
    }}
  }}
}}

resource "aws_iam_role" "iamscout" {{
  name               = "{ROLE_NAME}"
  description        = "{_DESCRIPTION}"
  assume_role_policy = data.aws_iam_policy_document.iamscout_trust.json
}}

{comments}resource "aws_iam_role_policy" "iamscout" {{
  name = "{POLICY_NAME}"
  role = aws_iam_role.iamscout.id
  policy = jsonencode({_hcl(policy_document(specs), 2)})
}}

output "iamscout_role_arn" {{
  description = {json.dumps(_ROLE_ARN)}
  value       = aws_iam_role.iamscout.arn
}}
"""


def _trust_policy() -> dict[str, Any]:
    """The trust policy with CloudFormation's functions; what no parameter asks for is left out of it."""
    conditions = {
        "StringEquals": _if("AsksForExternalId", {"sts:ExternalId": {"Ref": "ExternalId"}}),
        "Bool": _if("AsksForMfa", {"aws:MultiFactorAuthPresent": "true"}),
    }
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": {"Ref": "TrustedPrincipal"}},
                "Action": "sts:AssumeRole",
                "Condition": _if("AsksForAnything", conditions),
            }
        ],
    }


def _if(condition: str, value: object) -> dict[str, list[object]]:
    return {"Fn::If": [condition, value, _NOTHING]}


def _hcl(value: object, indent: int) -> str:
    """A value as an expression of HCL."""
    here, below = " " * indent, " " * (indent + 2)
    if isinstance(value, dict):
        rows = [(key, _hcl(item, indent + 2)) for key, item in value.items()]
        return "{\n" + "".join(f"{below}{row}\n" for row in _aligned(rows)) + here + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{below}{_hcl(item, indent + 2)},\n" for item in value) + here + "]"
    return json.dumps(value)


def _aligned(rows: list[tuple[str, str]]) -> Iterator[str]:
    """Attributes, neighbours of one line each with their equal signs in one column."""
    for is_short, group in itertools.groupby(rows, key=lambda row: "\n" not in row[1]):
        attributes = [(key if key.isidentifier() else json.dumps(key), item) for key, item in group]
        width = max(len(key) for key, _ in attributes) if is_short else 0
        for key, item in attributes:
            yield f"{key:<{width}} = {item}"
