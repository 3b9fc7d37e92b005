"""Sets of callers or roles that are too long for a cell: each stands once, on a page of such sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, Literal, TypeVar, cast

from msgspec import Struct

from iamscout.access.directory import Directory
from iamscout.access.principals import Principal
from iamscout.policy.arn import parse_arn
from iamscout.report.names import digest

NAMES = 12
"""Names that a cell spells out. Where there are more it shows `FIRST` of them and links to all."""

FIRST = 5

_ALONE = 400
"""A set of more members has a page to itself; others share a page with those whose digests begin alike."""

_DEPTH = 2
"""How many levels of parts a set may have below it."""

Side = TypeVar("Side", bound=Principal | str)
Members = tuple[Principal, ...] | tuple[str, ...]
Whole = Literal["user and role", "user", "role"]


class LeftOut(Struct, frozen=True):
    """A set told by what is missing: all users and roles of an account, or all of a kind, but these ARNs."""

    account: str
    missing: tuple[str, ...]
    whole: Whole = "user and role"


class Listed(Struct, Generic[Side], frozen=True, eq=False):
    """The content of a set's page: smaller sets that are in it, and the members that are in none of these.

    Where it is shorter the whole set is told by what is left out, and has neither.
    """

    members: tuple[Side, ...]
    parts: tuple[tuple[Side, ...], ...]
    rest: tuple[Side, ...]
    left_out: LeftOut | None = None


class MemberSets:
    """Paths and contents of sets. Sets are known by identity, so each must live as long as this does."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._paths: dict[int, tuple[Members, str]] = {}
        self._left_out: dict[int, tuple[Members, LeftOut | None]] = {}
        self._wholes_known: dict[str, Sequence[tuple[Whole, str, tuple[str, ...]]]] = {}

    def path(self, members: Members) -> str:
        """Where a set stands; the same members give the same place in every run."""
        known = self._paths.get(id(members))
        if known is None:
            name = digest("\n".join(_texts(members)), 12)
            path = (
                f"access/set-{name}.html"
                if len(members) > _ALONE
                else f"access/sets-{int(name[:2], 16) & 0xFE:02x}.html#s{name[1:]}"
            )
            known = self._paths[id(members)] = (members, path)
        return known[1]

    def left_out(self, members: Members) -> LeftOut | None:
        """The few users and roles of an account that are not in a set, where nearly all are."""
        known = self._left_out.get(id(members))
        if known is None:
            known = self._left_out[id(members)] = (members, self._find_left_out(members))
        return known[1]

    def is_listed(self, members: Members) -> bool:
        """Whether a set stands on a page of sets."""
        return len(members) > NAMES and self.left_out(members) is None

    def pages(self, asked: Iterable[tuple[Side, ...]]) -> Mapping[str, Listed[Side]]:
        """Place to content of every set that stands on a page of sets, sorted by place."""
        wanted: dict[str, tuple[Side, ...]] = {}
        for members in asked:
            either = cast("Members", members)
            if self.is_listed(either):
                wanted[self.path(either)] = members
        contents = dict(zip(wanted, _decompose(tuple(wanted.values())), strict=True))
        return {path: self._shortest(contents[path]) for path in sorted(contents)}

    def _shortest(self, listed: Listed[Side]) -> Listed[Side]:
        """The same set, told by what is left out of an account if fewer are left out than would be named."""
        count = len(listed.members)
        home = parse_arn(_values(listed.members[:1])[0])
        found = listed
        for whole, account, arns in self._wholes(home.account if home else ""):
            if len(arns) - count >= len(found.left_out.missing if found.left_out else found.rest):
                continue
            inside = frozenset(_values(listed.members))
            missing = tuple(arn for arn in arns if arn not in inside)
            if len(missing) == len(arns) - count:  # none is from elsewhere
                found = Listed(listed.members, (), (), LeftOut(account, missing, whole))
        return found

    def _wholes(self, home: str) -> Sequence[tuple[Whole, str, tuple[str, ...]]]:
        """What may be told as a whole: each with its account and its ARNs."""
        account = self._directory.accounts.get(home)
        if account is None:
            return ()
        known = self._wholes_known.get(home)
        if known is None:
            users = tuple(sorted(user.arn for user in account.users))
            roles = tuple(sorted(role.arn for role in account.roles))
            known = self._wholes_known[home] = (
                ("role", home, roles),
                ("user", home, users),
                ("user and role", home, (*users, *roles)),
            )
        return known

    def _find_left_out(self, members: Members) -> LeftOut | None:
        first = members[0]
        account = None if isinstance(first, str) else self._directory.accounts.get(first.account)
        if account is None:
            return None
        total = len(account.users) + len(account.roles)
        if total - len(members) > NAMES or 2 * len(members) < total:
            return None
        callers = [member for member in members if not isinstance(member, str)]
        if any(caller.account != account.id for caller in callers):
            return None
        inside = {caller.value for caller in callers}
        arns = [*(user.arn for user in account.users), *(role.arn for role in account.roles)]
        return LeftOut(account.id, tuple(arn for arn in arns if arn not in inside))


def _texts(members: Members) -> Iterable[str]:
    """What the name of a set is made from."""
    first = members[0]
    if isinstance(first, str):
        return cast("tuple[str, ...]", members)
    return [f"{each.kind} {each.value}" for each in cast("tuple[Principal, ...]", members)]


def _values(members: Sequence[Side]) -> list[str]:
    return [member if isinstance(member, str) else member.value for member in members]


def _decompose(sets: tuple[tuple[Side, ...], ...]) -> list[Listed[Side]]:
    """Tell each set by smaller ones where they cover much of it: in large accounts many differ in a few.

    A part of a part has no parts, so that nobody has to open more than three pages to see a whole set.
    """
    number = {member: place for place, member in enumerate(sorted(set[Side]().union(*sets)))}
    places = [[number[member] for member in each] for each in sets]
    bits = [_bits(each, len(number)) for each in places]
    order = sorted(range(len(sets)), key=lambda index: (len(sets[index]), sets[index]))
    depth = [0] * len(sets)
    found: list[Listed[Side] | None] = [None] * len(sets)
    ranked: dict[int, list[int]] = {}  # those done so far by their first member: a part's is in the whole
    for rank, index in enumerate(order):
        left, remaining = bits[index], len(sets[index])
        parts: list[int] = []
        candidates = [each for first in places[index] if first in ranked for each in ranked[first]]
        for candidate in sorted(candidates, reverse=True):
            if remaining < NAMES:
                break
            other = order[candidate]
            if depth[other] >= _DEPTH or bits[other] & bits[index] != bits[other]:
                continue
            gain = (bits[other] & left).bit_count()
            if gain >= NAMES and 2 * gain >= len(sets[other]):
                left &= ~bits[other]
                remaining -= gain
                parts.append(other)
        ranked.setdefault(places[index][0], []).append(rank)
        depth[index] = 1 + max((depth[part] for part in parts), default=-1)
        rest = sets[index]
        if parts:
            raw = left.to_bytes(len(number) // 8 + 1, "little")
            rest = tuple(
                member
                for member, place in zip(rest, places[index], strict=True)
                if raw[place >> 3] >> (place & 7) & 1
            )
        found[index] = Listed(sets[index], tuple(sets[part] for part in parts), rest)
    return [content for content in found if content is not None]


def _bits(places: Iterable[int], size: int) -> int:
    raw = bytearray(size // 8 + 1)
    for place in places:
        raw[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(raw, "little")
