"""What groups add to whoever joins them: all groups of a run are looked at together where that tells."""

from __future__ import annotations

from collections.abc import Iterable

from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.access.directory import Entry
from iamscout.access.escalation.limits import Limits
from iamscout.access.escalation.worth import ByService, Worth
from iamscout.access.identity import own_policies
from iamscout.access.permission_sets import PermissionSet
from iamscout.access.permissions import Permissions
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, simplify
from iamscout.snapshot.account import Group

_Gains = Iterable[tuple[tuple[Formula, bool], int]]
"""For each gain (when one is administrator then, and whether there is any gain) the groups that bring it."""


class Joining:
    """Answers for the groups of a run, and remembers."""

    def __init__(
        self, permissions: Permissions, limits: Limits, index: ArnIndex, by_service: ByService
    ) -> None:
        self.permissions, self.limits, self.index = permissions, limits, index
        self._by_service = by_service
        self._groups: list[tuple[Group, PermissionSet]] = []
        self._beyond: list[Worth] = []
        self._adding: dict[int, int] = {}
        self._admins: dict[str, dict[Formula, int]] = {}

    def gains(self, entry: Entry, groups: int) -> _Gains:
        """What a user gains in any of these groups; those that add nothing are left out."""
        adding = groups & self._beyond_of(entry)
        found: dict[tuple[Formula, bool], list[int]] = {}
        if adding:
            user = _Joiner(self.permissions, self.limits, entry)
            for place in places_of(adding):
                found.setdefault(user.gain(*self._groups[place]), []).append(place)
        return [(gain, self.index.bits(places)) for gain, places in found.items()]

    def gains_of_other(self, entry: Entry, groups: int) -> _Gains:
        """What it gains by another user who has just what the groups grant; SCPs hold for both."""
        ceiling = self.limits.fresh_admin(entry)
        permitted = self.limits.fresh(entry).anyhow
        adding = self.index.bits(
            place
            for place in places_of(groups & self._beyond_of(entry))
            if self._groups[place][1].anyhow & permitted
        )
        for admin, bits in self._admins_by_group(entry.account).items():
            for more, among in ((True, adding), (False, ~adding)):
                if groups & bits & among:
                    yield (simplify(all_of(admin, ceiling)), more), groups & bits & among

    def _beyond_of(self, entry: Entry) -> int:
        """The groups that permit anything, or anything more widely, that a principal may not."""
        held = self.permissions.of(entry)
        found = self._adding.get(id(held))
        if found is None:
            self._read()
            anyhow, wide, always = self._beyond
            found = anyhow.beyond(held.anyhow) | wide.beyond(held.wide) | always.beyond(held.always)
            self._adding[id(held)] = found
        return found

    def _read(self) -> None:
        if self._beyond:
            return
        for arn in self.index.arns:
            account = self.permissions.directory.accounts[arn.split(":")[4]]
            group = account.groups_by_name[arn.rpartition("/")[2]]
            self._groups.append((group, self.permissions.of_group(account, group)))
        for sets in zip(*((held.anyhow, held.wide, held.always) for _, held in self._groups), strict=True):
            self._beyond.append(Worth(self._by_service, self.index, sets))

    def _admins_by_group(self, account: str) -> dict[Formula, int]:
        """The groups of an account by when whoever has what they grant is administrator."""
        found = self._admins.get(account)
        if found is None:
            places: dict[Formula, list[int]] = {}
            for place in places_of(self.index.by_account.get(account, 0)):
                _, held = self._groups[place]
                places.setdefault(self.limits.judge.when_once(held, account), []).append(place)
            found = self._admins[account] = {when: self.index.bits(each) for when, each in places.items()}
        return found


class _Joiner:
    """A user who joins one group after the other: what does not depend on the group is worked out once."""

    def __init__(self, permissions: Permissions, limits: Limits, entry: Entry) -> None:
        self.permissions, self.limits, self.entry = permissions, limits, entry
        held = permissions.of(entry)
        self.held = held
        self._missing = permissions.index.essential & ~held.undenied
        """What an administrator may do that only the group can bring."""
        self._is_limited = limits.is_limited(entry)
        if self._is_limited:
            scope = limits.allowed(entry)
            self._free = scope.certain & ~scope.touched & ~held.touched & ~held.anyhow
            self._new = scope.anyhow & ~held.anyhow
            self._wider = scope.wide & ~held.wide | scope.always & ~held.always

    def gain(self, group: Group, added: PermissionSet) -> tuple[Formula, bool]:
        """What it gains in a group; worked out in full only where it is limited or may be administrator."""
        limits, account = self.limits, self.entry.account
        ceiling = NEVER
        if not self._missing & ~added.undenied:
            ceiling, _ = limits.ceiling(self.entry)
        if ceiling == NEVER:
            # Whatever the group grants, it makes no administrator.
            if not self._is_limited:
                return NEVER, True
            gains = self._gains_within(added)
            if gains is not None:
                return NEVER, gains
            if not self.entry.entity.boundary_arn:
                # Conditions of a Deny may rule out those of the group: that is seldom, and taken as not so.
                return NEVER, True
        elif not (added.touched | added.denied) and (
            limits.judge.when(added, account) == ALWAYS or limits.judge.when(self.held, account) == ceiling
        ):
            # The group grants everything, or the user has reached its ceiling without it; it denies nothing.
            return ceiling, True
        of_group = own_policies(self.permissions.directory.accounts[account], group)
        return limits.gain_of(self.entry, self.permissions.joined_by(self.entry, of_group))

    def _gains_within(self, added: PermissionSet) -> bool | None:
        """Whether a group adds anything within the limits, None where only the whole computation tells.

        `added` is read for an open caller, so its conditions count as met here and as unmet there.
        """
        if added.certain & self._free & ~added.touched:
            return True
        return None if added.anyhow & self._new or added.wide & self._wider else False
