"""A condition on the external id that everybody meets."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.visitor import meets_freely, stranger
from iamscout.analysis.wording import listed
from iamscout.policy.formula import Test
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per statement: its tests on the external id, taken together, let any or none pass."""
    for statement in role.trust_policy.statements:
        tests = [Test(c) for c in statement.conditions if c.key.lower() == "sts:externalid"]
        if statement.effect != "Allow" or statement.unreadable or not tests:
            continue
        if meets_freely(tests, stranger(account.partition)):
            spelled = listed(
                [f"{test.condition.spelled} {', '.join(test.condition.values)}" for test in tests]
            )
            yield Hit(
                f"The external id of {role.name} limits nobody: {spelled}",
                tuple(
                    trust_evidence(role, statement, f"Condition/{test.condition.spelled}") for test in tests
                ),
                locator=spelled,
            )


RULE = Rule(
    title="External id is no limit",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The trust policy seems to ask for an external id, but a wildcard, IfExists or a negated operator "
        "lets any value or none pass. Reviewers take it for a protection that is not there."
    ),
    remediation=(
        "Compare with StringEquals and the value agreed upon.\n\n"
        '"Condition": {"StringEquals": {"sts:ExternalId": "…"}}'
    ),
    references=(
        iam_guide("The confused deputy problem", "confused-deputy"),
        iam_guide(
            "IAM JSON policy elements: Condition operators", "reference_policies_elements_condition_operators"
        ),
    ),
    examples=(
        rejected(
            "a lone wildcard",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringLike": {"sts:ExternalId": "*"}},
            },
        ),
        rejected(
            "one value is excluded, all others pass",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringNotEquals": {"sts:ExternalId": "none"}},
            },
        ),
        rejected(
            "it may be left out",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEqualsIfExists": {"sts:ExternalId": "a1b2c3"}},
            },
        ),
        rejected(
            "it must be there, whatever it is",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"Null": {"sts:ExternalId": "false"}},
            },
        ),
        accepted(
            "one of two values",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": ["a1b2c3", "d4e5f6"]}},
            },
        ),
        accepted(
            "a star that is no wildcard, because StringEquals has none",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "*"}},
            },
        ),
        accepted(
            "a Deny that names one external id",
            trust=[
                {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"},
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringNotEquals": {"sts:ExternalId": "a1b2c3"}},
                },
            ],
        ),
    ),
    check=check,
)
