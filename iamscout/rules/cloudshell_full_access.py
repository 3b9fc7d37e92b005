"""Somebody has AWSCloudShellFullAccess."""

from collections.abc import Iterable

from iamscout.analysis.documents import held_by
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Reference, Rule
from iamscout.snapshot.account import Account, ManagedPolicy


def check(policy: ManagedPolicy, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit for AWS's policy, with its holders."""
    if policy.is_aws_managed and policy.name == "AWSCloudShellFullAccess":
        having = estate.attachments.holders(account, policy.arn)
        if having:
            yield Hit(
                f"AWSCloudShellFullAccess is attached to {held_by(having)}",
                tuple(policy_evidence(each.arn, policy.arn) for each in having),
            )


RULE = Rule(
    title="CloudShell is granted without limits",
    severity="low",
    applies_to="policy",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "AWSCloudShellFullAccess lets its holders upload and download files in a shell with access to the "
        "internet: a way out for data that no proxy of yours sees."
    ),
    remediation=(
        "Grant CloudShell without cloudshell:GetFileUploadUrls and cloudshell:GetFileDownloadUrls.\n\n"
        "aws iam detach-group-policy --group-name GROUP --policy-arn "
        "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"
    ),
    references=(
        Reference(
            "Managing AWS CloudShell access and usage with IAM policies",
            "https://docs.aws.amazon.com/cloudshell/latest/userguide/sec-auth-with-identities.html",
        ),
    ),
    frameworks=cis("1.22", "1.21", "2.21", "2.20"),
    also_known_as={"prowler": ("iam_policy_cloudshell_admin_not_attached",)},
    examples=(
        rejected("a group has it", group={"attached": ["AWSCloudShellFullAccess"]}),
        accepted("nobody has it", group={"attached": ["SecurityAudit"]}),
    ),
    check=check,
)
