"""A condition on who the caller is, which everybody meets."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.visitor import stranger, ways_in
from iamscout.policy.formula import Formula, Test
from iamscout.policy.words import describe_condition
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per Allow statement and key: tests on the caller that a stranger meets by choice."""
    somebody = stranger(account.partition)
    for statement in role.trust_policy.statements:
        if statement.effect != "Allow" or statement.unreadable:
            continue
        groups: dict[str, list[Test]] = {}
        for condition in statement.conditions:
            if condition.key.lower() in _ABOUT_CALLERS:
                groups.setdefault(condition.key.lower(), []).append(Test(condition))
        for tests in groups.values():
            formula = Formula((tuple(tests),))
            if any(way.is_open for way in ways_in(formula, somebody, account.captured_at)):
                words = " and ".join(describe_condition(test.condition) for test in tests)
                yield Hit(
                    f"A condition of {role.name} limits nobody: {words}",
                    tuple(trust_evidence(role, statement, f"Condition/{t.condition.spelled}") for t in tests),
                    locator=words,
                )


_ABOUT_CALLERS = {
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:sourceip",
}

RULE = Rule(
    title="Trust policy has a condition that is always true",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The condition asks who the caller is, and everybody passes: a wildcard for every account, IfExists "
        "or ForAllValues on a key that outsiders do not have, or a negated operator that excludes one and "
        "lets in the rest. It reads like a limit."
    ),
    remediation=(
        "Compare with what your callers have and others have not, without IfExists; use ForAnyValue with "
        "lists.\n\n"
        '"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorg/r-ab12/*"}}'
    ),
    references=(
        iam_guide(
            "IAM JSON policy elements: Condition operators", "reference_policies_elements_condition_operators"
        ),
        iam_guide(
            "Set operators for multivalued context keys",
            "reference_policies_condition-single-vs-multi-valued-context-keys",
        ),
    ),
    examples=(
        rejected(
            "an ARN of any account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
            },
        ),
        rejected(
            "ForAllValues is true where there is no value",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorg/*"}},
            },
        ),
        rejected(
            "IfExists",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorg"}},
            },
        ),
        rejected(
            "all addresses",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}},
            },
        ),
        accepted(
            "one network",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
            },
        ),
        accepted(
            "the organization",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}},
            },
        ),
        accepted(
            "ForAnyValue",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorg/*"}},
            },
        ),
        accepted(
            "two conditions on a key that are a limit together",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {
                    "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"},
                    "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/test-*"},
                },
            },
        ),
    ),
    check=check,
)
