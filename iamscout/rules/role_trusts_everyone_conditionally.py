"""A role trusts everyone who meets a condition, and a stranger could."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import asked, called, everyone_evidence, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """A role is half open where a stranger needs to know a value or to come from a place."""
    found = estate.open_roles.get(role.arn)
    if found is not None and found.openness in ("conditional", "doubtful"):
        power = estate.power_of(account, role)
        yield Hit(
            f"Any AWS account can assume {called(role, power)}, given that {asked(found.ways)}",
            everyone_evidence(estate, role, "Condition"),
            severity=graded(power, administrator="high", privileged="high", ordinary="medium", none="low"),
            confidence="possible" if found.openness == "doubtful" else None,
        )


RULE = Rule(
    title="Role trusts everyone under a condition that a stranger can meet",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The principal is `*`, and what stands between a stranger and the role is a value (an external id, "
        "a session name, a tag) or a network. External ids are no secrets, and names can be guessed. A "
        "condition on the caller's account, organization or ARN says who may come; these do not."
    ),
    remediation=(
        "Name the principals, or add the organization, and keep the condition besides.\n\n"
        '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg", "sts:ExternalId": "…"}}'
    ),
    references=(
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
        iam_guide("AWS global condition context keys", "reference_policies_condition-keys"),
    ),
    examples=(
        rejected(
            "whoever knows the external id",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "a1b2c3"}},
            },
        ),
        rejected(
            "whoever comes from an address range",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
            },
        ),
        rejected(
            "a role of one name in whatever account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/build"}},
            },
        ),
        accepted(
            "everyone of the own account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}},
            },
        ),
        accepted(
            "the external id beside the organization",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"sts:ExternalId": "a1b2c3", "aws:PrincipalOrgID": "o-exampleorg"}
                },
            },
        ),
        accepted(
            "no condition at all is another rule's matter",
            trust={"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
        ),
        accepted(
            "a time that is over",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
            },
        ),
    ),
    check=check,
)
