"""What a rule may look at beside its subject: all accounts of the run, and who can assume what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from iamscout.access.admins import Admins, find_admins
from iamscout.access.directory import Directory
from iamscout.access.escalation import EscalationMap, find_escalations
from iamscout.access.exposure import Escalating, ExposureReader, with_escalation
from iamscout.access.exposure_model import Exposures, KeyExposures, UserExposure
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.permissions import Permissions
from iamscout.access.scheme import build_schemes
from iamscout.access.scheme_model import AccountScheme, GroupScheme, Limits
from iamscout.analysis.attachments import Attachments
from iamscout.analysis.everyone import OpenRole, open_roles
from iamscout.analysis.forked import Forked
from iamscout.analysis.people import People
from iamscout.analysis.power import Power, power_of
from iamscout.analysis.settings import Settings
from iamscout.analysis.vendors import well_known_accounts
from iamscout.snapshot.account import Account, Group, Role, User

if TYPE_CHECKING:
    from iamscout.analysis.mfa import HumanWay

_OF_ORGANIZATION = (
    "iam:ListOrganizationsFeatures",
    "organizations:ListDelegatedAdministrators",
    "organizations:ListDelegatedServicesForAccount",
)
"""Sources that only the management account or a delegated administrator is told, about all."""


class NotYetError(Exception):
    """What was asked for is being worked out by another process; ask again after it."""


@dataclass(frozen=True)
class Estate:
    """The accounts of one run (sorted by id), their access map and the settings."""

    accounts: tuple[Account, ...]
    access: AccessMap
    settings: Settings
    _pending: list[Forked[EscalationMap]] = field(default_factory=list, init=False, repr=False, compare=False)

    @contextmanager
    def working_ahead(self) -> Iterator[None]:
        """Have a forked process work out what takes longest, escalation, during the block.

        Whoever asks for it in the block gets NotYetError. The end works out what goes with it, exposures, and
        then waits.
        """
        _ = self.admins  # asked for by both processes
        with Forked(lambda: self.escalation) as forked:
            self._pending.append(forked)
            try:
                yield
                _ = self._exposures_but_escalation
            finally:
                self._pending.clear()
            for escalation in forked.values():
                # Where cached_property keeps it; without it this is worked out here when asked for.
                vars(self)["escalation"] = escalation

    @property
    def directory(self) -> Directory:
        """Who exists."""
        return self.access.directory

    @cached_property
    def own_accounts(self) -> frozenset[str]:
        """The ids of the accounts in the snapshots and of all members of their organizations."""
        return frozenset(self.directory.accounts) | frozenset(self.directory.member_of)

    def told_for_all(self, account: Account) -> frozenset[str]:
        """The sources on the organization that a snapshot of its management account tells for its members."""
        if account.id not in self.directory.member_of:
            return frozenset()
        return self._told_of[self.directory.member_of[account.id][0].id]

    @cached_property
    def _told_of(self) -> Mapping[str, frozenset[str]]:
        """Organization id to the sources that some account tells for all of it."""
        found: dict[str, set[str]] = {}
        for account in self.accounts:
            if account.id in self.directory.member_of:
                told = found.setdefault(self.directory.member_of[account.id][0].id, {"organization"})
                told.update(source for source in _OF_ORGANIZATION if account.has(source))
        return {organization: frozenset(sources) for organization, sources in found.items()}

    @cached_property
    def attachments(self) -> Attachments:
        """Who has which managed policy."""
        return Attachments(self.accounts)

    @cached_property
    def permissions(self) -> Permissions:
        """What each principal may do at any time."""
        return Permissions(self.directory)

    @cached_property
    def admins(self) -> Admins:
        """Effective administrators."""
        return find_admins(self.permissions)

    @cached_property
    def escalation(self) -> EscalationMap:
        """Who can gain more than it was given, and the shortest paths to administrators."""
        if self._pending:
            raise NotYetError
        return find_escalations(self.access, self.permissions, self.admins)

    @cached_property
    def exposures(self) -> Exposures:
        """What users may do at any time, after assuming a role, and with a stolen credential."""
        escalating = Escalating(self.escalation.by_principal)
        return with_escalation(self._exposures_but_escalation, escalating)

    @cached_property
    def _exposures_but_escalation(self) -> Exposures:
        return ExposureReader(self.access, self.permissions).exposures()

    @cached_property
    def keys(self) -> KeyExposures:
        """As much of it as moments are compared by."""
        # A reader of its own: a run asks for one of the two, and what it remembers takes memory.
        return ExposureReader(self.access, self.permissions).keys(Escalating(self.escalation.by_principal))

    @cached_property
    def exposure_of(self) -> Mapping[str, UserExposure]:
        """The exposures of users by ARN."""
        return {each.user: each for each in self.exposures.users}

    @cached_property
    def access_from_outside(self) -> Mapping[str, tuple[AccessEntry, ...]]:
        """Role ARN to its entries but for those of its own account's users and roles, which are most."""
        found: dict[str, list[AccessEntry]] = {}
        for entry in self.access.entries:
            if entry.scope != "same_account":
                for role in entry.roles:
                    found.setdefault(role, []).append(entry)
        return {role: tuple(entries) for role, entries in found.items()}

    @cached_property
    def open_roles(self) -> Mapping[str, OpenRole]:
        """The roles whose trust policy means everyone, by ARN, and how far each lets strangers in."""
        return open_roles(self.accounts, self.access, self.access_from_outside)

    @cached_property
    def people(self) -> People:
        """Which users are people."""
        return People(self.accounts, self.access)

    def power_of(self, account: Account, entity: User | Role | Group) -> Power:
        """How much an entity of an account may do by its policies; several rules ask about each role."""
        known = self._powers.get(entity.arn)
        if known is None:
            known = self._powers[entity.arn] = power_of(account, entity)
        return known

    @cached_property
    def _powers(self) -> dict[str, Power]:
        return {}

    @cached_property
    def ways_of_people(self) -> dict[str, tuple[HumanWay, ...]]:
        """By role ARN what :func:`iamscout.analysis.mfa.human_ways` has found; it fills this in."""
        return {}

    @cached_property
    def schemes(self) -> tuple[AccountScheme, ...]:
        """How the groups and users of each account stand to the role-based scheme."""
        limits = Limits(self.settings.mfa_max_age_seconds, self.settings.scheme_roles_per_group)
        return build_schemes(self.accounts, self.access, limits)

    @cached_property
    def group_schemes(self) -> Mapping[str, GroupScheme]:
        """How each group stands to the role-based scheme, by ARN."""
        return {group.group: group for scheme in self.schemes for group in scheme.groups}

    @cached_property
    def vendors(self) -> Mapping[str, str]:
        """Accounts of companies that one may have dealings with, by id: well-known and configured ones."""
        own = self.own_accounts | dict(self.settings.known_accounts).keys()
        return {
            account: name
            for account, name in {**well_known_accounts(), **dict(self.settings.vendors)}.items()
            if account not in own
        }

    @cached_property
    def labels(self) -> dict[str, str]:
        """Account id to what it is called: configured label, alias, organization's name, company's name."""
        found = dict(well_known_accounts())
        found.update(
            {key: member.name for key, (_, member) in self.directory.member_of.items() if member.name}
        )
        found.update({account.id: account.alias for account in self.accounts if account.alias})
        found.update(self.settings.vendors)
        found.update(self.settings.known_accounts)
        return found


def age_days(then: datetime | None, account: Account) -> int | None:
    """Whole days from a time to the capture, or None where the time is not known."""
    return None if then is None else (account.captured_at - then).days
