"""A policy allows whatever it does not list."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import allows, in_force, is_aws_managed, only_bounds, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import covers_everything, is_administrator
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy; one that amounts to everything is reported as that."""
    found = [statement for statement in allows(use) if statement.not_actions is not None]
    if (
        not found
        or is_aws_managed(use)
        or any(covers_everything(s) for s in allows(use))
        or is_administrator(use)
        or only_bounds(use, account, estate)
    ):
        return
    left_out = sorted({pattern for statement in found for pattern in statement.not_actions or ()})
    yield Hit(
        f"Policy {policy_name(use)} allows everything but {listed(left_out)}",
        tuple(use_evidence(use, statement, "NotAction") for statement in found),
        severity=in_force(use, account, estate, "medium"),
    )


RULE = Rule(
    title="Policy allows what it does not list",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Allow with NotAction grants every action but the listed ones, those of services and features "
        "included that AWS adds next year. Nobody can review a list of what is not there."
    ),
    remediation=(
        "List the actions that are needed. NotAction belongs into Deny statements, where it leaves "
        "exceptions open instead."
    ),
    references=(iam_guide("IAM JSON policy elements: NotAction", "reference_policies_elements_notaction"),),
    also_known_as={
        "scoutsuite": (
            "iam-managed-policy-allows-NotActions",
            "iam-inline-policy-allows-NotActions",
        )
    },
    examples=(
        rejected(
            "all but two services",
            policy={"Effect": "Allow", "NotAction": ["iam:*", "ec2:*"], "Resource": "*"},
        ),
        rejected(
            "all but one action, in a group",
            group={
                "inline": {
                    "Effect": "Allow",
                    "NotAction": "s3:DeleteBucket",
                    "Resource": "arn:aws:s3:::example",
                }
            },
        ),
        accepted(
            "a Deny outside of a region",
            policy={
                "Effect": "Deny",
                "NotAction": ["iam:*", "sts:*"],
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
            },
        ),
        accepted("AWS's own policy, which nobody here can change", role={"attached": ["PowerUserAccess"]}),
        accepted(
            "everything at all is another rule's matter",
            policy={"Effect": "Allow", "Action": "*", "Resource": "*"},
        ),
        accepted(
            "a boundary grants nothing",
            role={"boundary": "arn:aws:iam::111122223333:policy/limits"},
            policies=[
                {
                    "PolicyName": "limits",
                    "AttachmentCount": 0,
                    "PermissionsBoundaryUsageCount": 1,
                    "PolicyDocument": {"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"},
                }
            ],
        ),
    ),
    check=check,
)
