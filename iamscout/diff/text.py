"""A comparison as lines for a terminal: what lets more in first."""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.diff.effect import EFFECTS
from iamscout.diff.model import Changes, EdgeChange, ResourceChange
from iamscout.diff.words import (
    CHANGE_SIGNS,
    GLYPHS,
    edge_words,
    finding_words,
    lacking_words,
    power_words,
    resource_words,
    short,
    summary,
    title,
)


def text_lines(changes: Changes) -> Iterator[str]:
    """The lines, without line feeds."""
    yield f"Changes {title(changes)}"
    told = summary(changes)
    yield f"  {', '.join(told)}" if told else "  nothing changed"
    for name, accounts in (("came", changes.accounts_added), ("went", changes.accounts_removed)):
        if accounts:
            yield f"  accounts that {name} and are not compared: {', '.join(accounts)}"
    yield from _resources(changes)
    yield from _access(changes)
    power = power_words(changes)
    if power:
        yield ""
        yield "Administrators and escalation"
        for sign, effect, words in power:
            yield f"  {sign} {GLYPHS[effect]} {effect:<8}  {words}"
    yield from _findings(changes)
    if changes.not_comparable:
        yield ""
        yield "Not comparable (a gap is no change)"
        for lack in changes.not_comparable:
            yield f"  {lacking_words(lack)}"


def by_effect(change: ResourceChange | EdgeChange) -> int:
    """Where a change stands in a list that begins with what lets more in."""
    return EFFECTS.index(change.effect)


def _resources(changes: Changes) -> Iterator[str]:
    if changes.resources is None:
        yield ""
        yield "Resources and access are not compared: a side is an analysis, which holds findings alone."
    if not changes.resources:
        return
    yield ""
    yield "Resources"
    for change in sorted(changes.resources, key=by_effect):
        sign, glyph = CHANGE_SIGNS[change.change], GLYPHS[change.effect]
        where = f"{short(change.resource)} of {change.account}"
        yield f"  {sign} {glyph} {change.effect:<8}  {change.resource_type} {where} {change.change}"
        for words in resource_words(change):
            yield f"        {words}"


def _access(changes: Changes) -> Iterator[str]:
    if changes.access is None or not changes.access.all:
        return
    yield ""
    yield "Access"
    for sign, edges in (
        ("+", changes.access.gained),
        ("~", changes.access.changed),
        ("-", changes.access.lost),
    ):
        for edge in sorted(edges, key=by_effect):
            yield f"  {sign} {GLYPHS[edge.effect]} {edge.effect:<8}  {edge_words(edge)}"


def _findings(changes: Changes) -> Iterator[str]:
    found = changes.findings
    if not (found.new or found.reopened or found.resolved or any(each.before for each in found.persisting)):
        return
    yield ""
    yield "Findings"
    groups = (("+", "new", found.new), ("+", "reopened", found.reopened), ("-", "resolved", found.resolved))
    for sign, name, findings in groups:
        for each in findings:
            yield f"  {sign} {name:<9} {each.finding.severity:<8}  {finding_words(each)}"
    for each in found.persisting:
        if each.before:
            yield f"  ~ {'changed':<9} {each.finding.severity:<8}  {finding_words(each)}"
