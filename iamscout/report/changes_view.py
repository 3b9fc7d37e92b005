"""What a page of changes shows, in a report or as a file of its own: views of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from iamscout.diff.effect import EFFECTS, MAY_WIDEN, Effect
from iamscout.diff.model import Changes, EdgeChange, FieldChange, FindingChange, ResourceChange
from iamscout.diff.statements import SideBySide, side_by_side
from iamscout.diff.words import (
    CHANGE_SIGNS,
    DOCUMENT_FIELDS,
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
from iamscout.report.page import Link
from iamscout.report.words import RESOURCE_NAMES, SEVERITY_MARKS, SeverityMark, listed, sentence

MAX_ROWS = 500
"""Rows of one table; the rest is in the data and counted."""
_TONES: dict[Effect, str] = {
    "widened": "high",
    "mixed": "high",
    "unknown": "medium",
    "narrowed": "good",
    "neutral": "none",
}


class EffectMark(Struct, frozen=True):
    """What a change does: a shape, a word and the tone that colours it."""

    glyph: str
    words: str
    tone: str


class DocumentView(Struct, frozen=True):
    """A policy before and after."""

    name: str
    sides: SideBySide


class ChangeRow(Struct, frozen=True):
    """A resource that changed: its sign, effect, name, what changed about it, its policies side by side."""

    sign: str
    change: str
    effect: EffectMark
    kind: str
    link: Link
    account: str
    words: tuple[str, ...]
    documents: tuple[DocumentView, ...]


class AccessRow(Struct, frozen=True):
    """A class of edges that changed, as a sentence."""

    sign: str
    effect: EffectMark
    words: str
    pairs: int


class FindingRow(Struct, frozen=True):
    """A finding that changed."""

    sign: str
    state: str
    severity: SeverityMark
    link: Link


class PowerRow(Struct, frozen=True):
    """Who gained or lost power, as a sentence."""

    sign: str
    effect: EffectMark
    words: str


class ChangesView(Struct, frozen=True):
    """The page."""

    answer: str
    times: str
    came: str
    went: str
    compares_access: bool
    power: tuple[PowerRow, ...]
    wider: tuple[AccessRow, ...]
    rest: tuple[AccessRow, ...]
    resources: tuple[ChangeRow, ...]
    findings: tuple[FindingRow, ...]
    lacking: tuple[str, ...]
    more: int


def changes_view(
    changes: Changes,
    link: Callable[[str], Link] = lambda arn: Link(short(arn)),
    finding_path: Callable[[str], str] = lambda _: "",
) -> ChangesView:
    """The view; `link` and `finding_path` lead to pages where there are any."""
    edges = sorted(changes.access.all if changes.access else (), key=_by_effect)
    resources = sorted(changes.resources or (), key=_by_effect)
    findings = list(_findings(changes, finding_path))
    wider = [edge for edge in edges if edge.effect in MAY_WIDEN]
    rest = [edge for edge in edges if edge.effect not in MAY_WIDEN]
    return ChangesView(
        answer=delta(changes),
        times=title(changes).replace("->", "to"),
        came=listed(changes.accounts_added),
        went=listed(changes.accounts_removed),
        compares_access=changes.access is not None,
        power=tuple(
            PowerRow(sign, effect_mark(effect), sentence(words))
            for sign, effect, words in power_words(changes)
        ),
        wider=tuple(map(_edge, wider[:MAX_ROWS])),
        rest=tuple(map(_edge, rest[:MAX_ROWS])),
        resources=tuple(_resource(change, link) for change in resources[:MAX_ROWS]),
        findings=tuple(findings[:MAX_ROWS]),
        lacking=tuple(map(lacking_words, changes.not_comparable[:MAX_ROWS])),
        more=sum(max(0, len(rows) - MAX_ROWS) for rows in (wider, rest, resources, findings)),
    )


def delta(changes: Changes) -> str:
    """The counts in a sentence."""
    told = summary(changes)
    return sentence(", ".join(told)) if told else "Nothing changed."


def effect_mark(effect: Effect) -> EffectMark:
    """An effect as shown."""
    return EffectMark(GLYPHS[effect], effect, _TONES[effect])


def _by_effect(change: ResourceChange | EdgeChange) -> int:
    return EFFECTS.index(change.effect)


def _edge(edge: EdgeChange) -> AccessRow:
    sign = "+" if edge.before is None else "-" if edge.after is None else "~"
    return AccessRow(sign, effect_mark(edge.effect), sentence(edge_words(edge)), edge.pairs)


def _resource(change: ResourceChange, link: Callable[[str], Link]) -> ChangeRow:
    return ChangeRow(
        sign=CHANGE_SIGNS[change.change],
        change="recreated" if change.recreated else change.change,
        effect=effect_mark(change.effect),
        kind=RESOURCE_NAMES[change.resource_type],
        link=link(change.resource),
        account=change.account,
        words=resource_words(change),
        documents=tuple(_documents(change.details)),
    )


def _documents(details: Iterable[FieldChange]) -> Iterator[DocumentView]:
    for detail in details:
        if detail.field in DOCUMENT_FIELDS and detail.field != "versions":
            name = detail.name or detail.field.replace("_", " ")
            yield DocumentView(name, side_by_side(detail.before, detail.after))


def _findings(changes: Changes, finding_path: Callable[[str], str]) -> Iterator[FindingRow]:
    found = changes.findings
    groups = (("+", "new", found.new), ("+", "open again", found.reopened), ("-", "resolved", found.resolved))
    for sign, state, findings in groups:
        for each in findings:
            yield _finding(sign, state, each, finding_path)
    for each in found.persisting:
        if each.before:
            yield _finding("~", "changed", each, finding_path)


def _finding(sign: str, state: str, change: FindingChange, finding_path: Callable[[str], str]) -> FindingRow:
    finding = change.finding
    path = "" if sign == "-" else finding_path(finding.key)
    return FindingRow(sign, state, SEVERITY_MARKS[finding.severity], Link(finding_words(change), path))
