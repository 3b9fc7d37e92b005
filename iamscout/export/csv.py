"""CSV (RFC 4180): one finding a line, for spreadsheets that must not take it for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.masking import Masker, visible
from iamscout.analysis.places import SnapshotFile

COLUMNS = (
    "key", "severity", "confidence", "status", "rule", "account", "resource_type", "resource", "title",
    "evidence", "reason",
)  # fmt: skip

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet read a cell as a formula, the full-width forms included."""


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:  # noqa: ARG001  # all formats' shape
    """All findings; see :func:`findings_csv`."""
    return findings_csv(assessment, Masker())


def findings_csv(assessment: Assessment, masker: Masker) -> bytes:
    """All findings with every cell quoted and secrets hidden by `masker`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    known: dict[str, str] = {}  # rules, states, accounts: half of the cells are one of a few texts
    for finding in assessment.findings:
        places = "; ".join(
            f"{evidence.policy or evidence.owner}"
            f"{f' statement {evidence.statement}' if evidence.statement else ''}"
            f"{f': {evidence.note}' if evidence.note else ''}"
            for evidence in finding.evidence
        )
        cells = (
            finding.key, finding.severity, finding.confidence, finding.status, finding.rule, finding.account,
            finding.resource_type, finding.resource, finding.title, places, finding.reason,
        )  # fmt: skip
        for value in cells:
            if value not in known:
                known[value] = cell(masker.mask(value))
        writer.writerow([known[value] for value in cells])
    return text.getvalue().encode()


def cell(text: str) -> str:
    """A cell that is text to every spreadsheet: an apostrophe before what would start a formula."""
    shown = visible(text).replace("\n", " ")
    starts = (text.lstrip(" "), shown.lstrip())
    return f"'{shown}" if any(each.startswith(_FORMULA_STARTS) for each in starts) else shown
