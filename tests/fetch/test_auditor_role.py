"""The auditor's role as CloudFormation and Terraform make it: the policy, and whom it trusts."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import boto3
import cfnlint  # type: ignore[import-untyped]  # it ships no types
import pytest
from moto import mock_aws

from iamscout.fetch.auditor_role import cloudformation_template, terraform_snippet
from iamscout.fetch.least_privilege import policy_json
from iamscout.fetch.registry import all_sources, switched_on
from iamscout.fetch.spec import SourceSpec

DEFAULT = switched_on([])
SPECS = pytest.mark.parametrize("specs", [DEFAULT, all_sources()], ids=["default", "everything"])


def _stack(specs: tuple[SourceSpec, ...], **parameters: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Trust policy, permissions policy and the stack's output, after CloudFormation made them in moto."""
    with mock_aws():
        session = boto3.Session(
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", region_name="us-east-1"
        )
        cloudformation, iam = session.client("cloudformation"), session.client("iam")
        cloudformation.create_stack(
            StackName="audit",
            TemplateBody=cloudformation_template(specs),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        (stack,) = cloudformation.describe_stacks(StackName="audit")["Stacks"]
        role = iam.get_role(RoleName="iamscout-auditor")["Role"]
        policy = iam.get_role_policy(RoleName="iamscout-auditor", PolicyName="iamscout-fetch")
    trust: Any = role["AssumeRolePolicyDocument"]
    # moto keeps the policy of a template as Python writes it.
    document = ast.literal_eval(str(policy["PolicyDocument"]))
    return trust, document, stack["Outputs"][0]["OutputValue"]


@SPECS
def test_cloudformation_makes_a_role_with_the_policy(specs: tuple[SourceSpec, ...]) -> None:
    _, policy, output = _stack(specs, TrustedPrincipal="111122223333")
    assert policy == json.loads(policy_json(specs))
    assert output == "arn:aws:iam::123456789012:role/iamscout-auditor"


@pytest.mark.parametrize(
    ("parameters", "condition"),
    [
        ({}, None),
        ({"ExternalId": "secret-1"}, {"StringEquals": {"sts:ExternalId": "secret-1"}}),
        ({"RequireMfa": "true"}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        (
            {"ExternalId": "secret-1", "RequireMfa": "true"},
            {
                "StringEquals": {"sts:ExternalId": "secret-1"},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
            },
        ),
    ],
    ids=["neither", "external-id", "mfa", "both"],
)
def test_the_role_trusts_whom_the_parameters_name(
    parameters: dict[str, str], condition: dict[str, Any] | None
) -> None:
    trust, _, _ = _stack(DEFAULT, TrustedPrincipal="arn:aws:iam::111122223333:role/auditor", **parameters)
    (statement,) = trust["Statement"]
    assert statement.pop("Condition", None) == condition
    assert statement == {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:role/auditor"},
        "Action": "sts:AssumeRole",
    }


@SPECS
def test_cloudformations_linter_finds_no_error_and_nothing_to_warn_of(specs: tuple[SourceSpec, ...]) -> None:
    found = cfnlint.lint_all(cloudformation_template(specs))
    assert [match for match in found if not match.rule.id.startswith("I")] == []


@pytest.mark.parametrize(
    ("principal", "taken"),
    [
        ("111122223333", "whole"),
        ("arn:aws:iam::111122223333:root", "whole"),
        ("arn:aws-us-gov:iam::111122223333:role/team/auditor", "whole"),
        ("arn:aws:iam::111122223333:user/alice", "whole"),
        ("*", ""),
        ("11112222333", ""),
        ("arn:aws:iam::111122223333:group/auditors", ""),
    ],
)
def test_nobody_is_trusted_by_accident(principal: str, taken: str) -> None:
    pattern = json.loads(cloudformation_template(DEFAULT))["Parameters"]["TrustedPrincipal"]["AllowedPattern"]
    # CloudFormation wants the whole value to match ("Parameters").
    assert bool(re.fullmatch(pattern, principal)) == bool(taken)


@SPECS
def test_what_is_neither_get_nor_list_is_explained_in_both(specs: tuple[SourceSpec, ...]) -> None:
    template = json.loads(cloudformation_template(specs))
    explained = template["Metadata"]["NeitherGetNorListNorDescribe"]
    assert "iam:GenerateCredentialReport" in explained
    for action, why in explained.items():
        assert f"# {action} {why}.\n" in terraform_snippet(specs)


@SPECS
def test_the_terraform_role_has_the_same_policy(specs: tuple[SourceSpec, ...]) -> None:
    policy = re.search(r"  policy = jsonencode\((\{.*?\n  \})\)", terraform_snippet(specs), re.DOTALL)
    assert policy is not None
    # An expression of HCL differs from JSON in bare keys, equal signs and commas only.
    as_json = re.sub(r"^( *)([A-Za-z]+) += ", r'\1"\2": ', policy[1], flags=re.MULTILINE)
    as_json = re.sub(r'([\]}"])\n( *")', r"\1,\n\2", as_json)
    as_json = re.sub(r",(\s*[\]}])", r"\1", as_json)
    assert json.loads(as_json) == json.loads(policy_json(specs))


def test_terraform_asks_for_what_its_variables_say() -> None:
    text = terraform_snippet(DEFAULT)
    variables = re.findall(r'^variable "(\w+)"', text, re.MULTILINE)
    assert variables == ["iamscout_trusted_principal", "iamscout_external_id", "iamscout_require_mfa"]
    assert set(re.findall(r"\bvar\.(\w+)", text)) == set(variables)
    for test, key in (("StringEquals", "sts:ExternalId"), ("Bool", "aws:MultiFactorAuthPresent")):
        assert f'        test     = "{test}"\n        variable = "{key}"\n' in text


def test_the_terraform_snippet_is_formatted_as_terraform_does() -> None:
    assert terraform_snippet(DEFAULT).startswith(
        'variable "iamscout_trusted_principal" {\n'
        '  description = "Who may assume the role: the id of an account, which then decides who of its own '
        'may, or the ARN of a role or user"\n'
        "  type        = string\n"
        "}\n"
    )
    assert (
        '  policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [\n      {\n'
        '        Sid    = "ReadIam"\n        Effect = "Allow"\n'
    ) in terraform_snippet(DEFAULT)
