"""A finding's evidence as plain text, to be copied into a ticket or another report and found again there."""

from __future__ import annotations

from collections.abc import Sequence

from iamscout.analysis.finding import Finding
from iamscout.report.atlas import Atlas
from iamscout.report.words import moment


def evidence_text(
    atlas: Atlas, finding: Finding, quotes: Sequence[tuple[str, str, Sequence[str], int]]
) -> str:
    """The text; `quotes` tell where evidence stands, a note, its lines, and how many more there are."""
    made = [
        f"Finding f-{finding.key}: {finding.title}",
        f"Rule: {finding.rule} ({finding.severity}, {finding.confidence})",
        f"Resource: {finding.resource}",
        f"Account: {finding.account}",
    ]
    if finding.reason:
        made.append(f"Status: {finding.status}, {finding.reason}")
    for where, note, lines, more in quotes:
        made.append(f"Evidence: {where}{f' ({note})' if note else ''}")
        made.extend(f"  {line}" for line in lines)
        if more:
            made.append(f"  and {more:,} more lines")
    made.extend(
        f"Snapshot of {each.account}: captured {moment(each.captured_at)}, sha256 {each.sha256}"
        for each in atlas.assessment.snapshots
        if each.account == finding.account
    )
    made.append(f"Made by iamscout {atlas.assessment.tool_version}")
    return "\n".join(made)
