"""Markdown for a comment on a pull request: the gravest first, within the limit, mentioning nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import SEVERITIES
from iamscout.analysis.masking import Masker
from iamscout.analysis.places import SnapshotFile
from iamscout.analysis.wording import count
from iamscout.diff.markdown import MAX_BYTES, escape

_RESERVED = 400


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:  # noqa: ARG001  # all formats' shape
    """The comment. Where not all fits, the last line says how many lines are missing."""
    kept: list[bytes] = []
    size, dropped = 0, 0
    for line in _lines(assessment, Masker()):
        encoded = line.encode()
        size += len(encoded) + 1
        if dropped or size > MAX_BYTES - _RESERVED:
            dropped += bool(line)
        else:
            kept.append(encoded)
    if dropped:
        missing = count(dropped, "more line does", "more lines do")
        kept += [b"", f"*{missing} not fit here; `iamscout analyze` tells all.*".encode()]
    return b"\n".join(kept) + b"\n"


def _lines(assessment: Assessment, masker: Masker) -> Iterator[str]:
    yield "## IAM findings"
    yield ""
    for account in assessment.estate.accounts:
        label = _shown(account.label, masker)
        yield f"- {label}, captured {account.captured_at:%Y-%m-%d %H:%M} UTC"
    shown = [finding for finding in assessment.findings if finding.status == "open"]
    accepted = [finding for finding in assessment.findings if finding.status == "accepted"]
    missing = sorted({each.rule for each in assessment.findings if each.status == "not_available"})
    yield ""
    numbers = [(severity, sum(each.severity == severity for each in shown)) for severity in SEVERITIES]
    told = ", ".join(f"{number:,} {severity}" for severity, number in numbers if number)
    yield f"**{count(len(shown), 'finding')}: {told}**" if shown else "**No finding.**"
    rules = {rule.id: rule for rule in assessment.rules}
    for (severity, rule), group in groupby(shown, key=lambda finding: (finding.severity, finding.rule)):
        yield ""
        yield f"### {severity.capitalize()}: {escape(rules[rule].title)} (`{rule}`)"
        yield ""
        for finding in group:
            yield f"- {_shown(finding.title, masker)} `{finding.key}`"
    if accepted:
        yield ""
        yield "### Accepted"
        yield ""
        for finding in accepted:
            words = f"{finding.title} ({finding.reason})"
            yield f"- {finding.severity} `{finding.rule}`: {_shown(words, masker)} `{finding.key}`"
    if missing:
        yield ""
        yield f"Not judged for want of a source: {', '.join(f'`{rule}`' for rule in missing)}"


def _shown(text: str, masker: Masker) -> str:
    return escape(masker.one_line(text))
