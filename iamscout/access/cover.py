"""What a caller's policies say of all roles at once: formulas over sets of roles instead of one role.

A `Cover` is one layer (identity, boundary, a level of SCPs): for each distinct formula the set of roles for
which it allows or denies an action. Statements that do not depend on the caller are read once for the whole
account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

from msgspec import Struct

from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.access.callers import PRINCIPAL_TAG, RESOURCE_TAGS, Facts
from iamscout.policy.atoms import atom_order
from iamscout.policy.condition import resolve
from iamscout.policy.context import OPEN, Context
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.evaluate import covers_action, covers_resource
from iamscout.policy.formula import ALWAYS, NEVER, Formula, Opaque, all_of, any_of
from iamscout.policy.match import plain_text, resource_matches
from iamscout.policy.variables import has_variables, loosest, substitute_resource, variable_keys

Sets = dict[Formula, int]
"""For each formula the roles it decides about; a role may be in several."""

_CALLER_KEYS = frozenset(
    {
        "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths",
        "aws:principaltype", "aws:userid", "aws:username", "aws:principalisawsservice",
        "aws:principalservicename", "aws:principalservicenameslist",
    }
)  # fmt: skip
_ROLE_KEYS = frozenset({"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"})


_ANY_NAME = "\x00"
"""A name that no pattern spells, as no role can have it."""


def depends_on_caller(statement: Statement, *, variables: bool) -> bool:
    """Whether a statement's meaning changes from caller to caller."""
    if variables and any("${" in text for text in _texts(statement)):
        return True
    return any(is_caller_key(condition.key) for condition in statement.conditions)


def depends_on_role(statement: Statement, *, variables: bool) -> bool:
    """Whether a statement asks about the role beyond its ARN, in a condition or by a policy variable."""
    if any(is_role_key(condition.key) for condition in statement.conditions):
        return True
    return variables and any(
        is_role_key(key) for text in _texts(statement) if "${" in text for key in variable_keys(text)
    )


def is_caller_key(key: str) -> bool:
    """Whether a condition key follows from the caller."""
    lowered = key.lower()
    return lowered in _CALLER_KEYS or lowered.startswith(PRINCIPAL_TAG)


def is_role_key(key: str) -> bool:
    """Whether a condition key follows from the role."""
    lowered = key.lower()
    return lowered in _ROLE_KEYS or lowered.startswith(RESOURCE_TAGS)


def _texts(statement: Statement) -> Iterable[str]:
    yield from statement.resources or ()
    yield from statement.not_resources or ()
    for condition in statement.conditions:
        yield from condition.values


class Piece(Struct, frozen=True, eq=False):
    """One statement of a document about an action. `sets` is None where it must be read for each caller.

    `named` are the roles it names by a pattern that does not mean every role.
    """

    statement: Statement
    document: PolicyDocument
    sets: tuple[tuple[Formula, int], ...] | None
    reach: int
    named: int


class Cover(Struct, frozen=True):
    """One layer of one caller."""

    allow: tuple[tuple[Formula, int], ...]
    deny: tuple[tuple[Formula, int], ...]

    @property
    def reach(self) -> int:
        """All roles for which something may allow."""
        found = 0
        for _, bits in self.allow:
            found |= bits
        return found


NOTHING = Cover((), ())


