"""A role that nobody can assume."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role without any access, as far as the snapshots tell."""
    if role.kind != "plain" or estate.access.by_role.get(role.arn):
        return
    kinds = {
        grant.principal.kind for grant in estate.access.grants.get(role.arn, ()) if grant.effect == "Allow"
    }
    if not kinds:
        why = "its trust policy allows nobody"
    elif kinds <= {"deleted", "unknown"}:
        why = "its trust policy names nobody who is there"
    elif kinds & {"account", "user", "role", "session", "everyone"}:
        why = "nobody whom it trusts has the permission, or meets its conditions"
    else:
        why = "nobody whom it trusts meets its conditions"
    power = estate.power_of(account, role)
    yield Hit(f"Nobody can assume {called(role, power)}: {why}", (trust_evidence(role),))


RULE = Rule(
    title="Role cannot be assumed by anybody",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    weighs=("organization",),
    judges_absence=True,
    rationale=(
        "A role that nobody can assume is a leftover, or one whose other half is missing. It becomes usable "
        "unseen when somebody gets sts:AssumeRole on every resource."
    ),
    remediation=(
        "Delete the role, or let the group that it is for assume it.\n\n"
        '{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/audit"}'
    ),
    references=(
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
        iam_guide("Delete roles or instance profiles", "id_roles_manage_delete"),
    ),
    examples=(
        rejected(
            "the account is trusted, and nobody has the permission",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            user={"attached": ["SecurityAudit"]},
        ),
        rejected(
            "a deleted user",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "AIDAEXAMPLEDELETED1"},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "an explicit Deny", trust=[{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]
        ),
        accepted(
            "one user has the permission",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
        ),
        accepted(
            "a service",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "an account of which nothing is known",
            trust={"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"},
        ),
    ),
    check=check,
)
