"""What both sides tell: a source that one of them lacks is taken from neither, and said to be lacking.

So a gap never reads as a removal, whoever looks at the accounts afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from msgspec import Struct

from iamscout.access.principals import Principal
from iamscout.diff.model import NotComparable, Side
from iamscout.snapshot.account import Account
from iamscout.snapshot.model import UNANSWERED, Status
from iamscout.snapshot.view import DETAILS

PROVIDER_LISTS = ("iam:ListSAMLProviders", "iam:ListOpenIDConnectProviders")
LISTINGS = (DETAILS, "iam:ListRoles", "iam:ListUsers")
_FIELDS: dict[str, str] = {
    "iam:ListSAMLProviders": "saml_providers",
    "iam:ListOpenIDConnectProviders": "oidc_providers",
    "iam:GetCredentialReport": "credential_report",
    "iam:GetAccountPasswordPolicy": "password_policy",
    "organization": "organization",
}
"""Sources that are one field of an account, None where they were not told."""


@dataclass(frozen=True)
class Twins:
    """One account at two moments, without what only one of them tells."""

    old: Account
    new: Account
    gaps: frozenset[str]
    """The ARNs of which one side knows the name alone."""
    detailed: bool
    """Whether users, groups, roles and policies are told in full on both sides."""

    def is_whole(self, account: Account, kind: str) -> bool:
        """Whether what a side does not list of a kind is known not to be there."""
        if account.has(DETAILS):
            return True
        return {"role": account.has("iam:ListRoles"), "user": account.has("iam:ListUsers")}.get(kind, False)


class Comparable(Struct, frozen=True):
    """Whose access both sides tell: principals and roles of `accounts`, of no snapshot, and not in `gaps`."""

    accounts: frozenset[str]
    told: frozenset[str]
    gaps: frozenset[str]

    def role(self, arn: str) -> bool:
        """Whether a role is one that both sides tell of in full."""
        return account_of(arn) in self.accounts and arn not in self.gaps

    def principal(self, principal: Principal) -> bool:
        """Whether a principal is known, or unknown, to both sides alike."""
        if principal.account in self.told and principal.account not in self.accounts:
            return False
        return principal.value not in self.gaps


def account_of(arn: str) -> str:
    """The account in an ARN; nothing where the text is none, as that of everyone or of a service."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def twins(
    old: Iterable[Account], new: Iterable[Account]
) -> tuple[tuple[Twins, ...], tuple[NotComparable, ...]]:
    """The accounts of both sides in pairs, and what cannot be compared."""
    before: Mapping[str, Account] = {account.id: account for account in old}
    found: list[Twins] = []
    lacking: list[NotComparable] = []
    for account in new:
        other = before.get(account.id)
        if other is None:
            continue
        found.append(_twins(other, account))
        lacking.extend(_lacking(other, account))
    return tuple(found), tuple(sorted(set(lacking)))


def _twins(old: Account, new: Account) -> Twins:
    blank = {
        field: None for source, field in _FIELDS.items() if not (_tells(old, source) and _tells(new, source))
    }
    gaps = {gap.resource for account in (old, new) for gap in account.gaps if gap.operation == DETAILS}
    return Twins(
        old=_without(old, blank),
        new=_without(new, blank),
        gaps=frozenset(gaps - {""}),
        detailed=old.has(DETAILS) and new.has(DETAILS),
    )


def _tells(account: Account, source: str) -> bool:
    """Whether an account has a field; of the organization only a whole answer counts, as its levels cut."""
    if source == "organization":
        return account.has(source)
    return account.has(source) or getattr(account, _FIELDS[source]) is not None


def _without(account: Account, blank: Mapping[str, None]) -> Account:
    """The account without some fields, as if their sources had not been asked for."""
    told = [field for field in blank if getattr(account, field) is not None]
    if not told:
        return account
    unasked = {source for source, field in _FIELDS.items() if field in told}
    statuses: tuple[tuple[str, Status, str], ...] = tuple(
        (source, "skipped", "the other side lacks it") if source in unasked else (source, status, reason)
        for source, status, reason in account.statuses
    )
    return replace(account, statuses=statuses, **blank)  # type: ignore[arg-type]  # fields that may be None


def equally_listed(
    one: Iterable[Account], others: Iterable[Account]
) -> tuple[tuple[Account, ...], tuple[Account, ...]]:
    """Both sides without a whole list of identity providers that only one of them has.

    A role may trust a provider that is not there. Only a whole list tells that, so with one such list an
    entry to the role would seem to come or go.
    """
    sides = tuple(one), tuple(others)
    known = [{account.id: account for account in side} for side in sides]
    return _as_listed(sides[0], known[1]), _as_listed(sides[1], known[0])


def _as_listed(accounts: Iterable[Account], others: Mapping[str, Account]) -> tuple[Account, ...]:
    return tuple(
        _unlisted(account, {source for source in PROVIDER_LISTS if not others[account.id].has(source)})
        if account.id in others
        else account
        for account in accounts
    )


def _unlisted(account: Account, sources: Collection[str]) -> Account:
    if not any(account.has(source) for source in sources):
        return account
    return replace(account, statuses=tuple(status for status in account.statuses if status[0] not in sources))


def _lacking(old: Account, new: Account) -> Iterator[NotComparable]:
    """One line for a source that a side lacks and the other has, or that AWS refused to both."""
    for source in sorted({*old.status_by_source, *new.status_by_source}):
        statuses = [account.status_by_source.get(source, "skipped") for account in (old, new)]
        if statuses == ["ok", "ok"]:
            continue
        lacks = [status != "ok" for status in statuses]
        if all(lacks) and not any(status in UNANSWERED for status in statuses):
            continue
        side: Side = "both" if all(lacks) else "old" if lacks[0] else "new"
        told = dict.fromkeys(status for status in statuses if status != "ok")
        yield NotComparable(new.id, source, side, ", ".join(told))
    for side_name, account in (("old", old), ("new", new)):
        side = "old" if side_name == "old" else "new"
        for gap in account.gaps:
            if gap.resource:
                yield NotComparable(new.id, gap.operation, side, gap.error_code or gap.message, gap.resource)
