"""A statement names resources that none of its IAM actions is about."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import is_aws_managed, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.iam_actions import iam_resource_types, named_iam_resources
from iamscout.analysis.rule import Reference, Rule
from iamscout.analysis.wording import listed
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per policy with a statement whose IAM actions are about other kinds of resources."""
    if use.document is None or is_aws_managed(use):
        return
    found: dict[str, Statement] = {}
    for statement in use.document.statements:
        about = iam_resource_types(statement.actions or ())
        if not about or statement.unreadable:
            continue
        named = named_iam_resources(statement)
        if named and not named & about:
            words = (
                f"{statement.effect} of actions on {listed(sorted(about))} for {listed(sorted(named))} ARNs"
            )
            found.setdefault(words, statement)
    if found:
        yield Hit(
            f"Policy {policy_name(use)} has a statement without effect: {listed(sorted(found))}",
            tuple(use_evidence(use, statement, "Resource") for statement in found.values()),
            severity="medium" if any(statement.effect == "Deny" for statement in found.values()) else None,
        )


RULE = Rule(
    title="Policy has a statement without effect",
    severity="low",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "iam:CreateAccessKey is an action on a user. A Deny of it for a group's ARN denies nothing to the "
        "group's members, though it reads as if it did, and an Allow grants nothing."
    ),
    remediation=(
        "Name resources of the kind that the action is about; to keep a group from something, attach the "
        "Deny to the group.\n\n"
        '{"Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "arn:aws:iam::111122223333:user/*"}'
    ),
    references=(
        Reference(
            "Actions, resources, and condition keys for AWS Identity and Access Management (IAM)",
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html",
        ),
    ),
    also_known_as={"scoutsuite": ("iam-lightspin-user-action-denied-for-group",)},
    examples=(
        rejected(
            "a Deny of user actions for a group",
            policy={
                "Effect": "Deny",
                "Action": ["iam:CreateAccessKey", "iam:CreateLoginProfile"],
                "Resource": "arn:aws:iam::111122223333:group/admins",
            },
        ),
        rejected(
            "an Allow of role actions for users",
            policy={
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "arn:aws:iam::111122223333:user/*",
            },
        ),
        accepted(
            "group actions for a group",
            policy={
                "Effect": "Deny",
                "Action": ["iam:AddUserToGroup", "iam:CreateAccessKey"],
                "Resource": "arn:aws:iam::111122223333:group/admins",
            },
        ),
        accepted(
            "user actions for users",
            policy={
                "Effect": "Deny",
                "Action": "iam:CreateAccessKey",
                "Resource": "arn:aws:iam::111122223333:user/*",
            },
        ),
        accepted(
            "user actions for every IAM resource",
            policy={
                "Effect": "Deny",
                "Action": "iam:CreateAccessKey",
                "Resource": "arn:aws:iam::111122223333:*",
            },
        ),
        accepted(
            "actions of other services are not judged",
            policy={
                "Effect": "Deny",
                "Action": ["iam:CreateAccessKey", "sts:*"],
                "Resource": "arn:aws:iam::111122223333:group/admins",
            },
        ),
    ),
    check=check,
)
