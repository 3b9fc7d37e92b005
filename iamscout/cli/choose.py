"""Which rules a command was asked for, by id or pattern."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from iamscout.analysis.rule import Rule
from iamscout.errors import UsageError


def choose_rules(
    rules: Sequence[Rule], *, only: Iterable[str] = (), skip: Iterable[str] = ()
) -> tuple[Rule, ...]:
    """The rules whose ids match one of `only` (all where it is empty) and none of `skip`.

    Raises UsageError for a pattern that matches no rule, and where no rule is left.
    """
    ids = [rule.id for rule in rules]
    wanted = _matching(ids, only) or set(ids)
    unwanted = _matching(ids, skip)
    chosen = tuple(rule for rule in rules if rule.id in wanted - unwanted)
    if not chosen:
        raise UsageError("no rule is left to judge by", remedy="see `iamscout rules`")
    return chosen


def split_names(given: Iterable[str] | None) -> list[str]:
    """The names in options that may be repeated and may hold several, separated by commas."""
    return [name.strip() for item in given or () for name in item.split(",") if name.strip()]


def _matching(ids: Sequence[str], patterns: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        matching = {each for each in ids if fnmatchcase(each, pattern)}
        if not matching:
            near = get_close_matches(pattern, ids, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "see `iamscout rules`"
            raise UsageError(f"there is no rule {pattern!r}", remedy=remedy)
        found |= matching
    return found
