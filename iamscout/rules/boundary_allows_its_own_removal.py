"""A permissions boundary lets the one it bounds take it away."""

from collections.abc import Iterable

from iamscout.analysis.documents import covers_action, covers_resource
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.policy.document import PolicyDocument
from iamscout.snapshot.account import Account, ManagedPolicy, User


def check(policy: ManagedPolicy, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per boundary under which somebody could remove or replace the boundary on itself."""
    bounded = estate.attachments.bounded(account, policy.arn)
    document = policy.document
    if not bounded or document is None:
        return
    for entity in bounded:
        kind = "User" if isinstance(entity, User) else "Role"
        wanted = (f"iam:Delete{kind}PermissionsBoundary", f"iam:Put{kind}PermissionsBoundary")
        through = [action for action in wanted if _permits(document, action, entity.arn)]
        if through:
            power = estate.power_of(account, entity)
            yield Hit(
                f"The boundary {policy.name} lets {entity.name} use {listed(through)} on itself",
                (policy_evidence(policy.arn, policy.arn),),
                locator=entity.arn,
                severity="medium" if power in ("administrator", "privileged") else "info",
            )


def _permits(document: PolicyDocument, action: str, arn: str) -> bool:
    """Whether the boundary as such allows an action on an ARN; conditions count as met."""
    allowed = False
    for statement in document.statements:
        if (
            statement.unreadable
            or not covers_action(statement, action)
            or not covers_resource(statement, arn)
        ):
            continue
        if statement.effect == "Deny":
            return False
        allowed = True
    return allowed


RULE = Rule(
    title="Permissions boundary allows its own removal",
    severity="medium",
    applies_to="policy",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A boundary bounds whoever cannot take it off. If it lets pass the actions that delete or replace "
        "it, a policy that grants these is all that is missing."
    ),
    remediation=(
        "Deny changes of boundaries within the boundary.\n\n"
        '{"Effect": "Deny", "Action": ["iam:DeleteUserPermissionsBoundary", '
        '"iam:DeleteRolePermissionsBoundary", "iam:PutUserPermissionsBoundary", '
        '"iam:PutRolePermissionsBoundary"], "Resource": "*"}'
    ),
    references=(iam_guide("Permissions boundaries for IAM entities", "access_policies_boundaries"),),
    examples=(
        rejected(
            "everything but one service",
            user={"boundary": "arn:aws:iam::111122223333:policy/limits", "attached": ["IAMFullAccess"]},
            policies=[
                {
                    "PolicyName": "limits",
                    "PermissionsBoundaryUsageCount": 1,
                    "PolicyDocument": {"Effect": "Allow", "NotAction": "organizations:*", "Resource": "*"},
                }
            ],
        ),
        accepted(
            "everything, with a Deny for boundaries",
            user={"boundary": "arn:aws:iam::111122223333:policy/limits", "attached": ["IAMFullAccess"]},
            policies=[
                {
                    "PolicyName": "limits",
                    "PermissionsBoundaryUsageCount": 1,
                    "PolicyDocument": [
                        {"Effect": "Allow", "Action": "*", "Resource": "*"},
                        {"Effect": "Deny", "Action": "iam:*PermissionsBoundary", "Resource": "*"},
                    ],
                }
            ],
        ),
        accepted(
            "no word of IAM",
            user={"boundary": "arn:aws:iam::111122223333:policy/limits"},
            policies=[
                {
                    "PolicyName": "limits",
                    "PermissionsBoundaryUsageCount": 1,
                    "PolicyDocument": {"Effect": "Allow", "Action": ["s3:*", "ec2:*"], "Resource": "*"},
                }
            ],
        ),
        accepted(
            "the same document as a permissions policy",
            policy={"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        ),
    ),
    check=check,
)
