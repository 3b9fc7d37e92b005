"""Groups and the roles they lead to: the verdict first, then the matrix, then every link."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.report.atlas import Atlas, home_of
from iamscout.report.access_rows import role_names
from iamscout.report.group_roles import GroupRoles, Model, model_of
from iamscout.report.guards import State, mfa_state, weakest
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.parts import Names
from iamscout.report.words import plural, sentence
from iamscout.snapshot.account import Account, Group

MATRIX_ROLES = 12
MATRIX_GROUPS = 60
_ROWS = 250
MODEL_WORDS: dict[Model, str] = {
    "role_based": "roles only",
    "traditional": "direct permissions only",
    "mixed": "roles and direct permissions",
    "empty": "nothing",
}


class GroupRow(Struct, frozen=True):
    """A group in the table of all groups."""

    link: Link
    account: str
    members: int
    grants: str
    roles: tuple[tuple[Names, State, str], ...]
    verdict: str
    breaks: bool


class MatrixRow(Struct, frozen=True):
    """A group in the matrix; a cell is None where it does not lead to the role."""

    link: Link
    cells: tuple[State | None, ...]
    verdict: str


class GroupsView(Struct, frozen=True):
    """One page of the list; the matrix stands on the first one, where it is not too wide."""

    answer: str
    columns: tuple[Link, ...]
    matrix: tuple[MatrixRow, ...]
    rows: tuple[GroupRow, ...]
    several: bool
    first: bool
    turns: tuple[Turn, ...]


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of groups."""
    count = sum(len(account.groups) for account in atlas.accounts)
    return Entry(50, "groups", "Groups", "groups.html", count) if count else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`groups.html`, then `groups-2.html` and so on."""
    groups = [(account, group) for account in atlas.accounts for group in account.groups]
    if not groups:
        return
    rows = sorted((_row(atlas, *each) for each in groups), key=lambda row: (not row.breaks, row.link.text, row.link.path))
    columns = _columns(atlas, groups)
    matrix = tuple(_matrix_row(atlas, account, group, columns) for account, group in groups if columns)
    for number, (path, part, turns) in enumerate(paged("groups.html", rows, _ROWS), start=1):
        view = GroupsView(
            answer=answer(atlas),
            columns=tuple(atlas.link(role, "some account" if atlas.several else "") for role in columns),
            matrix=matrix if number == 1 else (),
            rows=tuple(part),
            several=atlas.several,
            first=number == 1,
            turns=turns,
        )
        title = "Groups and roles" if number == 1 else f"Groups and roles, page {number}"
        yield Page(path, "groups.html", "groups", title, view)


def links(atlas: Atlas) -> tuple[int, int]:
    """How many links there are from a group to a role, and how many of them need MFA of limited age."""
    total = fresh = 0
    for rows in atlas.group_roles.values():
        for row in rows:
            total += len(row.roles)
            fresh += len(row.roles) if row.verdict.mfa.grade == "fresh" else 0
    return total, fresh


def answer(atlas: Atlas) -> str:
    """How well the groups follow the role-based scheme, in a sentence."""
    total, fresh = links(atlas)
    models = [model_of(account, group) for account in atlas.accounts for group in account.groups]
    if not total:
        text = f"None of the {plural(len(models), 'group')} leads to a role"
    else:
        text = f"{fresh:,} of {plural(total, 'link')} from a group to a role need MFA with a maximum age"
    direct = sum(1 for model in models if model in ("traditional", "mixed"))
    if direct:
        text += f"; {plural(direct, 'group')} grant permissions directly, at any time"
    return sentence(text)


def group_verdict(atlas: Atlas, account: Account, group: Group) -> tuple[str, bool]:
    """What there is to say of a group as a step to a role, and whether it departs from one group, one role, fresh MFA."""
    model = model_of(account, group)
    rows = atlas.group_roles.get(group.arn, ())
    roles = {role for row in rows for role in row.roles}
    faults = []
    if model in ("traditional", "mixed"):
        faults.append("direct permissions")
    if len(roles) > 1:
        faults.append(plural(len(roles), "role"))
    states = {mfa_state(row.verdict.mfa).words for row in rows if row.verdict.mfa.grade != "fresh"}
    faults.extend(sorted(states))
    if not account.members.get(group.name):
        faults.append("no members")
    if model == "role_based" and not roles:
        faults.append("leads to no role that lets its members in")
    if model == "empty":
        faults.append("grants nothing")
    return ("; ".join(faults), True) if faults else ("follows the role-based scheme", False)


def reached(atlas: Atlas, group: Group) -> tuple[GroupRoles, ...]:
    """The roles a group leads to, by verdict."""
    return atlas.group_roles.get(group.arn, ())


def _row(atlas: Atlas, account: Account, group: Group) -> GroupRow:
    verdict, breaks = group_verdict(atlas, account, group)
    return GroupRow(
        link=atlas.link(group.arn),
        account=atlas.account_name(account.id),
        members=len(account.members.get(group.name, ())),
        grants=MODEL_WORDS[model_of(account, group)],
        roles=tuple(
            (role_names(atlas, row.roles, account.id), mfa_state(row.verdict.mfa), plural(len(row.roles), "role"))
            for row in reached(atlas, group)
        ),
        verdict=verdict,
        breaks=breaks,
    )


def _columns(atlas: Atlas, groups: list[tuple[Account, Group]]) -> tuple[str, ...]:
    """The roles of the matrix; none where it would be too large to read."""
    roles = sorted({role for rows in atlas.group_roles.values() for row in rows for role in row.roles})
    if len(groups) > MATRIX_GROUPS or not 0 < len(roles) <= MATRIX_ROLES:
        return ()
    return tuple(sorted(roles, key=lambda role: (home_of(role), role)))


def _matrix_row(atlas: Atlas, account: Account, group: Group, columns: tuple[str, ...]) -> MatrixRow:
    cells: list[State | None] = []
    for role in columns:
        found = weakest([row.verdict.mfa for row in reached(atlas, group) if role in row.roles])
        cells.append(mfa_state(found) if found else None)
    home = "some account" if atlas.several else ""
    return MatrixRow(atlas.link(group.arn, home), tuple(cells), group_verdict(atlas, account, group)[0])
