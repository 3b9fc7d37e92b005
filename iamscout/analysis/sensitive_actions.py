"""Actions that hand out credentials or data, and what a policy grants of such on every resource.

The lists are curated: each action returns a secret, or something that signs in elsewhere, or what customers
store, by its description in the Service Authorization Reference ("Actions, resources, and condition keys for
AWS services"). Actions that no policy can narrow to a resource are left out: there would be nothing to mend.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import in_force, is_aws_managed, only_bounds, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.finding import Hit, Severity
from iamscout.analysis.power import is_administrator
from iamscout.analysis.wording import listed
from iamscout.policy.actions import all_actions
from iamscout.policy.condition import OPEN, resolve
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.formula import ALWAYS
from iamscout.policy.match import is_exact, literal_prefix, resource_matches
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Account

CREDENTIALS = frozenset(
    {
        "airflow:CreateCliToken", "airflow:CreateWebLoginToken",
        "codeartifact:GetAuthorizationToken",
        "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
        "connect:GetFederationToken",
        "dsql:DbConnectAdmin",
        "ec2:GetPasswordData",
        "eks-auth:AssumeRoleForPodIdentity",
        "gamelift:GetComputeAccess", "gamelift:GetInstanceAccess",
        "grafana:CreateWorkspaceApiKey", "grafana:CreateWorkspaceServiceAccountToken",
        "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential", "iam:UpdateLoginProfile",
        "lightsail:GetInstanceAccessDetails", "lightsail:GetRelationalDatabaseMasterUserPassword",
        "mediapackage:RotateIngestEndpointCredentials",
        "rds-db:connect",
        "redshift-serverless:GetCredentials",
        "redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM",
        "sagemaker:CreatePresignedDomainUrl", "sagemaker:CreatePresignedNotebookInstanceUrl",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath",
        "storagegateway:DescribeChapCredentials",
        "sts:GetFederationToken",
    }
)  # fmt: skip
"""Actions whose answer is a secret, a token, or a link that signs in."""
DATA = frozenset(
    {
        "athena:GetQueryResults",
        "cassandra:Select",
        "codecommit:GetBlob", "codecommit:GetFile", "codecommit:GitPull",
        "dynamodb:BatchGetItem", "dynamodb:ExportTableToPointInTime", "dynamodb:GetItem",
        "dynamodb:GetRecords", "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan",
        "ebs:GetSnapshotBlock",
        "ec2:CreateInstanceExportTask", "ec2:CreateStoreImageTask",
        "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
        "es:ESHttpGet",
        "glacier:GetJobOutput",
        "healthlake:ReadResource",
        "kinesis:GetRecords", "kinesis:SubscribeToShard", "kinesisvideo:GetMedia",
        "kms:Decrypt",
        "lambda:GetFunction",
        "logs:FilterLogEvents", "logs:GetLogEvents", "logs:Unmask",
        "medical-imaging:GetImageFrame",
        "neptune-db:ReadDataViaQuery",
        "rds-data:ExecuteStatement", "rds:StartExportTask",
        "s3-object-lambda:GetObject", "s3:GetObject", "s3:GetObjectVersion", "s3tables:GetTableData",
        "sqs:ReceiveMessage",
        "timestream:Select",
    }
)  # fmt: skip
"""Actions whose answer is what customers store, or that copy it to where it can be read."""
MILDER_DATA = frozenset(
    action
    for action in DATA
    if action.partition(":")[0] in ("athena", "codecommit", "ecr", "kinesis", "lambda", "logs", "sqs")
)
"""Those that read code and what passes through, not what is stored to be kept."""
_READING = ("Get", "List", "Describe")
_NAMED = 4
_VARIABLE = re.compile(r"\$\{[^}]*\}")


class BroadGrant(Struct, frozen=True):
    """What a policy allows on every resource, unconditionally: a set of actions and the statements."""

    actions: int
    statements: tuple[tuple[Statement, int], ...]


@lru_cache(maxsize=65_536)
def broad_grant(text: str) -> BroadGrant:
    """The actions that a document allows on every resource, less what it denies."""
    # Keyed by the text, whose hash Python remembers; parsing it again finds the document already there.
    document = parse_document(text)
    readable = [statement for statement in document.statements if not statement.unreadable]
    found = [(s, _on_everything(s, document)) for s in readable if s.effect == "Allow"]
    if not any(bits for _, bits in found):
        return BroadGrant(0, ())
    denied = total = 0
    for statement in readable:
        if statement.effect == "Deny":
            denied |= _on_everything(statement, document)
    shared = all_actions().shared
    kept = tuple((statement, shared(bits & ~denied)) for statement, bits in found if bits & ~denied)
    for _, bits in kept:
        total |= bits
    return BroadGrant(shared(total), kept)


def exposed(
    use: PolicyUse,
    account: Account,
    estate: Estate,
    *,
    wanted: int,
    what: str,
    severity: Severity,
    milder: int = 0,
) -> Hit | None:
    """A hit where a home-made policy short of administration allows wanted actions on every resource.

    `wanted` is a set of actions of :func:`all_actions`; `what` says in words what they do. A policy with
    nothing but the `milder` ones of them is low.
    """
    granted = broad_grant(use.document.text) if use.document else None
    if granted is None or not granted.actions & wanted or is_aws_managed(use):
        return None
    if is_administrator(use) or only_bounds(use, account, estate):
        return None
    return Hit(
        f"Policy {policy_name(use)} allows {what} on every resource: {_named(granted.actions & wanted)}",
        tuple(
            use_evidence(use, statement, "Resource")
            for statement, bits in granted.statements
            if bits & wanted
        ),
        severity=in_force(use, account, estate, severity if granted.actions & wanted & ~milder else "low"),
    )


def _named(bits: int) -> str:
    """The first actions of a set, and how many more."""
    index = all_actions()
    names: list[str] = []
    left = bits
    while left and len(names) < _NAMED:
        lowest = left & -left
        names.append(index.names[lowest.bit_length() - 1])
        left ^= lowest
    return listed(names, most=_NAMED, total=bits.bit_count())


@lru_cache(maxsize=16)
def bits_of(actions: frozenset[str]) -> int:
    """Actions by name as a set of :func:`all_actions`."""
    return all_actions().bits(actions)


@lru_cache(maxsize=1)
def changing_permissions() -> int:
    """The actions of the access level Permissions management, but for those that only read.

    The reference gives that level to a few of them, such as glue:ListEntities.
    """
    index = all_actions()
    found = index.members(index.by_level["Permissions management"] & index.narrowable)
    return index.bits(name for name in found if not name.partition(":")[2].startswith(_READING))


def _on_everything(statement: Statement, document: PolicyDocument) -> int:
    index = all_actions()
    covered = 0
    if statement.not_resources is not None:
        covered = 0 if statement.not_resources else index.everything
    for pattern in statement.resources or ():
        covered |= _covered(pattern)
    if not covered or resolve(statement.conditions, OPEN, variables=document.has_variables) != ALWAYS:
        return 0
    if statement.not_actions is not None:
        return covered & ~index.matching_any(statement.not_actions)
    return covered & index.matching_any(statement.actions or ())


@lru_cache(maxsize=65_536)
def _covered(pattern: str) -> int:
    """The actions for which a Resource value means every resource of one kind that they are about.

    `arn:aws:s3:::*` is every object to s3:GetObject, whatever it leaves out of access points.
    """
    index = all_actions()
    found = index.covered(pattern)
    if not pattern.endswith("*"):
        return found
    parts = pattern.split(":", 5)
    if len(parts) == 6 and _may_mean_all(parts[2], literal_prefix(parts[5])):
        region, account = parts[3:5]
        matches: dict[str, bool] = {}
        for name in index.members(index.about(pattern) & ~found):
            for template in index.formats(name):
                if template not in matches:  # which many actions of a service share
                    matches[template] = resource_matches(pattern, _made_up(template, region, account))
                if matches[template]:
                    found |= index.bit(name)
                    break
    return found


def _may_mean_all(service: str, prefix: str) -> bool:
    """Whether some ARN format of a service begins with this text, so that a pattern of it may mean all."""
    return f"\n{prefix}" in _beginnings(service) or not is_exact(service)


@lru_cache(maxsize=4_096)
def _beginnings(service: str) -> str:
    """How the resources of a service begin, one a line: a text is searched faster than a list is walked."""
    return "".join([f"\n{each}" for each in all_actions().beginnings(service)])


def _made_up(template: str, region: str, account: str) -> str:
    """An ARN of a template that nobody names; the region and account are those that a pattern spells out."""
    for variable, value in (
        ("${Partition}", "aws"),
        ("${Region}", region if is_exact(region) else "q-9"),
        ("${Account}", account if is_exact(account) else "000000000000"),
    ):
        template = template.replace(variable, value)
    return _VARIABLE.sub("q9probe", template)
