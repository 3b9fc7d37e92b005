"""Roles that trust accounts, known and unknown, and single users, roles, sessions, deleted ones."""

from iamscout.demo.blueprint import Key, Role, Scene, User
from iamscout.demo.documents import MFA_PRESENT, Document, Statement, allow, document, trust
from iamscout.demo.shared_roles import audit_role
from iamscout.demo.world import (
    PRODUCTION,
    SECURITY,
    VENDOR,
    aws_managed,
    policy_arn,
    role_arn,
    root_of,
    user_arn,
)

DELETED_USER = "AIDACKCEVSQ6C2EXAMPLE"
DELETED_ROLE = "AROADBQP57FF2AEXAMPLE"
"""What is left in a trust policy of a principal that was deleted, by the examples of "IAM identifiers"."""


def principals_scene() -> Scene:
    """Roles for accounts, then for identities, and the two users that a trust policy names."""
    return Scene(roles=(*_for_accounts(), *_for_identities(), *_chain()), users=_users())


def _for_accounts() -> tuple[Role, ...]:
    return (
        Role(
            name="incident-response",
            description="For responders of the security account, with MFA",
            trust=document(trust({"AWS": root_of(SECURITY)}, condition=MFA_PRESENT)),
            managed=(aws_managed("ReadOnlyAccess"),),
            inline=(
                (
                    "isolate",
                    document(
                        allow(["ec2:ModifyInstanceAttribute", "ec2:CreateSnapshot", "ec2:StopInstances"])
                    ),
                ),
            ),
            age_days=540,
            used_days_ago=27,
        ),
        Role(
            name="vendor-monitoring",
            description="Monitoring vendor, set up by hand in a hurry",
            trust=document(trust({"AWS": root_of(VENDOR)})),
            managed=(aws_managed("ReadOnlyAccess"),),
            age_days=875,
            used_days_ago=0,
        ),
        Role(
            name="vendor-backup",
            description="Backup vendor, as its manual asks for",
            trust=document(
                trust(
                    {"AWS": root_of(VENDOR)},
                    condition={"StringEquals": {"sts:ExternalId": "example-5c2b9f14"}},
                )
            ),
            managed=(aws_managed("service-role/AWSBackupServiceRolePolicyForBackup"),),
            age_days=410,
            used_days_ago=0,
        ),
        Role(
            name="vendor-costs",
            description="Cost report vendor; the external id may be anything",
            trust=document(trust({"AWS": VENDOR}, condition={"StringLike": {"sts:ExternalId": "*"}})),
            managed=(aws_managed("job-function/Billing"),),
            age_days=702,
            used_days_ago=97,
        ),
    )


def _for_identities() -> tuple[Role, ...]:
    return (
        audit_role(),
        Role(
            name="data-lake-writer",
            description="Named for one user, who therefore needs no policy of their own",
            trust=document(trust({"AWS": user_arn(PRODUCTION, "etl-loader")})),
            inline=(("write", document(allow("s3:PutObject", "arn:aws:s3:::example-data-lake/*"))),),
            age_days=560,
            used_days_ago=0,
        ),
        Role(
            name="nightly-report",
            description="For one session of the build role only",
            trust=document(trust({"AWS": f"arn:aws:sts::{PRODUCTION}:assumed-role/ci-runner/nightly"})),
            managed=(aws_managed("AmazonAthenaFullAccess"),),
            age_days=365,
            used_days_ago=0,
        ),
        Role(
            name="on-call-access",
            description="Trusts the on-call role of the security account, which nobody granted it to",
            trust=document(trust({"AWS": role_arn(SECURITY, "responder-on-call")})),
            managed=(aws_managed("AmazonEC2ReadOnlyAccess"),),
            age_days=210,
        ),
        Role(
            name="forgotten-integration",
            description="The user and the role behind it were deleted long ago",
            trust=document(trust({"AWS": [DELETED_USER, DELETED_ROLE]})),
            managed=(aws_managed("AmazonSQSFullAccess"),),
            age_days=1330,
            used_days_ago=612,
        ),
        Role(
            name="app-config-reader",
            description="The wildcard matches no role at all",
            trust=document(trust({"AWS": role_arn(PRODUCTION, "app-*")})),
            inline=(("read", document(allow("appconfig:GetLatestConfiguration"))),),
            age_days=640,
        ),
        Role(
            name="shared-tools",
            description="For everybody but the vendor, by NotPrincipal",
            trust=_all_but(root_of(VENDOR)),
            managed=(aws_managed("AmazonEC2ContainerRegistryReadOnly"),),
            age_days=990,
            used_days_ago=502,
        ),
    )


def _chain() -> tuple[Role, ...]:
    """A chain of three: the build role (`ci-runner`), the release role, and the administrator at its end."""
    return (
        Role(
            name="release-manager",
            description="Second step of a release",
            trust=document(trust({"AWS": role_arn(PRODUCTION, "ci-runner")})),
            inline=(
                ("next-step", document(allow("sts:AssumeRole", role_arn(PRODUCTION, "production-admin")))),
            ),
            age_days=520,
            used_days_ago=1,
        ),
        Role(
            name="production-admin",
            description="Last step of a release; people come with MFA",
            trust=document(
                trust({"AWS": role_arn(PRODUCTION, "release-manager")}, sid="Pipeline"),
                trust(
                    {"AWS": root_of(PRODUCTION)},
                    condition={
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "NumericLessThanEquals": {"aws:MultiFactorAuthAge": "300"},
                    },
                    sid="PeopleWithFreshMfa",
                ),
            ),
            managed=(aws_managed("AdministratorAccess"),),
            age_days=520,
            used_days_ago=1,
        ),
    )


def _all_but(principal: str) -> Document:
    statement: Statement = {
        "Effect": "Allow",
        "NotPrincipal": {"AWS": principal},
        "Action": "sts:AssumeRole",
    }
    return document(statement)


def _users() -> tuple[User, ...]:
    return (
        User(
            name="etl-loader",
            age_days=561,
            groups=("ServiceUsers",),
            keys=(Key(age_days=45, used_days_ago=0),),
        ),
        User(
            name="peggy",
            age_days=430,
            groups=("Developers",),
            managed=(aws_managed("IAMFullAccess"),),
            # The boundary is what keeps this user from making itself an administrator.
            boundary=policy_arn(PRODUCTION, "developer-boundary"),
            password_age_days=49,
            signed_in_days_ago=6,
            mfa=True,
        ),
    )
