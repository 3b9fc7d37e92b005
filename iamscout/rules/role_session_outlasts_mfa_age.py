"""A role asks for recent MFA and then lasts for many hours."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.mfa import human_ways, mfa_evidence
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role: what MFA's age bounds is when a session begins, not how long it lasts."""
    duration = role.max_session_duration_seconds or 0
    if role.kind != "plain" or duration <= 3600:
        return
    ages = [
        way.mfa.max_age_seconds or 0 for way in human_ways(estate, account, role) if way.mfa.grade == "fresh"
    ]
    if ages:
        window = (max(ages) + duration) / 3600
        yield Hit(
            f"Role {role.name} takes MFA up to {max(ages):,} s old, "
            f"and sessions last up to {duration // 3600} h: "
            f"{window:.1f} h after the code was typed",
            mfa_evidence(estate, role),
        )


RULE = Rule(
    title="Role session outlasts the MFA age",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails", "iam:ListRoles"),
    rationale=(
        "The age of MFA says when a session may begin. How long it lasts is the role's maximum session "
        "duration, so the time from the code to the last call is the sum of both. With an age of minutes "
        "and sessions of hours the age promises more than it keeps."
    ),
    remediation=(
        "Lower the maximum session duration to an hour, the least IAM allows.\n\n"
        "aws iam update-role --role-name ROLE --max-session-duration 3600"
    ),
    references=(
        iam_guide("Methods to assume a role", "id_roles_manage-assume"),
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
    ),
    examples=(
        rejected(
            "MFA within a minute, sessions of twelve hours",
            role={
                "MaxSessionDuration": 43200,
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
                },
            },
        ),
        accepted(
            "sessions of an hour",
            role={
                "MaxSessionDuration": 3600,
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
                },
            },
        ),
        accepted(
            "long sessions without an age of MFA are another matter",
            role={
                "MaxSessionDuration": 43200,
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                },
            },
        ),
    ),
    check=check,
)
