"""CSV (RFC 4180): one finding a line, for spreadsheets that must not take it for formulas."""

from __future__ import annotations

from collections.abc import Mapping

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import Evidence
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
    known = _Cells(masker)
    lines = [",".join([known[column] for column in COLUMNS])]
    for finding in assessment.findings:
        cells = (
            finding.severity, finding.confidence, finding.status, finding.rule, finding.account,
            finding.resource_type, finding.resource, finding.title,
            "; ".join(map(_place, finding.evidence)), finding.reason,
        )  # fmt: skip
        lines.append(f'"{finding.key}",{",".join([known[text] for text in cells])}')
    return "".join([f"{line}\r\n" for line in lines]).encode()


class _Cells(dict[str, str]):
    """Texts as quoted cells, each made when it is first asked for: most cells are one of a few texts."""

    def __init__(self, masker: Masker) -> None:
        super().__init__()
        self._masker = masker

    def __missing__(self, text: str) -> str:
        quoted = cell(self._masker.mask(text)).replace('"', '""')
        made = self[text] = f'"{quoted}"'
        return made


def _place(evidence: Evidence) -> str:
    statement = f" statement {evidence.statement}" if evidence.statement else ""
    note = f": {evidence.note}" if evidence.note else ""
    return f"{evidence.policy or evidence.owner}{statement}{note}"


def cell(text: str) -> str:
    """A cell that is text to every spreadsheet: an apostrophe before what would start a formula."""
    shown = visible(text).replace("\n", " ")
    if text[:1].isalnum():
        return shown
    starts = (text.lstrip(" "), shown.lstrip())
    return f"'{shown}" if any(each.startswith(_FORMULA_STARTS) for each in starts) else shown
