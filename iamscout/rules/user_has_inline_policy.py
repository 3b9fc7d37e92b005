"""A user holds a policy of its own, written into the user itself."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, User


def check(user: User, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user, with each inline policy as evidence."""
    names = [policy.name for policy in user.inline_policies]
    if names:
        yield Hit(
            f"User {user.name} holds {count(len(names), 'inline policy', 'inline policies')}: "
            f"{listed(names)}",
            tuple(policy_evidence(user.arn, name) for name in names),
        )


RULE = Rule(
    title="User has an inline policy",
    severity="medium",
    applies_to="user",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Permissions written into a user cannot be reviewed or withdrawn with a group, have no versions, "
        "and stay when the person changes the team. In both schemes, the traditional and the role-based "
        "one, users get everything through groups."
    ),
    remediation=(
        "Move what is still needed to a managed policy on a group, or to a role the group may assume, then "
        "delete the inline policy.\n\n"
        "aws iam delete-user-policy --user-name USER --policy-name POLICY"
    ),
    references=(
        iam_guide("Managed policies and inline policies", "access_policies_managed-vs-inline"),
        iam_guide("Security best practices in IAM", "best-practices"),
    ),
    frameworks=cis("1.15", "1.14", "2.14", "2.13"),
    also_known_as={
        "scoutsuite": ("iam-human-user-with-policies",),
        "prowler": ("iam_policy_attached_only_to_group_or_roles",),
    },
    examples=(
        rejected(
            "a user with a policy of its own",
            user={"inline": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}},
        ),
        rejected(
            "an inline policy beside a group",
            group={"GroupName": "staff"},
            user={"GroupList": ["staff"], "inline": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}},
        ),
        accepted(
            "everything through a group",
            group={"GroupName": "staff", "attached": ["SecurityAudit"]},
            user={"GroupList": ["staff"]},
        ),
        accepted("an attached policy is another rule's matter", user={"attached": ["SecurityAudit"]}),
    ),
    check=check,
)
