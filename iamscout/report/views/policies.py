"""The list of managed policies: the customer's, and AWS's where attached or used as a boundary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from iamscout.report.atlas import Atlas, Use, home_of
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, day, listed, plural, sentence
from iamscout.snapshot.account import ManagedPolicy


class PolicyRow(Struct, frozen=True):
    """A managed policy in a cell or two each."""

    link: Link
    owner: str
    worst: SeverityMark | None
    findings: int
    used: str
    uses: int
    sentence: str
    updated: str
    mark: str = ""
    """What became of it since the baseline."""


class PoliciesView(Struct, frozen=True):
    """One page of the list."""

    answer: str
    rows: Sequence[PolicyRow]
    several: bool
    first: bool
    turns: tuple[Turn, ...]


LISTED = Entry(70, "policies", "Policies", "policies.html")
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of policies that have a page."""
    return structs.replace(LISTED, count=len(atlas.policies)) if atlas.policies else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`policies.html`, then `policies-2.html` and so on."""
    if not atlas.policies:
        return
    rows = sorted(
        (_row(atlas, policy) for policy in atlas.policies.values()),
        key=lambda row: (atlas_rank(row), -row.findings, -row.uses, row.link.text, row.link.path),
    )
    answer = _answer(atlas)
    for number, (path, part, turns) in enumerate(paged("policies.html", rows), start=1):
        title = "Managed policies" if number == 1 else f"Managed policies, page {number}"
        view = PoliciesView(answer, part, atlas.several, number == 1, turns)
        yield Page(path, "policies.html", "policies", title, view)


def atlas_rank(row: PolicyRow) -> int:
    """Where a row stands by its gravest finding."""
    order = ("critical", "high", "medium", "low", "info")
    return order.index(row.worst.name) if row.worst else len(order)


def owner_words(atlas: Atlas, policy: ManagedPolicy) -> str:
    """Whose policy it is."""
    return "AWS" if policy.is_aws_managed else atlas.account_name(home_of(policy.arn))


def used_words(uses: Sequence[Use]) -> str:
    """By whom a policy is used, counted by kind."""
    counts = {
        kind: sum(1 for use in uses if use.kind == kind) for kind in ("user", "group", "role", "boundary")
    }
    parts = [plural(counts[kind], kind) for kind in ("user", "group", "role") if counts[kind]]
    if counts["boundary"]:
        parts.append(f"{counts['boundary']:,} as boundary")
    return listed(parts) or "nobody"


def _row(atlas: Atlas, policy: ManagedPolicy) -> PolicyRow:
    uses = atlas.uses.get(policy.arn, ())
    worst = atlas.worst(policy.arn)
    return PolicyRow(
        link=atlas.link(policy.arn),
        mark=atlas.marks.get(policy.arn, ""),
        owner=owner_words(atlas, policy),
        worst=SEVERITY_MARKS[worst] if worst else None,
        findings=len(atlas.by_resource.get(policy.arn, ())),
        used=used_words(uses),
        uses=len(uses),
        sentence=atlas.summary(policy.document),
        updated=day(policy.updated),
    )


def _answer(atlas: Atlas) -> str:
    policies = list(atlas.policies.values())
    own = sum(1 for policy in policies if not policy.is_aws_managed)
    idle = sum(1 for policy in policies if policy.arn not in atlas.uses)
    return sentence(
        f"{plural(own, 'customer managed policy')}, {idle:,} of them attached to nobody, and "
        f"{plural(len(policies) - own, 'AWS managed policy')} in use"
    )
