"""The page of one managed policy: who uses it, its text, its versions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from iamscout.report.atlas import Atlas, Use
from iamscout.report.facts import Fact
from iamscout.report.listing import Listing, listing
from iamscout.report.page import Link, Page
from iamscout.report.parts import FindingRow, finding_rows, note_texts
from iamscout.report.sayings import Saying, sayings
from iamscout.report.views.policies import owner_words, used_words
from iamscout.report.words import moment, sentence
from iamscout.snapshot.account import ManagedPolicy

MANY = True
"""A page for each of many, in a folder of their own."""

_KINDS = {"user": "Users", "group": "Groups", "role": "Roles", "boundary": "As permissions boundary of"}


class UseGroup(Struct, frozen=True):
    """Everybody of one kind who has the policy."""

    title: str
    links: tuple[Link, ...]


class PolicyView(Struct, frozen=True):
    """Everything that the page shows, in its order."""

    kicker: str
    name: str
    arn: str
    answer: str
    facts: tuple[Fact, ...]
    findings: tuple[FindingRow, ...]
    uses: tuple[UseGroup, ...]
    listing: Listing | None
    notes: tuple[str, ...]
    sayings: tuple[Saying, ...]
    versions: tuple[tuple[str, str, str], ...]


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each managed policy that is the customer's or in use."""
    for arn, policy in atlas.policies.items():
        yield Page(
            atlas.links[arn].path,
            "policy.html",
            "policies",
            f"Policy {policy.name}",
            partial(policy_view, atlas, policy),
        )


def policy_view(atlas: Atlas, policy: ManagedPolicy) -> PolicyView:
    """The view of one managed policy."""
    uses = atlas.uses.get(policy.arn, ())
    document = policy.document
    return PolicyView(
        kicker=f"Managed policy of {owner_words(atlas, policy)}{atlas.since(policy.arn)}",
        name=policy.name,
        arn=policy.arn,
        answer=f"{sentence(atlas.summary(document))} {sentence(f'used by {used_words(uses)}')}",
        facts=_facts(policy),
        findings=finding_rows(atlas, policy.arn),
        uses=tuple(_use_groups(atlas, uses)),
        listing=listing("p", document.text, atlas.guilty.get((policy.arn, ""))) if document else None,
        notes=note_texts(document) if document else (),
        sayings=sayings(atlas, document, "p", atlas.guilty.get((policy.arn, ""))),
        versions=tuple(
            (version.id, moment(version.created), "default" if version.is_default else "")
            for version in policy.versions
        ),
    )


def _facts(policy: ManagedPolicy) -> tuple[Fact, ...]:
    return (
        Fact("Unique id", policy.unique_id),
        *((Fact("Path", policy.path),) if policy.path not in ("", "/") else ()),
        Fact("Created", moment(policy.created)),
        Fact("Updated", moment(policy.updated)),
        *((Fact("Description", policy.description),) if policy.description else ()),
    )


def _use_groups(atlas: Atlas, uses: tuple[Use, ...]) -> Iterator[UseGroup]:
    home = "some account" if atlas.several else ""
    for kind, title in _KINDS.items():
        links = tuple(atlas.link(use.owner, home) for use in uses if use.kind == kind)
        if links:
            yield UseGroup(title, links)
