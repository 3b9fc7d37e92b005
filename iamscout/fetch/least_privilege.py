"""The IAM policy that a fetch needs, generated from the declarations: what is called and nothing else.

sts:GetCallerIdentity is called too but needs no permission. None of the actions changes the account;
iam:GenerateCredentialReport makes AWS write the report that iam:GetCredentialReport reads.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from iamscout.fetch.spec import SourceSpec

POLICY_NAME = "iamscout-fetch"
ROLE_NAME = "iamscout-auditor"
_DESCRIPTION = "Lets iamscout read IAM for its offline security report; changes nothing"


def policy_document(specs: Iterable[SourceSpec]) -> dict[str, Any]:
    """The policy, one statement per service, actions sorted."""
    actions: dict[str, set[str]] = {}
    for action in (action for spec in specs for action in spec.actions):
        actions.setdefault(action.partition(":")[0], set()).add(action)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"Read{service.title().replace('-', '')}",
                "Effect": "Allow",
                "Action": sorted(found),
                # Listings know no narrower resource, and who may list everything may see everything here.
                "Resource": "*",
            }
            for service, found in sorted(actions.items())
        ],
    }


def policy_json(specs: Iterable[SourceSpec]) -> str:
    """The policy as JSON."""
    return json.dumps(policy_document(specs), indent=2) + "\n"


def cloudformation_template(specs: Iterable[SourceSpec]) -> str:
    """A template with the auditor's role: the policy, and a trust policy that asks for an external id."""
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _DESCRIPTION,
        "Parameters": {
            "AuditorArn": {
                "Type": "String",
                "Description": "ARN of the role or user that may assume the auditor's role",
            },
            "ExternalId": {
                "Type": "String",
                "Description": "Given to `iamscout fetch --external-id`",
                "MinLength": 2,
            },
        },
        "Resources": {
            "AuditorRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": ROLE_NAME,
                    "Description": _DESCRIPTION,
                    "AssumeRolePolicyDocument": _trust({"Ref": "AuditorArn"}, {"Ref": "ExternalId"}),
                    "Policies": [{"PolicyName": POLICY_NAME, "PolicyDocument": policy_document(specs)}],
                },
            }
        },
        "Outputs": {
            "RoleArn": {
                "Description": "Given to `iamscout fetch --role-arn`",
                "Value": {"Fn::GetAtt": ["AuditorRole", "Arn"]},
            }
        },
    }
    return json.dumps(template, indent=2) + "\n"


def terraform_snippet(specs: Iterable[SourceSpec]) -> str:
    """The auditor's role for Terraform: the policy, and a trust policy that asks for an external id."""
    trust = _hcl(_trust(_Bare("var.iamscout_auditor_arn"), _Bare("var.iamscout_external_id")), 2)
    return f"""variable "iamscout_auditor_arn" {{
  description = "ARN of the role or user that may assume the auditor's role"
  type        = string
}}

variable "iamscout_external_id" {{
  description = "Given to iamscout fetch --external-id"
  type        = string
}}

resource "aws_iam_role" "iamscout" {{
  name        = "{ROLE_NAME}"
  description = "{_DESCRIPTION}"
  assume_role_policy = jsonencode({trust})
}}

resource "aws_iam_role_policy" "iamscout" {{
  name = "{POLICY_NAME}"
  role = aws_iam_role.iamscout.id
  policy = jsonencode({_hcl(policy_document(specs), 2)})
}}

output "iamscout_role_arn" {{
  description = "Given to iamscout fetch --role-arn"
  value       = aws_iam_role.iamscout.arn
}}
"""


class _Bare(str):
    """A reference in HCL, written without quotes."""

    __slots__ = ()


def _trust(principal: object, external_id: object) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": principal},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
            }
        ],
    }


def _hcl(value: object, indent: int) -> str:
    """A value as an expression of HCL, laid out as `terraform fmt` does."""
    here, below = " " * indent, " " * (indent + 2)
    if isinstance(value, dict):
        rows = [(key, _hcl(item, indent + 2)) for key, item in value.items()]
        return "{\n" + "".join(f"{below}{row}\n" for row in _aligned(rows)) + here + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{below}{_hcl(item, indent + 2)},\n" for item in value) + here + "]"
    return str(value) if isinstance(value, _Bare) else json.dumps(value)


def _aligned(rows: list[tuple[str, str]]) -> Iterator[str]:
    """Attributes, neighbours of one line each with their equal signs in one column."""
    for is_short, group in itertools.groupby(rows, key=lambda row: "\n" not in row[1]):
        attributes = [(key if key.isidentifier() else json.dumps(key), item) for key, item in group]
        width = max(len(key) for key, _ in attributes) if is_short else 0
        for key, item in attributes:
            yield f"{key:<{width}} = {item}"
