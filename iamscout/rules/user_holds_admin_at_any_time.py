"""A user is administrator without assuming a role."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse, identity_policies
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import is_administrator, power_of
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, User


def check(user: User, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user whose own and groups' policies amount to everything, whatever the credential."""
    if power_of(account, user) != "administrator":
        return
    through = [use for use in identity_policies(account, user) if is_administrator(use)]
    yield Hit(
        f"{user.name} is administrator at any time"
        + (
            f", by {listed([_named(use, user) for use in through])}"
            if through
            else ", by several policies together"
        ),
        tuple(use_evidence(use) for use in through),
    )


def _named(use: PolicyUse, user: User) -> str:
    name = use.policy.rpartition("/")[2]
    return name if use.owner == user.arn else f"{name} of group {use.owner.rpartition('/')[2]}"


RULE = Rule(
    title="User holds administrator permissions at any time",
    severity="high",
    applies_to="user",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Whatever this user signs in with, access key, console or MFA, carries full administration all day, "
        "though it is needed once a week. With a role that asks for recent MFA a stolen key is worth "
        "little, and one mistyped command does less."
    ),
    remediation=(
        "Move the policy to a role that trusts the account and asks for MFA of the last minutes, and let "
        "the user's group assume that role.\n\n"
        '{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/admin"}'
    ),
    references=(
        iam_guide("Security best practices in IAM", "best-practices"),
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
    ),
    also_known_as={
        "prowler": ("iam_user_administrator_access_policy", "iam_group_administrator_access_policy")
    },
    examples=(
        rejected(
            "through a group",
            group={"GroupName": "admins", "attached": ["AdministratorAccess"]},
            user={"GroupList": ["admins"]},
        ),
        rejected("by two policies together", user={"attached": ["PowerUserAccess", "IAMFullAccess"]}),
        rejected(
            "by a policy of its own", user={"inline": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        ),
        accepted(
            "after assuming a role",
            role={"RoleName": "administration", "attached": ["AdministratorAccess"]},
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/administration",
                }
            },
        ),
        accepted(
            "cut by a boundary", user={"attached": ["AdministratorAccess"], "boundary": "SecurityAudit"}
        ),
        accepted("all but IAM", user={"attached": ["PowerUserAccess"]}),
        accepted(
            "only with MFA",
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                }
            },
        ),
    ),
    check=check,
)
