"""A policy allows getting secrets, passwords or tokens of whatever there is."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.analysis.sensitive_actions import CREDENTIALS, bits_of, exposed
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy that hands out credentials without naming which."""
    hit = exposed(
        use,
        account,
        estate,
        wanted=bits_of(CREDENTIALS),
        what="getting credentials",
        severity="medium",
    )
    return () if hit is None else (hit,)


RULE = Rule(
    title="Policy exposes credentials",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Some actions answer with a secret: a stored password, a database token, a key of another user. Who "
        "may use them on every resource leaves with what others sign in with, and what is done with it "
        "afterwards does not show up under this policy's holder."
    ),
    remediation=(
        "Name the secrets, parameters, databases or users in Resource.\n\n"
        '{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", '
        '"Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/*"}'
    ),
    references=(
        iam_guide("IAM JSON policy elements: Resource", "reference_policies_elements_resource"),
        Reference(
            "Actions, resources, and condition keys for AWS Secrets Manager",
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html",
        ),
    ),
    confidence="likely",
    examples=(
        rejected(
            "every secret",
            policy={"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"},
        ),
        rejected(
            "every parameter, spelled as an ARN and with a wildcard",
            policy={"Effect": "Allow", "Action": "ssm:Get*", "Resource": "arn:aws:ssm:*:*:parameter/*"},
        ),
        rejected(
            "keys of other users, in a role's inline policy",
            role={"inline": {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"}},
        ),
        accepted(
            "secrets of one application",
            policy={
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/*",
            },
        ),
        accepted(
            "keys of one's own",
            policy={
                "Effect": "Allow",
                "Action": "iam:CreateAccessKey",
                "Resource": "arn:aws:iam::*:user/${aws:username}",
            },
        ),
        accepted(
            "every secret that carries the tag of the caller",
            policy={
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
            },
        ),
        accepted(
            "names of secrets, not what is in them",
            policy={
                "Effect": "Allow",
                "Action": ["secretsmanager:List*", "secretsmanager:DescribeSecret"],
                "Resource": "*",
            },
        ),
        accepted(
            "denied by the same policy",
            policy=[
                {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"},
                {"Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": "*"},
            ],
        ),
        accepted(
            "everything is another rule's matter", policy={"Effect": "Allow", "Action": "*", "Resource": "*"}
        ),
    ),
    check=check,
)
