"""Nobody has AWS's policy for auditors."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, Role


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account in which SecurityAudit is attached to no role."""
    arn = f"arn:{account.partition}:iam::aws:policy/SecurityAudit"
    if not any(isinstance(holder, Role) for holder in estate.attachments.holders(account, arn)):
        yield Hit(f"No role of {account.label} has SecurityAudit")


RULE = Rule(
    title="Security audit role is missing",
    severity="info",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails",),
    judges_absence=True,
    rationale=(
        "An auditor needs to read configurations, not data. Without a role for that, audits run with "
        "somebody's administrator permissions."
    ),
    remediation=(
        "Make a role that the auditors may assume.\n\n"
        "aws iam attach-role-policy --role-name security-audit --policy-arn "
        "arn:aws:iam::aws:policy/SecurityAudit"
    ),
    references=(iam_guide("AWS managed policies for job functions", "access_policies_job-functions"),),
    also_known_as={"prowler": ("iam_securityaudit_role_created",)},
    examples=(
        rejected("a group has it, no role", group={"attached": ["SecurityAudit"]}),
        accepted("a role has it", role={"attached": ["SecurityAudit"]}),
    ),
    check=check,
)
