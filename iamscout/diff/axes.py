"""Texts that stand for all texts: one for each set of patterns that can match together.

Two sets of statements are compared on such texts alone. Patterns that only end in `*` are nested or apart, so
a text of each will do; others run through one automaton, in which every state stands for the texts that lead
there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from iamscout.policy.automaton import Automaton
from iamscout.policy.match import is_exact, literal_prefix, resource_tokens, unescape

MAX_STATES = 4_000
MAX_CHARACTERS = 4_000
FRESH = "\ue000"
"""A character that no policy names: it stands for whatever a wildcard leaves open."""


class Axis(Struct, frozen=True):
    """Texts, sorted; `complete` tells whether every set of patterns that match together has one."""

    texts: tuple[str, ...]
    complete: bool = True


@lru_cache(maxsize=4_096)
def axis_of(patterns: frozenset[str]) -> Axis:
    """The texts that tell these patterns apart; among them one that none but `*` matches."""
    exact = {unescape(pattern) for pattern in patterns if is_exact(pattern)}
    wild = sorted(pattern for pattern in patterns if not is_exact(pattern))
    texts = {FRESH, *exact, *map(_any_of, wild)}
    if all(map(_is_beginning, wild)):
        return Axis(tuple(sorted(texts)))
    found = _together(tuple(wild))
    return (
        Axis(tuple(sorted(texts | found)), complete=True)
        if found
        else Axis(tuple(sorted(texts)), complete=False)
    )


def _any_of(pattern: str) -> str:
    """A text that matches a pattern and no other pattern unless it must."""
    return unescape(pattern.replace("${*}", "\ue001").replace("${?}", "\ue002").translate(_WILD)).translate(
        _ESCAPED
    )


_WILD = str.maketrans({"*": FRESH, "?": FRESH})
_ESCAPED = str.maketrans({"\ue001": "*", "\ue002": "?"})


def _is_beginning(pattern: str) -> bool:
    return pattern.endswith("*") and literal_prefix(pattern) == unescape(pattern[:-1])


def _together(patterns: tuple[str, ...]) -> frozenset[str]:
    """A text for each set of patterns that match together; none where there are too many to look at."""
    if sum(map(len, patterns)) > MAX_CHARACTERS:
        return frozenset()
    automaton = Automaton([resource_tokens(pattern) for pattern in patterns])
    found: dict[int, str] = {}
    mask = sum(automaton.accepting)
    seen = {automaton.start}
    level = [(automaton.start, "")]
    while level:
        following = []
        for state, text in level:
            found.setdefault(state & mask, text)
            for character in (*automaton.alphabet(state), ":", FRESH):
                reached = automaton.step(state, character)
                if reached not in seen:
                    seen.add(reached)
                    following.append((reached, text + character))
        if len(seen) > MAX_STATES:
            return frozenset()
        level = following
    return frozenset(found.values())


def partitions(patterns: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Patterns of actions by service; those that may mean several services are in each."""
    by_service: dict[str, set[str]] = {"": set()}
    shared: set[str] = set()
    for pattern in patterns:
        service, colon, _ = pattern.partition(":")
        if colon and is_exact(service):
            by_service.setdefault(service, set()).add(pattern)
        else:
            shared.add(pattern)
    return tuple(frozenset(own | shared) for _, own in sorted(by_service.items()))
