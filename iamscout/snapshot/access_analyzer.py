"""IAM Access Analyzer: the analyzers of the region that was asked, and what they found.

Source: IAM Access Analyzer API Reference. The status of a source gives the region in its reason.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from iamscout.snapshot.answers import Answers
from iamscout.snapshot.shapes import CamelShape, Time

ANALYZERS = "access-analyzer:ListAnalyzers"
FINDINGS = "access-analyzer:ListFindingsV2"


class Analyzer(Struct, frozen=True):
    """`AnalyzerSummary`; `type` is ACCOUNT, ORGANIZATION, ACCOUNT_UNUSED_ACCESS and so on."""

    arn: str
    name: str
    type: str
    status: str
    created: datetime | None
    last_resource_analyzed: datetime | None
    """`lastResourceAnalyzedAt`."""

    @property
    def region(self) -> str:
        """The region that it looks at, from its ARN."""
        return "".join(self.arn.split(":")[3:4])


class AnalyzerFinding(Struct, frozen=True):
    """`FindingSummaryV2`; `status` is ACTIVE, ARCHIVED or RESOLVED, `type` ExternalAccess and so on.

    `resource` is the ARN it is about, `owner_account` the account that this is in.
    """

    id: str
    analyzer_arn: str
    type: str
    status: str
    resource: str
    resource_type: str
    owner_account: str
    created: datetime | None
    analyzed: datetime | None
    updated: datetime | None
    error: str = ""


def analyzers(answers: Answers) -> tuple[Analyzer, ...] | None:
    """access-analyzer:ListAnalyzers, sorted by ARN."""
    told = answers.read(ANALYZERS, _AnalyzersShape)
    if told is None:
        return None
    return tuple(
        Analyzer(
            arn=shape.arn,
            name=shape.name,
            type=shape.type,
            status=shape.status,
            created=answers.remarks.time(shape.created_at, shape.arn, "createdAt"),
            last_resource_analyzed=answers.remarks.time(
                shape.last_resource_analyzed_at, shape.arn, "lastResourceAnalyzedAt"
            ),
        )
        for shape in answers.with_arn(ANALYZERS, told.analyzers)
    )


def analyzer_findings(answers: Answers) -> tuple[AnalyzerFinding, ...] | None:
    """access-analyzer:ListFindingsV2 of every analyzer, sorted by analyzer and id."""
    told = answers.read_each(FINDINGS, _FindingsShape)
    if told is None:
        return None
    found = [
        AnalyzerFinding(
            id=shape.id,
            analyzer_arn=arn,
            type=shape.finding_type,
            status=shape.status,
            resource=shape.resource,
            resource_type=shape.resource_type,
            owner_account=shape.resource_owner_account,
            created=answers.remarks.time(shape.created_at, arn, f"createdAt of {shape.id}"),
            analyzed=answers.remarks.time(shape.analyzed_at, arn, f"analyzedAt of {shape.id}"),
            updated=answers.remarks.time(shape.updated_at, arn, f"updatedAt of {shape.id}"),
            error=shape.error,
        )
        for arn, answer in told.items()
        for shape in answer.findings
    ]
    return tuple(sorted(found, key=lambda finding: (finding.analyzer_arn, finding.id)))


class _AnalyzerShape(CamelShape):
    """`AnalyzerSummary`."""

    arn: str = ""
    name: str = ""
    type: str = ""
    status: str = ""
    created_at: Time = None
    last_resource_analyzed_at: Time = None


class _AnalyzersShape(CamelShape):
    """access-analyzer:ListAnalyzers."""

    analyzers: list[_AnalyzerShape] = field(default_factory=list)


class _FindingShape(CamelShape):
    """`FindingSummaryV2`."""

    id: str = ""
    finding_type: str = ""
    status: str = ""
    resource: str = ""
    resource_type: str = ""
    resource_owner_account: str = ""
    created_at: Time = None
    analyzed_at: Time = None
    updated_at: Time = None
    error: str = ""


class _FindingsShape(CamelShape):
    """access-analyzer:ListFindingsV2 of one analyzer."""

    findings: list[_FindingShape] = field(default_factory=list)
