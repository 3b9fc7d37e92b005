"""The page of one user: what it can do at any time, and which roles it can enter and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct

from iamscout.access.identity import boundary_policy, own_policies
from iamscout.report.access_rows import (
    AccessRow,
    HalfRow,
    SharedRow,
    half_rows_of_caller,
    role_rows,
    shared_row,
)
from iamscout.report.atlas import Atlas
from iamscout.report.facts import Fact, entity_facts, tag_facts
from iamscout.report.gains import EscalationSection, escalation_section
from iamscout.report.page import Link, Page
from iamscout.report.parts import Document, FindingRow, Names, document, finding_rows, names, policy_link
from iamscout.report.powers import credential_words, power_words
from iamscout.report.use_words import used_services
from iamscout.report.views.users import direct_words, key_words, last_use, mfa_words, role_count
from iamscout.report.words import listed, nouns, plural, sentence
from iamscout.snapshot.account import Account, Group, User

MANY = True
"""A page for each of many, in a folder of their own."""


class GroupSource(Struct, frozen=True):
    """A group of the user, and what it grants at any time."""

    group: Link
    policies: Names


class UserView(Struct, frozen=True):
    """Everything that the page shows, in its order."""

    kicker: str
    name: str
    arn: str
    answer: str
    facts: tuple[Fact, ...]
    findings: tuple[FindingRow, ...]
    groups: tuple[GroupSource, ...]
    boundary: Document | None
    roles: tuple[AccessRow, ...]
    shared: SharedRow | None
    not_trusted: tuple[HalfRow, ...]
    not_granted: tuple[HalfRow, ...]
    own: tuple[Document, ...]
    powers: str
    credentials: tuple[tuple[str, str], ...]
    escalation: EscalationSection
    used: tuple[tuple[str, str], ...]

    @property
    def has_documents(self) -> bool:
        """Whether a policy stands on this very page."""
        return any(each.listing is not None for each in self.own)


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each user of each account."""
    besides = _besides(atlas)
    for account in atlas.accounts:
        sources = {group.name: _group_source(atlas, group, account) for group in account.groups}
        for user in account.users:
            path = atlas.links[user.arn].path
            view = partial(user_view, atlas, user, account, sources, besides)
            yield Page(path, "user.html", "users", f"User {user.name}", view)


def user_view(
    atlas: Atlas, user: User, account: Account, sources: Mapping[str, GroupSource], besides: str
) -> UserView:
    """The view of one user; `sources` are its account's groups by name, `besides` ends each answer."""
    groups = [account.groups_by_name[name] for name in user.groups if name in account.groups_by_name]
    limit = boundary_policy(account, user)
    exposure = atlas.assessment.estate.exposure_of[user.arn]
    return UserView(
        kicker=f"User of {atlas.account_name(account.id)}{atlas.since(user.arn)}",
        name=user.name,
        arn=user.arn,
        answer=_answer(atlas, user, besides),
        facts=_facts(user, account),
        findings=finding_rows(atlas, user.arn),
        groups=tuple(sources[group.name] for group in groups),
        boundary=document(atlas, limit) if limit else None,
        roles=role_rows(atlas, user.arn, (user.arn, *(group.arn for group in groups))),
        shared=shared_row(atlas, user.arn),
        not_trusted=half_rows_of_caller(atlas, user.arn, "trust"),
        not_granted=half_rows_of_caller(atlas, user.arn, "identity"),
        own=tuple(document(atlas, use) for use in own_policies(account, user)),
        powers=power_words(exposure.at_any_time),
        credentials=credential_words(exposure),
        escalation=escalation_section(atlas, user.arn),
        used=used_services(account, user),
    )


def _group_source(atlas: Atlas, group: Group, account: Account) -> GroupSource:
    links = [policy_link(atlas, use) for use in own_policies(account, group)]
    policies = (
        names(links, "policy", atlas.link(group.arn).path, most=10)
        if links
        else Names((), before="no policy")
    )
    return GroupSource(atlas.link(group.arn), policies)


def _answer(atlas: Atlas, user: User, besides: str) -> str:
    groups = f"is in {plural(len(user.groups), 'group') if user.groups else 'no group'}"
    last = len(user.attached_policies) or len(user.inline_policies)
    own = f"{direct_words(user)} {nouns(last, 'policy')}" if last else "no policy"
    roles = plural(role_count(atlas, user), "role")
    return sentence(f"{groups}, holds {own} directly, and can enter {roles} in its own right{besides}")


def _besides(atlas: Atlas) -> str:
    """The end of the answer about every user: which roles everyone can enter."""
    opened = [each.openness for each in atlas.assessment.estate.open_roles.values()]
    if not opened:
        return ""
    trusts = "trusts" if len(opened) == 1 else "trust"
    text = f"; {plural(len(opened), 'role')} besides {trusts} everyone"
    limited = len(opened) - opened.count("open")
    return f"{text}, {limited:,} of them under conditions" if limited else text


def _facts(user: User, account: Account) -> tuple[Fact, ...]:
    row = account.report_by_user.get(user.name)
    credentials: tuple[Fact, ...] = ()
    if row is not None:
        credentials = (
            Fact("Console password", "yes" if row.password_enabled else "no"),
            Fact("Active access keys", key_words(row, account)),
            Fact("Last use", last_use(row, account)),
        )
    missing = [name for name in user.groups if name not in account.groups_by_name]
    gone = (Fact("Groups without data", listed(missing)),) if missing else ()
    return (
        *entity_facts(user),
        Fact("MFA device", mfa_words(account, user, row)),
        *credentials,
        *gone,
        *tag_facts(user.tags),
    )
