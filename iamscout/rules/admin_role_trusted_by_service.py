"""A service runs with administrator permissions."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import power_of
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.services import runs_code
from iamscout.analysis.trusts import access, allowed
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per administrator role that services can assume; AWS's own service-linked roles are none."""
    if role.kind != "plain" or power_of(account, role) != "administrator":
        return
    services = sorted({entry.principals[0].value for entry in access(estate, role, "service")})
    if services:
        computing = [service for service in services if runs_code(service)]
        yield Hit(
            f"{listed(computing or services)} can act as {role.name}, an administrator",
            tuple(
                trust_evidence(role, s, "Principal")
                for s in dict.fromkeys(g.statement for g in allowed(estate, role, "service"))
            ),
            severity="high" if computing else None,
        )


RULE = Rule(
    title="Administrator role is trusted by a service",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Whoever can run something in the service (code in a function, a command on an instance, a step of "
        "a build) is administrator, and the credentials lie on the machine for every process to read."
    ),
    remediation=(
        "Give the role what the workload needs. For deployments, let the service assume a narrow role and "
        "pass a second one that only CloudFormation may take."
    ),
    references=(
        iam_guide("Security best practices in IAM", "best-practices"),
        iam_guide("Grant a user permissions to pass a role to an AWS service", "id_roles_use_passrole"),
    ),
    also_known_as={"prowler": ("iam_role_administratoraccess_policy",)},
    examples=(
        rejected("an instance as administrator", role={"attached": ["AdministratorAccess"]}),
        accepted("an instance that may read", role={"attached": ["SecurityAudit"]}),
        accepted(
            "an administrator role for people",
            role={
                "attached": ["AdministratorAccess"],
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                },
            },
        ),
        accepted(
            "cut by a boundary", role={"attached": ["AdministratorAccess"], "boundary": "SecurityAudit"}
        ),
    ),
    check=check,
)
