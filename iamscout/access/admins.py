"""Effective administrators: whose policies amount to every action on every resource, however it is spelled.

Judged over all policies of a principal together, cut by its boundary, the SCPs and every Deny. Services in
:data:`iamscout.policy.actions.HARMLESS_SERVICES` may be missing. A Deny that takes single actions (a trail
that must not be stopped, one bucket that must stay) leaves an administrator; one that takes a whole service
that matters, or any way to change IAM, does not. "Every resource" are those of the account: a data perimeter
that keeps everybody from resources of other organizations changes nothing ("Establish permissions guardrails
using data perimeters").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from iamscout.access.callers import account_facts
from iamscout.access.directory import Directory, Entry
from iamscout.access.permission_pieces import ActionPiece
from iamscout.access.permission_sets import PermissionSet
from iamscout.access.permissions import Permissions
from iamscout.policy.actions import ActionIndex
from iamscout.policy.context import Context
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import ALWAYS, NEVER, Formula, assume, simplify


class Administrator(Struct, frozen=True):
    """A user or role that is administrator; `requires` is ALWAYS unless it is one under conditions only.

    `by` are the statements that make it so, `denied` the single actions that a Deny takes away.
    """

    principal: str
    account: str
    requires: Formula
    by: tuple[StatementRef, ...]
    denied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Admins:
    """All administrators of a run, sorted by ARN."""

    entries: tuple[Administrator, ...]

    @cached_property
    def by_principal(self) -> Mapping[str, Administrator]:
        """Administrators by ARN."""
        return {each.principal: each for each in self.entries}


class AdminJudge:
    """Tells when a permission set is an administrator's; remembers its answers."""

    def __init__(self, index: ActionIndex, directory: Directory) -> None:
        self.index, self.directory = index, directory
        self._known: dict[tuple[int, str], tuple[PermissionSet, Formula]] = {}
        self._at_home: dict[str, Context] = {}
        self._spared: dict[int, int] = {}
        graver = index.by_level["Write"] | index.by_level["Permissions management"]
        self._never_spared = (index.matching("iam:*") & graver) | index.bit("sts:AssumeRole")

    def when(self, permissions: PermissionSet, account: str) -> Formula:
        """When the holder is administrator of its account: NEVER, ALWAYS, or under conditions."""
        key = (id(permissions), account)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (permissions, self.when_once(permissions, account))
        return found[1]

    def when_once(self, permissions: PermissionSet, account: str) -> Formula:
        """The same of a set that nobody has, and that need not be remembered."""
        found = self._judge(permissions)
        if found in (NEVER, ALWAYS):
            return found
        context = self._at_home.get(account)
        if context is None:
            facts = account_facts(account, self.directory)
            context = Context(facts.values, facts.absent, unknown=facts.unknown)
            self._at_home[account] = context
        return simplify(assume(found, context))

    def spared(self, permissions: PermissionSet) -> int:
        """The actions that may be denied to an administrator: no ways to change IAM, no whole services."""
        touched = permissions.touched
        found = self._spared.get(touched)
        if found is None:
            found = touched & self.index.essential & ~self._never_spared
            for mask in self.index.service_masks(found):
                if mask & touched == mask:
                    found &= ~mask
            self._spared[touched] = found
        return found

    def _judge(self, permissions: PermissionSet) -> Formula:
        essential = self.index.essential
        if essential & ~permissions.undenied:
            return NEVER
        return permissions.when_everywhere(essential & ~self.spared(permissions))


def find_admins(permissions: Permissions, judge: AdminJudge | None = None) -> Admins:
    """The administrators among all users and roles at hand; service-linked roles are their service's own."""
    judge = judge or AdminJudge(permissions.index, permissions.directory)
    found = []
    for arn in sorted(permissions.directory.by_arn):
        entry = permissions.directory.by_arn[arn]
        if entry.is_service_linked:
            continue
        held = permissions.of(entry)
        requires = judge.when(held, entry.account)
        if requires != NEVER:
            denied = permissions.index.members(judge.spared(held))
            by = granting(permissions, entry)
            found.append(Administrator(arn, entry.account, requires, by, denied))
    return Admins(tuple(found))


def granting(permissions: Permissions, entry: Entry) -> tuple[StatementRef, ...]:
    """The statements that make an administrator: each that does alone, else a few that do together."""
    wanted = permissions.index.essential
    pieces: list[tuple[StatementRef, ActionPiece]] = [
        (ref, piece) for ref, piece, _ in permissions.grants(entry) if piece.effect == "Allow"
    ]
    alone = {ref for ref, piece in pieces if wanted & ~piece.everywhere == 0}
    if alone:
        return tuple(sorted(alone))
    chosen: list[StatementRef] = []
    while wanted and pieces:
        ref, piece = max(pieces, key=lambda pair: (pair[1].everywhere & wanted).bit_count())
        if not piece.everywhere & wanted:
            break
        chosen.append(ref)
        wanted &= ~piece.everywhere
    return tuple(sorted(chosen))
