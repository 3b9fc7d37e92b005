"""A role asks people for MFA of any age."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.mfa import human_ways, mfa_evidence
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role that asks for MFA and does not care when it was."""
    if role.kind != "plain":
        return
    if any(way.mfa.grade == "present" for way in human_ways(estate, account, role)):
        power = estate.power_of(account, role)
        yield Hit(
            f"Role {called(role, power)} asks for MFA, however long ago",
            mfa_evidence(estate, role),
            severity=graded(power, administrator="medium", privileged="medium", ordinary="low", none="info"),
        )


RULE = Rule(
    title="MFA of a trust policy has no age",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A session that was begun with MFA stays one for up to 36 hours. Whoever gets hold of it (an "
        "unlocked laptop, stolen session credentials) can assume the role all that time. With an age, each "
        "role asks for MFA as recent as it deserves."
    ),
    remediation=(
        "Add an age in seconds beside the presence of MFA.\n\n"
        '"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}'
    ),
    references=(
        iam_guide(
            "AWS global condition context keys",
            "reference_policies_condition-keys#condition-keys-multifactorauthage",
        ),
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
    ),
    examples=(
        rejected(
            "presence alone",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        rejected(
            "an age that must be there, of any value",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"Null": {"aws:MultiFactorAuthAge": "false"}},
            },
        ),
        accepted(
            "within a minute",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "Bool": {"aws:MultiFactorAuthPresent": "true"},
                    "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
                },
            },
        ),
        accepted(
            "a Deny of what is older",
            trust=[
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                },
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sts:AssumeRole",
                    "Condition": {"NumericGreaterThan": {"aws:MultiFactorAuthAge": "900"}},
                },
            ],
        ),
        accepted(
            "no MFA is another rule's matter",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
        ),
        accepted(
            "a service",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
        ),
    ),
    check=check,
)
