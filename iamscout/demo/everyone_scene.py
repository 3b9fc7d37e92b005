"""Roles that trust `*`: in the open, behind a condition that limits, and behind one that does not."""

from iamscout.demo.blueprint import Role, Scene
from iamscout.demo.documents import Statement, allow, document, trust
from iamscout.demo.world import ORGANIZATION_ID, PRODUCTION, aws_managed

_EVERYONE = {"AWS": "*"}


def everyone_scene() -> Scene:
    """Six roles open to everyone, in both spellings."""
    return Scene(roles=(*_in_the_open(), *_behind_a_condition()))


def _in_the_open() -> tuple[Role, ...]:
    return (
        Role(
            name="public-artifacts-reader",
            description="Was meant for the build artifacts of an open-source project",
            trust=document(trust(_EVERYONE)),
            inline=(("read-artifacts", document(_read("example-artifacts"))),),
            age_days=1105,
            used_days_ago=340,
        ),
        Role(
            name="hackday-sandbox",
            description="Temporary, delete after the hack day",
            trust=document(trust("*")),
            managed=(aws_managed("PowerUserAccess"),),
            age_days=733,
            used_days_ago=731,
        ),
    )


def _behind_a_condition() -> tuple[Role, ...]:
    return (
        Role(
            name="partner-upload",
            description="Partners of any account deliver files, by an external id that was e-mailed around",
            trust=document(
                trust(_EVERYONE, condition={"StringEquals": {"sts:ExternalId": "example-partner-2023"}})
            ),
            inline=(("deliver", document(allow("s3:PutObject", "arn:aws:s3:::example-partner-inbox/*"))),),
            age_days=1020,
            used_days_ago=5,
        ),
        Role(
            name="org-config-reader",
            description="Reads shared configuration, for every account of the organization",
            trust=document(
                trust(_EVERYONE, condition={"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION_ID}})
            ),
            inline=(
                (
                    "read-parameters",
                    document(allow("ssm:GetParameter*", "arn:aws:ssm:*:*:parameter/shared/*")),
                ),
            ),
            age_days=450,
            used_days_ago=0,
        ),
        Role(
            name="tenant-data-reader",
            description="Meant for this account only; wider than :root, for no identity policy is asked",
            trust=document(
                trust(_EVERYONE, condition={"StringEquals": {"aws:PrincipalAccount": PRODUCTION}})
            ),
            inline=(("read-tenants", document(_read("example-tenants"))),),
            age_days=388,
            used_days_ago=11,
        ),
        Role(
            name="metrics-reader",
            description="Has a condition that every caller meets",
            trust=document(trust("*", condition={"ArnLike": {"aws:PrincipalArn": "*"}})),
            managed=(aws_managed("CloudWatchReadOnlyAccess"),),
            age_days=612,
            used_days_ago=44,
        ),
    )


def _read(bucket: str) -> Statement:
    return allow(["s3:GetObject", "s3:ListBucket"], [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"])
