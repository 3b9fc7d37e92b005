"""Who has a managed policy attached, and whom it bounds: the other way round than entities tell it."""

from __future__ import annotations

from collections.abc import Iterable

from iamscout.snapshot.account import Account, Group, Role, User


class Attachments:
    """Finds the holders of managed policies in some accounts."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        attached: dict[tuple[str, str], list[User | Group | Role]] = {}
        bounded: dict[tuple[str, str], list[User | Role]] = {}
        for account in accounts:
            entities: tuple[User | Group | Role, ...] = (*account.users, *account.groups, *account.roles)
            for entity in entities:
                for policy in entity.attached_policies:
                    attached.setdefault((account.id, policy.arn), []).append(entity)
                if not isinstance(entity, Group) and entity.boundary_arn:
                    bounded.setdefault((account.id, entity.boundary_arn), []).append(entity)
        self._attached = {key: tuple(entities) for key, entities in attached.items()}
        self._bounded = {key: tuple(entities) for key, entities in bounded.items()}

    def holders(self, account: Account, policy_arn: str) -> tuple[User | Group | Role, ...]:
        """The users, groups and roles of an account to which a policy is attached, in that order."""
        return self._attached.get((account.id, policy_arn), ())

    def bounded(self, account: Account, policy_arn: str) -> tuple[User | Role, ...]:
        """The users and roles of an account whose permissions boundary a policy is."""
        return self._bounded.get((account.id, policy_arn), ())
