"""OCSF 1.5.0: an array of Compliance Finding events (class 2003) with the cloud profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import Confidence, Finding, FindingStatus, Severity
from iamscout.analysis.frameworks import FRAMEWORKS
from iamscout.analysis.masking import Masker
from iamscout.analysis.places import SnapshotFile, evidence_text
from iamscout.analysis.rule import Rule
from iamscout.policy.arn import parse_arn
from iamscout.snapshot.account import Account

_VERSION = "1.5.0"
_SEVERITIES: dict[Severity, tuple[int, str]] = {
    "critical": (5, "Critical"),
    "high": (4, "High"),
    "medium": (3, "Medium"),
    "low": (2, "Low"),
    "info": (1, "Informational"),
}
_CONFIDENCES: dict[Confidence, tuple[int, str]] = {
    "certain": (3, "High"),
    "likely": (2, "Medium"),
    "possible": (1, "Low"),
}
_STATUSES: dict[FindingStatus, tuple[int, str]] = {
    "open": (1, "New"),
    "accepted": (3, "Suppressed"),
    "not_available": (1, "New"),
}
_RESULTS: dict[FindingStatus, tuple[int, str]] = {
    "open": (3, "Fail"),
    "accepted": (3, "Fail"),
    "not_available": (2, "Warning"),
}
"""OCSF's Warning is a check that "did not yield a result due to missing information"."""
_AWS_ACCOUNT = 10
"""`type_id` of an AWS account."""


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:  # noqa: ARG001  # all formats' shape
    """All findings as events of the moment of capture."""
    rules = {rule.id: rule for rule in assessment.rules}
    accounts = {account.id: account for account in assessment.estate.accounts}
    masker = Masker()
    events = [
        _event(assessment, finding, rules[finding.rule], accounts[finding.account], masker)
        for finding in assessment.findings
    ]
    return msgspec.json.format(msgspec.json.encode(events, order="sorted"), indent=2) + b"\n"


def _event(
    assessment: Assessment, finding: Finding, rule: Rule, account: Account, masker: Masker
) -> dict[str, Any]:
    moment = int(account.captured_at.timestamp() * 1000)
    severity, severity_name = _SEVERITIES[finding.severity]
    confidence, confidence_name = _CONFIDENCES[finding.confidence]
    status, status_name = _STATUSES[finding.status]
    event: dict[str, Any] = {
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Compliance Finding",
        "class_uid": 2003,
        "type_name": "Compliance Finding: Create",
        "type_uid": 200301,
        "cloud": {
            "provider": "AWS",
            "account": {
                "name": masker.one_line(account.label),
                "type": "AWS Account",
                "type_id": _AWS_ACCOUNT,
                "uid": account.id,
            },
        },
        "compliance": _compliance(finding, rule),
        "confidence": confidence_name,
        "confidence_id": confidence,
        "finding_info": {
            "created_time": moment,
            "desc": rule.rationale,
            "title": masker.one_line(finding.title),
            "types": [rule.id],
            "uid": finding.key,
        },
        "message": masker.one_line(finding.title),
        "metadata": {
            "event_code": rule.id,
            "product": {"name": "iamscout", "vendor_name": "iamscout", "version": assessment.tool_version},
            "profiles": ["cloud"],
            "version": _VERSION,
        },
        "remediation": {"desc": rule.remediation, "references": [each.url for each in rule.references]},
        "resources": [_resource(finding, account, masker)],
        "severity": severity_name,
        "severity_id": severity,
        "status": status_name,
        "status_id": status,
        "time": moment,
    }
    if finding.reason:
        event["status_detail"] = masker.one_line(finding.reason)
    return event


def _compliance(finding: Finding, rule: Rule) -> dict[str, Any]:
    result, result_name = _RESULTS[finding.status]
    found: dict[str, Any] = {
        "control": rule.id,
        "desc": rule.title,
        "standards": list(_standards(rule)) or ["iamscout"],
        "status": result_name,
        "status_id": result,
    }
    if rule.frameworks:
        found["requirements"] = [
            f"{framework} {number}"
            for framework, numbers in sorted(rule.frameworks.items())
            for number in numbers
        ]
    return found


def _standards(rule: Rule) -> Iterable[str]:
    return (FRAMEWORKS[framework] for framework in sorted(rule.frameworks))


def _resource(finding: Finding, account: Account, masker: Masker) -> dict[str, Any]:
    arn = parse_arn(finding.resource)
    return {
        "cloud_partition": account.partition,
        "data": {"evidence": [masker.one_line(evidence_text(each)) for each in finding.evidence]},
        "group": {"name": "iam"},
        "name": masker.one_line(arn.name if arn and arn.name else finding.resource),
        "type": finding.resource_type,
        "uid": masker.one_line(finding.resource),
    }
