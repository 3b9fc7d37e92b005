"""A role can be assumed from a foreign account without an external id that means anything."""

from collections.abc import Iterable

from iamscout.access.model import AccessEntry
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import account_name, allowed, called, foreign_access, graded
from iamscout.analysis.visitor import meets_freely, stranger
from iamscout.policy.formula import Test
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per foreign account. Whoever must show MFA is a person, and no service acting for others."""
    for foreign, entries in foreign_access(estate, role).items():
        if all(_is_guarded(entry) for entry in entries):
            continue
        grants = [
            g
            for g in allowed(estate, role, "account", "user", "role", "session")
            if g.principal.account == foreign
        ]
        power = estate.power_of(account, role)
        yield Hit(
            f"Role {called(role, power)} can be assumed from {account_name(estate, foreign)} "
            "without an external id",
            tuple(trust_evidence(role, grant.statement, "Principal") for grant in grants),
            locator=foreign,
            # A company that serves many customers is the deputy that one of the others may confuse.
            severity=graded(
                power, administrator="critical", privileged="critical", ordinary="high", none="low"
            )
            if foreign in estate.vendors
            else graded(power, administrator="critical", privileged="high", ordinary="medium", none="low"),
        )


def _is_guarded(entry: AccessEntry) -> bool:
    """Whether every alternative asks for an external id of a certain value, or for MFA."""
    if entry.verdict.mfa.grade in ("present", "fresh"):
        return True
    visitor = stranger("aws")
    for alternative in entry.verdict.requires.alternatives:
        tests = [
            a for a in alternative if isinstance(a, Test) and a.condition.key.lower() == "sts:externalid"
        ]
        if not tests or meets_freely(tests, visitor):
            return False
    return True


RULE = Rule(
    title="Role trusts a foreign account without an external id",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A third party assumes roles of many customers with the same identity. If yours asks for no "
        "external id, another customer who enters your role's ARN in the third party's product makes it act "
        "in your account: the confused deputy. An external id that may be anything, or may be left out, "
        "does not help."
    ),
    remediation=(
        "Ask the third party for the external id that is unique to you, and require it.\n\n"
        '"Condition": {"StringEquals": {"sts:ExternalId": "…"}}'
    ),
    references=(
        iam_guide("The confused deputy problem", "confused-deputy"),
        iam_guide("Access to AWS accounts owned by third parties", "id_roles_common-scenarios_third-party"),
    ),
    also_known_as={"scoutsuite": ("iam-assume-role-lacks-external-id-and-mfa",)},
    examples=(
        rejected(
            "a whole foreign account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "a foreign role by its ARN",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999999999999:role/collector"},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "an external id that may be anything",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringLike": {"sts:ExternalId": "*"}},
            },
        ),
        rejected(
            "an external id that may be left out",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEqualsIfExists": {"sts:ExternalId": "a1b2c3"}},
            },
        ),
        rejected(
            "a second statement that does not ask for it",
            trust=[
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "999999999999"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"sts:ExternalId": "a1b2c3"}},
                },
                {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"},
            ],
        ),
        accepted(
            "an external id of a certain value, in lower-case spelling",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:externalid": "a1b2c3"}},
            },
        ),
        accepted(
            "a Deny where the external id is another one",
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
        accepted(
            "people of the other account, who must show MFA",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        accepted(
            "the own account in another partition",
            partition="aws-us-gov",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws-us-gov:iam::111122223333:root"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "an account of the own organization",
            trust={"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"},
            organization={
                "id": "o-exampleorg",
                "management": "555566667777",
                "accounts": {"111122223333": {"name": "production"}, "444455556666": {"name": "security"}},
            },
        ),
        accepted(
            "a deleted principal is nobody's account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "AIDAEXAMPLEDELETED1"},
                "Action": "sts:AssumeRole",
            },
        ),
    ),
    check=check,
)
