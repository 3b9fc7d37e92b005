"""Roles for AWS services, service-linked ones among them."""

from iamscout.demo.blueprint import Role, Scene
from iamscout.demo.documents import Document, allow, document, service_trust, trust
from iamscout.demo.shared_roles import service_linked_role
from iamscout.demo.world import PRODUCTION, aws_managed, policy_arn, role_arn, root_of


def services_scene() -> Scene:
    """Compute, the confused deputy, a role for services and people alike, and service-linked roles."""
    return Scene(
        roles=(
            *_compute(),
            *_called_on_behalf(),
            *_too_powerful(),
            service_linked_role("AWSServiceRoleForAutoScaling", "autoscaling.amazonaws.com", age_days=1300),
            service_linked_role("AWSServiceRoleForSupport", "support.amazonaws.com", age_days=1470),
            service_linked_role(
                "AWSServiceRoleForTrustedAdvisor", "trustedadvisor.amazonaws.com", age_days=1470
            ),
            service_linked_role(
                "AWSServiceRoleForOrganizations", "organizations.amazonaws.com", age_days=1460
            ),
        )
    )


def _compute() -> tuple[Role, ...]:
    return (
        Role(
            name="web-server",
            description="The web servers; named by a group policy, yet it trusts no person",
            trust=service_trust("ec2.amazonaws.com"),
            managed=(aws_managed("AmazonSSMManagedInstanceCore"),),
            instance_profile=True,
            age_days=870,
            used_days_ago=0,
        ),
        Role(
            name="orders-function",
            trust=service_trust("lambda.amazonaws.com"),
            path="/service-role/",
            managed=(aws_managed("service-role/AWSLambdaBasicExecutionRole"),),
            inline=(
                (
                    "orders-table",
                    document(
                        allow(
                            ["dynamodb:PutItem", "dynamodb:GetItem"],
                            f"arn:aws:dynamodb:eu-west-1:{PRODUCTION}:table/orders",
                        )
                    ),
                ),
            ),
            age_days=540,
            used_days_ago=0,
        ),
        Role(
            name="checkout-task",
            description="Tasks of this account's clusters only",
            trust=service_trust(
                "ecs-tasks.amazonaws.com",
                {
                    "StringEquals": {"aws:SourceAccount": PRODUCTION},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:eu-west-1:{PRODUCTION}:*"},
                },
            ),
            managed=(aws_managed("service-role/AmazonECSTaskExecutionRolePolicy"),),
            age_days=350,
            used_days_ago=0,
        ),
    )


def _called_on_behalf() -> tuple[Role, ...]:
    return (
        Role(
            name="trail-to-logs",
            description="CloudTrail of any account may use it: no aws:SourceArn",
            trust=service_trust("cloudtrail.amazonaws.com"),
            inline=(("write-logs", document(allow(["logs:CreateLogStream", "logs:PutLogEvents"]))),),
            age_days=1090,
            used_days_ago=0,
        ),
        Role(
            name="sns-delivery-status",
            description="Tied to the topics of this account; its trust policy is a single object",
            trust=_sns_of_this_account(),
            inline=(("write-logs", document(allow(["logs:CreateLogStream", "logs:PutLogEvents"]))),),
            age_days=260,
            used_days_ago=1,
        ),
    )


def _too_powerful() -> tuple[Role, ...]:
    return (
        Role(
            name="jenkins",
            description="Build server: for a service and for people, with everything allowed",
            # The trust policy of the deck: a service and the account at once, and actions that fit neither.
            trust=document(
                trust(
                    {"Service": "ec2.amazonaws.com", "AWS": root_of(PRODUCTION)},
                    action=["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
                )
            ),
            managed=(policy_arn(PRODUCTION, "legacy-admin"),),
            instance_profile=True,
            age_days=1410,
            used_days_ago=0,
        ),
        Role(
            name="account-automation",
            description="Functions that tidy up, as administrator",
            trust=service_trust("lambda.amazonaws.com"),
            managed=(aws_managed("AdministratorAccess"),),
            age_days=760,
            used_days_ago=30,
        ),
        Role(
            name="ci-runner",
            description="Builds; may pass any role to a function of its own making",
            trust=service_trust(
                "codebuild.amazonaws.com", {"StringEquals": {"aws:SourceAccount": PRODUCTION}}
            ),
            inline=(
                (
                    "build-and-release",
                    document(
                        allow(
                            ["lambda:CreateFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode"]
                        ),
                        allow("iam:PassRole"),
                        allow("sts:AssumeRole", role_arn(PRODUCTION, "release-manager")),
                    ),
                ),
            ),
            age_days=530,
            used_days_ago=0,
        ),
    )


def _sns_of_this_account() -> Document:
    """A document whose Statement is an object instead of a list, which the language allows."""
    return {
        "Version": "2012-10-17",
        "Statement": trust(
            {"Service": ["sns.amazonaws.com"]},
            condition={"ArnLike": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{PRODUCTION}:*"}},
        ),
    }
