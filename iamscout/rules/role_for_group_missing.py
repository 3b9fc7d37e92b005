"""A group may assume a role that is not there."""

from collections.abc import Iterable

from iamscout.access.identity import own_policies
from iamscout.access.trust import ASSUME_ROLE
from iamscout.analysis.documents import allows, covers_action
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Evidence, Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.policy.arn import parse_arn
from iamscout.policy.match import is_exact
from iamscout.snapshot.account import Account, Group


def check(group: Group, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per group; roles of accounts that are in no snapshot may well be there."""
    missing: dict[str, Evidence] = {}
    for use in own_policies(account, group):
        for statement in allows(use):
            if statement.not_actions is None and covers_action(statement, ASSUME_ROLE):
                for resource in statement.resources or ():
                    if _is_gone(estate, resource):
                        missing.setdefault(resource, use_evidence(use, statement, "Resource"))
    if missing:
        names = [resource.partition(":role/")[2] for resource in sorted(missing)]
        yield Hit(
            f"Group {group.name} may assume {listed(names)}, "
            f"which {'are' if len(names) > 1 else 'is'} not there",
            tuple(dict.fromkeys(missing[resource] for resource in sorted(missing))),
        )


def _is_gone(estate: Estate, resource: str) -> bool:
    """Whether a Resource value is the ARN of a role of an account in the snapshots that has no such role."""
    arn = parse_arn(resource)
    if arn is None or arn.resource_type != "role" or not is_exact(resource) or "${" in resource:
        return False
    owner = estate.directory.accounts.get(arn.account)
    return (
        owner is not None
        and owner.has("iam:GetAccountAuthorizationDetails")
        and resource not in owner.roles_by_arn
    )


RULE = Rule(
    title="Role for a group is missing",
    severity="low",
    applies_to="group",
    needs=("iam:GetAccountAuthorizationDetails",),
    judges_absence=True,
    rationale=(
        "The group's policy names a role that is gone or was never made, by a typing error or with another "
        "path. Its members cannot work, or do their work in another way; and whoever makes a role of that "
        "name decides what they may do."
    ),
    remediation="Make the role, correct its ARN (a role's path belongs to it), or delete the statement.",
    references=(
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
        iam_guide("IAM identifiers", "reference_identifiers"),
    ),
    examples=(
        rejected(
            "a role that is not there",
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/adit",
                }
            },
        ),
        rejected(
            "the path is wrong",
            role={"RoleName": "audit", "Path": "/teams/"},
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Resource": [
                        "arn:aws:iam::111122223333:role/audit",
                        "arn:aws:iam::111122223333:role/teams/audit",
                    ],
                }
            },
        ),
        accepted(
            "a role that is there",
            role={"RoleName": "audit"},
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/audit",
                }
            },
        ),
        accepted(
            "a role of an account that is in no snapshot",
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::444455556666:role/audit",
                }
            },
        ),
        accepted(
            "a pattern names no role",
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/team-*",
                }
            },
        ),
    ),
    check=check,
)
