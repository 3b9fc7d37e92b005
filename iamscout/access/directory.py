"""Who exists: the users and roles of all accounts at hand, found by ARN, unique id or session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from iamscout.policy.arn import Arn, parse_arn
from iamscout.policy.context import Context
from iamscout.snapshot.account import Account, Role, User
from iamscout.snapshot.organization import Organization, OrganizationAccount


class Entry(Struct, frozen=True):
    """One user or role and the account it lives in."""

    kind: Literal["user", "role"]
    arn: str
    account: str
    entity: User | Role

    @property
    def is_service_linked(self) -> bool:
        """Whether it is a service-linked role."""
        return isinstance(self.entity, Role) and self.entity.kind == "service_linked"


@dataclass(frozen=True)
class Directory:
    """Indexes over the accounts of one run; build it with :func:`build_directory`."""

    accounts: Mapping[str, Account]
    by_arn: Mapping[str, Entry]
    by_unique_id: Mapping[str, Entry]
    organizations: tuple[Organization, ...]
    member_of: Mapping[str, tuple[Organization, OrganizationAccount]]
    contexts: dict[str, Context] = field(default_factory=dict, compare=False, repr=False)
    """By ARN what AWS derives from users and roles, as far as somebody has asked."""

    def account_of(self, arn: Arn) -> Account | None:
        """The account in which an ARN is, where there is a snapshot of it."""
        account = self.accounts.get(arn.account)
        return account if account is not None and account.partition == arn.partition else None

    def tells_of(self, arn: Arn) -> bool:
        """Whether a user or role with this ARN would be known: its account's listing was told in full."""
        account = self.account_of(arn)
        return account is not None and account.has("iam:GetAccountAuthorizationDetails")

    def role_of_session(self, session_arn: str) -> Entry | None:
        """The role of an assumed-role session ARN, which carries the role's name without its path."""
        arn = parse_arn(session_arn)
        if arn is None or arn.service != "sts" or arn.resource_type != "assumed-role":
            return None
        account = self.account_of(arn)
        if account is None:
            return None
        parts = arn.resource.split("/")
        role = account.roles_by_name.get(parts[1].lower()) if len(parts) >= 3 else None
        return self.by_arn.get(role.arn) if role else None


def build_directory(accounts: Iterable[Account]) -> Directory:
    """Index the accounts. Unique ids that occur twice (training data has names for ids) find nothing."""
    accounts = sorted(accounts, key=lambda account: account.id)
    by_arn: dict[str, Entry] = {}
    by_unique_id: dict[str, Entry] = {}
    twice: set[str] = set()
    organizations: dict[str, Organization] = {}
    for account in accounts:
        for entry in _entries(account):
            by_arn[entry.arn] = entry
            if entry.entity.unique_id in by_unique_id:
                twice.add(entry.entity.unique_id)
            by_unique_id[entry.entity.unique_id] = entry
        if account.organization:
            organizations.setdefault(account.organization.id, account.organization)
    for unique_id in twice:
        del by_unique_id[unique_id]
    found = tuple(organizations[key] for key in sorted(organizations))
    return Directory(
        accounts={account.id: account for account in accounts},
        by_arn=by_arn,
        by_unique_id=by_unique_id,
        organizations=found,
        member_of={
            member.id: (organization, member) for organization in found for member in organization.accounts
        },
    )


def _entries(account: Account) -> Iterable[Entry]:
    for user in account.users:
        yield Entry("user", user.arn, account.id, user)
    for role in account.roles:
        yield Entry("role", role.arn, account.id, role)
