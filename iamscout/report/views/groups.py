"""Groups and the roles they lead to: the verdict first, then the matrix, then every link."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from iamscout.access.model import Verdict
from iamscout.access.scheme_model import GroupScheme, Model
from iamscout.report.access_rows import role_names
from iamscout.report.atlas import Atlas, home_of
from iamscout.report.charts import MOST_LINKS, Diagram, Tie, diagram
from iamscout.report.group_rows import links_by_verdict
from iamscout.report.guards import NOT_APPLICABLE, Guard, State, guard, mfa_state, weakest
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.parts import Names
from iamscout.report.words import plural, sentence, short_duration
from iamscout.snapshot.account import Account, Group

MATRIX_ROLES = 24
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
    """Names, the MFA that they take, and a further condition where other roles take the same."""
    verdict: str
    breaks: bool
    mark: str = ""
    """What became of it since the baseline."""


class MatrixRow(Struct, frozen=True):
    """A group in the matrix; a cell is None where it does not lead to the role."""

    link: Link
    cells: tuple[State | None, ...]


class Matrix(Struct, frozen=True):
    """The groups of one account against the roles that they lead to."""

    account: str
    columns: tuple[Link, ...]
    rows: tuple[MatrixRow, ...]


class GroupsView(Struct, frozen=True):
    """One page of the list; diagrams and the matrix stand on the first one, where they are not too large.

    Where there are links and all of these are too large, `undrawn` is set.
    """

    answer: str
    diagrams: tuple[Diagram, ...]
    matrices: tuple[Matrix, ...]
    undrawn: bool
    rows: tuple[GroupRow, ...]
    several: bool
    first: bool
    turns: tuple[Turn, ...]


LISTED = Entry(50, "groups", "Groups", "groups.html")
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of groups."""
    count = sum(len(account.groups) for account in atlas.accounts)
    return structs.replace(LISTED, count=count) if count else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`groups.html`, then `groups-2.html` and so on."""
    every = rows(atlas)
    if not every:
        return
    diagrams = tuple(drawn for account in atlas.accounts if (drawn := _diagram(atlas, account)) is not None)
    matrices = tuple(made for account in atlas.accounts if (made := _matrix(atlas, account)) is not None)
    told = answer(atlas)
    for number, (path, part, turns) in enumerate(paged("groups.html", every, _ROWS), start=1):
        view = GroupsView(
            answer=told,
            diagrams=diagrams if number == 1 else (),
            matrices=matrices if number == 1 else (),
            undrawn=number == 1 and not diagrams and not matrices and links(atlas)[0] > 0,
            rows=tuple(part),
            several=atlas.several,
            first=number == 1,
            turns=turns,
        )
        title = "Groups" if number == 1 else f"Groups, page {number}"
        yield Page(path, "groups.html", "groups", title, view)


def rows(atlas: Atlas) -> list[GroupRow]:
    """All groups, those that depart from the scheme first."""
    return sorted(
        (_row(atlas, account, group) for account in atlas.accounts for group in account.groups),
        key=lambda row: (not row.breaks, row.link.text, row.link.path),
    )


def links(atlas: Atlas) -> tuple[int, int]:
    """How many links there are from a group to a role, and how many of them need MFA that is fresh enough."""
    parts = [
        part for scheme in atlas.assessment.estate.schemes for part in scheme.parts if part.name == "links"
    ]
    return sum(part.total for part in parts), sum(part.conforming for part in parts)


def answer(atlas: Atlas) -> str:
    """How well the groups follow the role-based scheme, in a sentence."""
    total, fresh = links(atlas)
    limit = short_duration(atlas.assessment.estate.settings.mfa_max_age_seconds)
    schemes = atlas.group_schemes.values()
    if not total:
        text = _none_leads(len(schemes))
    else:
        need = "needs" if fresh <= 1 else "need"
        text = f"{fresh or 'none'} of {plural(total, 'link')} from a group to a role {need} fresh MFA "
        text += f"(at most {limit} old)"
    most = atlas.assessment.estate.settings.scheme_roles_per_group
    several = sum(1 for scheme in schemes if len(scheme.roles) > most)
    if several:
        more = "one role" if most == 1 else plural(most, "role")
        text += f"; {plural(several, 'group')} {'leads' if several == 1 else 'lead'} to more than {more}"
    direct = sum(1 for scheme in schemes if scheme.model in ("traditional", "mixed"))
    if direct:
        grant = "grants" if direct == 1 else "grant"
        text += f"; {plural(direct, 'group')} {grant} permissions directly, at any time"
    return sentence(text)


def verdict_words(scheme: GroupScheme) -> str:
    """What there is to say of a group as a step to a role."""
    if scheme.conforms:
        return "follows the role-based scheme"
    if not scheme.violations:
        return "grants nothing" if scheme.model == "empty" else MODEL_WORDS[scheme.model]
    return "; ".join(dict.fromkeys(violation.message for violation in scheme.violations))


def _none_leads(count: int) -> str:
    if count == 1:
        return "the only group leads to no role"
    return f"none of the {plural(count, 'group')} leads to a role"


def _row(atlas: Atlas, account: Account, group: Group) -> GroupRow:
    scheme = atlas.group_schemes[group.arn]
    return GroupRow(
        link=atlas.link(group.arn),
        mark=atlas.marks.get(group.arn, ""),
        account=atlas.short_name(account.id),
        members=len(account.members.get(group.name, ())),
        grants=MODEL_WORDS[scheme.model],
        roles=_led_to(atlas, account, scheme),
        verdict=verdict_words(scheme),
        breaks=not scheme.conforms,
    )


def _led_to(atlas: Atlas, account: Account, scheme: GroupScheme) -> tuple[tuple[Names, State, str], ...]:
    """The roles by the MFA that they take; what else is asked where that alone would be told twice."""
    rows = links_by_verdict(scheme)
    states = [mfa_state(row.verdict.mfa) for row in rows]
    return tuple(
        (
            role_names(atlas, row.roles, account.id),
            state,
            _further(row.verdict) if states.count(state) > 1 else "",
        )
        for row, state in zip(rows, states, strict=True)
    )


def _further(verdict: Verdict) -> str:
    match guard(verdict):
        case Guard(alternatives=((one,),), more=0):
            return f"only if {one}"
        case Guard(alternatives=()):
            return ""
    return "under further conditions"


_DASHES = {"fresh": "", "present": "12 5", "weak": "8 4 2 4", "none": "2 5"}
"""Lines tell MFA grades apart without colour."""
_MEANINGS = {
    "fresh": "MFA with a maximum age",
    "present": "MFA of any age",
    "weak": "MFA asked for but bypassable",
    "none": "no MFA",
}


def _diagram(atlas: Atlas, account: Account) -> Diagram | None:
    """The picture of one account; None where nothing leads anywhere or there are too many links."""
    if sum(len(atlas.group_schemes[group.arn].roles) for group in account.groups) > MOST_LINKS:
        return None
    ties = []
    for group in account.groups:
        scheme = atlas.group_schemes[group.arn]
        for role in scheme.roles:
            found = weakest([link.verdict.mfa for link in scheme.links if role in link.roles])
            state = mfa_state(found) if found else NOT_APPLICABLE
            ties.append(
                Tie(
                    atlas.link(group.arn),
                    atlas.link(role, account.id),
                    state.tone,
                    _DASHES.get(found.grade if found else "", ""),
                    f"{state.glyph} {state.words}",
                    _MEANINGS.get(found.grade if found else "", "MFA plays no part"),
                )
            )
    return diagram(
        f"groups-{account.id}", f"Groups of {atlas.account_name(account.id)} and the roles they lead to", ties
    )


def _matrix(atlas: Atlas, account: Account) -> Matrix | None:
    """The matrix of one account; None where no group leads to a role or it would be too large to read."""
    groups = [group for group in account.groups if atlas.group_schemes[group.arn].links]
    roles = sorted({role for group in groups for role in atlas.group_schemes[group.arn].roles})
    if not groups or len(groups) > MATRIX_GROUPS or len(roles) > MATRIX_ROLES:
        return None
    columns = sorted(roles, key=lambda role: (home_of(role) != account.id, role))
    return Matrix(
        atlas.account_name(account.id),
        tuple(atlas.link(role, account.id) for role in columns),
        tuple(_matrix_row(atlas, group, columns) for group in groups),
    )


def _matrix_row(atlas: Atlas, group: Group, columns: list[str]) -> MatrixRow:
    scheme = atlas.group_schemes[group.arn]
    cells: list[State | None] = []
    for role in columns:
        found = weakest([link.verdict.mfa for link in scheme.links if role in link.roles])
        cells.append(mfa_state(found) if found else None)
    return MatrixRow(atlas.link(group.arn), tuple(cells))
