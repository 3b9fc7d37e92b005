"""The trust policies of all roles, sorted into classes that mean the same to a caller who is not named.

Most trust policies speak of everyone or of whole accounts: roles with equal formulas form one class. Those
whose conditions ask about the caller form classes by document and are resolved for each kind of answer;
callers that a policy names are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, reduce
from operator import or_

from msgspec import Struct

from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.access.callers import Caller, Facts, role_facts
from iamscout.access.cover import depends_on_caller, is_caller_key
from iamscout.access.directory import Directory
from iamscout.access.layers import asks_about_role
from iamscout.access.matching import TrustMatch, match_trust
from iamscout.access.trust import ASSUME_ROLE, TrustStatement, read_trust
from iamscout.policy.context import OPEN, Context
from iamscout.policy.document import Condition, PolicyDocument
from iamscout.policy.formula import NEVER, Formula
from iamscout.policy.match import literal_prefix, plain_text
from iamscout.snapshot.account import Account, Role

ANY_KEY = ("*",)
"""The keys asked for by a trust policy with variables, which may be any."""


class TrustClass(Struct, frozen=True, cache_hash=True):
    """Roles whose trust says the same to callers that are not named: Allow by `*` and by account, Deny."""

    bits: int
    everyone: Formula
    account: Formula
    deny: Formula
    contested: Formula = NEVER

    @property
    def said(self) -> tuple[Formula, ...]:
        """All that it says, whatever the roles."""
        return self.everyone, self.account, self.deny, self.contested


class AskingClass(Struct, frozen=True, eq=False):
    """Roles with one trust policy whose meaning depends on who exactly calls.

    `keys` are the caller's keys it asks for. `is_free` tells whether it may let in callers of the own
    account without an identity policy (`*`, or NotPrincipal).
    """

    bits: int
    is_free: bool
    role: Role
    account: Account
    keys: tuple[str, ...]
    place: int


class _Reading(Struct, frozen=True, eq=False):
    """One trust policy, whichever roles have it; `named` are the ARNs of users, roles and sessions."""

    statements: tuple[TrustStatement, ...]
    named: frozenset[str]
    asks_about_caller: bool
    asks_about_role: bool


class TrustIndex:
    """Built once for the roles of all accounts; answers about sts:AssumeRole."""

    def __init__(self, directory: Directory, index: ArnIndex) -> None:
        self.directory, self.index = directory, index
        self.roles: list[Role] = []
        self.accounts: list[Account] = []
        self.statements: list[tuple[TrustStatement, ...]] = []
        self._readings: list[_Reading] = []
        self._named: dict[str, list[int]] = {}
        self._classes: dict[str, list[TrustClass]] = {}
        self._plain: dict[tuple[int, str], list[int]] = {}
        self._facts: dict[int, Facts] = {}
        asking: dict[tuple[int, str, int], list[int]] = {}
        readings: dict[tuple[int, str], _Reading] = {}
        for place, arn in enumerate(index.arns):
            entry = directory.by_arn[arn]
            role, account = entry.entity, directory.accounts[entry.account]
            if not isinstance(role, Role):
                raise TypeError(f"{arn} is no role")
            document = id(role.trust_policy)
            read = readings.get((document, account.partition))
            if read is None:
                read = readings[document, account.partition] = _read(role, directory, account.partition)
            self.roles.append(role)
            self.accounts.append(account)
            self.statements.append(read.statements)
            self._readings.append(read)
            for name in read.named:
                self._named.setdefault(name, []).append(place)
            if read.asks_about_caller:
                own = place if read.asks_about_role else -1
                asking.setdefault((document, account.id, own), []).append(place)
            else:
                own_or_shared = arn if read.asks_about_role else account.id
                self._plain.setdefault((document, own_or_shared), []).append(place)
        self._named_bits: dict[str, int] = {}
        self._speaks: dict[str, int] = {}
        self._asking_bits = index.bits(place for places in asking.values() for place in places)
        self.callers = ArnIndex(directory.by_arn)
        """All users and roles, by their ARNs."""
        self.asking: list[AskingClass] = []
        self.asking_by_keys: list[AskingClass] = []
        """The classes that may let anybody in, and whose answer depends on `keys_asked` alone."""
        self._asking_anybody: list[AskingClass] = []
        self._asking_somebody: dict[int, list[AskingClass]] = {}
        for places in asking.values():
            self._add_asking(places)
        self.keys_asked = tuple(sorted({key for asking in self.asking_by_keys for key in asking.keys}))

    def _add_asking(self, places: list[int]) -> None:
        first = places[0]
        role, statements = self.roles[first], self.statements[first]
        asking = AskingClass(
            bits=self.index.bits(places),
            is_free=_is_free(statements),
            role=role,
            account=self.accounts[first],
            keys=_keys_asked(statements),
            place=first,
        )
        self.asking.append(asking)
        callers = _callers_asked(statements, role.trust_policy, self.callers)
        if callers is None:
            (self._asking_anybody if asking.keys == ANY_KEY else self.asking_by_keys).append(asking)
            return
        for caller in places_of(callers):
            self._asking_somebody.setdefault(caller, []).append(asking)

    def asking_singly(self, arn: str) -> list[AskingClass]:
        """The further classes that may let a user or role in, depending on who exactly that is.

        All of them for one that is not in the directory, such as somebody who stands for a group.
        """
        place = self.callers.position.get(arn)
        if place is None:
            return [asking for asking in self.asking if asking not in self.asking_by_keys]
        somebody = self._asking_somebody.get(place)
        if somebody is None:
            return self._asking_anybody
        return [*self._asking_anybody, *somebody] if self._asking_anybody else somebody

    def alike(self) -> Iterable[list[int]]:
        """The places of roles of which the same is said to whoever is in no snapshot.

        They have one trust policy, which does not ask about the role, and are of one account and kind. Where
        an organization's control policies may name roles, each role stands alone.
        """
        found: dict[tuple[object, ...], list[int]] = {}
        for place, role in enumerate(self.roles):
            alone = bool(self.directory.organizations) or self._readings[place].asks_about_role
            key = (id(role.trust_policy), self.accounts[place].id, role.kind, place if alone else -1)
            found.setdefault(key, []).append(place)
        return found.values()

    def facts(self, place: int) -> Facts:
        """What AWS derives from a role."""
        known = self._facts.get(place)
        if known is None:
            known = role_facts(self.roles[place], self.accounts[place].id, self.directory)
            self._facts[place] = known
        return known

    @cached_property
    def whole_kinds(self) -> tuple[int, ...]:
        """For each account with several the set of its users, and of its roles, among `callers`."""
        kinds: dict[tuple[str, str], list[int]] = {}
        for place, arn in enumerate(self.callers.arns):
            entry = self.directory.by_arn[arn]
            kinds.setdefault((entry.account, entry.kind), []).append(place)
        return tuple(self.callers.bits(places) for places in kinds.values() if len(places) > 1)

    def named(self, arn: str) -> int:
        """The roles whose trust policy names a user, or a role or session of it."""
        if arn not in self._named:
            return 0
        known = self._named_bits.get(arn)
        if known is None:
            known = self._named_bits[arn] = self.index.bits(self._named[arn])
        return known

    @property
    def names(self) -> dict[str, list[int]]:
        """ARN to the places of the roles that name it."""
        return self._named

    def classes(self, account: str) -> list[TrustClass]:
        """For callers of one account: roles whose trust may let some in and does not ask who calls."""
        known = self._classes.get(account)
        if known is None:
            known = self._classes[account] = self._build(account)
        return known

    def _build(self, account: str) -> list[TrustClass]:
        partition = self.directory.accounts[account].partition
        anybody = Caller("user", f"arn:{partition}:iam::{account}:user/", account, partition)
        found: dict[tuple[Formula, Formula, Formula], list[int]] = {}
        for places in self._plain.values():
            place = places[0]
            if self.accounts[place].partition != partition:
                continue
            said = self.match(anybody, place, OPEN)
            if said.forms.everyone == NEVER and said.forms.account == NEVER:
                continue
            formulas = (said.forms.everyone, said.forms.account, said.deny)
            found.setdefault(formulas, []).extend(places)
        return [TrustClass(self.index.bits(places), *formulas) for formulas, places in found.items()]

    def speaks_of(self, account: str) -> int:
        """The roles whose plain trust policies allow everyone or an account, whatever the conditions."""
        known = self._speaks.get(account)
        if known is None:
            known = 0
            for trust_class in self.classes(account):
                known |= trust_class.bits
            self._speaks[account] = known
        return known

    @property
    def asking_roles(self) -> int:
        """The roles whose trust policies ask who exactly calls."""
        return self._asking_bits

    def match(self, caller: Caller, place: int, context: Context, *, action: str = ASSUME_ROLE) -> TrustMatch:
        """Read one role's trust for a caller; `context` holds what is derived from the caller."""
        if self._readings[place].asks_about_role:
            facts = self.facts(place)
            merged = context.extended(facts.values, facts.absent)
            context = Context(merged.values, merged.absent, merged.closed, merged.families | facts.families)
        return match_trust(caller, self.roles[place], self.statements[place], action, context)


