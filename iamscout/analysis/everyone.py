"""Which roles are open to everyone: the one answer that rules, counts and pages share.

Everyone is meant by `*` however it is spelled, by NotPrincipal in an Allow, and for all that is known by a
statement whose principals cannot be read ("AWS JSON policy elements: Principal" and "... NotPrincipal"). What
counts is whether a stranger gets in: somebody who has an AWS account and knows nothing of yours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.trust import ASSUMING_ACTIONS, TrustGrant
from iamscout.analysis.visitor import Way, stranger, ways_in
from iamscout.policy.condition import OPEN, resolve
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account, Role

_ASSUMING = frozenset(ASSUMING_ACTIONS)
Openness = Literal["open", "conditional", "doubtful", "limited"]
"""How far a role that means everyone lets strangers in.

`open`: whoever comes, since there is no condition or all are met by choice (`ArnLike aws:PrincipalArn *`, MFA
of one's own). `conditional`: whoever knows a value (an external id) or comes from a place. `doubtful`: what
can be read keeps nobody out, and something cannot be read. `limited`: no stranger, as where the condition
names the organization.
"""


class OpenRole(Struct, frozen=True):
    """A role whose trust policy means everyone, how far, and the Allow statements by which it does.

    `ways` are those by which a stranger gets in, the easiest first; `statements` are the openest of those
    that mean everyone, in the policy's order (those that cannot be read where there are no others).
    """

    role: str
    openness: Openness
    ways: tuple[Way, ...]
    statements: tuple[Statement, ...]


def open_roles(
    accounts: Iterable[Account], access: AccessMap, from_outside: Mapping[str, tuple[AccessEntry, ...]]
) -> Mapping[str, OpenRole]:
    """Role ARN to how open it is, for each role that means everyone and that somebody gets into by that.

    `from_outside` are the entries of each role but for those of its own account.
    """
    found = {}
    for account in accounts:
        for role in account.roles:
            entries = [entry for entry in from_outside.get(role.arn, ()) if entry.scope == "public"]
            if not entries:
                continue
            visitor = stranger(account.partition)
            ways: dict[Way, None] = {}
            for entry in entries:
                ways.update(dict.fromkeys(ways_in(entry.verdict.requires, visitor, account.captured_at)))
            ordered = tuple(sorted(ways, key=lambda way: (len(way.asks) + len(way.opaque), repr(way))))
            statements = _statements(account, role, access.grants.get(role.arn, ()))
            found[role.arn] = OpenRole(role.arn, _openness(ordered), ordered, statements)
    return found


def means_everyone(grants: Iterable[TrustGrant]) -> Iterator[Statement]:
    """The Allow statements of a trust policy that mean everyone, whatever their conditions.

    They name `*`, or use NotPrincipal without it.
    """
    seen: dict[int, list[TrustGrant]] = {}
    for grant in grants:
        if grant.effect == "Allow" and not _ASSUMING.isdisjoint(grant.actions):
            seen.setdefault(grant.statement.number, []).append(grant)
    for told in seen.values():
        names_it = any(grant.principal.kind == "everyone" for grant in told)
        if names_it != told[0].excepted:
            yield told[0].statement


def _openness(ways: tuple[Way, ...]) -> Openness:
    if not ways:
        return "limited"
    if any(way.is_open for way in ways):
        return "open"
    return "doubtful" if all(way.opaque for way in ways) else "conditional"


def _statements(account: Account, role: Role, grants: Iterable[TrustGrant]) -> tuple[Statement, ...]:
    visitor = stranger(account.partition)
    graded: dict[Openness, list[Statement]] = {}
    for statement in means_everyone(grants):
        formula = resolve(statement.conditions, OPEN, variables=role.trust_policy.has_variables)
        alone = _openness(ways_in(formula, visitor, account.captured_at))
        graded.setdefault("doubtful" if statement.unreadable else alone, []).append(statement)
    order: tuple[Openness, ...] = ("open", "conditional", "doubtful", "limited")
    for openness in order:
        if graded.get(openness):
            return tuple(graded[openness])
    return tuple(statement for statement in role.trust_policy.statements if statement.unreadable)
