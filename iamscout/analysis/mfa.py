"""How strongly a role asks people for MFA: by their access, or by the trust where nobody has any."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.access.credentials import Mfa, credential_results, mfa_strength
from iamscout.access.principals import Principal
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.finding import Evidence
from iamscout.analysis.trusts import allowed
from iamscout.policy.condition import OPEN, resolve
from iamscout.policy.document import Statement
from iamscout.policy.formula import Formula, all_of, any_of, negate
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.snapshot.account import Account, Role


class HumanWay(Struct, frozen=True):
    """One way in for people: how it asks for MFA, under which open conditions, and who they are.

    `people` is empty for what a trust policy asks of whoever will be allowed to use it.
    """

    mfa: Mfa
    requires: Formula
    people: tuple[Principal, ...] = ()


def human_ways(estate: Estate, account: Account, role: Role) -> tuple[HumanWay, ...]:
    """The ways in for people of the snapshots; where there are none, what the trust asks of users.

    Remembered by the estate, as several rules ask about each role.
    """
    known = estate.ways_of_people.get(role.arn)
    if known is None:
        known = estate.ways_of_people[role.arn] = _human_ways(estate, account, role)
    return known


def _human_ways(estate: Estate, account: Account, role: Role) -> tuple[HumanWay, ...]:
    people_of = estate.people.of
    found = [
        HumanWay(entry.verdict.mfa, entry.verdict.requires, people)
        for entry in estate.access.by_role.get(role.arn, ())
        if entry.scope in ("same_account", "cross_account") and (people := people_of(entry))
    ]
    return tuple(found) or tuple(trusted_ways(estate, account, role))


def trusted_ways(estate: Estate, account: Account, role: Role) -> Iterator[HumanWay]:
    """What each Allow statement for an account or users asks, less what Deny statements take."""
    variables = role.trust_policy.has_variables
    denied = any_of(
        *(
            resolve(grant.conditions, OPEN, variables=variables)
            for grant in estate.access.grants.get(role.arn, ())
            if grant.effect == "Deny"
            and not grant.excepted
            and (
                grant.principal.kind == "everyone"
                or (grant.principal.kind == "account" and grant.principal.account == account.id)
            )
        )
    )
    for grant in allowed(estate, role, "account", "user"):
        asked = all_of(resolve(grant.conditions, OPEN, variables=variables), negate(denied))
        yield HumanWay(mfa_strength(asked), asked)


def mfa_evidence(estate: Estate, role: Role) -> tuple[Evidence, ...]:
    """The statements of a trust policy that ask about MFA; where none does, those that let people in."""
    asking = [s for s in role.trust_policy.statements if asks_for_mfa(s)]
    if asking:
        return tuple(trust_evidence(role, statement, "Condition") for statement in asking)
    letting_in = dict.fromkeys(
        grant.statement for grant in allowed(estate, role, "everyone", "account", "user")
    )
    return tuple(trust_evidence(role, statement) for statement in letting_in)


def asks_for_mfa(statement: Statement) -> bool:
    """Whether a statement's conditions mention MFA at all."""
    keys = [condition.key.lower() for condition in statement.conditions]
    return MFA_PRESENT in keys or MFA_AGE in keys


def who_bypasses(way: HumanWay) -> str:
    """Which credentials get in without MFA, in words."""
    results = credential_results(way.requires)
    passing = []
    if results.long_term_key != "deny":
        passing.append("an access key")
    if results.console_without_mfa != "deny":
        passing.append("a console session without MFA")
    return " and ".join(passing) or "a session without MFA"
