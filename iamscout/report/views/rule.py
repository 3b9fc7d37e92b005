"""The page of one rule: its text once, then every instance with its evidence quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from iamscout.access.trust import TRUST_POLICY
from iamscout.analysis.finding import Evidence, Finding
from iamscout.analysis.frameworks import FRAMEWORKS, TOOLS
from iamscout.analysis.rule import Rule
from iamscout.report.atlas import INSTANCE_ROWS, Atlas, place_of
from iamscout.report.evidence_text import evidence_text
from iamscout.report.listing import lay_out
from iamscout.report.page import Link, Page, Turn, paged
from iamscout.report.parts import policy_anchor
from iamscout.report.text import Content
from iamscout.report.views.findings import resource_name
from iamscout.report.words import (
    RESOURCE_NAMES,
    SEVERITY_MARKS,
    STATUS_NAMES,
    SeverityMark,
    plural,
    sentence,
)

MANY = True
"""A page for each of many, in a folder of their own."""

QUOTED = 25
"""Instances of one rule whose evidence is quoted; the others link to it."""

_LINES = 14
"""Lines of one quotation."""

_QUOTES = 12
_PLACES = 2
"""Pieces of evidence that one instance shows, quoted and not."""

_IN_NAMES = re.compile(r"[\w/+=@-]|[.,]\w")
"""What may not stand around a name in a title: it would be a part of a longer one."""


class Block(Struct, frozen=True):
    """A block of code, or a paragraph cut where code begins and ends (every second piece is code)."""

    pieces: tuple[str, ...]
    code: bool


class Line(Struct, frozen=True):
    """A line of a document and its number there."""

    number: int
    text: Content


class Quote(Struct, frozen=True):
    """One piece of evidence: where it is, what is said about it, and the lines quoted."""

    where: Link
    note: str
    lines: tuple[Line, ...]
    more: int


class Instance(Struct, frozen=True):
    """One finding on the rule's page."""

    key: str
    severity: SeverityMark
    status: str
    confidence: str
    resource: Link
    kind: str
    account: str
    title: str
    reason: str
    evidence: tuple[Quote, ...]
    more: int
    copy: str
    """The same as plain text."""


class Brief(Struct, frozen=True):
    """One finding of many, in a line: its title, in which `name` leads to the resource, and where it stands.

    `name` is empty where no name of the resource is in the title, or where the evidence leads there anyway.
    """

    key: str
    severity: SeverityMark | None
    """None where the head of the page tells that of all."""
    before: str
    name: Link
    after: str
    remarks: tuple[str, ...]
    resource: Link
    evidence: tuple[Quote, ...]
    more: int


class RuleView(Struct, frozen=True):
    """The page, or a later one of many instances."""

    title: str
    id: str
    severity: SeverityMark
    confidence: str
    answer: str
    rationale: tuple[Block, ...]
    remediation: tuple[Block, ...]
    references: tuple[tuple[str, str], ...]
    frameworks: tuple[tuple[str, str], ...]
    also_known_as: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    needs_any: tuple[str, ...]
    """Of these one is enough."""
    instances: tuple[Instance, ...]
    briefs: tuple[Brief, ...]
    blind: tuple[tuple[str, str], ...]
    several: bool
    first: bool
    turns: tuple[Turn, ...]


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each rule, more where it has very many instances."""
    for rule in atlas.assessment.rules:
        findings = [finding for finding in atlas.by_rule[rule.id] if finding.status != "not_available"]
        for number, (path, part, turns) in enumerate(
            paged(f"rules/{rule.id}.html", findings, INSTANCE_ROWS), start=1
        ):
            title = rule.title if number == 1 else f"{rule.title}, page {number}"
            view = partial(_view, atlas, rule, part, turns, number)
            yield Page(path, "rule.html", "findings", title, view)


def blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs and code: what is indented after a blank line, or looks like JSON or a command, is code."""
    found: list[Block] = []
    for part in text.strip().split("\n\n"):
        code = part.startswith(("    ", "{", "[", '"', "aws ", "$ ", "```"))
        if code and found and found[-1].code:
            found[-1] = Block((f"{found[-1].pieces[0]}\n\n{part}",), code=True)
        elif code:
            found.append(Block((part.strip("`\n"),), code=True))
        else:
            found.append(Block(tuple(" ".join(part.split()).split("`")), code=False))
    return tuple(found)


