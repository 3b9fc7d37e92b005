"""A role that a service uses can be assumed by people as well."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.mfa import human_ways
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import access, allowed, called, graded
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role that both a service and people of the snapshots can assume."""
    services = [entry.principals[0].value for entry in access(estate, role, "service")]
    if role.kind != "plain" or not services:
        return
    people = sum(len(way.people) for way in human_ways(estate, account, role))
    if people:
        power = estate.power_of(account, role)
        yield Hit(
            f"Role {called(role, power)} is for {listed(sorted(services))} and for {count(people, 'user')}",
            tuple(
                trust_evidence(role, s, "Principal")
                for s in dict.fromkeys(
                    g.statement for g in allowed(estate, role, "service", "account", "user", "everyone")
                )
            ),
            severity=graded(power, administrator="medium", privileged="medium", ordinary="low", none="info"),
        )


RULE = Rule(
    title="Role of a service is also for people",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "What a service does and what a person does cannot be told apart in the logs when both use one "
        "role, and each has the permissions of the other. MFA, which people should show, would lock the "
        "service out, so it is not asked for."
    ),
    remediation="Make two roles: one that trusts the service, one that trusts the account and asks for MFA.",
    references=(
        iam_guide("IAM roles", "id_roles"),
        iam_guide("Create a role to delegate permissions to an AWS service", "id_roles_create_for-service"),
    ),
    examples=(
        rejected(
            "Lambda, and whoever looks what Lambda may do",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com", "AWS": "arn:aws:iam::111122223333:root"},
                "Action": "sts:AssumeRole",
            },
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
        ),
        accepted(
            "Lambda alone",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
        ),
        accepted(
            "the account is trusted, and nobody has the permission",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com", "AWS": "111122223333"},
                "Action": "sts:AssumeRole",
            },
            user={"UserName": "alice"},
        ),
    ),
    check=check,
)
