"""A policy grants everything in KMS: using, sharing and deleting every key."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import in_force, is_aws_managed, only_bounds, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import coverage, is_administrator
from iamscout.analysis.rule import Reference, Rule
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy that is short of administration."""
    covered = coverage(use)
    if "kms" not in covered.services or "kms" in covered.denied or is_aws_managed(use):
        return
    if not is_administrator(use) and not only_bounds(use, account, estate):
        yield Hit(
            f"Policy {policy_name(use)} grants all of KMS on every key",
            (use_evidence(use),),
            severity=in_force(use, account, estate, "medium"),
        )


RULE = Rule(
    title="Policy grants full access to KMS",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Keys are the last wall around data: who may use every key reads what is encrypted with it, who may "
        "change key policies shares it, and who may delete a key destroys it. Users and administrators of "
        "keys should not be the same."
    ),
    remediation=(
        "Separate using from administering, and name the keys.\n\n"
        '{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], '
        '"Resource": "arn:aws:kms:eu-west-1:111122223333:key/KEY_ID"}'
    ),
    references=(
        Reference(
            "Using IAM policies with AWS KMS",
            "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies.html",
        ),
    ),
    also_known_as={
        "prowler": ("iam_policy_no_full_access_to_kms", "iam_inline_policy_no_full_access_to_kms")
    },
    examples=(
        rejected("all of KMS", policy={"Effect": "Allow", "Action": "kms:*", "Resource": "*"}),
        accepted(
            "using keys",
            policy={"Effect": "Allow", "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*"},
        ),
        accepted(
            "all of KMS on one key",
            policy={
                "Effect": "Allow",
                "Action": "kms:*",
                "Resource": "arn:aws:kms:eu-west-1:111122223333:key/example",
            },
        ),
    ),
    check=check,
)