def _view(
    atlas: Atlas, rule: Rule, part: Sequence[Finding], turns: tuple[Turn, ...], number: int
) -> RuleView:
    found = atlas.by_rule[rule.id]
    quoted = part[:QUOTED] if number == 1 else ()
    is_mixed = any(finding.severity != rule.severity for finding in found)
    blind = tuple(
        (atlas.account_name(finding.account), finding.reason)
        for finding in found
        if finding.status == "not_available"
    )
    return RuleView(
        title=rule.title,
        id=rule.id,
        severity=SEVERITY_MARKS[rule.severity],
        confidence=rule.confidence,
        answer=_answer(atlas, rule, bool(blind)),
        rationale=blocks(rule.rationale),
        remediation=blocks(rule.remediation),
        references=tuple(
            (each.title, each.url) for each in rule.references if each.url.startswith("https://")
        ),
        frameworks=tuple(
            (FRAMEWORKS[name], ", ".join(rule.frameworks[name])) for name in sorted(rule.frameworks)
        ),
        also_known_as=tuple(
            (TOOLS[name], ", ".join(rule.also_known_as[name])) for name in sorted(rule.also_known_as)
        ),
        needs=rule.needs,
        needs_any=rule.needs_any,
        instances=tuple(_instance(atlas, rule, finding) for finding in quoted),
        briefs=tuple(_brief(atlas, rule, finding, is_mixed=is_mixed) for finding in part[len(quoted) :]),
        blind=blind,
        several=atlas.several,
        first=number == 1,
        turns=turns,
    )


def _answer(atlas: Atlas, rule: Rule, blind: bool) -> str:  # noqa: FBT001  # private, one caller
    found = atlas.by_rule[rule.id]
    count = sum(1 for finding in found if finding.status == "open")
    accepted = sum(1 for finding in found if finding.status == "accepted")
    text = plural(count, "open finding") + (f" and {accepted:,} accepted" if accepted else "")
    if rule.id in dict(atlas.assessment.configuration.severities):
        text += "; the configuration sets the severity"
    return sentence(f"{text}; it could not be judged everywhere" if blind else text)


def _instance(atlas: Atlas, rule: Rule, finding: Finding) -> Instance:
    link = Link(resource_name(atlas, finding), atlas.link(finding.resource).path)
    evidence = tuple(_quote(atlas, each) for each in finding.evidence[:_QUOTES])
    mark = finding.confidence != rule.confidence
    return Instance(
        key=finding.key,
        severity=SEVERITY_MARKS[finding.severity],
        status="" if finding.status == "open" else STATUS_NAMES[finding.status],
        confidence=finding.confidence if mark else "",
        resource=link,
        kind=RESOURCE_NAMES[finding.resource_type],
        account=atlas.account_name(finding.account),
        title=finding.title,
        reason=finding.reason,
        evidence=evidence,
        more=max(0, len(finding.evidence) - len(evidence)),
        copy=_copy(atlas, finding, evidence),
    )