def _read(role: Role, directory: Directory, partition: str) -> _Reading:
    statements = read_trust(role, directory, partition)
    return _Reading(
        statements,
        frozenset(_named_principals(statements, directory)),
        _asks_about_caller(role, statements),
        asks_about_role(role.trust_policy),
    )


def _asks_about_caller(role: Role, statements: tuple[TrustStatement, ...]) -> bool:
    variables = role.trust_policy.has_variables
    return any(
        ASSUME_ROLE in read.actions
        and (read.excepted is not None or depends_on_caller(read.statement, variables=variables))
        for read in statements
    )


def _is_free(statements: tuple[TrustStatement, ...]) -> bool:
    return any(
        read.statement.effect != "Deny"
        and (
            read.may_mean_anybody
            or read.excepted is not None
            or any(principal.kind == "everyone" for principal in read.principals)
        )
        for read in statements
    )


def _callers_asked(
    statements: tuple[TrustStatement, ...], document: PolicyDocument, callers: ArnIndex
) -> int | None:
    """The callers whose ARN begins as some Allow statement asks, others cannot come in; None for anybody."""
    found = 0
    for read in statements:
        if read.statement.effect == "Deny" or ASSUME_ROLE not in read.actions:
            continue
        asked = [condition for condition in read.statement.conditions if _asks_for_arn(condition)]
        if read.excepted is not None or read.statement.unreadable or not asked:
            return None
        fitting = callers.everything
        for condition in asked:
            texts = condition.values if document.has_variables else map(plain_text, condition.values)
            heads = {literal_prefix(text) for text in texts}
            fitting &= reduce(or_, map(callers.beginning, heads), 0)
        found |= fitting
    return found


def _asks_for_arn(condition: Condition) -> bool:
    return (
        condition.key.lower() == "aws:principalarn"
        and condition.operator in ("ArnEquals", "ArnLike", "StringEquals", "StringLike")
        and not condition.if_exists
        and condition.qualifier != "ForAllValues"
    )


def _keys_asked(statements: tuple[TrustStatement, ...]) -> tuple[str, ...]:
    """The caller's keys that the conditions mention; `*` where a variable may ask for any."""
    found: set[str] = set()
    for read in statements:
        for condition in read.statement.conditions:
            if any("${" in value for value in condition.values):
                return ANY_KEY
            if is_caller_key(condition.key):
                found.add(condition.key.lower())
    return tuple(sorted(found))


def _named_principals(statements: tuple[TrustStatement, ...], directory: Directory) -> set[str]:
    found: set[str] = set()
    for read in statements:
        for principal in (*read.principals, *(read.excepted or ())):
            if principal.kind in ("user", "role"):
                found.add(principal.value)
            elif principal.kind == "session":
                found.add(principal.value)
                role = directory.role_of_session(principal.value)
                if role:
                    found.add(role.arn)
    return found
