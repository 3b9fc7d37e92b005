"""A policy grants all actions of a service on all resources."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import (
    allows,
    covers_resource,
    in_force,
    is_aws_managed,
    only_bounds,
    policy_name,
)
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import fsbp
from iamscout.analysis.power import all_services, is_administrator
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy, with the services; one that grants all of them is reported as that."""
    found: dict[str, Statement] = {}
    for statement in allows(use):
        whole = [pattern[:-2].lower() for pattern in statement.actions or () if pattern.endswith(":*")]
        if not whole or statement.conditions:
            continue
        if covers_resource(statement, "arn:aws:q9:q-9:000000000000:q9/probe"):
            for service in whole:
                if service in all_services():
                    found.setdefault(service, statement)
    if found and not (is_aws_managed(use) or is_administrator(use) or only_bounds(use, account, estate)):
        yield Hit(
            f"Policy {policy_name(use)} grants all of {listed(sorted(found))} on every resource",
            tuple(use_evidence(use, statement, "Action") for statement in dict.fromkeys(found.values())),
            severity=in_force(
                use,
                account,
                estate,
                "medium" if found.keys() & {"iam", "sts", "organizations", "kms"} else "low",
            ),
        )


RULE = Rule(
    title="Policy grants a service without limits",
    severity="low",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A service's whole list of actions holds those that delete, share and grant. Who needs to read a "
        "table does not need to drop it, and actions that AWS adds later are granted unseen."
    ),
    remediation=(
        "List the actions that are needed, or start from those used: IAM Access Analyzer makes a policy of "
        "what CloudTrail saw."
    ),
    references=(
        iam_guide("Security best practices in IAM", "best-practices"),
        Reference(
            "AWS Security Hub CSPM: controls for IAM",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
        ),
    ),
    frameworks=fsbp("IAM.21"),
    examples=(
        rejected("all of S3", policy={"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
        rejected(
            "all of two services in a list",
            policy={"Effect": "Allow", "Action": ["EC2:*", "sns:Publish"], "Resource": "*"},
        ),
        accepted(
            "all of S3 on one bucket",
            policy={"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::team/*"},
        ),
        accepted(
            "reading in general",
            policy={"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"},
        ),
        accepted("AWS's own policy", role={"attached": ["AWSSupportAccess"]}),
        accepted(
            "everything is another rule's matter", policy={"Effect": "Allow", "Action": "*", "Resource": "*"}
        ),
    ),
    check=check,
)
