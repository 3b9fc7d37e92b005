"""A role asks for MFA with an age, and the age is long."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.mfa import human_ways, mfa_evidence
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role whose oldest accepted MFA is beyond the threshold."""
    limit = estate.settings.mfa_max_age_seconds
    ages = [
        way.mfa.max_age_seconds or 0 for way in human_ways(estate, account, role) if way.mfa.grade == "fresh"
    ]
    if role.kind == "plain" and ages and max(ages) > limit:
        power = estate.power_of(account, role)
        yield Hit(
            f"Role {called(role, power)} accepts MFA of {max(ages):,} s ago; the limit is {limit:,} s",
            mfa_evidence(estate, role),
            severity=graded(power, administrator="medium", privileged="medium", ordinary="low", none="info"),
        )


RULE = Rule(
    title="MFA age of a trust policy is too long",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The age of MFA is the time in which a stolen session can be turned into the role. A limit of many "
        "hours protects little more than none, because most sessions are shorter."
    ),
    remediation=(
        "Lower the age to what the role's work needs; a minute where the code is typed for this role "
        "alone.\n\n"
        '"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}'
    ),
    references=(
        iam_guide(
            "AWS global condition context keys",
            "reference_policies_condition-keys#condition-keys-multifactorauthage",
        ),
    ),
    examples=(
        rejected(
            "twelve hours",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "43200"}},
            },
        ),
        accepted(
            "an hour",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
            },
        ),
        accepted(
            "twelve hours in the trust, a minute in the policy of the only user",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "43200"}},
            },
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "*",
                    "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
                }
            },
        ),
    ),
    check=check,
)
