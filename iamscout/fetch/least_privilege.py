"""The IAM policy that a fetch needs, generated from the declarations: what is called and nothing else.

sts:GetCallerIdentity is called too but needs no permission. None of the actions changes the account.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from iamscout.fetch.spec import SourceSpec

POLICY_NAME = "iamscout-fetch"

MAKES_AWS_WRITE = {
    "iam:GenerateCredentialReport": "makes AWS write the report that iam:GetCredentialReport reads",
    "iam:GenerateServiceLastAccessedDetails": "begins the job whose result "
    "iam:GetServiceLastAccessedDetails reads",
}
"""The actions that are neither Get nor List nor Describe, and why they are called all the same."""


def policy_document(specs: Iterable[SourceSpec], *, assumed_role: str = "") -> dict[str, Any]:
    """The policy, one statement per service, actions sorted.

    `assumed_role` is the name of a role that the caller assumes in other accounts of the organization, and
    lists these for.
    """
    actions: dict[str, set[str]] = {}
    for action in (action for spec in specs for action in spec.actions):
        actions.setdefault(action.partition(":")[0], set()).add(action)
    if assumed_role:
        actions.setdefault("organizations", set()).add("organizations:ListAccounts")
    # Listings know no narrower resource, and who may list everything may see everything here.
    statements = [
        _statement(f"Read{service.title().replace('-', '')}", sorted(found), "*")
        for service, found in sorted(actions.items())
    ]
    if assumed_role:
        role = f"arn:*:iam::*:role/{assumed_role.lstrip('/')}"
        statements.append(_statement("AssumeTheRoleOfAuditors", ["sts:AssumeRole"], role))
    return {"Version": "2012-10-17", "Statement": statements}


def policy_json(specs: Iterable[SourceSpec], *, assumed_role: str = "") -> str:
    """The policy as JSON."""
    return json.dumps(policy_document(specs, assumed_role=assumed_role), indent=2) + "\n"


def other_actions(specs: Iterable[SourceSpec]) -> dict[str, str]:
    """What the policy allows besides Get, List and Describe, each with what it does."""
    asked = {action for spec in specs for action in spec.actions}
    return {action: why for action, why in MAKES_AWS_WRITE.items() if action in asked}


def _statement(sid: str, actions: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
