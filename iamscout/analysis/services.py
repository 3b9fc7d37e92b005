"""What is known of AWS services that assume roles: which say for whom, which run their users' code."""

from __future__ import annotations

TELLING = frozenset(
    [
        "appsync",
        "bedrock",
        "codebuild",
        "codepipeline",
        "comprehend",
        "config",
        "dms",
        "ecs-tasks",
        "events",
        "firehose",
        "iot",
        "kendra",
        "logs",
        "monitoring.rds",
        "personalize",
        "pipes",
        "rekognition",
        "rolesanywhere",
        "sagemaker",
        "scheduler",
        "ssm",
        "states",
        "textract",
        "transcribe",
        "transfer",
        "translate",
        "vpc-flow-logs",
    ]
)
"""Services whose guides ask for aws:SourceArn or aws:SourceAccount in the trust policy of the role they use.

Source: the section "Cross-service confused deputy prevention" of each service's guide, read in 2026.
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
