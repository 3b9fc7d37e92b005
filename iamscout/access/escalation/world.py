"""What the judges of escalation ask: which targets an action reaches, and what a target is worth."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TYPE_CHECKING

from iamscout.access.admins import Admins
from iamscout.access.arnindex import ArnIndex
from iamscout.access.directory import Entry
from iamscout.access.escalation.alike import Alike
from iamscout.access.escalation.joining import Joining
from iamscout.access.escalation.limits import Limits
from iamscout.access.escalation.methods import ServiceMethod
from iamscout.access.escalation.reach import Kind, Reach, Request
from iamscout.access.escalation.targets import TargetReader
from iamscout.access.escalation.worth import WorthReader
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.permissions import Permissions
from iamscout.policy.context import Context
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import NEVER, Formula, assume, simplify
from iamscout.snapshot.account import Account, Role

if TYPE_CHECKING:
    from iamscout.access.escalation.drafts import Draft

_UNKNOWN = -1
"""More than all actions there are."""


class World:
    """All accounts of a run as the judges see them; remembers what it has worked out."""

    def __init__(self, access: AccessMap, permissions: Permissions, admins: Admins) -> None:
        self.access, self.permissions, self.admins = access, permissions, admins
        self.directory = access.directory
        self.alike = Alike(permissions)
        accounts = self.directory.accounts.values()
        self.indexes: dict[Kind, ArnIndex] = {
            "user": ArnIndex(user.arn for account in accounts for user in account.users),
            "role": ArnIndex(role.arn for account in accounts for role in account.roles),
            "group": ArnIndex(group.arn for account in accounts for group in account.groups),
            "policy": ArnIndex(
                policy.arn for account in accounts for policy in account.policies if not policy.is_aws_managed
            ),
        }
        self.plain_roles = self.indexes["role"].bits(
            place
            for place, arn in enumerate(self.indexes["role"].arns)
            if _is_plain(self.directory.by_arn[arn])
        )
        """Roles whose policies IAM lets anybody change: neither a service's own nor Identity Center's."""
        self.targets = TargetReader(permissions, self.indexes)
        self.limits = Limits(permissions, self.indexes)
        self.worth = WorthReader(permissions, admins, self.indexes)
        self.joining = Joining(permissions, self.limits, self.indexes["group"], self.worth.by_service)
        self._trusting: dict[tuple[str, str], Reach] = {}
        self._wanted: dict[tuple[str, ...], int] = {}
        self._role_bits: dict[int, int] = {}
        self._missing: dict[tuple[str, str], dict[str, int]] = {}
        self.holders: dict[str, object] = {}
        """What the judges have read of each account; see `holders.py`."""
        self.held: dict[str, object] = {}
        """The same of credentials; see `credentials.py`."""
        self.members: dict[str, Mapping[int, int]] = {}
        """By account, the users in each group; see `groups.py`."""
        self.held_by_all: dict[tuple[str, Kind, int], int] = {}
        """Who has any of some policies; see `policies.py`."""
        self.witnessed: dict[Hashable, Formula] = {}
        """What was found for principals with the same statements; see `witnesses.py`."""
        self.offered: dict[int, tuple[ServiceMethod, ...]] = {}
        """The methods of services that take none but these actions; see `services.py`."""
        self.offers: dict[Hashable, tuple[Draft, ...]] = {}
        """What services offer to principals with the same statements; see `services.py`."""
        self.created: dict[Hashable, tuple[Draft, ...]] = {}
        """What they can create; see `creation.py`."""
        self.running: dict[tuple[str, str, Formula], tuple[Draft, ...]] = {}
        """What a service's work offers, by account, method and condition; see `services.py`."""
        self.profiled: int | None = None
        """Roles with an instance profile, and roles of which no use is known; see `services.py`."""
        self.unused: int | None = None

    def account(self, entry: Entry) -> Account:
        """The account of a principal."""
        return self.directory.accounts[entry.account]

    def holds(self, entry: Entry, *actions: str) -> bool:
        """Whether a principal may do all these actions on some resource, as far as sets of actions tell."""
        wanted = self.actions(actions)
        return self.permissions.of(entry).anyhow & wanted == wanted

    def actions(self, actions: tuple[str, ...]) -> int:
        """A set of actions; a set that nobody holds where one of them is not known."""
        found = self._wanted.get(actions)
        if found is None:
            index = self.permissions.index
            known = all(map(index.bit, actions))
            found = self._wanted[actions] = index.bits(actions) if known else _UNKNOWN
        return found

    def reach(self, entry: Entry, action: str, kind: Kind, request: Request = ()) -> Reach:
        """The targets of its own account on which a principal may do an action, by condition."""
        return self.targets.reach(entry, action, kind, request) if self.holds(entry, action) else ()

    def granting(self, entry: Entry, action: str, kind: Kind, bits: int) -> Collection[StatementRef]:
        """The Allow statements that permit an action on some of the targets, or on things without a list."""
        found = self.targets.granting(entry, action, kind, bits)
        return found or self.permissions.granted_by(entry, action)

    def trusting(self, account: str, service: str) -> Reach:
        """The roles of an account that a service can take, by condition; the caller is the own account."""
        found = self._trusting.get((account, service))
        if found is None:
            found = self._trusting[account, service] = self._read_trusting(account, service)
        return found

    def _read_trusting(self, account: str, service: str) -> Reach:
        own = Context({"aws:sourceaccount": (account,)})
        index = self.indexes["role"]
        mask = index.by_account.get(account, 0) & self.plain_roles
        found: dict[Formula, int] = {}
        for entry in self.access.by_principal.get(service, ()):
            formula = simplify(assume(entry.verdict.requires, own))
            bits = self.roles_of(entry) & mask
            if bits and formula != NEVER:
                found[formula] = found.get(formula, 0) | bits
        return tuple(found.items())

    def assumable(self, entry: Entry) -> Reach:
        """The roles that a principal can take, by condition."""
        return tuple(
            (each.verdict.requires, self.roles_of(each))
            for each in self.access.by_principal.get(entry.arn, ())
        )

    def roles_of(self, each: AccessEntry) -> int:
        """The roles of an entry of the access map, as a set; it is the same for all its principals."""
        known = self._role_bits.get(id(each))
        if known is None:
            index = self.indexes["role"]
            known = self._role_bits[id(each)] = index.bits(index.position[role] for role in each.roles)
        return known

    def missing_providers(self, account_id: str, kind: str) -> Mapping[str, int]:
        """Identity providers of an account that its roles trust and that do not exist, with those roles."""
        if (account_id, kind) not in self._missing:
            account, index = self.directory.accounts[account_id], self.indexes["role"]
            told = account.saml_providers if kind == "saml" else account.oidc_providers
            known = {provider.arn for provider in told or ()}
            found: dict[str, int] = {}
            for role in account.roles if told is not None else ():
                for grant in self.access.grants.get(role.arn, ()):
                    principal = grant.principal
                    if (principal.kind, principal.account, grant.effect) == (kind, account_id, "Allow") and (
                        principal.value not in known
                    ):
                        found[principal.value] = found.get(principal.value, 0) | index.bit(role.arn)
            self._missing[account_id, kind] = found
        return self._missing[account_id, kind]


def _is_plain(entry: Entry) -> bool:
    return isinstance(entry.entity, Role) and entry.entity.kind == "plain"
