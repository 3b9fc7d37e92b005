"""What the report was judged by, for the page on method: what was configured, and what was accepted."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from iamscout.analysis.configuration import thresholds
from iamscout.analysis.exceptions import ExceptionState, ExceptionUse
from iamscout.analysis.settings import ANY_BOUNDARY, Settings
from iamscout.report.atlas import Atlas
from iamscout.report.page import Link
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, plural

_STATES: dict[ExceptionState, str] = {
    "in_use": "holds",
    "expired": "has expired: what it accepted is open again",
    "unmatched": "matches nothing",
    "not_judged": "nothing was judged that it is about",
}


class ThresholdRow(Struct, frozen=True):
    """A threshold, and its default where it is another."""

    name: str
    value: int
    default: str


class ExceptionRow(Struct, frozen=True):
    """An exception and what became of it."""

    rule: Link
    about: str
    reason: str
    owner: str
    expires: date
    state: str
    findings: int
    warns: bool


class Terms(Struct, frozen=True):
    """What the report was judged by."""

    answer: str
    sha256: str
    thresholds: tuple[ThresholdRow, ...]
    accounts: tuple[tuple[str, str, str], ...]
    boundaries: tuple[tuple[str, str], ...]
    rules_off: tuple[str, ...]
    severities: tuple[tuple[Link, SeverityMark], ...]
    exceptions: tuple[ExceptionRow, ...]


def terms(atlas: Atlas) -> Terms:
    """The terms of a report, those that are as by default included."""
    configuration = atlas.assessment.configuration
    settings = configuration.settings
    defaults = dict(thresholds(Settings()))
    rows = tuple(
        ThresholdRow(name, value, "" if value == defaults[name] else f"{defaults[name]:,}")
        for name, value in thresholds(settings)
    )
    changed = sum(1 for row in rows if row.default)
    named = len(settings.known_accounts) + len(settings.vendors)
    parts = (
        plural(named, "account") + " named" if named else "",
        f"boundaries expected by {plural(len(settings.boundaries), 'pattern')}"
        if settings.boundaries
        else "",
        plural(changed, "threshold") + " set" if changed else "",
        plural(len(configuration.rules_off), "rule") + " off" if configuration.rules_off else "",
        f"the severity of {plural(len(configuration.severities), 'rule')} set"
        if configuration.severities
        else "",
        plural(len(atlas.assessment.exceptions), "exception") if atlas.assessment.exceptions else "",
    )
    return Terms(
        answer=", ".join(part for part in parts if part),
        sha256=configuration.sha256,
        thresholds=rows,
        accounts=(
            *((account, label, "own") for account, label in settings.known_accounts),
            *((account, label, "vendor") for account, label in settings.vendors),
        ),
        boundaries=tuple(
            (pattern, "whatever boundary there is" if policy == ANY_BOUNDARY else policy)
            for pattern, policy in settings.boundaries
        ),
        rules_off=configuration.rules_off,
        severities=tuple(
            (_rule(atlas, rule), SEVERITY_MARKS[severity]) for rule, severity in configuration.severities
        ),
        exceptions=tuple(_exception(atlas, use) for use in atlas.assessment.exceptions),
    )


def _exception(atlas: Atlas, use: ExceptionUse) -> ExceptionRow:
    entry = use.exception
    return ExceptionRow(
        rule=_rule(atlas, entry.rule),
        about=f"finding {entry.finding}" if entry.finding else entry.resource,
        reason=entry.acceptance.reason,
        owner=entry.acceptance.owner,
        expires=entry.acceptance.expires,
        state=_STATES[use.state],
        findings=use.accepted + use.expired,
        warns=use.state in ("expired", "unmatched"),
    )


def _rule(atlas: Atlas, rule: str) -> Link:
    """A rule's page; one that did not run has none."""
    return Link(rule, f"rules/{rule}.html" if rule in atlas.rules else "")
