"""What is known of AWS services that assume roles: which say for whom, which run their users' code."""

from __future__ import annotations

from collections.abc import Mapping

TELLING: Mapping[str, str] = {
    "appstream": "WorkSpaces Applications: fleet machine role cross-service confused deputy prevention",
    "appsync": "AWS AppSync Events: Adding a data source",
    "bedrock": "Amazon Bedrock: Create a service role for Amazon Bedrock Agents",
    "codebuild": "AWS CodeBuild: Allow CodeBuild to interact with other AWS services",
    "codedeploy": "AWS CodeDeploy: Cross-service confused deputy prevention",
    "comprehend": "Amazon Comprehend: Cross-service confused deputy prevention",
    "dms": "AWS DMS: Cross-service confused deputy prevention",
    "ecs-tasks": "Amazon ECS: Amazon ECS task IAM role",
    "events": "Cross-service confused deputy prevention in Amazon EventBridge",
    "forecast": "Amazon Forecast: Set Up Permissions for Amazon Forecast",
    "frauddetector": "Amazon Fraud Detector: Confused deputy prevention",
    "iot": "AWS IoT Core: Cross-service confused deputy prevention",
    "kendra": "Amazon Kendra: IAM access roles for Amazon Kendra",
    "logs": "Amazon CloudWatch Logs: Confused deputy prevention",
    "monitoring.rds": "Amazon RDS: Setting up and enabling Enhanced Monitoring",
    "personalize": "Amazon Personalize: Cross-service confused deputy prevention",
    "rds": "Amazon RDS: Preventing cross-service confused deputy problems",
    "rekognition": "Amazon Rekognition: Cross-service confused deputy prevention",
    "rolesanywhere": "IAM Roles Anywhere: The IAM Roles Anywhere trust model",
    "sagemaker": "Amazon SageMaker AI: Cross-service confused deputy prevention",
    "scheduler": "Amazon EventBridge Scheduler: Confused deputy prevention",
    "ssm": "AWS Systems Manager: Cross-service confused deputy prevention",
    "states": "AWS Step Functions: Creating an IAM role for your state machine",
    "textract": "Amazon Textract: Cross-service confused deputy prevention",
    "transcribe": "Amazon Transcribe: Cross-service confused deputy prevention",
    "transfer": "AWS Transfer Family: Cross-service confused deputy prevention",
    "translate": "Amazon Translate: Prerequisites for batch translation",
    "vpc-flow-logs": "Amazon VPC: IAM role for publishing flow logs to CloudWatch Logs",
}
"""Services that pass aws:SourceArn or aws:SourceAccount when they assume a role.

Each has the page of its guide that asks for them in a role's trust policy, or says that they can be used
there. Others may pass them, too (AWS Config's page asks for them in bucket policies only). What no page was
found to say of a role, as for CodePipeline, Data Firehose and EventBridge Pipes, is not here, so that the
rule keeps silent rather than ask for a condition that would lock a service out.
"""
COMPUTING = frozenset(
    [
        "apprunner",
        "tasks.apprunner",
        "batch",
        "codebuild",
        "ec2",
        "ecs-tasks",
        "edgelambda",
        "eks",
        "elasticbeanstalk",
        "elasticmapreduce",
        "emr-serverless",
        "glue",
        "lambda",
        "pods.eks",
        "sagemaker",
        "ssm",
    ]
)
"""Services in which somebody's own code or commands run with the role's credentials."""
_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")


def tells_its_source(host: str) -> bool:
    """Whether a service, by its principal's host name, says for which resource it assumes a role."""
    return _name(host) in TELLING


def runs_code(host: str) -> bool:
    """Whether a service runs what its users give it with the role's credentials."""
    return _name(host) in COMPUTING


def _name(host: str) -> str:
    """The service without domain and region: `logs` for `logs.eu-west-1.amazonaws.com`."""
    for suffix in _SUFFIXES:
        if host.endswith(suffix):
            labels = host.removesuffix(suffix).split(".")
            is_regional = len(labels) > 1 and labels[-1].count("-") >= 2
            return ".".join(labels[:-1] if is_regional else labels)
    return host
