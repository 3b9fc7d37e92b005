"""A group holds policies written into the group itself."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, Group


def check(group: Group, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per group, with each inline policy as evidence."""
    names = [policy.name for policy in group.inline_policies]
    if names:
        yield Hit(
            f"Group {group.name} holds {count(len(names), 'inline policy', 'inline policies')}: "
            f"{listed(names)}",
            tuple(policy_evidence(group.arn, name) for name in names),
        )


RULE = Rule(
    title="Group has an inline policy",
    severity="low",
    applies_to="group",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "An inline policy has no versions to go back to, cannot be reused, and is missing from the list of "
        "policies that a reviewer reads. Groups should have managed policies only."
    ),
    remediation=(
        "Make a customer managed policy of the document, attach it to the group, then delete the inline "
        "policy.\n\n"
        "aws iam create-policy --policy-name POLICY --policy-document file://policy.json\n"
        "aws iam attach-group-policy --group-name GROUP --policy-arn POLICY_ARN\n"
        "aws iam delete-group-policy --group-name GROUP --policy-name INLINE_POLICY"
    ),
    references=(iam_guide("Managed policies and inline policies", "access_policies_managed-vs-inline"),),
    also_known_as={"scoutsuite": ("iam-group-with-inline-policies",)},
    examples=(
        rejected(
            "a document written into the group",
            group={"inline": {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}},
        ),
        accepted("managed policies only", group={"attached": ["SecurityAudit"]}),
        accepted("a group without any policy", group={"GroupName": "staff"}),
    ),
    check=check,
)
