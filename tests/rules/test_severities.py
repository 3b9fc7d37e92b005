"""What rules make of what stands beside: a role's permissions, a Deny of everything."""

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


@pytest.mark.parametrize(
    "rule_id", ["policy-allows-everything", "pass-role-on-all-resources", "assume-role-on-all-resources"]
)
@pytest.mark.parametrize(
    ("condition", "fires"), [({}, False), ({"Bool": {"aws:SecureTransport": "false"}}, True)]
)
def test_a_policy_that_denies_everything_grants_nothing(
    rule_id: str, condition: dict[str, dict[str, str]], *, fires: bool
) -> None:
    rule = next(each for each in load_rules() if each.id == rule_id)
    allow = {
        "Effect": "Allow",
        "Action": "*" if "everything" in rule_id else ["sts:*", "iam:*"],
        "Resource": "*",
    }
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"} | (
        {"Condition": condition} if condition else {}
    )
    example = rejected("x", user={"inline": [allow, deny]})
    assert bool(run_example(rule, example)) == fires
