"""A policy allows to assume a role that does not trust the caller."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import policy_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role with those who are allowed to assume it by name, and cannot."""
    halves = [half for half in estate.access.half_by_role.get(role.arn, ()) if half.missing == "trust"]
    if role.kind != "plain" or not halves:
        return
    names = [principal.name for half in halves for principal in half.principals[:_NAMED]]
    number = sum(len(half.principals) for half in halves)
    refs = dict.fromkeys(ref for half in halves for ref in half.by)
    yield Hit(
        f"{count(number, 'principal')} may assume {role.name} by policy, and its trust policy keeps out "
        f"{listed(names, most=_NAMED)}",
        tuple(policy_evidence(ref.owner, ref.policy) for ref in list(refs)[:_EVIDENCE]),
    )


_NAMED = 4
_EVIDENCE = 20
"""Statements that are shown; a role that everybody is granted would list every policy of the account."""

RULE = Rule(
    title="Permission to assume a role that does not trust the caller",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "One half of the access is there: a policy names the role. The other half is missing: the role does "
        "not trust the caller. Somebody believes that there is access, and a change of the trust policy "
        "gives it to more people than meant."
    ),
    remediation="Remove the permission, or add the caller's account to the trust policy of the role.",
    references=(
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
        iam_guide("Policy evaluation logic", "reference_policies_evaluation-logic"),
    ),
    examples=(
        rejected(
            "a role for EC2 alone",
            role={"RoleName": "web"},
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/web",
                }
            },
        ),
        accepted(
            "a star names no role",
            roles=[{"RoleName": "web"}, {"RoleName": "other"}],
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
        ),
        accepted(
            "both halves",
            role={
                "RoleName": "audit",
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                },
            },
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/audit",
                }
            },
        ),
    ),
    check=check,
)
