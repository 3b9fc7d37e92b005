"""A user has managed policies attached instead of getting them through a group."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, User


def check(user: User, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user, with each attached policy as evidence; a permissions boundary is no grant."""
    names = [policy.name for policy in user.attached_policies]
    if names:
        yield Hit(
            f"User {user.name} has {count(len(names), 'policy', 'policies')} attached directly: "
            f"{listed(names)}",
            tuple(policy_evidence(user.arn, policy.arn) for policy in user.attached_policies),
        )


RULE = Rule(
    title="User has an attached policy",
    severity="low",
    applies_to="user",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "What hangs on a single user is found by nobody who reviews groups, and stays when the person "
        "changes the team. In both schemes, the traditional and the role-based one, users get everything "
        "through groups."
    ),
    remediation=(
        "Attach the policy to a group (or let the group assume a role that has it), add the user to the "
        "group, and detach it from the user.\n\n"
        "aws iam detach-user-policy --user-name USER --policy-arn POLICY_ARN"
    ),
    references=(
        iam_guide("Security best practices in IAM", "best-practices"),
        iam_guide("IAM user groups", "id_groups"),
    ),
    frameworks=cis("1.15", "1.14", "2.14", "2.13") | fsbp("IAM.2"),
    also_known_as={
        "scoutsuite": ("iam-human-user-with-policies",),
        "prowler": ("iam_policy_attached_only_to_group_or_roles",),
    },
    examples=(
        rejected("a managed policy on a user", user={"attached": ["SecurityAudit"]}),
        accepted(
            "the same policy through a group",
            group={"GroupName": "staff", "attached": ["SecurityAudit"]},
            user={"GroupList": ["staff"]},
        ),
        accepted("a permissions boundary is no grant", user={"boundary": "PowerUserAccess"}),
        accepted(
            "an inline policy is another rule's matter",
            user={"inline": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}},
        ),
    ),
    check=check,
)
