"""The accounts of a report that is about several."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES
from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Link, Page
from iamscout.report.unread import unread_ids
from iamscout.report.words import SEVERITY_MARKS, SeverityMark, moment, plural, sentence
from iamscout.snapshot.account import Account


class AccountRow(Struct, frozen=True):
    """One account: when it was captured, what is in it, what was found."""

    name: Link
    organization: str
    captured: str
    users: int | None
    """None is not known: the account was not read, which is not to have none."""
    groups: int | None
    roles: int | None
    policies: int | None
    severities: tuple[tuple[SeverityMark, int], ...]


class AccountsView(Struct, frozen=True):
    """The page."""

    answer: str
    rows: tuple[AccountRow, ...]


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, where there are several accounts."""
    return Entry(75, "accounts", "Accounts", "accounts.html", len(atlas.accounts)) if atlas.several else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`accounts.html`, where there are several."""
    if not atlas.several:
        return
    rows = tuple(account_row(atlas, account) for account in atlas.accounts)
    worst = max(
        rows,
        key=lambda row: [sum(n for mark, n in row.severities if mark.name == each) for each in SEVERITIES],
    )
    text = plural(len(rows), "account")
    if worst.severities:
        text += f"; the gravest findings are in {worst.name.text}"
    yield Page("accounts.html", "accounts.html", "accounts", "Accounts", AccountsView(sentence(text), rows))


def account_row(atlas: Atlas, account: Account) -> AccountRow:
    """One account as a row."""
    open_findings = [finding for finding in atlas.open_findings if finding.account == account.id]
    counts = [(each, sum(1 for finding in open_findings if finding.severity == each)) for each in SEVERITIES]
    nobody = None if account.id in unread_ids(atlas) else 0
    member = atlas.assessment.estate.directory.member_of.get(account.id)
    return AccountRow(
        name=atlas.account_link(account.id),
        organization=f"{member[0].id}{', management account' if member[0].management == account.id else ''}"
        if member
        else "",
        captured=moment(account.captured_at),
        users=len(account.users) or nobody,
        groups=len(account.groups) or nobody,
        roles=len(account.roles) or nobody,
        policies=sum(1 for policy in account.policies if not policy.is_aws_managed) or nobody,
        severities=tuple((SEVERITY_MARKS[name], count) for name, count in counts if count),
    )