class CoverReader:
    """Reads documents about one action over all roles of an index; remembers what it has read."""

    def __init__(self, index: ArnIndex, action: str, role_facts: Callable[[int], Facts]) -> None:
        self.index = index
        self.action = action
        self._role_facts = role_facts
        self._pieces: dict[int, tuple[PolicyDocument, tuple[Piece, ...]]] = {}
        self._odd_pieces: dict[tuple[int, str], tuple[PolicyDocument, tuple[Piece, ...]]] = {}

    def pieces(self, document: PolicyDocument, policy: str = "") -> tuple[Piece, ...]:
        """The statements of a document that cover the action; `policy` names it where it cannot be read."""
        known = self._pieces.get(id(document)) or self._odd_pieces.get((id(document), policy))
        if known is None:
            known = (document, tuple(self._read(document, policy)))
            if any(statement.unreadable for statement in document.statements):
                self._odd_pieces[id(document), policy] = known
            else:
                self._pieces[id(document)] = known
        return known[1]

    def sets(self, piece: Piece, caller: Context) -> tuple[tuple[Formula, int], ...]:
        """What a piece says for a caller: pairs of formula and roles."""
        if piece.sets is not None:
            return piece.sets
        return self._resolve(piece.statement, piece.document, caller, piece.reach)

    def doubt(self, reason: str) -> tuple[Formula, int]:
        """Something unreadable that may be about every role."""
        return Formula(((Opaque(reason),),)), self.index.everything

    def _read(self, document: PolicyDocument, policy: str) -> Iterable[Piece]:
        for statement in document.statements:
            if statement.unreadable:
                doubt = self.doubt(f"{policy}, statement {statement.number}: {statement.unreadable}")
                yield Piece(statement, document, (doubt,), self.index.everything, 0)
                continue
            if not covers_action(statement, self.action):
                continue
            variables = document.has_variables
            if depends_on_caller(statement, variables=variables):
                reach, named = self._reach(statement, variables=variables)
                yield Piece(statement, document, None, reach, named)
                continue
            reach, named = self._reach(statement, variables=variables)
            sets = tuple(self._resolve(statement, document, OPEN, reach))
            if sets:
                yield Piece(statement, document, sets, reach, named)

    def _reach(self, statement: Statement, *, variables: bool) -> tuple[int, int]:
        """The roles a statement can be about, whatever its variables may become, and those it names."""
        if statement.not_resources is not None:
            left = 0
            for pattern in statement.not_resources:
                if not (variables and "${" in pattern):
                    left |= self.index.matching(pattern if variables else plain_text(pattern))
            return self.index.shared(self.index.everything & ~left), 0
        reach = named = 0
        for pattern in statement.resources or ():
            if variables and "${" in pattern:
                reach = self.index.everything
                continue
            spelled = pattern if variables else plain_text(pattern)
            found = self.index.matching(spelled)
            reach |= found
            if found and not self._means_every_role(spelled):
                named |= found
        return self.index.shared(reach), self.index.shared(named)

    def _means_every_role(self, pattern: str) -> bool:
        """Whether a pattern would cover a role of any name, in one of the accounts."""
        return any(resource_matches(pattern, f"{head}role/{_ANY_NAME}") for head in self.index.heads)

    def _resolve(
        self, statement: Statement, document: PolicyDocument, caller: Context, reach: int
    ) -> tuple[tuple[Formula, int], ...]:
        variables = document.has_variables
        patterns = (*(statement.resources or ()), *(statement.not_resources or ()))
        open_resource = variables and any("${" in pattern for pattern in patterns)
        if not depends_on_role(statement, variables=variables):
            formula = resolve(statement.conditions, caller, variables=variables)
            if formula == NEVER:
                return ()
            if not open_resource:
                return ((formula, reach),)
            spelled = self._spelled(statement, caller)
            if spelled is not None:
                covered = reduce(or_, map(self.index.matching, spelled), 0) & reach
                return ((formula, self.index.shared(covered)),) if covered else ()
            return self._by_role(statement, caller, reach, lambda _: (caller, formula), variables=variables)

        def of_role(place: int) -> tuple[Context, Formula]:
            context = self._with_role(caller, place)
            return context, resolve(statement.conditions, context, variables=variables)

        return self._by_role(statement, caller, reach, of_role, variables=variables)

    def _spelled(self, statement: Statement, caller: Context) -> list[str] | None:
        """The Resource values with their variables filled, where the caller's values fill them all."""
        if statement.not_resources is not None:
            return None
        filled = [substitute_resource(each, caller.variable) for each in statement.resources or ()]
        spelled = [each for each in filled if each is not None]
        return None if any(map(has_variables, spelled)) else spelled

    def _by_role(
        self,
        statement: Statement,
        caller: Context,
        reach: int,
        read: Callable[[int], tuple[Context, Formula]],
        *,
        variables: bool,
    ) -> tuple[tuple[Formula, int], ...]:
        found: dict[Formula, list[int]] = {}
        candidates = self._filled_reach(statement, caller, reach, variables=variables)
        for place in places_of(candidates):
            context, formula = read(place)
            covered = covers_resource(statement, self.index.arns[place], context, variables=variables)
            formula = formula if covered == ALWAYS else all_of(covered, formula)
            if formula != NEVER:
                found.setdefault(formula, []).append(place)
        shared, bits = self.index.shared, self.index.bits
        return tuple((formula, shared(bits(places))) for formula, places in found.items())

    def _filled_reach(self, statement: Statement, caller: Context, reach: int, *, variables: bool) -> int:
        """Narrow the candidates by the patterns with the caller's values filled in."""
        if statement.not_resources is not None or not variables:
            return reach
        found = 0
        for pattern in statement.resources or ():
            filled = substitute_resource(pattern, caller.variable)
            if filled is not None:
                found |= self.index.matching(loosest(filled))
        return found & reach

    def _with_role(self, caller: Context, place: int) -> Context:
        facts = self._role_facts(place)
        merged = caller.extended(facts.values, facts.absent)
        return Context(merged.values, merged.absent, merged.closed, merged.families | facts.families)


def merge(pairs: Iterable[tuple[Formula, int]]) -> tuple[tuple[Formula, int], ...]:
    """Join the sets of equal formulas; in a stable order, so that equal layers are equal values."""
    found: Sets = {}
    for formula, bits in pairs:
        # What is alone stays the same object.
        found[formula] = found[formula] | bits if formula in found else bits
    if len(found) < 2:
        return tuple(found.items())
    return tuple(
        sorted(
            found.items(),
            key=lambda item: (item[1], [list(map(atom_order, a)) for a in item[0].alternatives]),
        )
    )


def formula_at(pairs: Iterable[tuple[Formula, int]], bit: int) -> Formula:
    """What a layer says of one role."""
    found = [formula for formula, bits in pairs if bits & bit]
    return found[0] if len(found) == 1 else any_of(*found)


def split(
    universe: int, layers: tuple[tuple[tuple[Formula, int], ...], ...]
) -> list[tuple[int, tuple[Formula, ...]]]:
    """Cut a set of roles into parts for which every layer says the same, with what the layers say."""
    parts: list[tuple[int, tuple[tuple[Formula, ...], ...]]] = (
        [(universe, ((),) * len(layers))] if universe else []
    )
    for number, pairs in enumerate(layers):
        for formula, bits in pairs:
            cut = []
            for part, said in parts:
                inside, outside = part & bits, part & ~bits
                if inside:
                    cut.append((inside, (*said[:number], (*said[number], formula), *said[number + 1 :])))
                if outside:
                    cut.append((outside, said))
            parts = cut
    return [(part, tuple(any_of(*formulas) for formulas in said)) for part, said in parts]
