"""Trust policies compared: on callers that stand for all callers, each with and without an identity policy.

A trust policy that names an account lets in whoever that account's identity policies let go; one that names a
user or role of its own account, or everyone, needs no such policy there ("IAM JSON policy elements:
Principal"). So a caller of the role's own account is two points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from iamscout.access.callers import AWS_KINDS, Caller, matching_form
from iamscout.access.directory import Directory
from iamscout.access.matching import NOT_PRINCIPAL_PAGE, means_by_exception
from iamscout.access.principals import Principal, normalise
from iamscout.access.trust import ASSUMING_ACTIONS, TRUST_ACTIONS, fitting_action
from iamscout.diff.allowed import Said, Sides, compare_points, say, sides_of
from iamscout.diff.axes import FRESH
from iamscout.diff.clauses import Clause, read
from iamscout.diff.effect import NEUTRAL, UNKNOWN, Shift
from iamscout.policy.arn import ACCOUNT_ID, parse_arn
from iamscout.policy.atoms import Formula, Opaque, Test
from iamscout.policy.context import Context
from iamscout.policy.document import Condition, PolicyDocument
from iamscout.policy.formula import ALWAYS, all_of, any_of

_ACCOUNT = "aws:principalaccount"
_NOWHERE = "000000000000"
"""The account of a caller whom no policy names."""


class Meant(Struct, frozen=True, cache_hash=True):
    """A statement of a trust policy with its principals in normal form; `excepted` those of NotPrincipal."""

    clause: Clause
    principals: frozenset[Principal]
    excepted: frozenset[Principal] | None


class Point(Struct, frozen=True):
    """A caller, and whether an identity policy of its account allows it to take the role."""

    caller: Caller
    granted: bool


class Trusting(Struct, frozen=True):
    """A role's trust policy at one moment; unique ids are looked up among the users and roles of then."""

    document: PolicyDocument
    directory: Directory
    account: str
    partition: str

    @property
    def meant(self) -> frozenset[Meant]:
        """The statements as a set."""
        return frozenset(
            Meant(
                clause=clause,
                principals=self._normal(clause.principals),
                excepted=None if clause.not_principals is None else self._normal(clause.not_principals),
            )
            for clause in read(self.document).clauses
        )

    def _normal(self, elements: Iterable[object] | None) -> frozenset[Principal]:
        return frozenset(normalise(each, self.directory, self.partition) for each in elements or ())  # type: ignore[arg-type]  # of a clause


def compare_trust(before: Trusting, after: Trusting) -> Shift:
    """How the callers whom a role's trust policy lets in changed, and the conditions on them."""
    return _compare(before.meant, after.meant, after.account, after.partition)


@lru_cache(maxsize=16_384)
def _compare(before: frozenset[Meant], after: frozenset[Meant], account: str, partition: str) -> Shift:
    if before == after:
        return NEUTRAL
    every = before | after
    if any(meant.clause.unreadable for meant in every):
        return UNKNOWN
    named = {principal for meant in every for principal in meant.principals | (meant.excepted or frozenset())}
    accounts = {account, *(principal.account for principal in named), *_tested_accounts(every)} - {""}
    elsewhere = _elsewhere(accounts)
    pairs = (
        (_when(before, point, action, elsewhere), _when(after, point, action, elsewhere))
        for point in _points(named, accounts, account, partition)
        for action in TRUST_ACTIONS
        if action not in ASSUMING_ACTIONS or action == fitting_action(point.caller)
    )
    return compare_points(pairs, complete=True)


def _when(statements: frozenset[Meant], point: Point, action: str, elsewhere: Formula) -> Formula:
    """When a caller is let in; one who stands for all others is in no account that has a point."""
    said = _said(statements, point, action).effective
    return all_of(said, elsewhere) if point.caller.account == _NOWHERE else said


def _said(statements: frozenset[Meant], point: Point, action: str) -> Said:
    about = [meant for meant in statements if meant.clause.covers_action(action.lower())]
    clauses = frozenset(meant.clause for meant in about if meant.excepted is None and _means(meant, point))
    excepting = [_said_to_others(meant, point) for meant in about if meant.excepted is not None]
    told = [_of_clauses(clauses, point), *excepting]
    return Said(any_of(*(each.allow for each in told)), any_of(*(each.deny for each in told)))


