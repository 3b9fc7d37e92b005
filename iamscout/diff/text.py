"""A comparison as lines for a terminal: what lets more in first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamscout.access.model import Scope
from iamscout.diff.effect import EFFECTS
from iamscout.diff.model import AccessChanges, Changes, EdgeChange, ResourceChange
from iamscout.diff.phrases import Phrases, Told, plain
from iamscout.diff.words import (
    CHANGE_SIGNS,
    GLYPHS,
    account_words,
    finding_words,
    lacking_words,
    named_resource,
    parts_words,
    resource_words,
    summary,
    title,
    unchanged_words,
)

_SCOPES: tuple[Scope, ...] = ("public", "cross_account", "federated", "service", "same_account")


def text_lines(changes: Changes) -> Iterator[str]:
    """The lines, without line feeds."""
    yield f"Changes {title(changes)}"
    told = summary(changes)
    yield f"  {', '.join(told)}" if told else f"  {unchanged_words(changes)}"
    if told_apart := parts_words(changes):
        yield f"  {told_apart}"
    for name, accounts in (("came", changes.accounts_added), ("went", changes.accounts_removed)):
        if accounts:
            yield f"  accounts that {name} and are not compared: {', '.join(accounts)}"
    for heading, sentences in sections(changes):
        yield ""
        yield heading
        for each in sentences:
            yield f"  {each.sign} {GLYPHS[each.effect]} {each.effect:<8}  {plain(each.phrase)}"
    yield from _resources(changes)
    yield from _findings(changes)
    if changes.not_comparable:
        yield ""
        yield "Not comparable (a gap is no change)"
        for lack in changes.not_comparable:
            yield f"  {lacking_words(lack)}"


def sections(changes: Changes) -> Iterator[tuple[str, list[Told]]]:
    """The sentences by what they are about, in each what lets more in first; none of what has not changed."""
    phrases, access = Phrases(changes), changes.access or AccessChanges()
    found = (
        ("Administrators and escalation", phrases.power),
        ("Access", map(phrases.edge, by_danger(access.all))),
        ("What a user, or a stolen key of it, can do", map(phrases.exposure, changes.exposure or ())),
        (
            "Half of a way in",
            [
                *(phrases.half(each, gained=True) for each in access.half_gained),
                *(phrases.half(each, gained=False) for each in access.half_lost),
            ],
        ),
    )
    for heading, sentences in found:
        told = sorted(sentences, key=by_effect)
        if told:
            yield heading, told


def by_danger(edges: Iterable[EdgeChange]) -> list[EdgeChange]:
    """What lets more in first, and of that first who is the most foreign."""
    return sorted(edges, key=lambda edge: (EFFECTS.index(edge.effect), _SCOPES.index(edge.scope)))


def by_effect(change: ResourceChange | Told) -> int:
    """Where a change stands in a list that begins with what lets more in."""
    return EFFECTS.index(change.effect)


def _resources(changes: Changes) -> Iterator[str]:
    if changes.resources is None and "resources" in changes.parts:
        yield ""
        yield "Resources and access are not compared: an analysis holds findings and power alone."
    if not changes.resources:
        return
    yield ""
    yield "Resources"
    for change in sorted(changes.resources, key=by_effect):
        sign, glyph = CHANGE_SIGNS[change.change], GLYPHS[change.effect]
        where = account_words(change)
        yield f"  {sign} {glyph} {change.effect:<8}  {named_resource(change)}{where} {change.change}"
        for words in resource_words(change):
            yield f"        {words}"


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
