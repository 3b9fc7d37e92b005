"""Nobody has AWS's policy for support cases."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Reference, Rule
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account in which AWSSupportAccess is attached to no role, group or user."""
    arn = f"arn:{account.partition}:iam::aws:policy/AWSSupportAccess"
    if not estate.attachments.holders(account, arn):
        yield Hit(f"Nobody in {account.label} has AWSSupportAccess")


RULE = Rule(
    title="Support role is missing",
    severity="info",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails",),
    judges_absence=True,
    rationale=(
        "During an incident somebody must be able to open a case with AWS. If only administrators can, "
        "either the case waits, or more people become administrators."
    ),
    remediation=(
        "Attach AWSSupportAccess to a role that the people on call may assume.\n\n"
        "aws iam attach-role-policy --role-name support --policy-arn arn:aws:iam::aws:policy/AWSSupportAccess"
    ),
    references=(
        Reference(
            "Access permissions for AWS Support",
            "https://docs.aws.amazon.com/awssupport/latest/user/accessing-support.html",
        ),
    ),
    frameworks=cis("1.17", "1.16", "2.16", "2.15"),
    also_known_as={"prowler": ("iam_support_role_created",), "scoutsuite": ("iam-no-support-role",)},
    examples=(
        rejected("nobody has it", role={"attached": ["SecurityAudit"]}),
        accepted("a role has it", role={"RoleName": "support", "attached": ["AWSSupportAccess"]}),
    ),
    check=check,
)
