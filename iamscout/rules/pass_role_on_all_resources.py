"""A policy allows passing any role to services."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import (
    allows,
    covers_action,
    covers_resource,
    in_force,
    is_aws_managed,
    only_bounds,
    policy_name,
)
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import is_administrator
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy; a condition on the service that receives the role makes it milder."""
    probe = f"arn:{account.partition}:iam::{account.id}:role/q9-probe"
    wide = [s for s in allows(use) if covers_action(s, "iam:PassRole") and covers_resource(s, probe)]
    if not wide or is_administrator(use) or is_aws_managed(use) or only_bounds(use, account, estate):
        return
    limited = all(any(c.key.lower() in _LIMITING for c in statement.conditions) for statement in wide)
    yield Hit(
        f"Policy {policy_name(use)} allows passing any role{' to some services' if limited else ''}",
        tuple(
            use_evidence(use, statement, "Resource" if statement.resources else "NotResource")
            for statement in wide
        ),
        severity=in_force(use, account, estate, "low" if limited else "medium"),
    )


_LIMITING = {"iam:passedtoservice", "iam:associatedresourcearn"}

RULE = Rule(
    title="Policy allows passing any role",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Who may pass a role to a service and run something there has that role's permissions. On every "
        "resource this means the strongest role that any service may take."
    ),
    remediation=(
        "Name the roles, and the service that gets them.\n\n"
        '{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app/*", '
        '"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}'
    ),
    references=(
        iam_guide("Grant a user permissions to pass a role to an AWS service", "id_roles_use_passrole"),
    ),
    examples=(
        rejected(
            "any role to any service", policy={"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
        ),
        rejected(
            "as a part of more",
            policy={"Effect": "Allow", "Action": ["iam:Pass*", "ec2:RunInstances"], "Resource": "*"},
        ),
        rejected(
            "any role to one service",
            policy={
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "arn:aws:iam::*:role/*",
                "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            },
        ),
        accepted(
            "roles of one path",
            policy={
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "arn:aws:iam::111122223333:role/app/*",
            },
        ),
        accepted(
            "reading IAM", policy={"Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"}
        ),
        accepted(
            "everything is another rule's matter", policy={"Effect": "Allow", "Action": "*", "Resource": "*"}
        ),
        accepted(
            "a boundary grants nothing",
            role={"boundary": "arn:aws:iam::111122223333:policy/limits"},
            policies=[
                {
                    "PolicyName": "limits",
                    "AttachmentCount": 0,
                    "PermissionsBoundaryUsageCount": 1,
                    "PolicyDocument": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
                }
            ],
        ),
    ),
    check=check,
)
