"""Sets of callers or roles that are too long for a cell: each stands once, on a page of its own, and is linked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from iamscout.access.directory import Directory
from iamscout.access.principals import Principal
from iamscout.report.names import digest

NAMES = 12
"""Names that a cell spells out. Where there are more it shows `FIRST` of them and a link to the page of all."""

FIRST = 5

Side = TypeVar("Side", bound=Principal | str)
Members = tuple[Principal, ...] | tuple[str, ...]


class Listed(Struct, Generic[Side], frozen=True, eq=False):
    """The content of a set's page: parts that have pages themselves, and the members that are in none of them."""

    members: tuple[Side, ...]
    parts: tuple[tuple[Side, ...], ...]
    rest: tuple[Side, ...]


class LeftOut(Struct, frozen=True):
    """A set told by what is missing: all users and roles of an account but these ARNs."""

    account: str
    missing: tuple[str, ...]


class MemberSets:
    """Paths and contents of sets. What it is asked about must live as long as it does: sets are known by identity."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._paths: dict[int, tuple[Members, str]] = {}
        self._left_out: dict[int, tuple[Members, LeftOut | None]] = {}

    def path(self, members: Members) -> str:
        """Where the page of a set stands; the same members give the same path in every run."""
        known = self._paths.get(id(members))
        if known is None:
            texts = (each if isinstance(each, str) else f"{each.kind} {each.value}" for each in members)
            path = f"access/set-{digest(chr(10).join(texts), 16)}.html"
            known = self._paths[id(members)] = (members, path)
        return known[1]

    def left_out(self, members: Members) -> LeftOut | None:
        """The few users and roles of an account that are not in a set, where nearly all are."""
        known = self._left_out.get(id(members))
        if known is None:
            known = self._left_out[id(members)] = (members, self._find_left_out(members))
        return known[1]

    def is_listed(self, members: Members) -> bool:
        """Whether a set has a page."""
        return len(members) > NAMES and self.left_out(members) is None

    def pages(self, asked: Iterable[tuple[Members, Iterable[Members]]]) -> Mapping[str, Listed[Principal] | Listed[str]]:
        """Path to content of all sets with a page, sorted; asked are sets, each with the sets it was joined from."""
        found: dict[str, Listed[Principal] | Listed[str]] = {}
        for members, parts in asked:
            if self.is_listed(members):
                path = self.path(members)
                if path not in found:
                    found[path] = self._content(members, parts, found)
        return {path: found[path] for path in sorted(found)}

    def _content(
        self,
        members: Members,
        parts: Iterable[Members],
        found: dict[str, Listed[Principal] | Listed[str]],
    ) -> Listed[Principal] | Listed[str]:
        own = [part for part in parts if len(part) < len(members) and self.is_listed(part)]
        inside = {member for part in own for member in part}
        for part in own:
            found.setdefault(self.path(part), Listed(part, (), part))  # type: ignore[type-var]  # one side or the other
        rest = tuple(member for member in members if member not in inside)
        return Listed(members, tuple(own), rest)  # type: ignore[type-var,arg-type]  # the parts are of the same side

    def _find_left_out(self, members: Members) -> LeftOut | None:
        callers = [member for member in members if not isinstance(member, str)]
        homes = {caller.account for caller in callers}
        account = self._directory.accounts.get(callers[0].account) if len(homes) == 1 else None
        if account is None:
            return None
        total = len(account.users) + len(account.roles)
        if total - len(callers) > NAMES or 2 * len(callers) < total:
            return None
        inside = {caller.value for caller in callers}
        arns = (entity.arn for entity in (*account.users, *account.roles))
        return LeftOut(account.id, tuple(arn for arn in arns if arn not in inside))
