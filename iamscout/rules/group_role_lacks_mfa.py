"""A group leads to a role, and neither half of the way asks for MFA that cannot be avoided."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import ref_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import SEVERITIES, Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, graded
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Group


def check(group: Group, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per group of the role-based scheme, as grave as its most powerful role without MFA."""
    scheme = estate.group_schemes[group.arn]
    if scheme.model not in ("role_based", "mixed"):
        return
    open_links = [link for link in scheme.links if link.verdict.mfa.grade in ("none", "weak")]
    named, severities = [], []
    for arn in sorted({role for link in open_links for role in link.roles}):
        entry = estate.directory.by_arn[arn]
        owner = estate.directory.accounts[entry.account]
        role = owner.roles_by_arn[arn]
        power = estate.power_of(owner, role)
        named.append(called(role, power))
        severities.append(
            graded(power, administrator="high", privileged="high", ordinary="medium", none="info")
        )
    if named:
        refs = dict.fromkeys(ref for link in open_links for ref in link.by)
        yield Hit(
            f"Group {group.name} leads without MFA to {listed(named)}",
            tuple(ref_evidence(estate, ref) for ref in refs),
            severity=min(severities, key=SEVERITIES.index),
        )


_GROUP = {
    "inline": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": "arn:aws:iam::111122223333:role/deploy",
    }
}

RULE = Rule(
    title="Role of a group lacks MFA",
    severity="medium",
    applies_to="group",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The step from the group to its role is where the role-based scheme asks for MFA. Without it a "
        "stolen access key of any member goes on to the role, and the scheme protects nothing."
    ),
    remediation=(
        "Ask for recent MFA in the trust policy of the role, or in the group's policy.\n\n"
        '"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}, '
        '"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}'
    ),
    references=(
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
    ),
    examples=(
        rejected(
            "neither half asks",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            group=_GROUP,
            user={"GroupList": ["staff"]},
        ),
        rejected(
            "BoolIfExists, which access keys pass, and nobody in the group yet",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
            },
            group=_GROUP,
        ),
        accepted(
            "the trust policy asks",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
            group=_GROUP,
        ),
        accepted(
            "the group's policy asks, by the age alone",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/deploy",
                    "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
                }
            },
        ),
        accepted(
            "a role that trusts nobody of the group",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
            group=_GROUP,
        ),
        accepted(
            "a group of the traditional scheme",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            group={"attached": ["AdministratorAccess"]},
        ),
    ),
    check=check,
)
