"""Sets of ARNs as bits of an integer: bit i is the i-th ARN in order, so a pattern becomes a set once."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from iamscout.policy.arn import parse_arn
from iamscout.policy.match import compile_resource_pattern, is_exact, literal_prefix, unescape


class ArnIndex:
    """The sorted ARNs of one kind of resource, over all accounts of a run."""

    def __init__(self, arns: Iterable[str]) -> None:
        self.arns = tuple(sorted(set(arns)))
        self.position = {arn: place for place, arn in enumerate(self.arns)}
        self.everything = (1 << len(self.arns)) - 1
        self.by_account: dict[str, int] = {}
        self.heads: dict[str, str] = {}
        """What the ARNs of each account begin with, up to the fifth colon, and the account."""
        self._matched: dict[str, int] = {"*": self.everything}
        self._shared: dict[int, int] = {}
        members: dict[str, list[int]] = {}
        for place, arn in enumerate(self.arns):
            parsed = parse_arn(arn)
            if parsed:
                members.setdefault(parsed.account, []).append(place)
                self.heads[f"{arn.rsplit(parsed.resource, 1)[0]}"] = parsed.account
        for account, places in members.items():
            self.by_account[account] = self.bits(places)

    def bits(self, places: Iterable[int]) -> int:
        """The set of these places."""
        raw = bytearray(len(self.arns) // 8 + 1)
        for place in places:
            raw[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(raw, "little")

    def bit(self, arn: str) -> int:
        """The set of one ARN, empty where it is not in the index."""
        place = self.position.get(arn)
        return 0 if place is None else 1 << place

    def shared(self, bits: int) -> int:
        """The one object for a set that is kept: a set of many ARNs takes kilobytes, and most are equal."""
        return self._shared.setdefault(bits, bits)

    def matching(self, pattern: str) -> int:
        """The ARNs that a Resource pattern covers, found among those that share its literal beginning."""
        found = self._matched.get(pattern)
        if found is None:
            found = self._matched[pattern] = self._match(pattern)
        return found

    def beginning(self, prefix: str) -> int:
        """The ARNs that begin with a text."""
        return self.bits(range(*self._range(prefix)))

    def members(self, bits: int) -> tuple[str, ...]:
        """The ARNs of a set, in order."""
        return tuple(map(self.arns.__getitem__, places_of(bits)))

    def _match(self, pattern: str) -> int:
        if is_exact(pattern):
            return self.bit(unescape(pattern))
        matches = compile_resource_pattern(pattern)
        found = 0
        for low, high in self._ranges(pattern):
            found |= self.bits(place for place in range(low, high) if matches(self.arns[place]))
        return self.shared(found)

    def _ranges(self, pattern: str) -> Iterator[tuple[int, int]]:
        prefix = literal_prefix(pattern)
        parts = pattern.split(":", 5)
        if prefix.count(":") < 5 and len(parts) == 6:
            tail = literal_prefix(parts[5])
            for head in self.heads:
                if head.startswith(prefix):
                    yield self._range(head + tail)
            return
        yield self._range(prefix)

    def _range(self, prefix: str) -> tuple[int, int]:
        return bisect_left(self.arns, prefix), bisect_left(self.arns, prefix + "\U0010ffff")


def places_of(bits: int) -> Iterator[int]:
    """The places of a set, ascending."""
    raw = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for found in _NOT_ZERO.finditer(raw):
        start = found.start()
        base = start << 3
        for offset in _OFFSETS[raw[start]]:
            yield base + offset


_NOT_ZERO = re.compile(rb"[^\0]")
"""Most sets are sparse: this skips empty bytes at C speed."""
_OFFSETS = tuple(tuple(offset for offset in range(8) if byte >> offset & 1) for byte in range(256))
