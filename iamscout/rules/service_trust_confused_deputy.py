"""A service can be made to use the role for somebody else's resource."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.services import tells_its_source
from iamscout.analysis.trusts import access, called, graded, service_evidence
from iamscout.policy.condition import holds
from iamscout.policy.formula import Alternative, Test
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per service that tells for which resource it acts, and is not asked."""
    if role.kind != "plain":
        return
    for entry in access(estate, role, "service"):
        service = entry.principals[0]
        if not tells_its_source(service.value):
            continue
        if all(_asks_for_source(alternative) for alternative in entry.verdict.requires.alternatives):
            continue
        power = estate.power_of(account, role)
        yield Hit(
            f"Service {service.value} can assume {called(role, power)} for resources of any account",
            service_evidence(estate, role, service),
            locator=service.value,
            severity=graded(power, administrator="medium", privileged="medium", ordinary="low", none="info"),
        )


def _asks_for_source(alternative: Alternative) -> bool:
    """Whether an alternative has a test that a resource of a foreign account fails."""
    for atom in alternative:
        if not isinstance(atom, Test) or (key := atom.condition.key.lower()) not in _SOURCES:
            continue
        foreign = [_FOREIGN, _ORGANIZATION, f"{_ORGANIZATION}/r-q9q9/", "q9-foreign"]
        if key == "aws:sourcearn":
            foreign = [_in_foreign_account(value) for value in atom.condition.values]
        if all(holds(atom.condition, (value,)) == atom.negated for value in foreign):
            return True
    return False


def _in_foreign_account(pattern: str) -> str:
    """An ARN like the pattern, of a foreign account or (where it tells none) of another name."""
    parts = pattern.replace("?", "q").split(":", 5)
    if len(parts) < 6:
        return f"arn:aws:q9::{_FOREIGN}:q9"
    if parts[4]:
        parts[4] = _FOREIGN
    elif "*" not in parts[5]:
        parts[5] = "q9-foreign"
    return ":".join(parts).replace("*", "q9")


_FOREIGN = "000000000000"
_ORGANIZATION = "o-q9foreign9q"
_SOURCES = {
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "sts:externalid",
}


RULE = Rule(
    title="Service trust lets anybody's resource use the role",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    confidence="likely",
    rationale=(
        "A service acts for many customers. If somebody else can give it your role's ARN, and the service "
        "does not check, it works with your permissions for them: the confused deputy. Services that pass "
        "aws:SourceArn and aws:SourceAccount let you check it yourself."
    ),
    remediation=(
        "Say for whose resources the service may use the role.\n\n"
        '"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}'
    ),
    references=(
        iam_guide("The confused deputy problem", "confused-deputy#cross-service-confused-deputy-prevention"),
        iam_guide(
            "AWS global condition context keys",
            "reference_policies_condition-keys#condition-keys-sourceaccount",
        ),
    ),
    also_known_as={"prowler": ("iam_role_cross_service_confused_deputy_prevention",)},
    examples=(
        rejected(
            "Step Functions for whatever state machine",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "schedules of one group, whose ARN names the account",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "scheduler.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "ArnLike": {"aws:SourceArn": "arn:aws:scheduler:*:111122223333:schedule-group/a"}
                },
            },
        ),
        rejected(
            "schedules of any account",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "scheduler.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:scheduler:*:*:schedule/*"}},
            },
        ),
        accepted(
            "Step Functions of the own account",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
            },
        ),
        accepted(
            "one state machine",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": ["states.amazonaws.com"]},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "ArnLike": {"aws:SourceArn": "arn:aws:states:eu-west-1:111122223333:stateMachine:order-*"}
                },
            },
        ),
        rejected(
            "any bucket",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "transfer.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}},
            },
        ),
        accepted(
            "EC2 tells no source",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "a service-linked role",
            role={
                "RoleName": "AWSServiceRoleForConfig",
                "Path": "/aws-service-role/config.amazonaws.com/",
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"Service": "config.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                },
            },
        ),
    ),
    check=check,
)
