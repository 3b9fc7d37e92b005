"""A policy that AWS has deprecated is in use."""

from collections.abc import Iterable

from iamscout.analysis.documents import held_by
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.snapshot.account import Account, ManagedPolicy


def check(policy: ManagedPolicy, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per policy of AWS's own that cannot be attached any more, or that AWS says to be leaving."""
    if not policy.is_aws_managed or policy.path.startswith("/aws-service-role/"):
        return
    successor = _SUCCESSORS.get(policy.name, "")
    if policy.is_attachable and not successor and "deprecat" not in policy.description.lower():
        return
    holders = estate.attachments.holders(account, policy.arn)
    bounded = estate.attachments.bounded(account, policy.arn)
    if holders or bounded:
        yield Hit(
            f"AWS has deprecated {policy.name}, which {held_by((*holders, *bounded))} "
            f"{'has' if len((*holders, *bounded)) == 1 else 'have'}"
            + (f"; its successor is {successor}" if successor else ""),
            tuple(policy_evidence(entity.arn, policy.arn) for entity in (*holders, *bounded)),
        )


_SUCCESSORS = {
    "AWSCodePipelineFullAccess": "AWSCodePipeline_FullAccess",
    "AWSLambdaFullAccess": "AWSLambda_FullAccess",
    "AWSLambdaReadOnlyAccess": "AWSLambda_ReadOnlyAccess",
    "AmazonEC2RoleforSSM": "AmazonSSMManagedInstanceCore",
}
"""Policies that AWS still lets be attached or that snapshots may tell nothing of, to what replaces them.

From their pages in the AWS Managed Policy Reference Guide ("AWSLambdaFullAccess", "AmazonEC2RoleforSSM") and
the note in the console ("AWSCodePipelineFullAccess").
"""

RULE = Rule(
    title="Deprecated managed policy is in use",
    severity="low",
    applies_to="policy",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "AWS deprecates a managed policy when it grants more than it should and changing it would break "
        "those who use it. It stays as it is where it is attached, cannot be attached anew, and keeps the "
        "risk for which it was replaced."
    ),
    remediation=(
        "Attach the successor that AWS names, then detach the old policy; it cannot be attached again.\n\n"
        "aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/SUCCESSOR\n"
        "aws iam detach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/DEPRECATED"
    ),
    references=(
        iam_guide("Deprecated AWS managed policies", "access_policies_managed-deprecated"),
        Reference(
            "What are AWS managed policies?",
            "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html",
        ),
    ),
    examples=(
        rejected("one that AWS says to be leaving", role={"attached": ["AWSLambdaFullAccess"]}),
        rejected(
            "one that cannot be attached any more",
            role={"attached": ["arn:aws:iam::aws:policy/AmazonExampleAccess"]},
            policies=[
                {
                    "Arn": "arn:aws:iam::aws:policy/AmazonExampleAccess",
                    "PolicyName": "AmazonExampleAccess",
                    "IsAttachable": False,
                    "PolicyDocument": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
                }
            ],
        ),
        accepted("one in good standing", role={"attached": ["AWSLambda_FullAccess"]}),
        accepted(
            "one of a service-linked role, which only its service attaches",
            role={
                "RoleName": "AWSServiceRoleForSupport",
                "Path": "/aws-service-role/support.amazonaws.com/",
                "attached": ["arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"],
            },
            policies=[
                {
                    "Arn": "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy",
                    "PolicyName": "AWSSupportServiceRolePolicy",
                    "Path": "/aws-service-role/",
                    "IsAttachable": False,
                    "PolicyDocument": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
                }
            ],
        ),
        accepted(
            "one's own policy of the same name",
            role={"attached": ["arn:aws:iam::111122223333:policy/AWSLambdaFullAccess"]},
            policies=[
                {
                    "PolicyName": "AWSLambdaFullAccess",
                    "PolicyDocument": {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"},
                }
            ],
        ),
    ),
    check=check,
)
