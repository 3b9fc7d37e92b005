"""The page of one group: its members, the roles it leads to, its policies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.access.grouplinks import GroupLinks
from iamscout.access.identity import own_policies
from iamscout.access.scheme_model import GroupScheme
from iamscout.report.access_rows import role_names, routes
from iamscout.report.atlas import Atlas, home_of
from iamscout.report.facts import Fact, entity_facts
from iamscout.report.gains import EscalationSection, group_section
from iamscout.report.group_rows import links_by_verdict
from iamscout.report.guards import Guard, guard, weakest
from iamscout.report.page import Link, Page
from iamscout.report.parts import Document, FindingRow, Names, Route, document, finding_rows
from iamscout.report.use_words import ProposedAge, group_use_words, proposed_ages, used_services
from iamscout.report.views.groups import MODEL_WORDS
from iamscout.report.words import plural, sentence
from iamscout.snapshot.account import Account, Group

MANY = True
"""A page for each of many, in a folder of their own."""


_AGES = 24
"""Roles for which an age of MFA is proposed."""


class GroupRoleRow(Struct, frozen=True):
    """Roles of the group under one guard."""

    roles: Names
    count: str
    guard: Guard
    routes: tuple[Route, ...]
    more_routes: str


class GroupView(Struct, frozen=True):
    """Everything that the page shows, in its order."""

    kicker: str
    name: str
    arn: str
    answer: str
    departures: tuple[str, ...]
    facts: tuple[Fact, ...]
    findings: tuple[FindingRow, ...]
    roles: tuple[GroupRoleRow, ...]
    members: tuple[Link, ...]
    policies: tuple[Document, ...]
    escalation: EscalationSection
    used: tuple[tuple[str, str], ...]
    ages: tuple[ProposedAge, ...]

    @property
    def has_documents(self) -> bool:
        """Whether a policy stands on this very page."""
        return any(each.listing is not None for each in self.policies)


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each group of each account."""
    for account in atlas.accounts:
        for group in account.groups:
            path = atlas.links[group.arn].path
            view = partial(group_view, atlas, group, account)
            yield Page(path, "group.html", "groups", f"Group {group.name}", view)


def group_view(atlas: Atlas, group: Group, account: Account) -> GroupView:
    """The view of one group."""
    members = account.members.get(group.name, ())
    scheme = atlas.group_schemes[group.arn]
    return GroupView(
        kicker=f"Group of {atlas.account_name(account.id)}{atlas.since(group.arn)}",
        name=group.name,
        arn=group.arn,
        answer=_answer(scheme, len(members)),
        departures=tuple(dict.fromkeys(violation.message for violation in scheme.violations)),
        facts=(*entity_facts(group), Fact("Use by its members", group_use_words(account, group))),
        findings=finding_rows(atlas, group.arn),
        roles=tuple(_row(atlas, row, group.arn) for row in links_by_verdict(scheme)),
        members=tuple(atlas.link(user.arn) for user in members),
        policies=tuple(document(atlas, use) for use in own_policies(account, group)),
        escalation=group_section(atlas, group.arn),
        used=used_services(account, group),
        ages=proposed_ages(atlas, {role: _weakest(scheme, role) for role in scheme.roles[:_AGES]}),
    )


def _answer(scheme: GroupScheme, members: int) -> str:
    roles = plural(len(scheme.roles), "role")
    text = f"{plural(members, 'member')}; grants {MODEL_WORDS[scheme.model]}; leads to {roles}"
    return sentence(f"{text} and follows the role-based scheme" if scheme.conforms else text)


def _weakest(scheme: GroupScheme, role: str) -> Mfa | None:
    return weakest([link.verdict.mfa for link in scheme.links if role in link.roles])


def _row(atlas: Atlas, row: GroupLinks, group: str) -> GroupRoleRow:
    spelled, more = routes(atlas, row.by, group)
    return GroupRoleRow(
        roles=role_names(atlas, row.roles, home_of(group)),
        count=plural(len(row.roles), "role"),
        guard=guard(row.verdict),
        routes=spelled,
        more_routes=more,
    )
