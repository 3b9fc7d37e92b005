"""`data/findings.csv`: one finding a line, for spreadsheets that must not take it for formulas."""

from __future__ import annotations

import csv
import io

from iamscout.analysis.assessment import Assessment
from iamscout.report.text import Display, visible

COLUMNS = (
    "key", "severity", "confidence", "status", "rule", "account", "resource_type", "resource", "title", "evidence", "reason",
)  # fmt: skip

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet read a cell as a formula, the full-width forms included."""


def findings_csv(assessment: Assessment, display: Display) -> bytes:
    """All findings with every cell quoted; secrets are masked as on the pages."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
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
        writer.writerow([cell(display.mask(value)) for value in cells])
    return text.getvalue().encode()


def cell(text: str) -> str:
    """A cell that is text to every spreadsheet: an apostrophe before what would start a formula."""
    shown = visible(text).replace("\n", " ")
    return f"'{shown}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else shown
