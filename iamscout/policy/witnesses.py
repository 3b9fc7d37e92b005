"""Every way in which a value can meet the conditions on a key: all those that are possible, few others.

A profile says of one value of the request which of several conditions it matches: bit i for condition i. The
profiles of numbers, moments and addresses come from the limits and what lies between them, those of texts
from an automaton of all patterns at once, in which every state that can be reached stands for the texts that
lead there. Operators of different kinds on one key are taken for independent, which adds profiles and loses
none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import pairwise

from iamscout.policy.automaton import Automaton, Token
from iamscout.policy.document import Condition
from iamscout.policy.keys import domain_of
from iamscout.policy.match import arn_tokens, is_exact, pattern_tokens, unescape
from iamscout.policy.numbers import Number, parse_binary, parse_date, parse_number, parse_range
from iamscout.policy.operators import POSITIVE, compile_values, kind_of, limit_test

MAX_STATES = 2_000
"""States of the automaton that are looked at; real policies need a few hundred."""
MAX_CHARACTERS = 4_000
"""Characters of patterns on one key beyond which the automaton is not even made."""
MAX_PROFILES = 512

Profiles = frozenset[int]
_NOWHERE: Profiles = frozenset({0})
"""A value that matches none of the conditions."""


@lru_cache(maxsize=65_536)
def profiles(conditions: tuple[Condition, ...]) -> Profiles | None:
    """The profiles that a value of these conditions' key can have, or None where there are too many.

    All conditions are on one key, readable and without open variables; Null takes no part.
    """
    domain = domain_of(conditions[0].key.lower())
    if domain == "bool":
        return frozenset(_profile_of(conditions, text) for text in ("true", "false"))
    found: Profiles = _NOWHERE
    for kind, build in _BUILDERS.items():
        own = [
            (index, condition)
            for index, condition in enumerate(conditions)
            if kind_of(condition.operator) == kind
        ]
        if not own:
            continue
        of_kind = build(own)
        if of_kind is None:
            return None
        if kind not in ("text", domain):
            of_kind |= _NOWHERE
        found = frozenset(one | other for one in found for other in of_kind)
        if len(found) > MAX_PROFILES:
            return None
    return found


def profile_of(conditions: tuple[Condition, ...], text: str) -> int:
    """The profile of one text."""
    return _profile_of(conditions, text)


def _profile_of(conditions: Sequence[Condition], text: str) -> int:
    return _bits(
        index
        for index, condition in enumerate(conditions)
        if condition.operator != "Null" and compile_values(condition.operator, condition.values)(text)
    )


def _bits(indexes: Iterable[int]) -> int:
    return reduce(lambda bits, index: bits | 1 << index, indexes, 0)


_Own = list[tuple[int, Condition]]


def _texts(own: _Own) -> Profiles | None:
    """Profiles of texts: of each literal that a condition names, and of what the wildcards tell apart."""
    if len(own) == 1:
        return _alone(*own[0])
    literals: set[str] = set()
    patterns: dict[tuple[str, str], int] = {}
    for index, condition in own:
        operator = POSITIVE.get(condition.operator, condition.operator)
        for value in condition.values:
            flavour = "ArnLike" if operator.startswith("Arn") else operator
            if flavour == "StringEqualsIgnoreCase" and value.lower() != value.upper():
                patterns[flavour, unescape(value)] = patterns.get((flavour, unescape(value)), 0) | 1 << index
            elif flavour in ("StringEquals", "StringEqualsIgnoreCase") or is_exact(value):
                literals.add(unescape(value))
            elif flavour == "StringLike" or value == "*" or value.count(":") >= 5:
                patterns[flavour, value] = patterns.get((flavour, value), 0) | 1 << index
    reached = accepted_together(tuple(sorted(patterns)))
    if reached is None:
        return None
    of_patterns = [patterns[pattern] for pattern in sorted(patterns)]
    found = {reduce(lambda bits, i: bits | of_patterns[i], accepted, 0) for accepted in reached}
    conditions = dict(own)
    for literal in literals:
        found.add(_bits(i for i, c in conditions.items() if compile_values(c.operator, c.values)(literal)))
    return frozenset(found)


def _alone(index: int, condition: Condition) -> Profiles:
    """Profiles of the one condition on a key, as most are: some text matches, some does not, or all do."""
    operator = POSITIVE.get(condition.operator, condition.operator)
    wild = operator not in ("StringEquals", "StringEqualsIgnoreCase")
    readable = [
        value
        for value in condition.values
        if not operator.startswith("Arn") or value == "*" or value.count(":") >= 5
    ]
    found = {1 << index} if readable else set()
    return frozenset(found if wild and any(set(value) == {"*"} for value in readable) else found | _NOWHERE)


@lru_cache(maxsize=16_384)
def accepted_together(patterns: tuple[tuple[str, str], ...]) -> dict[tuple[int, ...], str] | None:
    """Each set of patterns that some text matches, and no other pattern, with a shortest such text.

    Patterns are pairs of operator and text. None if there are more states than are looked at.
    """
    if sum(len(pattern) for _, pattern in patterns) > MAX_CHARACTERS:
        return None
    automaton = Automaton([_tokens(operator, pattern) for operator, pattern in patterns])
    other = next(chr(code) for code in range(0x61, 0x10000) if not _named(automaton, chr(code)))
    found: dict[tuple[int, ...], str] = {}
    seen = {automaton.start}
    level = [(automaton.start, "")]
    while level:
        following = []
        for state, text in level:
            accepted = tuple(index for index, bit in enumerate(automaton.accepting) if state & bit)
            found.setdefault(accepted, text)
            for character in (*automaton.alphabet(state), ":", other):
                reached = automaton.step(state, character)
                if reached not in seen:
                    seen.add(reached)
                    following.append((reached, text + character))
        if len(seen) > MAX_STATES:
            return None
        level = following
    return found


def _named(automaton: Automaton, character: str) -> bool:
    return (
        character in automaton.named
        or character.upper() in automaton.named
        or character.lower() in automaton.named
    )


def _tokens(operator: str, pattern: str) -> list[Token]:
    if operator == "StringEqualsIgnoreCase":
        return [Token("", character, ignore_case=True) for character in pattern]
    return arn_tokens(pattern) if operator == "ArnLike" and pattern != "*" else pattern_tokens(pattern)


def _limits(prefix: str, parse: Callable[[str], Number | None]) -> Callable[[_Own], Profiles | None]:
    def build(own: _Own) -> Profiles | None:
        tests = []
        limits: set[Number] = set()
        for index, condition in own:
            read = tuple(number for number in map(parse, condition.values) if number is not None)
            name = POSITIVE.get(condition.operator, condition.operator).removeprefix(prefix)
            tests.append((index, limit_test(name, read)))
            limits.update(read)
        whole = domain_of(own[0][1].key.lower()) == "number"
        around = _whole_numbers(limits) if whole else _around(limits)
        return frozenset(_bits(index for index, test in tests if test(number)) for number in around)

    return build


def _whole_numbers(limits: set[Number]) -> set[Number]:
    near = {int(limit // 1) + step for limit in limits for step in (-1, 0, 1, 2)}
    return {0, *(number for number in near if number >= 0)}


def _around(limits: set[Number]) -> set[Number]:
    ordered = sorted(limits) or [0]
    between = {Fraction(low + high) / 2 for low, high in pairwise(ordered)}
    return {ordered[0] - 1, *ordered, *between, ordered[-1] + 1}


def _addresses(own: _Own) -> Profiles | None:
    ranges = [(i, found) for i, c in own for found in map(parse_range, c.values) if found]
    points = {(4, 0), (6, 0)}
    for _, (version, first, last) in ranges:
        points.add((version, first))
        if last + 1 < 1 << (32 if version == 4 else 128):
            points.add((version, last + 1))
    return frozenset(
        _bits({i for i, (version, first, last) in ranges if version == at[0] and first <= at[1] <= last})
        for at in points
    )


def _truths(own: _Own) -> Profiles | None:
    return frozenset(
        _bits(index for index, condition in own if truth in {value.lower() for value in condition.values})
        for truth in ("true", "false")
    )


def _binaries(own: _Own) -> Profiles | None:
    read = [(index, {parse_binary(value) for value in condition.values} - {None}) for index, condition in own]
    named = {binary for _, binaries in read for binary in binaries}
    return (
        frozenset(_bits(index for index, binaries in read if binary in binaries) for binary in named)
        | _NOWHERE
    )


_BUILDERS: dict[str, Callable[[_Own], Profiles | None]] = {
    "text": _texts,
    "number": _limits("Numeric", parse_number),
    "date": _limits("Date", parse_date),
    "address": _addresses,
    "bool": _truths,
    "binary": _binaries,
}
