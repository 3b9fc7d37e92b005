"""Power compared: who is administrator now and on which terms, and who can gain more by which methods.

Who is administrator needs no method to become it: a method that went is no loss of one whose power grew, and
one that came no gain of one whose power shrank.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct, field

from iamscout.diff.comparable import account_of
from iamscout.diff.effect import shift_of
from iamscout.diff.findings import Verdicts
from iamscout.diff.model import AdminChange, PowerChanges
from iamscout.policy.atoms import Atom, Formula, NeedsIdentity, Opaque, Test, canonical, conjunction
from iamscout.policy.document import Condition
from iamscout.policy.formula import ALWAYS
from iamscout.policy.parse import split_operator

Pairs = Iterable[tuple[str, str]]


class Spelled(Struct):
    """One open condition as an analysis holds it, see :func:`iamscout.access.requests.spell_atom`."""

    key: str = ""
    op: str = ""
    values: tuple[str, ...] = ()
    unreadable: str = ""
    needs: str = ""
    account: str = ""
    negated: Spelled | None = field(default=None, name="not")


def formula_of(alternatives: Iterable[Iterable[Spelled]]) -> Formula:
    """The formula that an analysis tells."""
    return canonical(conjunction(map(_atom, alternative)) for alternative in alternatives)


def compare_power(old: Verdicts, new: Verdicts, accounts: Collection[str]) -> PowerChanges:
    """Who gained or lost power, of these accounts."""
    came, went = new.admins - old.admins, old.admins - new.admins
    terms = [
        AdminChange(
            principal,
            shift.effect,
            conditional_before=old.admin_when[principal] != ALWAYS,
            conditional_now=new.admin_when[principal] != ALWAYS,
        )
        for principal in sorted(old.admins & new.admins)
        for shift in [shift_of(old.admin_when[principal], new.admin_when[principal])]
        if shift.effect != "neutral"
    ]
    grew = came | {each.principal for each in terms if each.effect != "narrowed"}
    shrank = went | {each.principal for each in terms if each.effect != "widened"}
    gained, lost = new.escalation - old.escalation, old.escalation - new.escalation

    def held(pairs: Pairs) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(pair for pair in pairs if account_of(pair[0]) in accounts))

    return PowerChanges(
        admins_gained=tuple(arn for arn in sorted(came) if account_of(arn) in accounts),
        admins_lost=tuple(arn for arn in sorted(went) if account_of(arn) in accounts),
        admins_changed=tuple(each for each in terms if account_of(each.principal) in accounts),
        escalation_gained=held(pair for pair in gained if pair[0] not in shrank),
        escalation_lost=held(pair for pair in lost if pair[0] not in grew),
        escalation_outgrown=held(pair for pair in old.escalation if pair[0] in came),
        escalation_left=held(pair for pair in new.escalation if pair[0] in went),
    )


def _atom(spelled: Spelled) -> Atom:
    negated = spelled.negated is not None
    told = spelled.negated or spelled
    if told.needs:
        return NeedsIdentity(told.account)
    if told.unreadable:
        return Opaque(told.unreadable, negated)
    qualifier, base, if_exists = split_operator(told.op)
    return Test(Condition(base, told.key, told.values, qualifier, if_exists), negated)  # type: ignore[arg-type]  # a qualifier of ours
