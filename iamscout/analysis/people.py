"""Which users are people: those with a console password, as far as the credential report tells."""

from __future__ import annotations

from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.principals import Principal
from iamscout.snapshot.account import Account


class People:
    """Finds the people among principals; works each entry of an access map out once.

    Where an account's credential report is not there, each of its users may be a person.
    """

    def __init__(self, accounts: tuple[Account, ...], access: AccessMap) -> None:
        self._with_password = {account.id: console_users(account) for account in accounts}
        self._access = access
        self._found: dict[int, tuple[Principal, ...]] = {}

    def of(self, entry: AccessEntry) -> tuple[Principal, ...]:
        """The people among an entry's principals. The entry must be one of the access map's own."""
        found = self._found.get(id(entry))
        if found is None:
            found = tuple(each for each in entry.principals if each.kind == "user" and self.is_person(each))
            self._found[id(entry)] = found
        return found

    def is_person(self, user: Principal) -> bool:
        """Whether a user of the snapshots signs in with a password, or may for all that is known."""
        known = self._with_password.get(user.account)
        return known is None or user.value in known

    def is_known(self, account: str) -> bool:
        """Whether the credential report of an account tells who signs in."""
        return self._with_password.get(account) is not None


def console_users(account: Account) -> frozenset[str] | None:
    """The ARNs of users with a console password, or None where no credential report tells."""
    if account.credential_report is None:
        return None
    return frozenset(row.arn for row in account.credential_report if row.password_enabled and not row.is_root)
