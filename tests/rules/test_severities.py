"""Severities that follow what a role may do."""

from __future__ import annotations

import pytest

from iamscout.analysis.example import rejected, run_example
from iamscout.rules import load_rules


@pytest.mark.parametrize(("attached", "severity"), [((), "medium"), (("AdministratorAccess",), "high")])
def test_not_principal_in_an_allow_is_as_grave_as_the_role(attached: tuple[str, ...], severity: str) -> None:
    rule = next(each for each in load_rules() if each.id == "role-trust-uses-not-principal")
    trust = {
        "Effect": "Allow",
        "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/mallory"},
        "Action": "sts:AssumeRole",
    }
    example = rejected("x", role={"AssumeRolePolicyDocument": trust, "attached": list(attached)})
    assert [finding.severity for finding in run_example(rule, example)] == [severity]