def _brief(atlas: Atlas, rule: Rule, finding: Finding, *, is_mixed: bool) -> Brief:
    link = Link(resource_name(atlas, finding), atlas.link(finding.resource).path)
    shown = finding.evidence[:_PLACES]
    places = [
        Quote(_place(atlas, each, _lines(atlas, each)[0], finding.resource), each.note, (), 0)
        for each in shown
    ]
    evidence = tuple(place for place in places if place.where.text)
    before, name, after = finding.title, Link(""), ""
    if not link.path or any(place.where.path.startswith(link.path) for place in evidence):
        link = Link("")
    elif parts := around(link.text, finding.title):
        before, name, after = parts[0], link, parts[1]
        link = Link("")
    remarks = (
        atlas.account_name(finding.account) if atlas.several and finding.resource_type != "account" else "",
        "" if finding.status == "open" else STATUS_NAMES[finding.status],
        finding.confidence if finding.confidence != rule.confidence else "",
        finding.reason,
    )
    return Brief(
        key=finding.key,
        severity=SEVERITY_MARKS[finding.severity] if is_mixed else None,
        before=before,
        name=name,
        after=after,
        remarks=tuple(filter(None, remarks)),
        resource=link,
        evidence=evidence,
        more=len(finding.evidence) - len(shown),
    )


def around(name: str, title: str) -> tuple[str, str] | None:
    """What stands before and after a name in a title."""
    start = title.find(name)
    while start >= 0:
        before, after = title[:start], title[start + len(name) :]
        if not _IN_NAMES.match(before[-1:]) and not _IN_NAMES.match(after):
            return before, after
        start = title.find(name, start + 1)
    return None


def _copy(atlas: Atlas, finding: Finding, evidence: tuple[Quote, ...]) -> str:
    return evidence_text(
        atlas,
        finding,
        [
            (
                quote.where.text + _lines_told(quote.lines),
                quote.note,
                [str(line.text) for line in quote.lines],
                quote.more,
            )
            for quote in evidence
        ],
    )


def _lines_told(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    first, last = lines[0].number, lines[-1].number
    return f", line {first}" if first == last else f", lines {first} to {last}"


def _quote(atlas: Atlas, evidence: Evidence) -> Quote:
    first, last = _lines(atlas, evidence)
    where = _place(atlas, evidence, first)
    document = atlas.documents.get(place_of(evidence))
    layout = lay_out(document.text) if document is not None and first else None
    if layout is None:
        return Quote(where, evidence.note, (), 0)
    shown = range(first, min(last, first + _LINES - 1) + 1)
    lines = tuple(Line(number, Content(layout.lines[number - 1])) for number in shown)
    return Quote(where, evidence.note, lines, last - first + 1 - len(lines))


def _lines(atlas: Atlas, evidence: Evidence) -> tuple[int, int]:
    """First and last line of what an evidence means in its document; zeros where it means no part of one."""
    document = atlas.documents.get(place_of(evidence))
    meant = bool(evidence.pointer or evidence.statement)
    layout = lay_out(document.text) if document is not None and meant else None
    return layout.span(atlas.pointer(evidence)) if layout is not None else (0, 0)


def _place(atlas: Atlas, evidence: Evidence, line: int, resource: str = "") -> Link:
    """Where an evidence stands, down to the line.

    What stands with the `resource` itself is told without its name; without text if that is all.
    """
    owner = atlas.link(evidence.owner)
    sid = f" ({evidence.sid})" if evidence.sid else ""
    where = f", statement {evidence.statement}{sid}" if evidence.statement else ""
    of = "" if evidence.owner == resource else f" of {owner.text}"
    if evidence.policy == TRUST_POLICY:
        return _at(owner, f"trust policy{of}{where}", f"tp-L{line}" if line else "trust-policy")
    target, inline = place_of(evidence)
    if not inline and ":policy/" in target:
        policy = atlas.link(target)
        name = "" if target == resource else f"policy {policy.text}"
        return _at(policy, f"{name}{where}".removeprefix(", "), f"p-L{line}" if line else "")
    if inline:
        anchor = policy_anchor(inline)
        known = (evidence.owner, inline) in atlas.documents
        fragment = (f"{anchor}-L{line}" if line else anchor) if known else ""
        return _at(owner, f"inline policy {inline}{of}{where}", fragment)
    return _at(owner, f"{owner.text if of else ''}{where}".removeprefix(", "), "")


def _at(link: Link, text: str, fragment: str) -> Link:
    if not link.path:
        return Link(text)
    return Link(text, f"{link.path}#{fragment}" if fragment else link.path)
