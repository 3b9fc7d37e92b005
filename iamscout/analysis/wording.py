"""Words that rules share: lists that stay short, counts, days."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str], *, most: int = 4, total: int = 0) -> str:
    """Names in one phrase, the rest as a number: `alice, bob and 3 more`.

    `total` is how many there are where only the first are given, `most` of them at least.
    """
    total = total or len(names)
    if total <= most:
        return (
            names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"
        )
    return f"{', '.join(names[: most - 1])} and {total - most + 1:,} more"


def count(number: int, thing: str, plural: str = "") -> str:
    """A number with its noun: `1 user`, `1,204 users`."""
    return f"{number:,} {thing if number == 1 else plural or thing + 's'}"


def named(arn: str) -> str:
    """A user, role, group or policy in a phrase: `role jenkins`, `a new role` where its name is open."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    return f"a new {kind}" if name == "*" else f"{kind} {name.rpartition('/')[2]}".rstrip()
