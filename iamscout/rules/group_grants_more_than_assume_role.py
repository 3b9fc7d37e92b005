"""A group of the role-based scheme grants permissions beside sts:AssumeRole."""

from collections.abc import Iterable

from iamscout.access.identity import own_policies
from iamscout.analysis.documents import allows, is_only_assume_role, is_self_service
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Group


def check(group: Group, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per group that maps to a role and grants more; self-service on the own user is left aside."""
    to_roles, beside = False, []
    for use in own_policies(account, group):
        for statement in allows(use):
            if is_only_assume_role(statement):
                to_roles = True
            elif not is_self_service(statement):
                beside.append((use, statement))
    if to_roles and beside:
        names = list(dict.fromkeys(use.policy.rpartition("/")[2] for use, _ in beside))
        yield Hit(
            f"Group {group.name} may assume a role, and grants more besides by {listed(names)}",
            tuple(use_evidence(use, statement) for use, statement in beside),
        )


RULE = Rule(
    title="Group grants more than to assume its role",
    severity="low",
    applies_to="group",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "In the role-based scheme a group grants one thing: to assume the role that its work is done in. "
        "What it grants besides is there at any time, without the role's MFA, and is what a stolen key gets."
    ),
    remediation=(
        "Move the other permissions to the role that the group is for, and leave sts:AssumeRole (and "
        "self-service for the own password, keys and MFA devices) in the group."
    ),
    references=(
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
        iam_guide("IAM user groups", "id_groups"),
    ),
    examples=(
        rejected(
            "a role, and reading besides",
            group={
                "attached": ["SecurityAudit"],
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/audit",
                },
            },
        ),
        accepted(
            "a role alone",
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Resource": "arn:aws:iam::111122223333:role/audit",
                }
            },
        ),
        accepted(
            "a role and self-service",
            group={
                "inline": [
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Resource": "arn:aws:iam::111122223333:role/audit",
                    },
                    {
                        "Effect": "Allow",
                        "Action": ["iam:ChangePassword", "iam:CreateAccessKey"],
                        "Resource": "arn:aws:iam::*:user/${aws:username}",
                    },
                ]
            },
        ),
        accepted("a group of the traditional scheme", group={"attached": ["SecurityAudit"]}),
    ),
    check=check,
)
