"""A policy allows reading or copying whatever data there is."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.analysis.sensitive_actions import DATA, MILDER_DATA, bits_of, exposed
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per home-made policy that reads data without naming which."""
    hit = exposed(
        use,
        account,
        estate,
        wanted=bits_of(DATA),
        what="reading data",
        severity="medium",
        milder=bits_of(MILDER_DATA),
    )
    return () if hit is None else (hit,)


RULE = Rule(
    title="Policy allows data exfiltration",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Who may read every object, table, queue, log or snapshot of an account can take all of it away with "
        "one stolen session, and data that was put there later as well. Reading changes nothing, so that it "
        "is seen only where data events are logged."
    ),
    remediation=(
        "Name the buckets, tables, streams, log groups or keys in Resource.\n\n"
        '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example-reports/*"}'
    ),
    references=(
        iam_guide("IAM JSON policy elements: Resource", "reference_policies_elements_resource"),
        Reference(
            "Actions, resources, and condition keys for Amazon S3",
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html",
        ),
    ),
    confidence="likely",
    examples=(
        rejected("every object", policy={"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}),
        rejected(
            "every object, spelled as an ARN",
            policy={"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::*"},
        ),
        rejected(
            "every table, by NotAction",
            policy={"Effect": "Allow", "NotAction": ["iam:*", "s3:*", "sts:*"], "Resource": "*"},
        ),
        accepted(
            "one bucket",
            policy={
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-reports/*",
            },
        ),
        accepted(
            "names of buckets and objects",
            policy={"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "s3:ListBucket"], "Resource": "*"},
        ),
        accepted(
            "every object of one's own organization",
            policy={
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-exampleorg"}},
            },
        ),
        accepted(
            "a policy of AWS's own, which nobody here can change",
            role={"attached": ["AmazonS3ReadOnlyAccess"]},
        ),
    ),
    check=check,
)
