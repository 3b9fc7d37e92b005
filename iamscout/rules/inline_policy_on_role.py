"""A role has its permissions written into it."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import vendor_of
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role that is neither AWS's own nor a company's, who write theirs from templates."""
    names = [policy.name for policy in role.inline_policies]
    if names and role.kind == "plain" and not vendor_of(estate, role):
        yield Hit(
            f"Role {role.name} has {count(len(names), 'inline policy', 'inline policies')}: {listed(names)}",
            tuple(policy_evidence(role.arn, name) for name in names),
        )


RULE = Rule(
    title="Role has an inline policy",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Inline policies have no versions and do not show up among the account's policies. For a role that "
        "one deployment makes and removes with its policy this is fine; a role for people is easier to "
        "review with managed policies."
    ),
    remediation=(
        "Make a customer managed policy of the document and attach it, if the role is reviewed by hand.\n\n"
        "aws iam attach-role-policy --role-name ROLE --policy-arn POLICY_ARN"
    ),
    references=(iam_guide("Managed policies and inline policies", "access_policies_managed-vs-inline"),),
    also_known_as={"scoutsuite": ("iam-role-with-inline-policies",)},
    examples=(
        rejected(
            "a document in a role",
            role={"inline": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}},
        ),
        accepted("a managed policy", role={"attached": ["SecurityAudit"]}),
        accepted(
            "a role of IAM Identity Center, whose inline policy AWS writes",
            role={
                "RoleName": "AWSReservedSSO_Audit_0123456789abcdef",
                "Path": "/aws-reserved/sso.amazonaws.com/eu-west-1/",
                "inline": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            },
        ),
    ),
    check=check,
)
