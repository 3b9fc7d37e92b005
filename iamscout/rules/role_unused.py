"""A role that nothing has used for long."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role of one's own; one never used counts from when it was made."""
    if role.kind != "plain" or role.last_used is None:
        return
    limit = estate.settings.role_unused_days
    idle = age_days(role.last_used.when or role.created, account)
    if idle is None or idle <= limit:
        return
    power = estate.power_of(account, role)
    since = (
        f"was last used {idle:,} days ago"
        if role.last_used.when
        else f"was made {idle:,} days ago and not used since"
    )
    if not role.last_used.when and idle > _TRACKED_DAYS:
        since = f"was not used for {_TRACKED_DAYS} days"
    yield Hit(
        f"Role {called(role, power)} {since}",
        severity=graded(power, administrator="medium", privileged="medium", ordinary="low", none="info"),
    )


_TRACKED_DAYS = 400
"""How far back IAM looks ("Refine permissions in AWS using last accessed information")."""

RULE = Rule(
    title="Role is unused",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A role that nothing uses still trusts whom it trusted, and its permissions were right for a system "
        "that has changed. Nobody will miss it, and nobody watches it. "
        "Service-linked roles and those of IAM Identity Center are not judged: AWS keeps and deletes these."
    ),
    remediation=(
        "Let the trust policy deny everybody for some weeks; then delete the role.\n\n"
        '{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}'
    ),
    references=(
        iam_guide(
            "Refine permissions in AWS using last accessed information", "access_policies_last-accessed"
        ),
        iam_guide("Delete roles or instance profiles", "id_roles_manage_delete"),
    ),
    examples=(
        rejected(
            "last used in spring",
            role={"RoleLastUsed": {"LastUsedDate": "2026-04-01T00:00:00Z", "Region": "eu-west-1"}},
        ),
        rejected(
            "never used since it was made", role={"CreateDate": "2026-04-01T00:00:00Z", "RoleLastUsed": {}}
        ),
        accepted(
            "used last week",
            role={"RoleLastUsed": {"LastUsedDate": "2026-10-25T00:00:00Z", "Region": "eu-west-1"}},
        ),
        accepted("made last week", role={"CreateDate": "2026-10-25T00:00:00Z", "RoleLastUsed": {}}),
        accepted(
            "a service-linked role",
            role={
                "RoleName": "AWSServiceRoleForSupport",
                "Path": "/aws-service-role/support.amazonaws.com/",
                "CreateDate": "2020-01-01T00:00:00Z",
                "RoleLastUsed": {},
            },
        ),
    ),
    check=check,
)
