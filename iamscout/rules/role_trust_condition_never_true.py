"""An Allow statement of a trust policy that no request can meet."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.policy.condition import OPEN, Context, resolve
from iamscout.policy.document import Condition
from iamscout.policy.formula import NEVER, assume, simplify
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per statement whose conditions contradict each other, or whose time is over."""
    variables = role.trust_policy.has_variables
    for statement in role.trust_policy.statements:
        if statement.effect != "Allow" or statement.unreadable or not statement.conditions:
            continue
        why = _contradiction(statement.conditions, account.captured_at, variables=variables)
        if why:
            yield Hit(
                f"Statement {statement.sid or statement.number} of {role.name}'s trust lets in nobody: {why}",
                (trust_evidence(role, statement, "Condition"),),
                locator=statement.sid or " ".join(sorted(c.key for c in statement.conditions)),
            )


@lru_cache(maxsize=4_096)
def _contradiction(conditions: tuple[Condition, ...], when: datetime, *, variables: bool) -> str:
    """Why nobody can meet conditions at a time; empty where somebody may. Many roles ask for the same."""
    asked = simplify(resolve(conditions, OPEN, variables=variables))
    if asked == NEVER:
        return "its conditions exclude each other"
    now = {
        "aws:currenttime": (when.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(when.timestamp())),),
    }
    return "its time is over" if assume(asked, Context(values=now)) == NEVER else ""


RULE = Rule(
    title="Trust policy has a condition that is never true",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The statement lets in nobody. Either somebody relies on access that is not there, or it is a "
        "leftover that hides what the policy means."
    ),
    remediation=(
        "Remove the statement, or correct its conditions: conditions under several operators must hold "
        "together, the values of one key are alternatives."
    ),
    references=(
        iam_guide(
            "Conditions with multiple context keys or values",
            "reference_policies_condition-logic-multiple-context-keys-or-values",
        ),
    ),
    examples=(
        rejected(
            "two organizations at once",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"},
                    "StringLike": {"aws:PrincipalOrgID": "o-other*"},
                },
            },
        ),
        rejected(
            "MFA of an age that no number has",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "0"}},
            },
        ),
        rejected(
            "access that ended last year",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2025-12-31T00:00:00Z"}},
            },
        ),
        accepted(
            "access that ends next year",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2027-12-31T00:00:00Z"}},
            },
        ),
        accepted(
            "one of two organizations",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-exampleorg", "o-other"]}},
            },
        ),
    ),
    check=check,
)
