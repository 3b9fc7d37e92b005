"""SARIF 2.1.0 (OASIS): findings at the lines of the snapshot's file, as code scanning shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import Confidence, Finding, Severity
from iamscout.analysis.masking import Masker
from iamscout.analysis.places import Place, SnapshotFile, evidence_text, find_places
from iamscout.analysis.rule import Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
_SCORES: dict[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "3.0",
    "info": "0.0",
}
"""`security-severity`; code scanning calls it critical from 9.0, high from 7.0, medium from 4.0, else low."""
_PRECISIONS: dict[Confidence, str] = {"certain": "very-high", "likely": "high", "possible": "medium"}
_LINK = re.compile(r"[\[\]]")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
MOST_RESULTS = 25_000
"""Results of a run; code scanning refuses more (GitHub, "SARIF support for code scanning")."""


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:
    """A run with all rules and findings; what could not be judged has the kind `open`.

    Where there are too many findings for one run, the worst stand in the first, and the runs have categories
    of their own: code scanning takes no two runs of one tool and category.
    """
    masker = Masker()
    places = find_places(assessment.findings, files)
    numbers = {rule.id: number for number, rule in enumerate(assessment.rules)}
    results = [
        _result(finding, numbers[finding.rule], places.get(finding.key, ()), masker)
        for finding in assessment.findings
    ]
    frame = {
        "tool": {
            "driver": {
                "name": "iamscout",
                "version": assessment.tool_version,
                "rules": [_rule(rule) for rule in assessment.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [
            {"location": {"uri": _uri(path)}, "mimeType": _mime_type(path), "roles": ["analysisTarget"]}
            for path in sorted({file.path for file in files.values()})
        ],
    }
    shares = [results[start : start + MOST_RESULTS] for start in range(0, len(results), MOST_RESULTS)] or [[]]
    runs: list[dict[str, Any]] = [{**frame, "results": share} for share in shares]
    for number, run in enumerate(runs[1:], 2):
        run["automationDetails"] = {"id": f"iamscout-{number}/"}
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"


def _rule(rule: Rule) -> dict[str, Any]:
    references = "\n".join(f"- [{each.title}]({each.url})" for each in rule.references)
    advice, _, block = rule.remediation.partition("\n\n")
    fenced = f"\n\n```\n{block}\n```" if block else ""
    controls = [f"{name}/{number}" for name, numbers in sorted(rule.frameworks.items()) for number in numbers]
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": _plain(rule.title)},
        "fullDescription": {"text": _plain(rule.rationale)},
        "help": {
            "text": _plain(f"{rule.rationale}\n\n{rule.remediation}"),
            "markdown": f"{rule.rationale}\n\n{advice}{fenced}\n\n{references}",
        },
        "helpUri": rule.references[0].url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "precision": _PRECISIONS[rule.confidence],
            "security-severity": _SCORES[rule.severity],
            "tags": ["security", "aws", "iam", *controls],
        },
    }


def _result(finding: Finding, number: int, places: tuple[Place, ...], masker: Masker) -> dict[str, Any]:
    judged = finding.status != "not_available"
    text = finding.title if judged else f"{finding.title} ({finding.reason})"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "kind": "fail" if judged else "open",
        "level": _LEVELS[finding.severity] if judged else "none",
        "message": {"text": _plain(masker.one_line(text))},
        "partialFingerprints": {"iamscoutFindingKey/v1": finding.key},
        "locations": [_location(places[:1], finding.resource, masker)],
        "properties": {
            "account": finding.account,
            "confidence": finding.confidence,
            "resourceType": finding.resource_type,
            "security-severity": _SCORES[finding.severity],
            "severity": finding.severity,
        },
    }
    if len(places) > 1:
        result["relatedLocations"] = list(_related(places[1:], masker))
    if finding.status == "accepted":
        justification = masker.one_line(finding.reason_in_full)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result


def _location(places: tuple[Place, ...], resource: str, masker: Masker) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": masker.one_line(resource), "kind": "resource"}]
    }
    for place in places:
        location["physicalLocation"] = _physical(place)
        if place.evidence:
            location["message"] = {"text": _plain(masker.one_line(evidence_text(place.evidence)))}
    return location


def _related(places: Iterable[Place], masker: Masker) -> Iterable[dict[str, Any]]:
    for number, place in enumerate(places, 1):
        owner = place.evidence.owner if place.evidence else ""
        yield {"id": number, **_location((place,), owner, masker)}


def _physical(place: Place) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": _uri(place.path)},
        "region": {"startLine": place.line, "endLine": place.end_line},
    }


def _uri(path: str) -> str:
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())


def _mime_type(path: str) -> str:
    return "application/gzip" if path.endswith(".gz") else "application/json"


def _plain(text: str) -> str:
    """A message without links and placeholders: SARIF gives a meaning to `[a](b)` and `{0}` in plain text."""
    if "](" in text:
        text = _LINK.sub(lambda found: f"\\{found[0]}", text.replace("\\", "\\\\"))
    return _PLACEHOLDER.sub(r"{{\1}}", text)