def _of_clauses(clauses: frozenset[Clause], point: Point) -> Said:
    sides: Sides = sides_of(clauses, frozenset())
    return say(sides, sides.before, _context(point.caller))


def _said_to_others(meant: Meant, point: Point) -> Said:
    """What NotPrincipal says to a caller: to leave a user or role out of a Deny takes its account, too."""
    effect = meant.clause.effect or "Deny"
    meanings = means_by_exception(tuple(sorted(meant.excepted or ())), effect, point.caller)
    if not meanings:
        return Said()
    said = _of_clauses(frozenset({meant.clause}), point)
    when = any_of(*(all_of(each.extra, _CONTESTED if each.is_contested else ALWAYS) for each in meanings))
    return Said(all_of(said.allow, when), all_of(said.deny, when))


_CONTESTED = Formula(((Opaque(NOT_PRINCIPAL_PAGE),),))
"""AWS's pages leave open whether it is so."""


def _means(meant: Meant, point: Point) -> bool:
    """Whether a statement is about a caller; an account that is named means callers that have a grant.

    A Deny that names the account means them all.
    """
    forms = {matching_form(point.caller, principal) for principal in meant.principals} - {None}
    if not point.granted and meant.clause.effect == "Allow":
        forms.discard("account")
    return bool(forms)


def _tested_accounts(statements: Iterable[Meant]) -> Iterator[str]:
    """The accounts that some condition on the caller's account names."""
    for meant in statements:
        for condition in meant.clause.conditions:
            if condition.key.lower() == _ACCOUNT:
                yield from (value for value in condition.values if ACCOUNT_ID.match(value))


def _elsewhere(accounts: Iterable[str]) -> Formula:
    """What is so of a caller of an account that has no point of its own."""
    return Formula(((Test(Condition("StringNotEquals", "aws:PrincipalAccount", tuple(sorted(accounts)))),),))


def _points(
    named: Iterable[Principal], accounts: Iterable[str], account: str, partition: str
) -> Iterator[Point]:
    """One caller of each kind and account whom nothing names, and one for each principal that is named."""
    callers = [
        _anybody(_NOWHERE, partition),
        *(_anybody(each, partition) for each in sorted(accounts)),
        Caller("service", f"{FRESH}.amazonaws.com"),
        Caller("saml", f"arn:{partition}:iam::{account}:saml-provider/{FRESH}", account, partition),
        Caller("oidc", f"arn:{partition}:iam::{account}:oidc-provider/{FRESH}", account, partition),
        *(caller for principal in sorted(named) for caller in _callers(principal)),
    ]
    for caller in callers:
        yield Point(caller, granted=True)
        if caller.kind in AWS_KINDS and caller.account == account:
            yield Point(caller, granted=False)


def _anybody(account: str, partition: str) -> Caller:
    return Caller("user", f"arn:{partition}:iam::{account}:user/{FRESH}", account, partition)


def _callers(principal: Principal) -> Iterator[Caller]:
    arn = parse_arn(principal.value)
    partition = arn.partition if arn else ""
    match principal.kind:
        case "account":
            yield _anybody(principal.account, partition)
        case "user":
            yield Caller("user", principal.value, principal.account, partition)
        case "role":
            yield Caller("role", principal.value, principal.account, partition, role_arn=principal.value)
        case "session" if arn is not None and arn.resource.count("/") == 2:
            _, role, name = arn.resource.split("/")
            role_arn = f"arn:{partition}:iam::{arn.account}:role/{role}"
            yield Caller("session", principal.value, principal.account, partition, role_arn, name)
        case "service" | "saml" | "oidc":
            yield Caller(principal.kind, principal.value, principal.account, partition)


def _context(caller: Caller) -> Context:
    """What AWS derives of a caller: its account, and its ARN where one is named."""
    if caller.kind not in AWS_KINDS:
        return Context(absent=frozenset({_ACCOUNT, "aws:principalarn"}))
    values = {}
    if caller.account != _NOWHERE:
        values[_ACCOUNT] = (caller.account,)
    if caller.kind in ("user", "role") and FRESH not in caller.value:
        values["aws:principalarn"] = (caller.value,)
    return Context(values)
