"""What a page of changes shows, in a report or as a file of its own: views of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from iamscout.access.principals import Principal
from iamscout.diff.effect import MAY_WIDEN, Effect
from iamscout.diff.model import AccessChanges, Changes, FindingChange, ResourceChange
from iamscout.diff.phrases import Phrases, Told
from iamscout.diff.statements import SideBySide, side_by_side
from iamscout.diff.text import by_danger, by_effect
from iamscout.diff.words import (
    CHANGE_SIGNS,
    DOCUMENT_FIELDS,
    FIELD_WORDS,
    GLYPHS,
    finding_words,
    headline,
    lacking_words,
    name_of,
    parts_words,
    resource_words,
    summary,
    title,
)
from iamscout.report.page import Link
from iamscout.report.words import RESOURCE_NAMES, SEVERITY_MARKS, SeverityMark, listed, sentence

MAX_ROWS = 500
"""Rows of one list; the rest is in the data and counted."""
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


class Sentence(Struct, frozen=True):
    """What changed in one sentence, whose names lead to pages; `note` is a figure behind it."""

    sign: str
    effect: EffectMark
    parts: tuple[Link, ...]
    note: str = ""


class DocumentView(Struct, frozen=True):
    """A policy before and after; `label` is unlike that of any other on the page."""

    name: str
    label: str
    sides: SideBySide


class ChangeRow(Struct, frozen=True):
    """A resource that changed: its sign, effect and name, what changed, its policies side by side."""

    sign: str
    change: str
    effect: EffectMark
    kind: str
    link: Link
    account: str
    words: tuple[str, ...]
    documents: tuple[DocumentView, ...]


class FindingRow(Struct, frozen=True):
    """A finding that changed."""

    sign: str
    state: str
    severity: SeverityMark
    link: Link


class ChangesView(Struct, frozen=True):
    """The page."""

    answer: str
    counts: str
    times: str
    came: str
    went: str
    compares_access: bool
    parts: str
    power: tuple[Sentence, ...]
    wider: tuple[Sentence, ...]
    rest: tuple[Sentence, ...]
    exposure: tuple[Sentence, ...]
    halves: tuple[Sentence, ...]
    resources: tuple[ChangeRow, ...]
    findings: tuple[FindingRow, ...]
    lacking: tuple[str, ...]
    more: int


def changes_view(
    changes: Changes,
    link: Callable[[str], Link] = lambda arn: Link(name_of(arn)),
    finding_path: Callable[[str], str] = lambda _: "",
    principal_link: Callable[[Principal], Link] = lambda principal: Link(principal.value),
) -> ChangesView:
    """The view; `link`, `principal_link` and `finding_path` lead to pages where there are any."""
    spell = partial(_sentence, link=link, principal_link=principal_link)
    phrases, access = Phrases(changes), changes.access or AccessChanges()
    edges = [(phrases.edge(edge), _ways(edge.pairs)) for edge in by_danger(access.all)]
    wider = [each for each in edges if each[0].effect in MAY_WIDEN]
    rest = [each for each in edges if each[0].effect not in MAY_WIDEN]
    exposure = sorted(map(phrases.exposure, changes.exposure or ()), key=by_effect)
    halves = [
        *(phrases.half(half, gained=True) for half in access.half_gained),
        *(phrases.half(half, gained=False) for half in access.half_lost),
    ]
    resources = sorted(changes.resources or (), key=by_effect)
    findings = list(_findings(changes, finding_path))
    counts = summary(changes)
    lists = (phrases.power, wider, rest, exposure, halves, resources, findings, changes.not_comparable)
    return ChangesView(
        answer=delta(changes),
        counts=sentence(", ".join(counts)) if counts else "",
        times=title(changes).replace("->", "to"),
        came=listed(changes.accounts_added),
        went=listed(changes.accounts_removed),
        compares_access=changes.access is not None or "access" not in changes.parts,
        parts=sentence(parts_words(changes)) if parts_words(changes) else "",
        power=tuple(map(spell, phrases.power[:MAX_ROWS])),
        wider=tuple(spell(told, note=note) for told, note in wider[:MAX_ROWS]),
        rest=tuple(spell(told, note=note) for told, note in rest[:MAX_ROWS]),
        exposure=tuple(map(spell, exposure[:MAX_ROWS])),
        halves=tuple(map(spell, halves[:MAX_ROWS])),
        resources=tuple(_resource(change, link) for change in resources[:MAX_ROWS]),
        findings=tuple(findings[:MAX_ROWS]),
        lacking=tuple(map(lacking_words, changes.not_comparable[:MAX_ROWS])),
        more=sum(max(0, len(rows) - MAX_ROWS) for rows in lists),
    )


def delta(changes: Changes) -> str:
    """The counts that matter most, in a sentence."""
    told = headline(changes) or summary(changes)[:3]
    if told:
        return sentence(listed(told))
    earlier = {each.account for each in changes.old}
    if not earlier & {each.account for each in changes.new}:
        return "Nothing could be compared: the two sides have no account in common."
    return "Nothing lets more in than before." if changes.differs else "Nothing changed."


def effect_mark(effect: Effect) -> EffectMark:
    """An effect as shown."""
    return EffectMark(GLYPHS[effect], effect, _TONES[effect])


def _sentence(
    told: Told, *, link: Callable[[str], Link], principal_link: Callable[[Principal], Link], note: str = ""
) -> Sentence:
    """A sentence with its names linked, its first letter large and a full stop."""
    parts: list[Link] = []
    for part in told.phrase:
        if isinstance(part, str):
            parts.append(Link(part))
        else:
            known = principal_link(part.principal) if part.principal else link(part.arn)
            parts.append(Link(part.text, known.path))
    # A name stays as IAM spells it; a word that begins a sentence does not.
    if isinstance(told.phrase[0], str) or told.phrase[0].text.startswith("everyone"):
        parts[0] = Link(parts[0].text[:1].upper() + parts[0].text[1:], parts[0].path)
    return Sentence(told.sign, effect_mark(told.effect), (*parts, Link(".")), note)


def _ways(pairs: int) -> str:
    return f"{pairs:,} ways in" if pairs > 1 else ""


def _resource(change: ResourceChange, link: Callable[[str], Link]) -> ChangeRow:
    is_account = change.resource_type == "account"
    return ChangeRow(
        sign=CHANGE_SIGNS[change.change],
        change="recreated" if change.recreated else change.change,
        effect=effect_mark(change.effect),
        kind=RESOURCE_NAMES[change.resource_type].capitalize(),
        link=Link(change.account) if is_account else link(change.resource),
        account="" if is_account else change.account,
        words=resource_words(change),
        documents=tuple(_documents(change)),
    )


def _documents(change: ResourceChange) -> Iterator[DocumentView]:
    for detail in change.details:
        if detail.field in DOCUMENT_FIELDS and detail.field != "versions":
            name = detail.name or FIELD_WORDS[detail.field].capitalize()
            label = f"{name} of {change.resource} before and after"
            yield DocumentView(name, label, side_by_side(detail.before, detail.after))


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
