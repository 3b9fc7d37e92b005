"""A policy lets its holder buy on AWS Marketplace."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import (
    allows,
    covers_action,
    covers_resource,
    is_aws_managed,
    only_bounds,
    policy_name,
)
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import is_administrator
from iamscout.analysis.rule import Reference, Rule
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy that is short of administration and names the marketplace."""
    found = [
        statement
        for statement in allows(use)
        if statement.not_actions is None
        and not statement.conditions
        and covers_action(statement, "aws-marketplace:Subscribe")
        and covers_resource(statement, "arn:aws:q9:q-9:000000000000:q9/probe")
    ]
    if found and not (is_aws_managed(use) or is_administrator(use) or only_bounds(use, account, estate)):
        yield Hit(
            f"Policy {policy_name(use)} allows subscribing to whatever AWS Marketplace sells",
            tuple(use_evidence(use, statement, "Action") for statement in found),
        )


RULE = Rule(
    title="Policy allows subscribing to anything on AWS Marketplace",
    severity="low",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A subscription spends money and brings somebody else's software, often with a role in the account, "
        "past whoever approves such things."
    ),
    remediation=(
        "Leave buying to a role for it, or to a private marketplace.\n\n"
        '{"Effect": "Deny", "Action": "aws-marketplace:Subscribe", "Resource": "*"}'
    ),
    references=(
        Reference(
            "Controlling access to AWS Marketplace subscriptions",
            "https://docs.aws.amazon.com/marketplace/latest/buyerguide/buyer-iam-users-groups-policies.html",
        ),
    ),
    also_known_as={"prowler": ("iam_policy_no_wildcard_marketplace_subscribe",)},
    examples=(
        rejected(
            "buying", policy={"Effect": "Allow", "Action": "aws-marketplace:Subscribe", "Resource": "*"}
        ),
        rejected(
            "all of the marketplace",
            policy={"Effect": "Allow", "Action": "aws-marketplace:*", "Resource": "*"},
        ),
        accepted(
            "looking",
            policy={"Effect": "Allow", "Action": "aws-marketplace:ViewSubscriptions", "Resource": "*"},
        ),
        accepted("a Deny", policy={"Effect": "Deny", "Action": "aws-marketplace:Subscribe", "Resource": "*"}),
    ),
    check=check,
)
