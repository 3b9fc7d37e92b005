"""A policy allows changing or deleting whatever resources there are, where it could name some."""

from collections.abc import Iterable
from functools import cache

from iamscout.access.identity import PolicyUse
from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.analysis.sensitive_actions import CREDENTIALS, DATA, bits_of, exposed
from iamscout.policy.actions import all_actions
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy with actions of the access level Write on everything."""
    hit = exposed(use, account, estate, wanted=_wanted(), what="changing infrastructure", severity="info")
    return () if hit is None else (hit,)


@cache
def _wanted() -> int:
    index = all_actions()
    return index.by_level["Write"] & index.narrowable & ~bits_of(_OF_OTHER_RULES)


_OF_OTHER_RULES = CREDENTIALS | DATA | {"iam:PassRole", "sts:AssumeRole"}

RULE = Rule(
    title="Policy allows infrastructure modification",
    severity="info",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The policy may create, change or delete every resource of some kind, though these actions can be "
        "narrowed to some. A mistake or a stolen session then reaches all of them, those of other teams and "
        "of production as well."
    ),
    remediation=(
        "Name the resources by ARN, path or prefix, or limit the statement by a tag.\n\n"
        '{"Effect": "Allow", "Action": ["ec2:StartInstances", "ec2:StopInstances"], "Resource": "*", '
        '"Condition": {"StringEquals": {"aws:ResourceTag/team": "example"}}}'
    ),
    references=(
        Reference(
            "Access levels in policy summaries",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
        ),
        iam_guide("Security best practices in IAM", "best-practices#grant-least-privilege"),
    ),
    confidence="likely",
    examples=(
        rejected(
            "deleting whatever table",
            policy={"Effect": "Allow", "Action": "dynamodb:DeleteTable", "Resource": "*"},
        ),
        rejected(
            "whatever function, spelled as an ARN",
            policy={
                "Effect": "Allow",
                "Action": "lambda:Update*",
                "Resource": "arn:aws:lambda:*:*:function:*",
            },
        ),
        accepted(
            "tables of one application",
            policy={
                "Effect": "Allow",
                "Action": "dynamodb:DeleteTable",
                "Resource": "arn:aws:dynamodb:*:111122223333:table/app-*",
            },
        ),
        accepted(
            "instances of one team",
            policy={
                "Effect": "Allow",
                "Action": "ec2:TerminateInstances",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/team": "example"}},
            },
        ),
        accepted(
            "actions that no policy can narrow",
            policy={"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"},
        ),
        accepted("reading", policy={"Effect": "Allow", "Action": ["ec2:Describe*"], "Resource": "*"}),
    ),
    check=check,
)
