"""Parts that several views share: findings of a resource, lists of names, documents with marks."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from iamscout.access.identity import PolicyUse
from iamscout.access.trust import TRUST_POLICY
from iamscout.analysis.finding import Finding
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import PolicyDocument
from iamscout.report.atlas import Atlas
from iamscout.report.listing import Listing, lay_out, listing
from iamscout.report.member_sets import FIRST
from iamscout.report.names import digest
from iamscout.report.page import Link
from iamscout.report.sayings import Saying, sayings
from iamscout.report.words import RESOURCE_NAMES, SEVERITY_MARKS, STATUS_NAMES, SeverityMark, plural


class FindingRow(Struct, frozen=True):
    """A finding as a row of a table on the page of what it is about."""

    severity: SeverityMark
    link: Link
    rule: str
    status: str


class Names(Struct, frozen=True):
    """Some names as links; words before them, and how many more there are, linked where those stand."""

    links: tuple[Link, ...]
    more: Link | None = None
    before: str = ""


class Route(Struct, frozen=True):
    """A statement that grants: who holds the policy, the policy, where the statement stands in the report."""

    owner: Link
    owner_kind: str
    policy: Link
    statement: str


class Document(Struct, frozen=True):
    """A policy of an entity: its name and page, its text where it is inline, and what is odd about it."""

    name: Link
    kind: str
    anchor: str
    listing: Listing | None
    notes: tuple[str, ...]
    sentence: str
    sayings: tuple[Saying, ...] = ()


def finding_rows(atlas: Atlas, arn: str) -> tuple[FindingRow, ...]:
    """The findings on a resource, the gravest first."""
    name = atlas.link(arn).text
    return tuple(_finding_row(atlas, finding, name) for finding in atlas.by_resource.get(arn, ()))


def _finding_row(atlas: Atlas, finding: Finding, name: str) -> FindingRow:
    """One finding as a row; the page's head has said what it is about."""
    about = f"{RESOURCE_NAMES[finding.resource_type].capitalize()} {name}"
    return FindingRow(
        SEVERITY_MARKS[finding.severity],
        Link(without_name(finding.title, about), atlas.finding_paths[finding.key]),
        finding.rule,
        "" if finding.status == "open" else STATUS_NAMES[finding.status],
    )


def without_name(title: str, name: str) -> str:
    """A title without `Role NAME` at its head, where a verb follows."""
    rest = title.removeprefix(f"{name} ")
    return f"{rest[0].upper()}{rest[1:]}" if rest[:1].isalpha() else title


def names(links: Sequence[Link], noun: str, path: str = "", most: int = FIRST) -> Names:
    """The first links and how many more there are; `path` is where all of them stand."""
    rest = len(links) - most
    if rest <= 1:
        return Names(tuple(links))
    return Names(tuple(links[:most]), Link(f"and {plural(rest, f'more {noun}')}", path))


def policy_anchor(name: str) -> str:
    """The fragment of an inline policy on its owner's page, which also starts the ids of its lines."""
    return f"p{digest(name, 4)}"


def target_link(atlas: Atlas, target: str) -> Link:
    """What a step of an escalation is done to; the name `*` is of what the step itself makes."""
    found = atlas.link(target)
    return Link("a new one") if found.text == "*" else found


def route(atlas: Atlas, ref: StatementRef, *, is_known: bool = False) -> Route:
    """A statement as the way by which somebody gets something; an owner that is known is not named."""
    text = f"statement {ref.statement}" + (f" ({ref.sid})" if ref.sid else "")
    owner = atlas.link(ref.owner)
    kind = "" if is_known else owner.path.partition("/")[0].removesuffix("s")
    if ref.kind == "trust":
        return Route(
            owner, kind, Link(TRUST_POLICY, f"{owner.path}#trust-policy" if owner.path else ""), text
        )
    if ref.policy.startswith("arn:"):
        return Route(owner, kind, atlas.link(ref.policy), text)
    return Route(Link(owner.text), kind, _inline_link(owner, ref.policy), text)


def document(atlas: Atlas, use: PolicyUse) -> Document:
    """A policy as shown with its owner: inline ones with their text, managed ones by link."""
    if use.kind == "managed" or use.document is None:
        return Document(policy_link(atlas, use), "managed policy", "", None, (), atlas.summary(use.document))
    anchor = policy_anchor(use.policy)
    marks = atlas.guilty.get((use.owner, use.policy))
    return Document(
        policy_link(atlas, use),
        "inline policy",
        anchor,
        listing(anchor, use.document.text, marks),
        note_texts(use.document),
        atlas.summary(use.document),
        sayings(atlas, use.document, anchor, marks),
    )


def _inline_link(owner: Link, policy: str) -> Link:
    """Where an inline policy stands on the page of its owner, which needs no link of its own beside it."""
    return Link(policy, f"{owner.path}#{policy_anchor(policy)}" if owner.path else "")


def policy_link(atlas: Atlas, use: PolicyUse) -> Link:
    """Where a policy stands: on its own page, or on its owner's."""
    if use.kind == "managed":
        return atlas.link(use.policy)
    return _inline_link(atlas.link(use.owner), use.policy)


def note_texts(policy: PolicyDocument) -> tuple[str, ...]:
    """What is odd about a document, with the line it stands on."""
    if not policy.notes:
        return ()
    layout = lay_out(policy.text)
    found = []
    for note in policy.notes:
        place = f"line {layout.span(note.pointer)[0]}: " if layout and note.pointer else ""
        found.append(f"{place}{note.message}")
    return tuple(found)
