"""Findings as text: by severity and rule, with colour where a terminal shows it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import SEVERITIES, Evidence, Finding, Severity
from iamscout.analysis.rule import Rule
from iamscout.analysis.wording import count
from iamscout.cli.printer import clean, one_line, say

_WIDTH = 100
_STYLES: dict[str, str] = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "info": "dim",
    "title": "bold",
    "aside": "dim",
}
_SHOWN = 20
"""Findings of one rule that are told one by one, unless details are asked for."""


class Line(Struct, frozen=True):
    """A line of text in parts, each with the name of its style (empty for none)."""

    parts: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The line without styles."""
        return "".join(text for text, _ in self.parts)


def show_findings(assessment: Assessment, *, details: bool = False) -> None:
    """Print the findings to stdout, coloured where it is a terminal."""
    lines = finding_lines(assessment, details=details)
    if not sys.stdout.isatty():
        for line in lines:
            say(line.text)
        return
    from rich.console import Console  # noqa: PLC0415  # takes a while to load; pipes do not need it
    from rich.text import Text  # noqa: PLC0415  # as above

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*((clean(text), _STYLES.get(style, "")) for text, style in line.parts)))


def finding_lines(assessment: Assessment, *, details: bool = False) -> Iterator[Line]:
    """The report in lines: accounts, findings by severity and rule, what was not judged, counts."""
    for account in assessment.estate.accounts:
        yield Line(
            (
                (f"account {account.label}", "title"),
                (f", captured {account.captured_at:%Y-%m-%d %H:%M} UTC", ""),
            )
        )
    shown = [finding for finding in assessment.findings if finding.status == "open"]
    rules = {rule.id: rule for rule in assessment.rules}
    several = len(assessment.estate.accounts) > 1
    for (severity, rule_id), group in groupby(shown, key=lambda finding: (finding.severity, finding.rule)):
        found = list(group)
        yield Line()
        yield _heading(severity, rules[rule_id], len(found))
        most = len(found) if details else _SHOWN
        for finding in found[:most]:
            yield from _one(finding, several=several, details=details)
        if len(found) > most:
            yield Line(((f"  and {len(found) - most:,} more; see --details", "aside"),))
        if details:
            yield from _advice(rules[rule_id])
    yield from _accepted(assessment)
    yield from _not_judged(assessment)
    yield Line()
    yield _counts(shown)


def _heading(severity: Severity, rule: Rule, number: int) -> Line:
    return Line(
        (
            (severity.upper(), severity),
            ("  ", ""),
            (rule.title, "title"),
            (f"  {rule.id}, {count(number, 'finding')}", "aside"),
        )
    )


def _one(finding: Finding, *, several: bool, details: bool) -> Iterator[Line]:
    where = f"{finding.account}  " if several else ""
    unsure = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    yield Line(((f"  {where}", "aside"), (one_line(finding.title), ""), (unsure, "aside")))
    if finding.reason:
        yield Line(((f"      {one_line(finding.reason)}", "aside"),))
    if details:
        yield Line(((f"      {one_line(finding.resource)}  {finding.key}", "aside"),))
        for evidence in finding.evidence:
            yield Line(((f"      {one_line(_place(evidence, finding))}", "aside"),))


def _place(evidence: Evidence, finding: Finding) -> str:
    owner = "" if evidence.owner == finding.resource else f" of {evidence.owner}"
    statement = f", statement {evidence.statement}" if evidence.statement else ""
    sid = f" ({evidence.sid})" if evidence.sid else ""
    pointer = f" at {evidence.pointer}" if evidence.pointer else ""
    note = f": {evidence.note}" if evidence.note else ""
    return f"{evidence.policy}{owner}{statement}{sid}{pointer}{note}"


def _advice(rule: Rule) -> Iterator[Line]:
    advice, _, block = rule.remediation.partition("\n\n")
    for text, label in ((rule.rationale, "why"), (advice, "what to do")):
        wrapped = textwrap.wrap(text, _WIDTH, initial_indent=f"  {label}: ", subsequent_indent="    ")
        yield from (Line(((line, ""),)) for line in wrapped)
    for line in block.splitlines():
        yield Line(((f"      {line}", "aside"),))
    for reference in rule.references:
        yield Line(((f"  {reference.title}: {reference.url}", "aside"),))


def _accepted(assessment: Assessment) -> Iterator[Line]:
    found = [finding for finding in assessment.findings if finding.status == "accepted"]
    if not found:
        return
    yield Line()
    yield Line((("ACCEPTED", "title"), (f"  {count(len(found), 'finding')}", "aside")))
    for finding in found[:_SHOWN]:
        yield Line(((f"  {one_line(finding.title)}", ""),))
        yield Line(((f"      {finding.rule}, {one_line(finding.reason)}", "aside"),))
    if len(found) > _SHOWN:
        yield Line(((f"  and {len(found) - _SHOWN:,} more", "aside"),))


def _not_judged(assessment: Assessment) -> Iterator[Line]:
    missing = [finding for finding in assessment.findings if finding.status == "not_available"]
    if not missing:
        return
    yield Line()
    yield Line((("NOT JUDGED", "title"), (f"  {count(len(missing), 'rule')} for want of a source", "aside")))
    ordered = sorted(missing, key=lambda finding: (finding.account, finding.reason, finding.rule))
    for (account, reason), group in groupby(ordered, key=lambda finding: (finding.account, finding.reason)):
        rules = ", ".join(finding.rule for finding in group)
        yield Line(((f"  {account}  {one_line(reason)}", ""),))
        wrapped = textwrap.wrap(
            rules, _WIDTH, initial_indent="      ", subsequent_indent="      ", break_on_hyphens=False
        )
        yield from (Line(((line, "aside"),)) for line in wrapped)


def _counts(shown: list[Finding]) -> Line:
    if not shown:
        return Line((("no finding", "title"),))
    parts = [(f"{count(len(shown), 'finding')}: ", "title")]
    for severity in SEVERITIES:
        number = sum(finding.severity == severity for finding in shown)
        if number:
            parts += [(", " if len(parts) > 1 else "", ""), (f"{number:,} {severity}", severity)]
    return Line(tuple(parts))
