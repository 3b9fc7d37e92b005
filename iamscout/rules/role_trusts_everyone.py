"""A role trusts everyone, and no condition keeps a stranger out."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, everyone_evidence, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """A role is open where a stranger meets every condition by choice, whatever conditions there are."""
    found = estate.open_roles.get(role.arn)
    if found is not None and found.openness == "open":
        power = estate.power_of(account, role)
        yield Hit(
            f"Anyone with an AWS account can assume {called(role, power)}",
            everyone_evidence(estate, role),
            severity=graded(
                power, administrator="critical", privileged="critical", ordinary="critical", none="medium"
            ),
        )


RULE = Rule(
    title="Role trusts everyone",
    severity="critical",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "With `*` as principal and nothing that keeps strangers out, anybody who has an AWS account and "
        "learns or guesses the role's ARN has its permissions. A condition that anyone can meet (MFA of "
        "one's own, a name of one's own choice, an operator that passes when the key is absent) changes "
        "nothing."
    ),
    remediation=(
        "Name who may assume the role: the account, the roles, the service or the identity provider.\n\n"
        '{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}'
    ),
    references=(
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
        iam_guide("Update a role trust policy", "id_roles_update-role-trust-policy"),
    ),
    also_known_as={"scoutsuite": ("iam-assume-role-policy-allows-all",)},
    examples=(
        rejected("the bare star", trust={"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}),
        rejected(
            "the star as an AWS principal, beside others",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "*"]},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "MFA, which a stranger has of his own",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        rejected(
            "an external id that may be anything",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringLike": {"sts:ExternalId": "*"}},
            },
        ),
        rejected(
            "ArnLike with wildcards for every account is no limit",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
            },
        ),
        rejected(
            "IfExists passes for accounts that are in no organization",
            trust={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorg"}},
            },
        ),
        rejected(
            "a Deny that stops one account alone",
            trust=[
                {"Effect": "Allow", "Principal": "*", "Action": "sts:*"},
                {"Effect": "Deny", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"},
            ],
        ),
        rejected(
            "NotPrincipal in an Allow means everybody else",
            trust={
                "Effect": "Allow",
                "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/mallory"},
                "Action": "sts:AssumeRole",
            },
        ),
        accepted(
            "NotPrincipal that leaves out everybody means nobody",
            trust={"Effect": "Allow", "NotPrincipal": "*", "Action": "sts:AssumeRole"},
        ),
        accepted(
            "everyone of the own organization",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:principalorgid": "o-exampleorg"}},
            },
        ),
        accepted(
            "a Deny that keeps out all other organizations",
            trust=[
                {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg"}},
                },
            ],
        ),
        accepted(
            "one role of one account by its ARN",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/build"}},
            },
        ),
        accepted(
            "an external id is something to know, which another rule reports",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "a1b2c3"}},
            },
        ),
        accepted(
            "the own account",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
        ),
    ),
    check=check,
)
