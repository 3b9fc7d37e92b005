"""What stands between somebody and a role, when all that is known of him is where his account is.

A condition limits a visitor only if he cannot meet it with what he chooses himself. He has MFA, picks the
names of his users and sessions, tags them, sends any external id; he belongs to his account and its
organization, and does not know your values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from iamscout.policy.condition import Context, holds
from iamscout.policy.document import Condition
from iamscout.policy.formula import Formula, Opaque, Test, assume
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.policy.variables import has_variables

_NAME = "q9-visitor-9q"
_ABSENT = frozenset(
    [
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:federatedprovider",
        "aws:chatbotsourcearn",
    ]
)
"""Keys that AWS adds for its services, never for a call that somebody makes himself."""
_ALWAYS_SENT = frozenset(
    [
        "sts:rolesessionname",
        "aws:principalarn",
        "aws:principaltype",
        "aws:userid",
        "aws:useragent",
        "aws:requestedregion",
        "aws:securetransport",
    ]
)
"""Keys a caller of AssumeRole cannot leave out."""
_OWN_TEXT = frozenset(
    [
        "sts:externalid",
        "sts:rolesessionname",
        "sts:sourceidentity",
        "aws:sourceidentity",
        "aws:useragent",
        "aws:referer",
        "aws:requestedregion",
        "aws:userid",
        "aws:username",
        "aws:tagkeys",
        "sts:transitivetagkeys",
    ]
)
_OWN_FAMILIES = ("aws:requesttag/", "aws:principaltag/")
_ADDRESSES = ("4.17.9.81", "62.119.3.7", "100.12.200.14", "151.80.44.9", "188.31.7.250")
"""Addresses all over the internet: nobody chooses where he is, so a condition must let all of them pass."""
_NUMBERS = ("0", "1", "900", "3600", "43200")


class Visitor(Struct, frozen=True):
    """Anybody of one account.

    `organization` and `path` (`o-…/r-…/ou-…/`) are empty where the account is in none; `is_stranger` means
    an account of which nothing is known, in an organization of its own or in none.
    """

    account: str
    partition: str
    organization: str = ""
    path: str = ""
    is_stranger: bool = False


class Way(Struct, frozen=True):
    """One way into a role: conditions that the visitor cannot meet by choice, and what cannot be judged."""

    asks: tuple[Test, ...] = ()
    opaque: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.asks and not self.opaque


def stranger(partition: str) -> Visitor:
    """Somebody with an AWS account of his own, and no knowledge of yours."""
    return Visitor("000000000000", partition, is_stranger=True)


def ways_in(formula: Formula, visitor: Visitor, when: datetime) -> tuple[Way, ...]:
    """The alternatives by which a visitor may get in at a time (UTC); none where all keep him out.

    A way with `asks` is open to whoever knows a value or comes from a place that the condition names.
    """
    found: dict[Way, None] = {}
    for context in _worlds(visitor, when):
        for alternative in assume(formula, context).alternatives:
            groups = _by_key(atom for atom in alternative if isinstance(atom, Test))
            if any(_names_others(test, visitor) for group in groups for test in group):
                continue
            asks = tuple(test for group in groups if not meets_freely(group, visitor) for test in group)
            opaque = tuple(atom.reason for atom in alternative if isinstance(atom, Opaque))
            found[Way(asks, opaque)] = None
    return tuple(sorted(found, key=lambda way: (len(way.asks) + len(way.opaque), repr(way))))


def meets_freely(tests: Iterable[Test], visitor: Visitor) -> bool:
    """Whether a visitor meets these conditions, all on one key, by choice and without knowing any value."""
    group = list(tests)
    if any(has_variables(value) for test in group for value in test.condition.values):
        return all(_fills_itself(test.condition) for test in group)
    key = group[0].condition.key.lower()
    if key == "aws:sourceip":
        return all(_meet(group, (address,)) for address in _ADDRESSES) or _meet(group, None)
    return any(_meet(group, values) for values in _choices(key, group, visitor))


def _meet(tests: Iterable[Test], values: tuple[str, ...] | None) -> bool:
    return all(holds(test.condition, values) != test.negated for test in tests)


def _worlds(visitor: Visitor, when: datetime) -> Iterator[Context]:
    known = {
        "aws:principalaccount": (visitor.account,),
        "aws:principalisawsservice": ("false",),
        "aws:viaawsservice": ("false",),
        "aws:currenttime": (when.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(when.timestamp())),),
    }
    if visitor.is_stranger or not visitor.organization:
        yield Context(values=known, absent=_ABSENT | {"aws:principalorgid", "aws:principalorgpaths"})
    if visitor.is_stranger or visitor.organization:
        organization = visitor.organization or "o-q9visitor9q"
        path = visitor.path or f"{organization}/r-q9q9/"
        own = {"aws:principalorgid": (organization,), "aws:principalorgpaths": (path,)}
        yield Context(values=known | own, absent=_ABSENT)


def _by_key(tests: Iterable[Test]) -> list[list[Test]]:
    groups: dict[str, list[Test]] = {}
    for test in tests:
        groups.setdefault(test.condition.key.lower(), []).append(test)
    return list(groups.values())


def _choices(key: str, tests: list[Test], visitor: Visitor) -> Iterator[tuple[str, ...] | None]:
    """What a caller can bring about for a key without knowing a value; None leaves it out."""
    if key not in _ALWAYS_SENT:
        yield None
    if key in _OWN_TEXT or key.startswith(_OWN_FAMILIES):
        yield (_NAME,)
    elif key == "aws:principalarn":
        yield from ((_arn(visitor, kind),) for kind in ("user", "role"))
    elif key == "aws:principaltype":
        yield from (("User",), ("AssumedRole",))
    elif key in (MFA_PRESENT, "aws:securetransport"):
        yield from (("true",), ("false",))
    elif key in (MFA_AGE, "sts:durationseconds"):
        yield from ((number,) for number in _NUMBERS)
    elif key == "aws:tokenissuetime":
        yield from (
            ("2000-01-01T00:00:00Z",),
            *((value,) for test in tests for value in test.condition.values),
        )


def _fills_itself(condition: Condition) -> bool:
    """Whether the value of a condition is one of the caller's own, such as `${aws:username}`."""
    key = condition.key.lower()
    chosen = key in _OWN_TEXT or key.startswith(_OWN_FAMILIES)
    return chosen and not any("${aws:resource" in value.lower() for value in condition.values)


def _names_others(test: Test, visitor: Visitor) -> bool:
    """Whether a test on the caller's ARN can be met only by accounts other than the visitor's."""
    condition = test.condition
    if condition.key.lower() != "aws:principalarn" or test.negated or holds(condition, None):
        return False
    if holds(condition, (_arn(visitor, "role"),)):
        return False
    return all(_account_of(value) not in ("*", visitor.account) for value in condition.values)


def _account_of(value: str) -> str:
    """The account segment of an ARN pattern; `*` where the pattern ends in a wildcard before it."""
    parts = value.split(":", 5)
    return parts[4] if len(parts) == 6 else "*" if "*" in value else ""


def _arn(visitor: Visitor, kind: str) -> str:
    return f"arn:{visitor.partition}:iam::{visitor.account}:{kind}/{_NAME}"
