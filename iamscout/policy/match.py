"""Wildcards: whole texts, actions, ARNs segment by segment, and the Resource element.

Patterns are in the spelling of Version 2012-10-17: `*` is any run of characters, `?` any one character, and
`${*}`, `${?}`, `${$}` stand for the characters themselves ("IAM policy elements: Variables and tags"). Text
of an older document goes through :func:`plain_text` first. No pattern costs more than pattern x text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from iamscout.policy.automaton import ANY, ANY_IN_SEGMENT, RUN, RUN_IN_SEGMENT, Automaton, Token

Matcher = Callable[[str], bool]

_SPECIAL = re.compile(r"\$\{([*?$])\}|([*?])")
_LITERAL = re.compile(r"\$\{([*?$])\}")
_VARIABLE_BODY = r"\s*([^${},'*?\s][^${},'*?]*?)\s*(?:,\s*'([^']*)'\s*)?"
VARIABLE = re.compile(rf"\$\{{(?:([*?$])|{_VARIABLE_BODY})\}}")
"""A character spelled as a variable (group 1), or a policy variable: its key (2) and its default (3)."""
_WILD = re.compile(rf"\$\{{[*?$]\}}|([*?]|\$\{{{_VARIABLE_BODY}\}})")
_REGEX_LIMIT = 256
"""Longer patterns with `?` go to the automaton: compiling a regular expression costs more than it saves."""


@lru_cache(maxsize=65_536)
def compile_pattern(pattern: str, *, ignore_case: bool = False) -> Matcher:
    """A function that tells whether a whole text matches the pattern.

    Ignoring case compares lower-cased texts, character by character.
    """
    literals, wildcards = split_pattern(pattern.lower() if ignore_case else pattern)
    if "?" in wildcards:
        found = _with_single(literals, wildcards, len(pattern))
    elif not wildcards:
        found = literals[0].__eq__
    else:
        found = _with_runs(literals)
    return (lambda text: found(text.lower())) if ignore_case else found


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the whole text matches the pattern."""
    return compile_pattern(pattern, ignore_case=ignore_case)(text)


