"""What is known of a request: the values of some condition keys, the absence of others.

Key names are case-insensitive, tag keys within them too: `aws:PrincipalTag/Dept` and `aws:principaltag/dept`
are one key ("AWS global condition context keys", aws:ResourceTag), so every key here is in lower case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from iamscout.policy.keys import is_multivalued
from iamscout.policy.variables import Missing


class Context(Struct, frozen=True):
    """The known part of a request context; make one by hand or with :func:`context_of`.

    `values` maps lower-case keys to their values; an empty tuple is an empty set, which counts as absent.
    `absent` are keys known not to be in the request, `families` prefixes such as `aws:principaltag/` of which
    every key is known: one that is not listed is absent. `closed` says so of all keys but those in `unknown`;
    otherwise nothing is known of a key not listed. In `unknown` a prefix that ends in a slash stands for all
    keys that begin so.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    closed: bool = False
    families: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def lookup(self, key: str) -> tuple[str, ...] | Missing | None:
        """The values of a lower-case key, None where it is absent, or `Missing.UNKNOWN`."""
        found = self.values.get(key)
        if found:
            return found
        if key in self.unknown:
            return Missing.UNKNOWN
        if found is not None:
            return None
        if self.unknown and f"{key.partition('/')[0]}/" in self.unknown:
            return Missing.UNKNOWN
        if self.closed or key in self.absent:
            return None
        for family in self.families:
            if key.startswith(family):
                return None
        return Missing.UNKNOWN

    def variable(self, key: str) -> str | Missing:
        """What fills `${key}`: only a single-valued key can; a name without a colon is no context key."""
        if ":" not in key or is_multivalued(key):
            return Missing.ABSENT
        found = self.lookup(key)
        if isinstance(found, Missing):
            return found
        return found[0] if found and len(found) == 1 else Missing.ABSENT

    def extended(self, values: Mapping[str, tuple[str, ...]], absent: Iterable[str] = ()) -> Context:
        """The same with further keys known, which win over what was said of them."""
        gone = frozenset(absent)
        merged = {key: value for key, value in self.values.items() if key not in gone}
        merged.update(values)
        absent_now = (self.absent | gone) - values.keys()
        return Context(merged, absent_now, self.closed, self.families, self.unknown - gone - values.keys())


OPEN = Context()
"""A request of which nothing is known."""


def context_of(values: Mapping[str, str | Iterable[str]], *, closed: bool = False) -> Context:
    """A context from keys in any case and one value or several each."""
    return Context(
        {key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in values.items()},
        closed=closed,
    )
