"""A user is administrator at any time, instead of taking a role for the moment."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import ref_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.policy.formula import ALWAYS
from iamscout.snapshot.account import Account, User


def check(user: User, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user, with the statements that make it administrator."""
    admin = estate.admins.by_principal.get(user.arn)
    if admin is not None:
        firm = admin.requires == ALWAYS
        yield Hit(
            f"User {user.name} is administrator "
            f"{'at any time' if firm else 'whenever its conditions are met'}",
            tuple(ref_evidence(estate, ref) for ref in admin.by),
            severity=None if firm else "medium",
        )


RULE = Rule(
    title="A user is administrator at any time",
    severity="high",
    applies_to="user",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "What a user may do, each of its keys, sessions and open browser tabs may do at any hour. An "
        "administrator's permissions in a role are used for the task that needs them, after a fresh sign-in "
        "with MFA, and leave a trace of who took them when."
    ),
    remediation=(
        "Move the permissions to a role that the user may assume with MFA, and leave the user with "
        "sts:AssumeRole on it.\n\n"
        "aws iam detach-user-policy --user-name USER --policy-arn arn:aws:iam::aws:policy/AdministratorAccess"
    ),
    references=(
        iam_guide("Security best practices in IAM", "best-practices"),
        iam_guide("Switch from a user to an IAM role (console)", "id_roles_use_switch-role-console"),
    ),
    also_known_as={"prowler": ("iam_user_administrator_access_policy",)},
    examples=(
        rejected("the policy of administrators", user={"attached": ["AdministratorAccess"]}),
        rejected(
            "through a group, in two policies",
            group={"GroupName": "staff", "attached": ["PowerUserAccess", "IAMFullAccess"]},
            user={"GroupList": ["staff"]},
        ),
        accepted("all but IAM", user={"attached": ["PowerUserAccess"]}),
        accepted(
            "everything, cut by a boundary",
            user={"attached": ["AdministratorAccess"], "boundary": "PowerUserAccess"},
        ),
    ),
    check=check,
)
