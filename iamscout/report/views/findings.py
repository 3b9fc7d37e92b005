"""All findings, grouped by rule, the gravest first; what could not be judged apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, Finding, Severity
from iamscout.report.ages import Ages, ages
from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Link, Page
from iamscout.report.parts import Names, names
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, listed, nouns, plural, sentence

ACCEPTED_ROWS = 200
"""Accepted findings that the page lists, those that are open again first; the rules' pages have them all."""


class RuleRow(Struct, frozen=True):
    """A rule that objects to something: how often, and to what."""

    rule: Link
    open: int
    accepted: int
    where: Names
    accounts: str


class SeverityGroup(Struct, frozen=True):
    """The rules that object with one severity."""

    mark: SeverityMark
    findings: int
    rows: tuple[RuleRow, ...]


class GapRow(Struct, frozen=True):
    """A rule that could not be judged, where and why."""

    rule: Link
    account: str
    reason: str


class AcceptedRow(Struct, frozen=True):
    """A finding that somebody accepted, and whether that holds."""

    finding: Link
    resource: Link
    holds: bool
    owner: str
    until: date
    reason: str


class FindingsView(Struct, frozen=True):
    """The page."""

    answer: str
    ages: Ages | None
    groups: tuple[SeverityGroup, ...]
    accepted: tuple[AcceptedRow, ...]
    more_accepted: int
    not_available: tuple[GapRow, ...]
    several: bool


def entry(atlas: Atlas) -> Entry:
    """The navigation's entry, with the number of open findings."""
    return Entry(20, "findings", "Findings", "findings.html", len(atlas.open_findings))


def pages(atlas: Atlas) -> Iterator[Page]:
    """`findings.html`; it is there even where nothing was found, to say so."""
    not_available = tuple(
        GapRow(
            Link(atlas.rules[finding.rule].title, f"rules/{finding.rule}.html"),
            atlas.account_name(finding.account),
            finding.reason,
        )
        for finding in atlas.assessment.findings
        if finding.status == "not_available"
    )
    worded = sorted(
        (finding for finding in atlas.assessment.findings if finding.acceptance),
        key=lambda finding: finding.status != "open",
    )
    view = FindingsView(
        answer=_answer(atlas, not_available),
        ages=ages(atlas),
        groups=tuple(group for severity in SEVERITIES if (group := _group(atlas, severity)) is not None),
        accepted=tuple(_accepted(atlas, finding) for finding in worded[:ACCEPTED_ROWS]),
        more_accepted=max(0, len(worded) - ACCEPTED_ROWS),
        not_available=not_available,
        several=atlas.several,
    )
    yield Page("findings.html", "findings.html", "findings", "Findings", view)


def by_severity(atlas: Atlas) -> list[str]:
    """How many open findings there are of each severity that occurs, in words."""
    counts = {
        name: sum(1 for finding in atlas.open_findings if finding.severity == name) for name in SEVERITIES
    }
    return [f"{counts[name]:,} {name}" for name in SEVERITIES if counts[name]]


def _answer(atlas: Atlas, not_available: tuple[GapRow, ...]) -> str:
    total = len(atlas.open_findings)
    if not total:
        text = f"None of the {plural(len(atlas.rules), 'rule')} objects to anything"
    else:
        text = f"{plural(total, 'open finding')}: {listed(by_severity(atlas))}"
    accepted = sum(1 for finding in atlas.assessment.findings if finding.status == "accepted")
    if accepted:
        text += f". {plural(accepted, 'finding')} {nouns(accepted, 'is')} accepted"
    if not_available:
        rules = {row.rule.path for row in not_available}
        text += f". {plural(len(rules), 'rule')} could not be judged for lack of data"
    return sentence(text)


def _accepted(atlas: Atlas, finding: Finding) -> AcceptedRow:
    word = finding.acceptance
    assert word is not None  # noqa: S101  # whoever calls has looked
    return AcceptedRow(
        finding=Link(finding.title, atlas.finding_paths[finding.key]),
        resource=Link(resource_name(atlas, finding), atlas.link(finding.resource).path),
        holds=finding.status == "accepted",
        owner=word.owner,
        until=word.expires,
        reason=word.reason,
    )


def _group(atlas: Atlas, severity: Severity) -> SeverityGroup | None:
    by_rule: dict[str, list[Finding]] = {}
    for finding in atlas.assessment.findings:
        if finding.severity == severity and finding.status != "not_available":
            by_rule.setdefault(finding.rule, []).append(finding)
    if not by_rule:
        return None
    rows = tuple(_row(atlas, rule, findings) for rule, findings in by_rule.items())
    return SeverityGroup(SEVERITY_MARKS[severity], sum(row.open for row in rows), rows)


def _row(atlas: Atlas, rule: str, findings: list[Finding]) -> RuleRow:
    found = [finding for finding in findings if finding.status == "open"]
    links = list(
        dict.fromkeys(
            Link(resource_name(atlas, finding), atlas.finding_paths[finding.key]) for finding in found
        )
    )
    return RuleRow(
        rule=Link(atlas.rules[rule].title if rule in atlas.rules else rule, f"rules/{rule}.html"),
        open=len(found),
        accepted=len(findings) - len(found),
        where=names(links, "finding", f"rules/{rule}.html", most=5),
        accounts=listed(
            [atlas.short_name(account) for account in sorted({each.account for each in findings})]
        ),
    )


def resource_name(atlas: Atlas, finding: Finding) -> str:
    """What a finding is about, by name; an account by its label."""
    if finding.resource_type == "account":
        return f"account {atlas.account_name(finding.account)}"
    return atlas.link(finding.resource).text
