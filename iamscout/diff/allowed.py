"""What documents allow, compared: on texts that stand for all actions and resources, under all conditions.

At each such point the conditions of the statements that apply become one formula before and one after. More
is allowed after if some request meets the second and not the first, which the algebra of formulas decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain

from msgspec import Struct

from iamscout.diff.axes import axis_of, partitions
from iamscout.diff.clauses import Clause, clauses_of
from iamscout.diff.effect import NEUTRAL, UNKNOWN, Answer, Shift, joined, shift_of, surest
from iamscout.policy.atoms import conjunction
from iamscout.policy.condition import judge
from iamscout.policy.context import OPEN, Context
from iamscout.policy.document import PolicyDocument
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, any_of, negate
from iamscout.policy.parse import parse_document

EVERYTHING: PolicyDocument = parse_document(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
)
"""What an absent boundary amounts to."""
MAX_POINTS = 200_000
"""Points that are compared; where there are more the answer is not known."""


class Sides(Struct, frozen=True):
    """All clauses of both moments in one order; bit i of a mask is clause i."""

    clauses: tuple[Clause, ...]
    before: int
    after: int

    @property
    def changed(self) -> int:
        """The clauses of one moment only."""
        return self.before ^ self.after

    def mask(self, text: str, covers: Callable[[Clause, str], bool]) -> int:
        """The clauses that cover an action or a resource."""
        return sum(1 << place for place, clause in enumerate(self.clauses) if covers(clause, text))


class Said(Struct, frozen=True):
    """What the clauses that apply to one point say together."""

    allow: Formula = NEVER
    deny: Formula = NEVER

    @property
    def effective(self) -> Formula:
        """When it is allowed in the end."""
        return all_of(self.allow, negate(self.deny)) if self.deny != NEVER else self.allow


def compare_documents(before: Iterable[PolicyDocument], after: Iterable[PolicyDocument]) -> Shift:
    """How what some policies allow together changed; where it did not, how what they deny to others did.

    A Deny takes from whoever holds it what any other policy grants, so a Deny alone is not without effect.
    """
    return _compare(clauses_of(before), clauses_of(after))


@lru_cache(maxsize=16_384)
def _compare(before: frozenset[Clause], after: frozenset[Clause]) -> Shift:
    sides = sides_of(before, after)
    if not sides.changed:
        return NEUTRAL
    if any(clause.unreadable for clause in sides.clauses):
        return UNKNOWN
    masks, complete = _points(sides)
    if masks is None:
        return UNKNOWN
    said = [
        (say(sides, mask & sides.before), say(sides, mask & sides.after))
        for mask in masks
        if mask & sides.changed
    ]
    allowed = compare_points(((one.effective, other.effective) for one, other in said), complete=complete)
    if allowed != NEUTRAL:
        return allowed
    return compare_points(((other.deny, one.deny) for one, other in said), complete=complete)


def compare_shared(before: Iterable[PolicyDocument], after: Iterable[PolicyDocument]) -> Shift:
    """How documents changed whose holders have other policies, too: both what they allow and what they deny.

    A policy that allows less and no longer denies something may let its holders do more.
    """
    one, other = clauses_of(before), clauses_of(after)
    return joined((_compare(one, other), _compare(_denials(one), _denials(other))))


def _denials(clauses: frozenset[Clause]) -> frozenset[Clause]:
    return frozenset(clause for clause in clauses if clause.effect != "Allow")


def sides_of(before: frozenset[Clause], after: frozenset[Clause]) -> Sides:
    """Both moments in one order, which is that of no set."""
    clauses = tuple(sorted(before | after, key=repr))
    return Sides(
        clauses,
        sum(1 << place for place, clause in enumerate(clauses) if clause in before),
        sum(1 << place for place, clause in enumerate(clauses) if clause in after),
    )


def compare_points(pairs: Iterable[tuple[Formula, Formula]], *, complete: bool) -> Shift:
    """The shifts at all points together; a no of points that are not all there are is a maybe."""
    found: set[Shift] = set()
    for before, after in pairs:
        found.add(shift_of(before, after))
        if joined(found) == Shift("yes", "yes"):
            break
    total = joined(found)
    if complete:
        return total
    at_least: Answer = "maybe"
    return Shift(surest((total.widens, at_least)), surest((total.narrows, at_least)))


def say(sides: Sides, mask: int, context: Context = OPEN) -> Said:
    """What the clauses of a mask say in a context."""
    clauses = [clause for place, clause in enumerate(sides.clauses) if mask >> place & 1]
    return Said(
        any_of(*(_when(clause, context) for clause in clauses if clause.effect == "Allow")),
        any_of(*(_when(clause, context) for clause in clauses if clause.effect == "Deny")),
    )


def _when(clause: Clause, context: Context) -> Formula:
    """What the context leaves open of the conditions, which are in the spelling of formulas already."""
    atoms = []
    for condition in clause.conditions:
        found = judge(condition, context)
        if found is False:
            return NEVER
        if found is not True:
            atoms.append(found)
    return Formula((conjunction(atoms),)) if atoms else ALWAYS


def _points(sides: Sides) -> tuple[set[int] | None, bool]:
    """The sets of clauses that apply to some request (None where too many), and whether these are all."""
    resources = axis_of(frozenset(chain.from_iterable(clause.resource_patterns for clause in sides.clauses)))
    of_resources = {sides.mask(text, Clause.covers_resource) for text in resources.texts}
    of_actions: set[int] = set()
    complete = resources.complete
    for part in partitions(chain.from_iterable(clause.action_patterns for clause in sides.clauses)):
        actions = axis_of(part)
        complete = complete and actions.complete
        of_actions.update(sides.mask(text, Clause.covers_action) for text in actions.texts)
    of_actions = {mask for mask in of_actions if mask & sides.changed}
    if len(of_actions) * len(of_resources) > MAX_POINTS:
        return None, False
    return {one & other for one in of_actions for other in of_resources}, complete
