"""Statements as sets of actions: what each is about on every resource, and on some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from iamscout.access.cover import is_caller_key
from iamscout.policy.actions import ActionIndex
from iamscout.policy.condition import resolve
from iamscout.policy.context import OPEN
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.formula import ALWAYS, NEVER, Formula
from iamscout.policy.match import plain_text
from iamscout.policy.variables import has_variables, loosest


class ActionPiece(Struct, frozen=True, eq=False):
    """One readable statement.

    `everywhere` are the actions it is about on every resource, `somewhere` those on some only. `formula` is
    None where the conditions ask who calls. `spares` are actions that a Deny takes on all resources but those
    it leaves out (NotResource).
    """

    statement: Statement
    effect: Literal["Allow", "Deny"]
    everywhere: int
    somewhere: int
    spares: int
    formula: Formula | None
    variables: bool


class PieceReader:
    """Reads documents into pieces; remembers what it has read."""

    def __init__(self, index: ActionIndex) -> None:
        self.index = index
        self._known: dict[int, tuple[PolicyDocument, tuple[ActionPiece, ...]]] = {}
        self._doubtful: dict[int, bool] = {}
        self._about: dict[int, int] = {}
        self._shared: dict[int, int] = {}
        self.everything = ActionPiece(
            statement=Statement("Allow", actions=("*",), resources=("*",)),
            effect="Allow",
            everywhere=index.everything,
            somewhere=0,
            spares=0,
            formula=ALWAYS,
            variables=False,
        )
        """Stands for a policy that is known by its name alone to allow everything."""

    def pieces(self, document: PolicyDocument) -> tuple[ActionPiece, ...]:
        """The statements of a document that can be read and are about a known action."""
        found = self._known.get(id(document))
        if found is None:
            # The document stands beside its pieces: an id means nothing once its object is gone.
            found = self._known[id(document)] = (document, tuple(self._read(document)))
        return found[1]

    def is_doubtful(self, document: PolicyDocument) -> bool:
        """Whether a part of a document cannot be read, so that its pieces do not tell all."""
        found = self._doubtful.get(id(document))
        if found is None:
            statements = document.statements
            found = bool(document.unreadable) or any(
                each.unreadable or not each.effect for each in statements
            )
            self.pieces(document)
            self._doubtful[id(document)] = found
        return found

    def about(self, document: PolicyDocument) -> int:
        """The actions that a document may say anything of: all, where it cannot be read in full."""
        about = self._about.get(id(document))
        if about is None:
            about = self.index.everything if self.is_doubtful(document) else 0
            for piece in self.pieces(document):
                about |= piece.everywhere | piece.somewhere | piece.spares
            about = self._about[id(document)] = self.shared(about)
        return about

    def shared(self, actions: int) -> int:
        """The one object for a set that is kept: one of all services takes kilobytes, and most are equal."""
        return self._shared.setdefault(actions, actions)

    def _read(self, document: PolicyDocument) -> Iterable[ActionPiece]:
        variables = document.has_variables
        for statement in document.statements:
            if statement.unreadable or not statement.effect:
                continue
            actions = self._actions(statement)
            everywhere, somewhere, spares = self._split(statement, actions, variables=variables)
            if not everywhere | somewhere | spares:
                continue
            formula = None
            if not _asks(statement, variables=variables):
                formula = resolve(statement.conditions, OPEN, variables=variables)
                if formula == NEVER:
                    continue
            yield ActionPiece(
                statement=statement,
                effect=statement.effect,
                everywhere=self.shared(everywhere),
                somewhere=self.shared(somewhere),
                spares=self.shared(spares),
                formula=formula,
                variables=variables,
            )

    def _actions(self, statement: Statement) -> int:
        if statement.not_actions is not None:
            return self.index.everything & ~self.index.matching_any(statement.not_actions)
        return self.index.matching_any(statement.actions or ())

    def _split(self, statement: Statement, actions: int, *, variables: bool) -> tuple[int, int, int]:
        if statement.not_resources is not None:
            if not statement.not_resources:
                return actions, 0, 0
            return (0, 0, actions) if statement.effect == "Deny" else (0, actions, 0)
        everywhere = somewhere = 0
        for written in statement.resources or ():
            pattern = written if variables else plain_text(written)
            if variables and has_variables(pattern):
                somewhere |= actions & self.index.about(loosest(pattern))
                continue
            everywhere |= actions & self.index.covered(pattern)
            if everywhere == actions:
                return actions, 0, 0
            somewhere |= actions & self.index.about(pattern)
        return everywhere, somewhere & ~everywhere, 0


def _asks(statement: Statement, *, variables: bool) -> bool:
    return any(
        is_caller_key(condition.key) or (variables and any("${" in value for value in condition.values))
        for condition in statement.conditions
    )
