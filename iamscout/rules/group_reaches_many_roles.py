"""A group of the role-based scheme leads to more roles than the scheme has in mind."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import ref_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Group


def check(group: Group, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per group; what a traditional group reaches is said by rules on its policies."""
    scheme = estate.group_schemes[group.arn]
    limit = estate.settings.scheme_roles_per_group
    if scheme.model not in ("role_based", "mixed") or len(scheme.roles) <= limit:
        return
    names = [role.rpartition("/")[2] for role in scheme.roles]
    refs = dict.fromkeys(ref for link in scheme.links for ref in link.by)
    yield Hit(
        f"Group {group.name} leads to {len(names):,} roles, the limit is {limit}: {listed(names)}",
        tuple(ref_evidence(estate, ref) for ref in refs),
        severity="low" if len(names) > 4 * limit else None,
    )


_TRUST = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
_ROLES = [{"RoleName": name, "AssumeRolePolicyDocument": _TRUST} for name in ("audit", "billing")]

RULE = Rule(
    title="Group reaches many roles",
    severity="info",
    applies_to="group",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "In the role-based scheme a group stands for one job and leads to one role. Who is in a group that "
        "leads to several holds several jobs, and whoever grants membership does not see which."
    ),
    remediation=(
        "Make a group for each role and let people be in those they need; name one role in each policy.\n\n"
        '{"Effect": "Allow", "Action": "sts:AssumeRole", '
        '"Resource": "arn:aws:iam::111122223333:role/audit"}'
    ),
    references=(
        iam_guide("IAM user groups", "id_groups"),
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
    ),
    examples=(
        rejected(
            "two roles by one statement",
            roles=_ROLES,
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": [
                        "arn:aws:iam::111122223333:role/audit",
                        "arn:aws:iam::111122223333:role/billing",
                    ],
                }
            },
        ),
        rejected(
            "whatever role there is, and reading besides",
            roles=_ROLES,
            group={
                "attached": ["SecurityAudit"],
                "inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"},
            },
        ),
        accepted(
            "a pattern that one role meets",
            roles=_ROLES,
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::*:role/aud*",
                }
            },
        ),
        accepted(
            "two roles are named, and one of them trusts nobody of the group",
            roles=[
                {"RoleName": "audit", "AssumeRolePolicyDocument": _TRUST},
                {
                    "RoleName": "billing",
                    "AssumeRolePolicyDocument": {
                        "Effect": "Allow",
                        "Principal": {"Service": "ec2.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    },
                },
            ],
            group={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": [
                        "arn:aws:iam::111122223333:role/audit",
                        "arn:aws:iam::111122223333:role/billing",
                    ],
                }
            },
        ),
        accepted(
            "a group of the traditional scheme", roles=_ROLES, group={"attached": ["AdministratorAccess"]}
        ),
    ),
    check=check,
)
