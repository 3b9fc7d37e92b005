"""A bit-parallel automaton for wildcard patterns: one integer holds every position reached.

Each character costs a few operations on an integer with one bit per pattern character, so that no pattern,
however hostile, costs more than pattern x text. Several patterns can run side by side in one automaton, which
is how witnesses are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

ANY = "any"
"""A token that consumes one character, whichever."""
RUN = "run"
"""A token that consumes any characters, or none."""
ANY_IN_SEGMENT = "any in segment"
"""Like ANY, but never a colon."""
RUN_IN_SEGMENT = "run in segment"
"""Like RUN, but never a colon."""


class Token(Struct, frozen=True):
    """One step of a pattern: a literal character (`kind` empty) or one of the four kinds above."""

    kind: str
    character: str = ""
    ignore_case: bool = False


class Automaton:
    """The union of one or more token sequences; a state is an integer."""

    __slots__ = ("_any", "_in_segment", "_masks", "_run", "_run_in_segment", "accepting", "start")

    def __init__(self, patterns: Iterable[Sequence[Token]]) -> None:
        self._masks: dict[str, int] = {}
        self._any = self._in_segment = self._run = self._run_in_segment = 0
        accepting: list[int] = []
        start, bit = 0, 1
        for tokens in patterns:
            start |= bit
            for token in _collapse(tokens):
                self._add(token, bit)
                bit <<= 1
            accepting.append(bit)
            bit <<= 1
        self.accepting = tuple(accepting)
        """One bit for each pattern, in the order given."""
        self.start = self._pass_runs(start)

    def _add(self, token: Token, bit: int) -> None:
        match token.kind:
            case "run":
                self._run |= bit
            case "run in segment":
                self._run_in_segment |= bit
            case "any":
                self._any |= bit
            case "any in segment":
                self._in_segment |= bit
            case _:
                for character in _spellings(token):
                    self._masks[character] = self._masks.get(character, 0) | bit

    def _pass_runs(self, state: int) -> int:
        return state | (state & (self._run | self._run_in_segment)) << 1

    def step(self, state: int, character: str) -> int:
        """The state after one more character."""
        consuming = self._masks.get(character, 0) | self._any
        staying = self._run
        if character != ":":
            consuming |= self._in_segment
            staying |= self._run_in_segment
        return self._pass_runs((state & consuming) << 1 | (state & staying))

    def matches(self, text: str) -> bool:
        """Whether the whole text matches the first pattern."""
        state = self.start
        for character in text:
            state = self.step(state, character)
            if not state:
                return False
        return bool(state & self.accepting[0])

    def alphabet(self, state: int) -> list[str]:
        """The characters that some position of the state waits for by name, in order."""
        return sorted(character for character, mask in self._masks.items() if mask & state)

    @property
    def named(self) -> frozenset[str]:
        """Every character that some pattern names."""
        return frozenset(self._masks)


def _collapse(tokens: Sequence[Token]) -> list[Token]:
    """Join adjacent runs, so that a run is always followed by something that consumes."""
    kept: list[Token] = []
    for token in tokens:
        if kept and token.kind in (RUN, RUN_IN_SEGMENT) and kept[-1].kind in (RUN, RUN_IN_SEGMENT):
            if token.kind == RUN:
                kept[-1] = token
        else:
            kept.append(token)
    return kept


def _spellings(token: Token) -> set[str]:
    if not token.ignore_case:
        return {token.character}
    folded = token.character.lower()
    spellings = {token.character, folded, token.character.upper()}
    return {spelling for spelling in spellings if len(spelling) == 1 and spelling.lower() == folded}
