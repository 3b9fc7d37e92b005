"""AWS Security Finding Format: an array for Security Hub's BatchImportFindings (100 findings a call).

Security Hub takes findings in one Region, which IAM has not: the product ARNs name the Region of the
partition in which IAM's control plane is, and are to be changed for a hub in another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import Finding, FindingStatus, ResourceType, Severity
from iamscout.analysis.masking import Masker
from iamscout.analysis.places import SnapshotFile, evidence_text
from iamscout.analysis.rule import Rule
from iamscout.snapshot.account import Account

_LABELS: dict[Severity, str] = {
    "critical": "CRITICAL",
    "high": "HIGH",
    "medium": "MEDIUM",
    "low": "LOW",
    "info": "INFORMATIONAL",
}
_RESULTS: dict[FindingStatus, str] = {
    "open": "FAILED",
    "accepted": "FAILED",
    "not_available": "NOT_AVAILABLE",
}
_TYPES: dict[ResourceType, str] = {
    "account": "AwsAccount",
    "user": "AwsIamUser",
    "group": "AwsIamGroup",
    "role": "AwsIamRole",
    "policy": "AwsIamPolicy",
    "access_key": "AwsIamAccessKey",
}
"""Resources that ASFF has a type for; others are `Other`."""
_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_KIND = "Software and Configuration Checks/AWS Security Best Practices"
_MOST_TITLE = 256
_MOST_DESCRIPTION = 1024
_MOST_ADVICE = 512
_MOST_REASON = 512
"""Characters, from "AWS Security Finding Format (ASFF)", required and optional top-level attributes."""


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:  # noqa: ARG001  # all formats' shape
    """All findings; created and updated at the moment of capture."""
    rules = {rule.id: rule for rule in assessment.rules}
    accounts = {account.id: account for account in assessment.estate.accounts}
    masker = Masker()
    found = [
        _finding(finding, rules[finding.rule], accounts[finding.account], masker)
        for finding in assessment.findings
    ]
    return msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=2) + b"\n"


def _finding(finding: Finding, rule: Rule, account: Account, masker: Masker) -> dict[str, Any]:
    moment = f"{account.captured_at:%Y-%m-%dT%H:%M:%S}.000Z"
    hub = f"arn:{account.partition}:securityhub:{_REGIONS.get(account.partition, 'us-east-1')}"
    severity = {"Label": _LABELS[finding.severity]}
    evidence = "; ".join(evidence_text(each) for each in finding.evidence) or finding.reason or rule.rationale
    advice = rule.remediation.partition("\n\n")[0]
    made: dict[str, Any] = {
        "SchemaVersion": "2018-10-08",
        "Id": f"iamscout/{account.id}/{finding.key}",
        "ProductArn": f"{hub}:{account.id}:product/{account.id}/default",
        "GeneratorId": f"iamscout/{rule.id}",
        "AwsAccountId": account.id,
        "CreatedAt": moment,
        "UpdatedAt": moment,
        "Types": [_KIND],
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": [_KIND]},
        "Title": _cut(masker.one_line(finding.title), _MOST_TITLE),
        "Description": _cut(masker.one_line(evidence), _MOST_DESCRIPTION),
        "Remediation": {
            "Recommendation": {"Text": _cut(advice, _MOST_ADVICE), "Url": rule.references[0].url}
        },
        "Resources": [_resource(finding, account, masker)],
        "Compliance": _compliance(finding, rule),
        "Workflow": {"Status": "SUPPRESSED" if finding.status == "accepted" else "NEW"},
        "RecordState": "ACTIVE",
    }
    if finding.status == "accepted":
        text = _cut(masker.one_line(finding.reason_in_full), _MOST_REASON)
        owner = masker.one_line(finding.acceptance.owner) if finding.acceptance else ""
        made["Note"] = {"Text": text or "accepted", "UpdatedBy": owner or "iamscout", "UpdatedAt": moment}
    return made


def _resource(finding: Finding, account: Account, masker: Masker) -> dict[str, Any]:
    whole = finding.resource_type == "account"
    return {
        "Type": _TYPES.get(finding.resource_type, "Other"),
        "Id": f"AWS::::Account:{account.id}" if whole else masker.one_line(finding.resource),
        "Partition": account.partition,
    }


def _compliance(finding: Finding, rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"Status": _RESULTS[finding.status]}
    if rule.frameworks:
        found["RelatedRequirements"] = [
            f"{framework}/{number}"
            for framework, numbers in sorted(rule.frameworks.items())
            for number in numbers
        ]
    return found


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
