"""A role that is administrator can be taken by an AWS service, so by whatever runs there."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role, with the statements that trust services."""
    if role.arn not in estate.admins.by_principal:
        return
    services = sorted(
        {
            principal.value
            for entry in estate.access.by_role.get(role.arn, ())
            if entry.scope == "service"
            for principal in entry.principals
        }
    )
    if services:
        yield Hit(
            f"Role {role.name} is administrator and trusts {listed(services)}",
            tuple(
                trust_evidence(role, grant.statement, "Principal")
                for grant in estate.access.grants[role.arn]
                if grant.effect == "Allow" and grant.principal.value in services
            ),
        )


def _trusting(service: str) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


RULE = Rule(
    title="An administrator's role is trusted to a service",
    severity="high",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Code that runs on an instance, in a function or in a build acts as the role it was given. Whoever "
        "changes that code, finds a hole in it, or may start something new with the role, is administrator: "
        "the role turns every weakness of a workload into one of the whole account."
    ),
    remediation=(
        "Give the workload a role with the few actions it calls; where it creates roles of its own, limit "
        "them by a permissions boundary.\n\n"
        "aws iam detach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AdministratorAccess"
    ),
    references=(
        iam_guide("Create a role to delegate permissions to an AWS service", "id_roles_create_for-service"),
        iam_guide("Permissions boundaries for IAM entities", "access_policies_boundaries"),
    ),
    also_known_as={"prowler": ("iam_role_administratoraccess_policy",)},
    examples=(
        rejected(
            "every action for an instance",
            role={
                "AssumeRolePolicyDocument": _trusting("ec2.amazonaws.com"),
                "attached": ["AdministratorAccess"],
            },
        ),
        rejected(
            "everything in two policies",
            role={
                "AssumeRolePolicyDocument": _trusting("lambda.amazonaws.com"),
                "attached": ["PowerUserAccess", "IAMFullAccess"],
            },
        ),
        accepted(
            "a role that reads",
            role={"AssumeRolePolicyDocument": _trusting("ec2.amazonaws.com"), "attached": ["SecurityAudit"]},
        ),
        accepted(
            "an administrator's role for people",
            role={
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                    "Action": "sts:AssumeRole",
                },
                "attached": ["AdministratorAccess"],
            },
        ),
    ),
    check=check,
)
