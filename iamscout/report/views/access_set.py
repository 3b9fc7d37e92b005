"""Pages of sets that are too long for a cell: callers or roles that others refer to by their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import quote

from msgspec import Struct, structs

from iamscout.access.principals import Principal
from iamscout.report.atlas import Atlas
from iamscout.report.member_sets import Listed
from iamscout.report.page import Link, Page, Turn, paged
from iamscout.report.words import plural, sentence

MANY = True
"""A page for each of many, in a folder of their own."""

SET_ROWS = 2_500

Content = Listed[Principal] | Listed[str]

_LISTS = ("users", "roles")


class SetView(Struct, frozen=True):
    """One page of one set, or its part of a page; `parts` are sets within it that stand elsewhere.

    Where `whole` says of what it is all, `links` are those that are left out of it.
    """

    words: str
    parts: tuple[Link, ...]
    links: Sequence[Link]
    first: bool
    turns: tuple[Turn, ...]
    whole: str = ""
    lists: tuple[Link, ...] = ()
    """Where the whole stands."""
    id: str = ""
    note: str = ""


class SetsView(Struct, frozen=True):
    """A page of several sets."""

    sheets: tuple[SetView, ...]


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page, or several, for each long set, and pages that short ones share."""
    shared: dict[str, list[str]] = {}
    for place, content in atlas.classes.listed.items():
        shown, _, fragment = place.partition("#")
        if fragment:
            shared.setdefault(shown, []).append(place)
        else:
            yield from _pages_of(atlas, place, content)
    for shown, places in shared.items():
        title = f"{plural(len(places), 'set')} of callers or roles"
        yield Page(shown, "access_sets.html", "roles", title, partial(_sets_view, atlas, places))


def _pages_of(atlas: Atlas, first: str, content: Content) -> Iterator[Page]:
    view = _sheet(atlas, content)
    for number, (path, part, turns) in enumerate(paged(first, _members(content), SET_ROWS), start=1):
        title = f"A set of {view.words}" if number == 1 else f"A set of {view.words}, page {number}"
        sheet = structs.replace(view, first=number == 1, turns=turns)
        yield Page(path, "access_set.html", "roles", title, partial(_view, atlas, part, sheet))


def _sets_view(atlas: Atlas, places: Sequence[str]) -> SetsView:
    sheets = []
    for place in places:
        content = atlas.classes.listed[place]
        view = structs.replace(_sheet(atlas, content), id=place.partition("#")[2])
        sheets.append(_view(atlas, _members(content), view))
    return SetsView(tuple(sheets))


def _members(content: Content) -> Sequence[Principal | str]:
    """Those that the page names, by the last part of their ARN: it is what readers see of it."""
    named = content.left_out.missing if content.left_out is not None else content.rest
    return sorted(named, key=_name)


def _name(member: Principal | str) -> tuple[str, str]:
    value = member if isinstance(member, str) else member.value
    return value.rpartition("/")[2].lower(), value


def _sheet(atlas: Atlas, content: Content) -> SetView:
    """What is said of a set before its names."""
    noun = "role" if isinstance(content.members[0], str) else "caller"
    parts = tuple(
        Link(f"{plural(len(part), noun)} alike", atlas.classes.sets.path(part)) for part in content.parts
    )
    view = SetView(plural(len(content.members), noun), parts, (), first=True, turns=())
    if content.left_out is None:
        return view
    left_out = content.left_out
    whole = f"Every {left_out.whole} of {atlas.account_name(left_out.account)}"
    if left_out.missing:
        count = len(left_out.missing)
        whole += f" except the {f'{count:,}' if count > 1 else 'one'} listed below"
    lists = tuple(_list(atlas, name, left_out.account) for name in _LISTS if name[:-1] in left_out.whole)
    return structs.replace(view, whole=sentence(whole), lists=lists)


def _list(atlas: Atlas, name: str, account: str) -> Link:
    """The list of users or of roles, of this account alone: the script reads its filter from the address."""
    chosen = f"#{name}.Account={quote(atlas.short_name(account))}" if atlas.several else ""
    return Link(f"all its {name}", f"{name}.html{chosen}")


def _view(atlas: Atlas, members: Sequence[Principal | str], sheet: SetView) -> SetView:
    home = "some account" if atlas.several else ""
    links = tuple(
        atlas.link(member, home) if isinstance(member, str) else atlas.principal_link(member, home)
        for member in members
    )
    return structs.replace(sheet, links=links)
