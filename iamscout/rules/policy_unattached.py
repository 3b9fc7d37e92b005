"""A customer managed policy that nobody has."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ManagedPolicy


def check(policy: ManagedPolicy, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per policy that is neither attached nor a boundary."""
    if policy.is_aws_managed or policy.attachment_count or policy.boundary_usage_count:
        return
    if not estate.attachments.holders(account, policy.arn) and not estate.attachments.bounded(
        account, policy.arn
    ):
        yield Hit(f"Policy {policy.name} is attached to nobody", (policy_evidence(policy.arn, policy.arn),))


RULE = Rule(
    title="Policy is unattached",
    severity="info",
    applies_to="policy",
    needs=("iam:GetAccountAuthorizationDetails",),
    judges_absence=True,
    rationale=(
        "A policy that nobody has is one that nobody looks at, and it is at hand for whoever may attach "
        "policies. Old versions of it can be made the default."
    ),
    remediation=(
        "Delete the policy if it is no part of a plan.\n\naws iam delete-policy --policy-arn POLICY_ARN"
    ),
    references=(iam_guide("Managed policies and inline policies", "access_policies_managed-vs-inline"),),
    also_known_as={"scoutsuite": ("iam-managed-policy-no-attachments",)},
    examples=(
        rejected("attached to nobody", policies=[{"PolicyName": "leftover", "AttachmentCount": 0}]),
        accepted("attached to a group", group={"attached": ["arn:aws:iam::111122223333:policy/example"]}),
        accepted(
            "a permissions boundary",
            role={"boundary": "arn:aws:iam::111122223333:policy/limits"},
            policies=[{"PolicyName": "limits", "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 1}],
        ),
    ),
    check=check,
)
