"""What a page of changes shows, in a report or as a file of its own: views of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from iamscout.access.principals import Principal
from iamscout.diff.effect import MAY_WIDEN, Effect
from iamscout.diff.model import AccessChanges, Changes, FieldChange, FindingChange, ResourceChange
from iamscout.diff.phrases import Phrases, Told
from iamscout.diff.statements import SideBySide, SideLine, side_by_side
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
    resource_words,
    summary,
)
from iamscout.report.page import Link
from iamscout.report.words import RESOURCE_NAMES, SEVERITY_MARKS, SeverityMark, listed, plural, sentence

MOST_DOCUMENTS = 120_000
"""Bytes of the policies side by side of one resource."""
_TAGS = 24
"""Bytes of the tags around a part of a row."""
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


class LineView(Struct, frozen=True):
    """A line of one side: its sign (or two blanks' worth of none), its indentation, its text."""

    sign: str
    indent: str
    text: str


class SideView(Struct, frozen=True):
    """One side of a policy; its lines stand beside those of the other, some of them empty."""

    heading: str
    lines: tuple[LineView, ...]


class DocumentView(Struct, frozen=True):
    """A policy before and after, or the one side that there is."""

    name: str
    caption: str
    sides: tuple[SideView, ...]


class ChangeRow(Struct, frozen=True):
    """A resource that changed: its sign, effect and name, what changed, its policies side by side.

    `left` are policies that are not set side by side, as there are too many.
    """

    sign: str
    change: str
    effect: EffectMark
    kind: str
    link: Link
    account: str
    words: tuple[str, ...]
    documents: tuple[DocumentView, ...]
    left: int = 0


class FindingRow(Struct, frozen=True):
    """A finding that changed."""

    sign: str
    state: str
    severity: SeverityMark
    link: Link


Shape = Literal["sentences", "resources", "findings", "lines"]
Row = Sentence | ChangeRow | FindingRow | str


class Changed(Struct, frozen=True):
    """All that is told under one heading, what lets more in first.

    `labels` are the kinds of the rows, one for each, to count those that are not shown. `rows` are made when
    they are asked for: policies side by side take their time.
    """

    id: str
    heading: str
    note: str
    shape: Shape
    labels: tuple[str, ...]
    rows: Iterable[Row]


def changed(
    changes: Changes,
    link: Callable[[str], Link] = lambda arn: Link(name_of(arn)),
    finding_path: Callable[[str], str] = lambda _: "",
    principal_link: Callable[[Principal], Link] = lambda principal: Link(principal.value),
) -> Iterator[Changed]:
    """What changed, what an auditor wants first being first.

    `link`, `principal_link` and `finding_path` lead to pages where there are any.
    """
    phrases, access = Phrases(changes), changes.access or AccessChanges()

    def told(identity: str, heading: str, note: str, sentences: Iterable[tuple[Told, str]]) -> Changed:
        found = tuple(sentences)
        rows = (_sentence(each, link, principal_link, note) for each, note in found)
        return Changed(identity, heading, note, "sentences", tuple(each.effect for each, _ in found), rows)

    edges = [(phrases.edge(edge), _ways(edge.pairs)) for edge in by_danger(access.all)]
    resources = sorted(changes.resources or (), key=by_effect)
    findings = tuple(_findings(changes, finding_path))
    halves = (
        *(phrases.half(half, gained=True) for half in access.half_gained),
        *(phrases.half(half, gained=False) for half in access.half_lost),
    )
    found = (
        told("power", "Administrators and escalation", "", _plain(phrases.power)),
        told(
            "wider",
            "Access that may be wider",
            "Who can enter a role and could not before, or can on easier terms.",
            (pair for pair in edges if pair[0].effect in MAY_WIDEN),
        ),
        told(
            "exposure",
            "What users and their stolen keys can do",
            "",
            _plain(sorted(map(phrases.exposure, changes.exposure or ()), key=by_effect)),
        ),
        _resources(
            "resources",
            "Resources that may allow more",
            [change for change in resources if change.effect in MAY_WIDEN],
            link,
        ),
        Changed(
            "findings",
            "Findings",
            "",
            "findings",
            tuple(row.state for row in findings),
            findings,
        ),
        told(
            "narrower",
            "Access that is narrower",
            "Who can no longer enter a role, or only on stricter terms.",
            (pair for pair in edges if pair[0].effect not in MAY_WIDEN),
        ),
        _resources(
            "resources-rest",
            "Resources that allow less, or the same",
            [change for change in resources if change.effect not in MAY_WIDEN],
            link,
        ),
        told(
            "halves",
            "Half of a way in",
            "A grant that the role does not trust, or trust without a grant: the other half opens the way.",
            _plain(halves),
        ),
        Changed(
            "not-comparable",
            "Not comparable",
            "What one side could not tell is neither a change nor a removal.",
            "lines",
            tuple(lack.source for lack in changes.not_comparable),
            map(lacking_words, changes.not_comparable),
        ),
    )
    return (each for each in found if each.labels)


def weight(value: object) -> int:
    """About how many bytes a row becomes: its texts as HTML, and tags for each part."""
    if isinstance(value, str):
        return len(value.encode()) + 4 * sum(map(value.count, "&<>\"'"))
    if isinstance(value, Struct):
        return _TAGS + sum(weight(getattr(value, name)) for name in value.__struct_fields__)
    return sum(map(weight, value)) if isinstance(value, tuple) else 0


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


def _plain(sentences: Iterable[Told]) -> Iterator[tuple[Told, str]]:
    return ((told, "") for told in sentences)


def _sentence(
    told: Told, link: Callable[[str], Link], principal_link: Callable[[Principal], Link], note: str
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


def _resources(
    identity: str, heading: str, changes: Sequence[ResourceChange], link: Callable[[str], Link]
) -> Changed:
    labels = tuple(change.effect for change in changes)
    return Changed(identity, heading, "", "resources", labels, (_resource(each, link) for each in changes))


def _resource(change: ResourceChange, link: Callable[[str], Link]) -> ChangeRow:
    is_account = change.resource_type == "account"
    documents = tuple(_documents(change))
    shown, size = 0, 0
    for document in documents:
        size += weight(document)
        shown += not shown or size <= MOST_DOCUMENTS
    return ChangeRow(
        sign=CHANGE_SIGNS[change.change],
        change="recreated" if change.recreated else change.change,
        effect=effect_mark(change.effect),
        kind=RESOURCE_NAMES[change.resource_type].capitalize(),
        link=Link(change.account) if is_account else link(change.resource),
        account="" if is_account else change.account,
        words=resource_words(change),
        documents=documents[:shown],
        left=len(documents) - shown,
    )


def _documents(change: ResourceChange) -> Iterator[DocumentView]:
    for detail in change.details:
        if detail.field in DOCUMENT_FIELDS and detail.field != "versions":
            what = FIELD_WORDS[detail.field].capitalize()
            name = f"{what} {name_of(detail.name)}" if detail.name else what
            compared = side_by_side(detail.before, detail.after)
            yield DocumentView(name, _caption(detail, compared), tuple(_sides(compared)))


def _sides(compared: SideBySide) -> Iterator[SideView]:
    for heading, lines in (
        ("Before", [(pair.before, pair.alike) for pair in compared.pairs]),
        ("After", [(pair.after, pair.alike) for pair in compared.pairs]),
    ):
        if any(line is not None for line, _ in lines):
            yield SideView(heading, tuple(_line(line, alike) for line, alike in lines))


def _line(line: SideLine | None, alike: int) -> LineView:
    if line is None:
        return LineView("", "", f"… {alike:,} lines are the same" if alike else "")
    text = line.text.lstrip()
    return LineView(line.sign, line.text[: len(line.text) - len(text)], text)


def _caption(detail: FieldChange, sides: SideBySide) -> str:
    if not sides.pairs:
        return "The statements are the same in another order or spelling."
    same = f"{plural(sides.same, 'more statement')} {'is' if sides.same == 1 else 'are'} the same"
    told = "Statements that differ, with their lists sorted"
    told += f"; {same}." if sides.same else "."
    if detail.change != "changed":
        told = f"The policy was {detail.change}."
    if sides.cut:
        told += f" {sides.cut:,} more lines are not shown; iamscout diff --format json has both documents."
    return told


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
