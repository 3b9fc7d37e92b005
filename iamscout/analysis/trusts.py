"""What trust rules share: the grants and the access of a role, who is foreign, how grave that is."""

from __future__ import annotations

from typing import Literal

from iamscout.access.model import AccessEntry
from iamscout.access.principals import Principal, PrincipalKind
from iamscout.access.trust import TrustGrant, fitting_action
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.finding import Evidence, Severity
from iamscout.analysis.power import POWER_WORDS, Power
from iamscout.analysis.visitor import Visitor, Way
from iamscout.policy.document import Statement
from iamscout.policy.words import describe
from iamscout.snapshot.account import Account, Role


def allowed(estate: Estate, role: Role, *kinds: PrincipalKind) -> tuple[TrustGrant, ...]:
    """The Allow statements by which principals of these kinds may take the role, one for each principal.

    Statements that do not cover the action that fits the principal, or name it in NotPrincipal, are left
    out.
    """
    return tuple(
        grant
        for grant in estate.access.grants.get(role.arn, ())
        if grant.effect == "Allow"
        and not grant.excepted
        and grant.principal.kind in kinds
        and fitting_action(grant.principal) in grant.actions
    )


def access(
    estate: Estate, role: Role, *scopes: Literal["cross_account", "service", "federated", "public"]
) -> tuple[AccessEntry, ...]:
    """The entries of these scopes by which somebody can, or under conditions may, assume the role."""
    entries = estate.access_from_outside.get(role.arn, ())
    return tuple(entry for entry in entries if entry.scope in scopes) if entries else ()


def foreign_access(estate: Estate, role: Role) -> dict[str, list[AccessEntry]]:
    """Foreign accounts that can assume the role, if only under conditions, with the entries that say so."""
    found: dict[str, list[AccessEntry]] = {}
    for entry in access(estate, role, "cross_account"):
        # Whoever is in no snapshot has entries of its own; the others are many and never foreign.
        if is_foreign(estate, entry.principals[0].account):
            found.setdefault(entry.principals[0].account, []).append(entry)
    return {account: found[account] for account in sorted(found)}


def is_foreign(estate: Estate, account: str) -> bool:
    """Whether an account is neither of the snapshots, nor of their organizations, nor a configured one."""
    return (
        bool(account)
        and account not in estate.own_accounts
        and account not in dict(estate.settings.known_accounts)
    )


def vendor_of(estate: Estate, role: Role) -> str:
    """The company whose accounts alone can assume a role from outside; empty where others can, or nobody."""
    if is_open_to_strangers(estate, role):
        return ""
    names = {estate.vendors.get(account, "") for account in foreign_access(estate, role)}
    return names.pop() if len(names) == 1 else ""


def account_name(estate: Estate, account: str) -> str:
    """An account in a phrase: its id, with what it is called where that is known."""
    label = estate.labels.get(account)
    return f"account {account} ({label})" if label else f"account {account}"


def graded(
    power: Power, *, administrator: Severity, privileged: Severity, ordinary: Severity, none: Severity
) -> Severity:
    """The severity that fits what a role may do."""
    grades: dict[Power, Severity] = {
        "administrator": administrator,
        "privileged": privileged,
        "ordinary": ordinary,
        "none": none,
    }
    return grades[power]


def called(role: Role, power: Power) -> str:
    """The role's name, with what makes it worth having."""
    return role.name + POWER_WORDS[power]


def is_open_to_strangers(estate: Estate, role: Role) -> bool:
    """Whether a stranger gets in, at most by knowing a value or coming from a place."""
    found = estate.open_roles.get(role.arn)
    return found is not None and found.openness != "limited"


def everyone_evidence(estate: Estate, role: Role, element: str = "") -> tuple[Evidence, ...]:
    """The statements by which a role means everyone; an element of theirs, else how they name everyone."""
    found = estate.open_roles.get(role.arn)
    statements = found.statements if found else ()
    return tuple(
        trust_evidence(role, statement, element if statement.conditions and element else _naming(statement))
        for statement in statements
    ) or (trust_evidence(role),)


def service_evidence(estate: Estate, role: Role, service: Principal) -> tuple[Evidence, ...]:
    """The statements by which a service may take a role: their conditions, else how they name it."""
    return tuple(
        trust_evidence(role, grant.statement, "Condition" if grant.conditions else "Principal")
        for grant in allowed(estate, role, "service")
        if grant.principal == service
    )


def _naming(statement: Statement) -> str:
    """The element that says whom a statement means, if any does."""
    if statement.not_principals is not None:
        return "NotPrincipal"
    return "" if statement.principals is None else "Principal"


def insider(estate: Estate, account: Account) -> Visitor:
    """Anybody of an account."""
    membership = estate.directory.member_of.get(account.id)
    if membership is None:
        return Visitor(account.id, account.partition)
    organization, member = membership
    return Visitor(account.id, account.partition, organization.id, member.path)


def asked(ways: tuple[Way, ...]) -> str:
    """What the easiest way in asks for, in words."""
    way = ways[0]
    return " and ".join([*(describe(test) for test in way.asks), *way.opaque])
