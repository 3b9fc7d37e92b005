"""What actions exist and what they do: every action of AWS as a bit, so that a set of actions is one integer.

Where they come from: :mod:`iamscout.policy.action_table`. They are read once, when first asked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from iamscout.policy.action_table import LEVELS, AccessLevel, ActionTable, read_table
from iamscout.policy.match import compile_pattern, is_exact, literal_prefix, resource_matches

HARMLESS_SERVICES = frozenset(
    {
        "account", "artifact", "aws-marketplace", "aws-marketplace-management", "aws-portal", "billing",
        "billingconductor", "budgets", "ce", "chatbot", "consolidatedbilling", "cur", "freetier", "health",
        "invoicing", "notifications", "notifications-contacts", "organizations", "payments", "pricing",
        "purchase-orders", "support", "supportapp", "supportplans", "sustainability", "tax", "trustedadvisor",
        "wellarchitected",
    }
)  # fmt: skip
"""Services that may be left out of "everything": bills, support, advice, and the organization."""

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_TYPE = re.compile(r"[^/:]*[/:]")
_NOT_ZERO = re.compile(rb"[^\0]")
"""Most sets are sparse: this skips empty bytes at C speed."""
_BYTE = tuple(tuple(offset for offset in range(8) if byte >> offset & 1) for byte in range(256))


class ActionIndex:
    """All known actions, sorted by lower-case name; bit i of a set is the i-th of `names`.

    An action that the reference does not know has no bit: to judge one, ask the policies themselves.
    """

    def __init__(self, table: ActionTable) -> None:
        self.names = table.names
        self.lowered = tuple(map(str.lower, self.names))
        self.everything = (1 << len(self.names)) - 1
        self._table = table
        self._position = {name: place for place, name in enumerate(self.lowered)}
        self._matched: dict[str, int] = {"*": self.everything}
        self._covered: dict[str, int] = {}
        self._about: dict[tuple[str, str], int] = {}
        self._shared: dict[int, int] = {}
        self._templates_known: dict[str, Mapping[tuple[bool, bool, str], int]] = {}
        self._heads_known: dict[str, Mapping[str, int]] = {}

    def matching(self, pattern: str) -> int:
        """The actions that an Action or NotAction value covers."""
        lowered = pattern.lower()
        found = self._matched.get(lowered)
        if found is None:
            found = self._matched[lowered] = self._match(lowered)
        return found

    def matching_any(self, patterns: Iterable[str]) -> int:
        """The actions that at least one of the values covers."""
        found = 0
        for pattern in patterns:
            found |= self.matching(pattern)
        return found

    def bit(self, action: str) -> int:
        """One action by name in any case; nothing where it is not known."""
        place = self._position.get(action.lower())
        return 0 if place is None else 1 << place

    def bits(self, actions: Iterable[str]) -> int:
        """The set of these actions."""
        lowered = map(str.lower, actions)
        return _bits(self._position[action] for action in lowered if action in self._position)

    def members(self, bits: int) -> tuple[str, ...]:
        """The names in a set, in order."""
        return tuple(self.names[place] for place in self._places(bits))

    def first(self, bits: int, count: int) -> tuple[str, ...]:
        """The first so many names in a set, in order."""
        found: list[str] = []
        while bits and len(found) < count:
            lowest = bits & -bits
            found.append(self.names[lowest.bit_length() - 1])
            bits ^= lowest
        return tuple(found)

    def services(self, bits: int) -> tuple[str, ...]:
        """The services (prefixes) of which a set holds at least one action, in order."""
        last, others = self._runs
        # Adding ones to all places of a service but its last carries into that one, unless none of them is
        # set: so all services are asked at once.
        held = (((bits & others) + others) | bits) & last
        found = []
        while held:
            place = held.bit_length() - 1
            found.append(self._service_by_last[place])
            held ^= 1 << place
        return tuple(sorted(found))

    def service_masks(self, bits: int) -> Iterator[int]:
        """For each service of which a set holds an action, the set of all its actions."""
        while bits:
            first = self.lowered[(bits & -bits).bit_length() - 1]
            mask = self.by_service[first.partition(":")[0]]
            yield mask
            bits &= ~mask

    def formats(self, action: str) -> tuple[str, ...]:
        """The ARN formats (`arn:${Partition}:…`) of what an action is about, the required ones first."""
        place = self._position.get(action.lower())
        return () if place is None else self._table.shapes[self._table.formats[place]]

    def beginnings(self, service: str) -> Iterator[str]:
        """How the resources of a service begin, before anything is named: `table/`."""
        return (parts[5].partition("$")[0] for parts, _ in self._by_format.get(service, ()))

    def level(self, action: str) -> AccessLevel | None:
        """The access level of an action by its name in any case, None where it is not known."""
        place = self._position.get(action.lower())
        return None if place is None else LEVELS[self._table.levels[place]]

    @cached_property
    def by_service(self) -> Mapping[str, int]:
        """Service prefix to its actions, sorted by prefix."""
        found: dict[str, int] = {}
        start = 0
        while start < len(self.lowered):
            # A colon sorts after what may go on in a service's name, but its actions stand together.
            service = self.lowered[start].partition(":")[0]
            end = bisect_left(self.lowered, f"{service};", start)
            found[service] = _run(start, end)
            start = end
        return dict(sorted(found.items()))

    @cached_property
    def _service_by_last(self) -> Mapping[int, str]:
        """The place of each service's last action to the service."""
        return {mask.bit_length() - 1: service for service, mask in self.by_service.items()}

    @cached_property
    def _runs(self) -> tuple[int, int]:
        """The last action of each service, and all others: the actions of a service stand together."""
        last = _bits(self._service_by_last)
        return last, self.everything & ~last

    @cached_property
    def by_level(self) -> Mapping[AccessLevel, int]:
        """Access level to its actions, from the least to the gravest."""
        # The last action is the highest bit, so that read backwards a mark for each is a binary number.
        backwards = self._table.levels[::-1]
        return {
            level: int(backwards.translate(bytes(ord("0") + (each == grade) for each in range(256))), 2)
            for grade, level in enumerate(LEVELS)
        }

    @cached_property
    def narrowable(self) -> int:
        """The actions that a policy can narrow to a resource."""
        without = zip(self._table.shapes, self._places_of_shape, strict=True)
        return self.everything & ~_bits(
            place for formats, places in without if not formats for place in places
        )

    @cached_property
    def essential(self) -> int:
        """The actions of every service that matters: what an administrator may all do."""
        return self.everything & ~self._of_services(HARMLESS_SERVICES)

    def about(self, pattern: str) -> int:
        """The actions that can be about what a Resource value means, other than everything.

        An action without resource types is covered by `*` alone. Compared by service and by the beginning of
        the resource, so the set may be too large, never too small.
        """
        parts = pattern.split(":", 5)
        if len(parts) == 6:
            service, head = parts[2], _head(literal_prefix(parts[5]))
        elif pattern.endswith("*"):
            return self.everything
        elif "*:" in pattern:
            # A `*` at the end of a segment stands for those that lack as well.
            before, tail = pattern.partition("*:")[0].split(":"), pattern.rpartition("*:")[2]
            service = before[2] if len(before) > 3 else "*"
            head = "" if ":" in tail else _head(literal_prefix(tail))
        else:
            return 0
        key = (service, head)
        found = self._about.get(key)
        if found is None:
            matches = compile_pattern(service if "$" not in service else "*")
            found = 0
            for name in (service,) if is_exact(service) else self._by_format:
                if matches(name):
                    for prefix, bits in self._heads(name).items():
                        if prefix.startswith(head) or head.startswith(prefix):
                            found |= bits
            # Thousands of beginnings, such as those of secrets' names, are about the same actions.
            found = self._about[key] = self.shared(found)
        return found

    def shared(self, actions: int) -> int:
        """The one object for a set that is kept as long as the index is."""
        return self._shared.setdefault(actions, actions)

    def covered(self, pattern: str) -> int:
        """The actions for which a Resource value means every resource that they can be about.

        A region or account that the pattern spells out is taken for the one that matters.
        """
        found = self._covered.get(pattern)
        if found is None:
            found = self._covered[pattern] = self._cover(pattern)
        return found

    def _cover(self, pattern: str) -> int:
        parts = pattern.split(":", 5)
        anything = f"arn:{_plain(parts, 1, 'aws')}:q9:q-9:000000000000:q9/probe"
        if anything.startswith(literal_prefix(pattern)) and resource_matches(pattern, anything):
            return self.everything
        if len(parts) < 6 or not pattern.endswith("*") or not self._may_cover(parts):
            return 0
        partition, region, account = (
            _plain(parts, 1, "aws"),
            _plain(parts, 3, "q-9"),
            _plain(parts, 4, "000000000000"),
        )
        missed = found = 0
        for (has_region, has_account, template), bits in self._templates(parts[2]).items():
            where = f"{region if has_region else ''}:{account if has_account else ''}"
            if resource_matches(pattern, f"arn:{partition}:{parts[2]}:{where}:{template}"):
                found |= bits
            else:
                missed |= bits
        return found & ~missed

    def _may_cover(self, parts: list[str]) -> bool:
        prefix = literal_prefix(parts[5])
        return any(template.startswith(prefix) for _, _, template in self._templates(parts[2]))

    def _templates(self, service: str) -> Mapping[tuple[bool, bool, str], int]:
        """Whether an ARN format of a service has region and account, and a made-up name, to its actions."""
        found = self._templates_known.get(service)
        if found is None:
            found = self._templates_known[service] = {}
            for parts, places in self._by_format.get(service, ()):
                shape = (bool(parts[3]), bool(parts[4]), _VARIABLE.sub("q9probe", parts[5]))
                found[shape] = found.get(shape, 0) | _bits(places)
        return found

    def _heads(self, service: str) -> Mapping[str, int]:
        """How the resource of an ARN format of a service begins, to the actions that act on it."""
        found = self._heads_known.get(service)
        if found is None:
            found = self._heads_known[service] = {}
            for parts, places in self._by_format.get(service, ()):
                prefix = _head(parts[5].partition("$")[0])
                found[prefix] = found.get(prefix, 0) | _bits(places)
        return found

    @cached_property
    def _by_format(self) -> Mapping[str, tuple[tuple[list[str], list[int]], ...]]:
        """Service of an ARN format to the segments of each, and the actions that act on what has it."""
        places_of: dict[str, list[int]] = {}
        for formats, places in zip(self._table.shapes, self._places_of_shape, strict=True):
            for each in formats:
                places_of.setdefault(each, []).extend(places)
        found: dict[str, list[tuple[list[str], list[int]]]] = {}
        for template, places in places_of.items():
            parts = template.split(":", 5)
            if len(parts) == 6:
                found.setdefault(parts[2], []).append((parts, places))
        return {service: tuple(formats) for service, formats in found.items()}

    @cached_property
    def _places_of_shape(self) -> tuple[list[int], ...]:
        found: tuple[list[int], ...] = tuple([] for _ in self._table.shapes)
        for place, shape in enumerate(self._table.formats):
            found[shape].append(place)
        return found

    def _of_services(self, services: Iterable[str]) -> int:
        found = 0
        for service in services:
            found |= self.by_service.get(service, 0)
        return found

    def _match(self, pattern: str) -> int:
        if is_exact(pattern):
            return self.bit(pattern)
        prefix = literal_prefix(pattern)
        matches = compile_pattern(pattern)
        low, high = bisect_left(self.lowered, prefix), bisect_left(self.lowered, prefix + "\U0010ffff")
        if pattern == f"{prefix}*":
            return _run(low, high)
        return _bits(place for place in range(low, high) if matches(self.lowered[place]))

    def _places(self, bits: int) -> Iterator[int]:
        raw = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        for found in _NOT_ZERO.finditer(raw):
            start = found.start()
            for offset in _BYTE[raw[start]]:
                yield (start << 3) + offset


@lru_cache(maxsize=1)
def all_actions() -> ActionIndex:
    """The actions of every service."""
    return ActionIndex(read_table())


def _bits(places: Iterable[int]) -> int:
    """The set of these places, which most often stand close together."""
    chosen = tuple(places)
    if not chosen:
        return 0
    start = min(chosen)
    raw = bytearray(((max(chosen) - start) >> 3) + 1)
    for place in chosen:
        offset = place - start
        raw[offset >> 3] |= 1 << (offset & 7)
    return int.from_bytes(raw, "little") << start


def _run(start: int, end: int) -> int:
    """The set of all places from one up to another."""
    return (1 << end) - (1 << start)


def _plain(parts: list[str], place: int, otherwise: str) -> str:
    """A segment of a pattern where it is literal text, else a stand-in for it."""
    found = parts[place] if len(parts) > place else ""
    return found if found and is_exact(found) else otherwise


def _head(prefix: str) -> str:
    """The beginning of a resource up to the end of its type: `role/`, `function:`."""
    found = _TYPE.match(prefix)
    return found[0] if found else prefix
