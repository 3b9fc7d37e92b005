"""Typical mistakes with users, groups, keys and policies, and the ways to more power that come of them."""

from iamscout.demo.blueprint import Group, Key, Policy, Scene, User
from iamscout.demo.documents import allow, deny, document
from iamscout.demo.world import PRODUCTION, VENDOR, aws_managed, policy_arn, role_arn

_ALL_USERS = f"arn:aws:iam::{PRODUCTION}:user/*"


def mistakes_scene() -> Scene:
    """Groups and users of production outside the two schemes, and the policies that went wrong."""
    return Scene(
        users=(*_people(), *_service_users()), groups=_groups(), policies=(*_escalating(), *_others())
    )


def _groups() -> tuple[Group, ...]:
    return (
        # Mixed: direct permissions beside roles, all of them but the one the Deny keeps back.
        Group(
            name="Platform",
            age_days=900,
            managed=(aws_managed("AmazonEC2FullAccess"), policy_arn(PRODUCTION, "AssumeAlmostEverything")),
        ),
        Group(name="Interns", age_days=240),
        Group(name="Project-Phoenix", age_days=1120, managed=(aws_managed("AmazonDynamoDBFullAccess"),)),
        Group(name="Helpdesk", age_days=870, managed=(policy_arn(PRODUCTION, "helpdesk"),)),
        Group(
            name="Analysts",
            age_days=610,
            inline=(
                (
                    "query",
                    document(
                        allow(["athena:StartQueryExecution", "athena:GetQueryResults"]),
                        allow("iam:SetDefaultPolicyVersion", policy_arn(PRODUCTION, "reporting-access")),
                    ),
                ),
            ),
            managed=(policy_arn(PRODUCTION, "reporting-access"),),
        ),
        Group(name="Deployers", age_days=930, managed=(policy_arn(PRODUCTION, "deploy-tools"),)),
        Group(name="ServiceUsers", age_days=560),
    )


def _escalating() -> tuple[Policy, ...]:
    return (
        Policy(
            name="legacy-admin",
            description="From before there were job functions",
            versions=(document(allow("*")),),
            age_days=1410,
        ),
        Policy(
            name="helpdesk",
            description="Resets passwords, of administrators too",
            versions=(
                document(
                    allow(["iam:List*", "iam:Get*"]),
                    allow(
                        ["iam:UpdateLoginProfile", "iam:CreateAccessKey", "iam:AttachUserPolicy"], _ALL_USERS
                    ),
                ),
            ),
            age_days=870,
        ),
        Policy(
            name="reporting-access",
            description="The first version allowed everything and was kept",
            versions=(
                document(allow("*")),
                document(allow(["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::example-reports*")),
            ),
            age_days=610,
        ),
        Policy(
            name="deploy-tools",
            description="Members of Deployers may write new versions of the very policy they hold",
            versions=(
                document(
                    allow(
                        "sts:AssumeRole",
                        [role_arn(PRODUCTION, "deploy-frontend"), role_arn(PRODUCTION, "web-server")],
                        sid="TheSecondOneTrustsNoPerson",
                    ),
                    allow("iam:CreatePolicyVersion", policy_arn(PRODUCTION, "deploy-*")),
                    # Well kept: only this role, and only to this service.
                    allow("ec2:RunInstances"),
                    allow(
                        "iam:PassRole",
                        role_arn(PRODUCTION, "web-server"),
                        condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
                    ),
                ),
            ),
            age_days=930,
        ),
    )


def _others() -> tuple[Policy, ...]:
    return (
        Policy(
            name="AssumeAlmostEverything",
            description="Every role but the administrator's",
            versions=(
                document(
                    allow("sts:AssumeRole"),
                    deny("sts:AssumeRole", role_arn(PRODUCTION, "production-admin")),
                ),
            ),
            age_days=900,
        ),
        Policy(
            name="upload-to-vendor",
            description="A hop out of the organization, which the service control policy stops",
            versions=(document(allow("sts:AssumeRole", role_arn(VENDOR, "customer-upload"))),),
            age_days=400,
        ),
        Policy(
            name="old-migration",
            description="Attached to nobody any more",
            versions=(document(allow(["rds:*", "dms:*"])),),
            age_days=1240,
        ),
    )


def _people() -> tuple[User, ...]:
    return (
        User(
            name="heidi",
            age_days=865,
            groups=("Helpdesk",),
            password_age_days=203,
            signed_in_days_ago=1,
            mfa=True,
        ),
        User(
            name="judy",
            age_days=640,
            groups=("Support", "Analysts"),
            # On the console without MFA.
            password_age_days=511,
            signed_in_days_ago=4,
            ssh_key_age_days=630,
        ),
        User(
            name="mike",
            age_days=925,
            groups=("Platform", "Deployers"),
            inline=(
                ("buckets-for-the-migration", document(allow("s3:*", "arn:aws:s3:::example-migration*"))),
            ),
            password_age_days=12,
            signed_in_days_ago=0,
            mfa=True,
            keys=(Key(age_days=611, used_days_ago=1), Key(age_days=233, used_days_ago=190, service="ec2")),
        ),
        User(
            name="niaj",
            age_days=120,
            groups=("Interns",),
            password_age_days=120,
            mfa=True,
            keys=(Key(age_days=120),),
        ),
        User(
            name="rupert",
            age_days=605,
            groups=("Analysts",),
            password_age_days=88,
            signed_in_days_ago=0,
            mfa=True,
        ),
        # Left the company: no group, a password unused for more than a year, a key switched off and kept.
        User(
            name="walter",
            age_days=1390,
            password_age_days=770,
            signed_in_days_ago=421,
            keys=(Key(age_days=1390, used_days_ago=430, active=False),),
        ),
    )


def _service_users() -> tuple[User, ...]:
    return (
        User(
            name="ci-deploy",
            age_days=1255,
            managed=(aws_managed("AdministratorAccess"),),
            keys=(Key(age_days=1255, used_days_ago=0, service="cloudformation"),),
        ),
        User(
            name="backup-agent",
            age_days=400,
            groups=("ServiceUsers",),
            managed=(policy_arn(PRODUCTION, "upload-to-vendor"),),
            keys=(Key(age_days=400, used_days_ago=388, service="s3"),),
        ),
    )
