"""OCSF: an array of Compliance Finding events (class 2003), and IAM Analysis Findings (2008) where they fit.

Every finding is a Compliance Finding of OCSF 1.5.0 with the cloud profile. One that speaks of who can assume
a role, or of what a policy grants, is an IAM Analysis Finding of OCSF 1.7.0 as well, which names the other by
its uid: who counts findings counts class 2003, who asks about access reads class 2008.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from iamscout.access.principals import Principal, PrincipalKind
from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import Confidence, Evidence, Finding, FindingStatus, Severity
from iamscout.analysis.frameworks import FRAMEWORKS
from iamscout.analysis.masking import Masker
from iamscout.analysis.places import SnapshotFile, evidence_text
from iamscout.analysis.rule import Rule
from iamscout.policy.arn import parse_arn
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account

_VERSION = "1.5.0"
_ANALYSIS_VERSION = "1.7.0"
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
_EVERYONE = Principal("everyone", "*")
_USER_TYPES: dict[PrincipalKind, tuple[int, str]] = {"user": (1, "User"), "service": (4, "Service")}
"""`type_id` and `type` of OCSF's user; what it has no number for is 99 (Other)."""
_ACCESS_TYPES: dict[PrincipalKind, str] = {
    "everyone": "Public",
    "account": "Account",
    "user": "Direct",
    "role": "Direct",
    "session": "Direct",
    "saml": "Federated",
    "oidc": "Federated",
    "service": "Service-to-Service",
}


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:  # noqa: ARG001  # all formats' shape
    """All findings as events of the moment of capture."""
    rules = {rule.id: rule for rule in assessment.rules}
    accounts = {account.id: account for account in assessment.estate.accounts}
    masker = Masker()
    events = []
    for finding in assessment.findings:
        event = _event(assessment, finding, rules[finding.rule], accounts[finding.account], masker)
        events.append(event)
        result = _analysis(assessment, finding, masker) if finding.status != "not_available" else None
        if result is not None:
            events.append(_analysed(event, result))
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
        event["status_detail"] = masker.one_line(finding.reason_in_full)
    return event


def _analysed(event: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The IAM Analysis Finding beside a Compliance Finding."""
    info = event["finding_info"]
    return {
        **{name: value for name, value in event.items() if name != "compliance"},
        "class_name": "IAM Analysis Finding",
        "class_uid": 2008,
        "type_name": "IAM Analysis Finding: Create",
        "type_uid": 200801,
        "finding_info": info
        | {
            "uid": f"{info['uid']}-analysis",
            "related_events": [{"uid": info["uid"], "type_uid": event["type_uid"]}],
        },
        "metadata": event["metadata"] | {"version": _ANALYSIS_VERSION},
        **result,
    }


def _analysis(assessment: Assessment, finding: Finding, masker: Masker) -> dict[str, Any] | None:
    """What the evidence says of access to a role, or of permissions; None where it says neither."""
    told = [(each, statement) for each in finding.evidence if (statement := _statement(assessment, each))]
    trusting = [(each, statement) for each, statement in told if each.kind == "trust"]
    if trusting:
        return _access(assessment, trusting, masker)
    granting = [(each, statement) for each, statement in told if each.kind == "identity"]
    return _permissions(assessment, finding, granting, masker) if granting else None


def _statement(assessment: Assessment, evidence: Evidence) -> Statement | None:
    if not evidence.statement or evidence.kind not in ("trust", "identity"):
        return None
    ref = StatementRef(evidence.kind, evidence.owner, evidence.policy, evidence.sid, evidence.statement)
    found = assessment.estate.permissions.statement(ref)
    if found is not None:
        return found
    documents = [account.policies_by_arn.get(evidence.owner) for account in assessment.estate.accounts]
    return next(
        (
            statement
            for policy in documents
            if policy is not None and policy.document is not None
            for statement in policy.document.statements
            if statement.number == evidence.statement
        ),
        None,
    )


def _access(
    assessment: Assessment, told: Iterable[tuple[Evidence, Statement]], masker: Masker
) -> dict[str, Any] | None:
    """`access_analysis_result`: whom the statements let in, by which actions and under which conditions."""
    told = list(told)
    owner = told[0][0].owner
    numbers = {statement.number for _, statement in told}
    grants = [
        grant
        for grant in assessment.estate.access.grants.get(owner, ())
        if grant.statement.number in numbers and grant.effect == "Allow"
    ]
    accessors = {
        _EVERYONE if grant.excepted else grant.principal: _user(
            _EVERYONE if grant.excepted else grant.principal, masker
        )
        for grant in grants
    }
    if not accessors:
        return None
    kinds = sorted({_ACCESS_TYPES.get(principal.kind, "Other") for principal in accessors})
    found = {
        "access_type": ", ".join(kinds),
        "accessors": list(accessors.values()),
        "granted_privileges": sorted({action for grant in grants for action in grant.actions}),
    }
    conditions = _conditions((statement for _, statement in told), masker)
    return {"access_analysis_result": found | ({"condition_keys": conditions} if conditions else {})}


def _permissions(
    assessment: Assessment,
    finding: Finding,
    told: Iterable[tuple[Evidence, Statement]],
    masker: Masker,
) -> dict[str, Any]:
    """`permission_analysis_results`: a result for each statement, and whose permissions they are."""
    results = []
    for evidence, statement in told:
        arn = evidence.policy if evidence.policy.startswith("arn:") else evidence.owner
        result: dict[str, Any] = {
            "policy": {
                "name": masker.one_line(evidence.policy.rpartition("/")[2]),
                "uid": masker.one_line(arn),
            },
            "granted_privileges": [
                masker.one_line(pattern) for pattern in statement.actions or ("* but NotAction",)
            ],
        }
        conditions = _conditions((statement,), masker)
        if conditions:
            result["condition_keys"] = conditions
        results.append(result)
    entry = assessment.estate.directory.by_arn.get(finding.resource)
    user = {"user": _user(Principal(entry.kind, entry.arn, entry.account), masker)} if entry else {}
    return {"permission_analysis_results": results, **user}


def _user(principal: Principal, masker: Masker) -> dict[str, Any]:
    """OCSF's user: whoever acts, be it a role, an account or a service."""
    kind, name = _USER_TYPES.get(principal.kind, (99, "Other"))
    return {
        "account": {
            "name": principal.account or "no account of its own",
            "type": "AWS Account" if principal.account else "Unknown",
            "type_id": _AWS_ACCOUNT if principal.account else 0,
            "uid": principal.account or "*",
        },
        "name": masker.one_line(principal.name),
        "type": name,
        "type_id": kind,
        "uid": masker.one_line(principal.value),
    }


def _conditions(statements: Iterable[Statement], masker: Masker) -> list[dict[str, Any]]:
    return [
        {
            "name": masker.one_line(f"{condition.spelled} {condition.key}"),
            "values": [masker.one_line(value) for value in condition.values],
        }
        for condition in dict.fromkeys(each for statement in statements for each in statement.conditions)
    ]


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