@lru_cache(maxsize=65_536)
def action_matches(pattern: str, action: str) -> bool:
    """Whether an Action or NotAction value covers an action.

    Names are case-insensitive ("IAM JSON policy elements: Action").
    """
    return compile_pattern(pattern.lower())(action.lower())


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether an ARN matches as the Arn operators compare, component by component, the sixth taking the rest.

    "Each of the six colon-delimited components of the ARN is checked separately" ("IAM JSON policy elements:
    Condition operators"), so a pattern of fewer components matches nothing, but for a lone `*`, which limits
    nothing.
    """
    return compile_arn_pattern(pattern)(arn)


@lru_cache(maxsize=65_536)
def compile_arn_pattern(pattern: str) -> Matcher:
    """A function that tells whether a text matches as the Arn operators compare."""
    if pattern == "*":
        return _anything
    parts = pattern.split(":", 5)
    if len(parts) < 6:
        return _nothing
    if is_exact(pattern):
        return unescape(pattern).__eq__
    matchers = tuple((index, compile_pattern(part)) for index, part in enumerate(parts) if part != "*")

    def match(text: str) -> bool:
        components = text.split(":", 5)
        return len(components) == 6 and all(matcher(components[index]) for index, matcher in matchers)

    return match


def resource_matches(pattern: str, arn: str) -> bool:
    """Whether a Resource or NotResource value covers an ARN.

    Wildcards stay within their segment, but "if the * wildcard is the last character of a resource ARN
    segment, it can expand to match beyond the colon boundaries" ("IAM JSON policy elements: Resource"); after
    the fifth colon there are no segments. So `arn:aws:iam::*` covers every IAM resource, and a shorter
    pattern that does not end so covers nothing.
    """
    return compile_resource_pattern(pattern)(arn)


@lru_cache(maxsize=65_536)
def compile_resource_pattern(pattern: str) -> Matcher:
    """A function that tells whether a text matches as the Resource element compares."""
    head = ":".join(pattern.split(":", 5)[:5])
    if ("*" not in head and "?" not in head) or not re.search(r"\?|\*(?!:|$)", _LITERAL.sub("_", head)):
        return compile_pattern(pattern)
    return Automaton([resource_tokens(pattern)]).matches


def resource_tokens(pattern: str) -> list[Token]:
    """A Resource pattern for the automaton."""
    tokens: list[Token] = []
    segments = pattern.split(":", 5)
    for index, segment in enumerate(segments):
        if index:
            tokens.append(Token("", ":"))
        tokens.extend(pattern_tokens(segment, in_segment=index < 5))
        if index < 5 and tokens and tokens[-1].kind == RUN_IN_SEGMENT:
            tokens[-1] = Token(RUN)
    return tokens


def arn_tokens(pattern: str) -> list[Token]:
    """A pattern of the Arn operators for the automaton; it must have six components."""
    tokens: list[Token] = []
    for index, segment in enumerate(pattern.split(":", 5)):
        if index:
            tokens.append(Token("", ":"))
        tokens.extend(pattern_tokens(segment, in_segment=index < 5))
    return tokens


def pattern_tokens(pattern: str, *, ignore_case: bool = False, in_segment: bool = False) -> list[Token]:
    """A pattern for the automaton; `in_segment` keeps its wildcards from matching a colon."""
    literals, wildcards = split_pattern(pattern)
    single, run = (ANY_IN_SEGMENT, RUN_IN_SEGMENT) if in_segment else (ANY, RUN)
    tokens: list[Token] = []
    for index, literal in enumerate(literals):
        if index:
            tokens.append(Token(single if wildcards[index - 1] == "?" else run))
        tokens.extend(Token("", character, ignore_case) for character in literal)
    return tokens


def split_pattern(pattern: str) -> tuple[list[str], str]:
    """The literal texts of a pattern, unescaped, and the wildcards between them (one fewer)."""
    if "*" not in pattern and "?" not in pattern and "$" not in pattern:
        return [pattern], ""
    literals, wildcards, current, end = [], "", "", 0
    for found in _SPECIAL.finditer(pattern):
        current += pattern[end : found.start()] + (found[1] or "")
        end = found.end()
        if found[2]:
            literals.append(current)
            wildcards += found[2]
            current = ""
    literals.append(current + pattern[end:])
    return literals, wildcards


def literal_prefix(pattern: str) -> str:
    """The text before the first wildcard or policy variable, unescaped."""
    if "$" not in pattern:
        return pattern.partition("*")[0].partition("?")[0]
    for found in _WILD.finditer(pattern):
        if found[1]:
            return unescape(pattern[: found.start()])
    return unescape(pattern)


def is_exact(pattern: str) -> bool:
    """Whether the pattern has neither wildcard nor variable, so that only `unescape(pattern)` matches it."""
    if "$" not in pattern:
        return "*" not in pattern and "?" not in pattern
    return not any(found[1] for found in _WILD.finditer(pattern))


def unescape(pattern: str) -> str:
    """The pattern with `${*}`, `${?}`, `${$}` as the characters they stand for; wildcards stay."""
    return _LITERAL.sub(r"\1", pattern) if "$" in pattern else pattern


def escape_text(text: str) -> str:
    """The pattern that matches this text and nothing else."""
    return re.sub(r"[*?$]", r"${\g<0>}", text)


def plain_text(pattern: str) -> str:
    """Text of a document without policy variables in the newer spelling: `$` is itself, wildcards stay."""
    return pattern.replace("$", "${$}")


def _anything(_text: str) -> bool:
    return True


def _nothing(_text: str) -> bool:
    return False


def _with_runs(literals: list[str]) -> Matcher:
    """Match literals with `*` between them, each at its leftmost place: that leaves the most for the rest."""
    first, last = literals[0], literals[-1]
    middle = tuple(literal for literal in literals[1:-1] if literal)
    shortest = len(first) + len(last) + sum(map(len, middle))
    if not shortest:
        return _anything
    if not middle and not last:
        return lambda text: text.startswith(first)

    def match(text: str) -> bool:
        if len(text) < shortest or not text.startswith(first) or not text.endswith(last):
            return False
        position, end = len(first), len(text) - len(last)
        for literal in middle:
            position = text.find(literal, position, end)
            if position < 0:
                return False
            position += len(literal)
        return True

    return match


def _with_single(literals: list[str], wildcards: str, length: int) -> Matcher:
    """Match a pattern that has `?` by a regular expression that never goes back or, if long, an automaton."""
    if length > _REGEX_LIMIT:
        tokens = [Token("", character) for character in literals[0]]
        for wildcard, literal in zip(wildcards, literals[1:], strict=True):
            tokens.append(Token(ANY if wildcard == "?" else RUN))
            tokens.extend(Token("", character) for character in literal)
        return Automaton([tokens]).matches
    chunks = [re.escape(literals[0])]
    for wildcard, literal in zip(wildcards, literals[1:], strict=True):
        if wildcard == "?":
            chunks[-1] += "." + re.escape(literal)
        elif chunks[-1] or len(chunks) == 1:
            chunks.append(re.escape(literal))
        else:
            chunks[-1] = re.escape(literal)
    if len(chunks) == 1:
        source = chunks[0]
    else:
        # An atomic group keeps the leftmost place of each chunk: trying another would never help.
        source = chunks[0] + "".join(f"(?>.*?{chunk})" for chunk in chunks[1:-1]) + ".*" + chunks[-1]
    expression = re.compile(source, re.DOTALL)
    return lambda text: expression.fullmatch(text) is not None
