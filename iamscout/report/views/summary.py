"""The summary to print: cover, method, findings by severity, and annexes with what auditors ask for next."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, Finding, Severity
from iamscout.report.atlas import Atlas
from iamscout.report.facts import Fact
from iamscout.report.page import Page
from iamscout.report.terms import ExceptionRow
from iamscout.report.views import groups, index, method, roles, trust
from iamscout.report.views.findings import by_severity, resource_name
from iamscout.report.views.groups import GroupRow
from iamscout.report.views.method import GapRow, SourceRow, redaction_words
from iamscout.report.views.roles import RoleRow
from iamscout.report.views.trust import TrustSection
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, listed, moment, plural

MOST = 60
"""Rows of one table: more are counted, and stand on the page that the summary names."""

_SPELLED: tuple[Severity, ...] = ("critical", "high")
"""Severities whose findings are named one by one; others are counted by rule."""
_OUTSIDE = ("everyone", "account", "federated")


class FindingLine(Struct, frozen=True):
    """A finding, or all findings of one rule."""

    title: str
    where: str
    key: str
    count: int


class SeverityPart(Struct, frozen=True):
    """The open findings of one severity."""

    mark: SeverityMark
    words: str
    lines: tuple[FindingLine, ...]
    more: int
    is_spelled: bool


class SummaryView(Struct, frozen=True):
    """The page, in its order; `more_…` are rows that it leaves out."""

    heading: str
    answer: str
    facts: tuple[Fact, ...]
    redacted: str
    snapshots: tuple[tuple[str, str, str], ...]
    parts: tuple[SeverityPart, ...]
    accepted: int
    not_available: int
    roles_answer: str
    roles: tuple[RoleRow, ...]
    more_roles: int
    trusts: tuple[TrustSection, ...]
    groups_answer: str
    groups: tuple[GroupRow, ...]
    more_groups: int
    exceptions: tuple[ExceptionRow, ...]
    more_exceptions: int
    coverage: str
    sources: tuple[SourceRow, ...]
    gaps: tuple[GapRow, ...]
    more_gaps: int
    several: bool


def pages(atlas: Atlas) -> Iterator[Page]:
    """`summary.html`."""
    assessment = atlas.assessment
    told = method.view(atlas)
    exceptions = told.terms.exceptions
    ranked = roles.ranked(atlas)
    group_rows = groups.rows(atlas)
    lead = groups.answer(atlas) if group_rows else ""
    view = SummaryView(
        heading=f"Who can enter {'these accounts' if atlas.several else 'this account'}",
        answer=index.verdict(atlas),
        facts=_facts(atlas),
        redacted=redaction_words(assessment.redacted),
        snapshots=tuple(
            (atlas.account_name(each.account), moment(each.captured_at), each.sha256)
            for each in assessment.snapshots
        ),
        parts=tuple(part for severity in SEVERITIES if (part := _part(atlas, severity)) is not None),
        accepted=sum(1 for finding in assessment.findings if finding.status == "accepted"),
        not_available=len({each.rule for each in assessment.findings if each.status == "not_available"}),
        roles_answer=roles.answer(atlas) if ranked else "",
        roles=tuple(roles.role_row(atlas, role, account) for role, account in ranked[:MOST]),
        more_roles=max(0, len(ranked) - MOST),
        trusts=tuple(trust.outside(atlas, _OUTSIDE, MOST)),
        groups_answer=lead,
        groups=tuple(group_rows[:MOST]),
        more_groups=max(0, len(group_rows) - MOST),
        exceptions=exceptions[:MOST],
        more_exceptions=max(0, len(exceptions) - MOST),
        coverage=told.answer,
        sources=told.sources,
        gaps=told.gaps[:MOST],
        more_gaps=max(0, len(told.gaps) - MOST),
        several=atlas.several,
    )
    yield Page("summary.html", "summary.html", "index", "Summary for print", view)


def _facts(atlas: Atlas) -> tuple[Fact, ...]:
    captured = sorted({moment(account.captured_at) for account in atlas.accounts})
    whose = [atlas.account_name(account.id) for account in atlas.accounts]
    named = ", ".join(whose[:10]) + (f" and {len(whose) - 10:,} more" if len(whose) > 10 else "")
    return (
        Fact("Accounts" if atlas.several else "Account", named),
        Fact("Captured", captured[0] if len(captured) == 1 else f"{captured[0]} to {captured[-1]}"),
        Fact("Open findings", listed(by_severity(atlas)) or "none"),
    )


def _part(atlas: Atlas, severity: Severity) -> SeverityPart | None:
    found = [finding for finding in atlas.open_findings if finding.severity == severity]
    if not found:
        return None
    is_spelled = severity in _SPELLED
    lines = _spelled(atlas, found) if is_spelled else _by_rule(atlas, found)
    return SeverityPart(
        SEVERITY_MARKS[severity],
        plural(len(found), "open finding"),
        lines[:MOST],
        max(0, len(lines) - MOST),
        is_spelled,
    )


def _spelled(atlas: Atlas, found: list[Finding]) -> tuple[FindingLine, ...]:
    return tuple(FindingLine(each.title, resource_name(atlas, each), f"f-{each.key}", 1) for each in found)


def _by_rule(atlas: Atlas, found: list[Finding]) -> tuple[FindingLine, ...]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in found:
        by_rule.setdefault(finding.rule, []).append(finding)
    return tuple(
        FindingLine(atlas.rules[rule].title, _named(atlas, each), rule, len(each))
        for rule, each in by_rule.items()
    )


def _named(atlas: Atlas, found: list[Finding]) -> str:
    names = list(dict.fromkeys(resource_name(atlas, each) for each in found))
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
