"""Half of an edge, granted or trusted and not both, wherever a statement names the other side."""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.access.arnindex import places_of
from iamscout.access.directory import Entry
from iamscout.access.layers import LayerReader
from iamscout.access.model import HalfEntry, Missing
from iamscout.access.pairs import PairReader
from iamscout.access.principals import Principal
from iamscout.access.trust import TRUST_POLICY
from iamscout.access.trustindex import TrustIndex
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import NEVER

_Key = tuple[Missing, int, tuple[StatementRef, ...]]


def half_entries(
    trust: TrustIndex, layers: LayerReader, pairs: PairReader, reached: dict[str, int]
) -> Iterator[HalfEntry]:
    """All halves among the callers and roles of the snapshots, grouped by equal roles and statements."""
    found: dict[_Key, list[Principal]] = {}
    for entry in trust.directory.by_arn.values():
        principal = Principal(entry.kind, entry.arn, entry.account)
        for key in (*_not_trusted(entry, trust, layers, reached), *_not_granted(entry, trust, layers, pairs)):
            found.setdefault(key, []).append(principal)
    for principal, place, refs in _named_by_condition(trust, layers, pairs):
        named: _Key = ("identity", 1 << place, refs)
        if principal not in found.setdefault(named, []):
            found[named].append(principal)
    entries = [
        HalfEntry(tuple(sorted(principals)), trust.index.members(bits), missing, refs)
        for (missing, bits, refs), principals in found.items()
    ]
    yield from sorted(entries, key=lambda entry: (entry.missing, entry.principals, entry.roles, entry.by))


def _not_trusted(entry: Entry, trust: TrustIndex, layers: LayerReader, reached: dict[str, int]) -> list[_Key]:
    """Roles that the caller's policies name and whose trust says nothing of the caller."""
    named = layers.named(entry) & ~reached.get(entry.arn, 0) & ~trust.speaks_of(entry.account)
    named &= ~trust.index.bit(entry.arn)
    left = named
    for place in places_of(named & (trust.named(entry.arn) | trust.asking_roles)):
        if trust.match(layers.caller(entry), place, layers.context(entry)).covers:
            left &= ~(1 << place)
    parts: list[tuple[int, frozenset[StatementRef]]] = [(left, frozenset())] if left else []
    for ref, reach in layers.named_grants(entry):
        if reach & left:
            inside = [(part & reach, refs | {ref}) for part, refs in parts if part & reach]
            parts = [*inside, *((part & ~reach, refs) for part, refs in parts if part & ~reach)]
    by_refs: dict[frozenset[StatementRef], int] = {}
    for part, refs in parts:
        by_refs[refs] = by_refs.get(refs, 0) | part
    return [("trust", bits, tuple(sorted(refs))) for refs, bits in by_refs.items()]


def _not_granted(entry: Entry, trust: TrustIndex, layers: LayerReader, pairs: PairReader) -> list[_Key]:
    """Roles whose trust names the caller, which lacks the identity half where that is needed."""
    found: list[_Key] = []
    for place in places_of(trust.named(entry.arn) & ~layers.of(entry).reach):
        outcome, match, _ = pairs.outcome(entry, place)
        if outcome.reason != "missing_identity":
            continue
        refs = tuple(
            sorted(
                {item.ref for _, item in match.applied if item.effect == "Allow" and item.formula != NEVER}
            )
        )
        if refs:
            found.append(("identity", 1 << place, refs))
    return found


def _named_by_condition(
    trust: TrustIndex, layers: LayerReader, pairs: PairReader
) -> list[tuple[Principal, int, tuple[StatementRef, ...]]]:
    """Callers that a trust policy names by aws:PrincipalArn and that lack the identity half."""
    callers = trust.callers
    found: list[tuple[Principal, int, tuple[StatementRef, ...]]] = []
    for asking in trust.asking:
        patterns = [
            (read, value)
            for read in trust.statements[asking.place]
            if read.statement.effect == "Allow" and read.excepted is None
            for condition in read.statement.conditions
            if condition.key.lower() == "aws:principalarn" and condition.operator in _NAMING
            for value in condition.values
            if "${" not in value
        ]
        if not patterns:
            continue
        for place in places_of(asking.bits):
            for read, pattern in patterns:
                ref = StatementRef(
                    "trust", trust.index.arns[place], TRUST_POLICY, read.statement.sid, read.statement.number
                )
                for arn in callers.members(_named(pattern, trust)):
                    entry = trust.directory.by_arn[arn]
                    if layers.of(entry).reach >> place & 1:
                        continue
                    if pairs.outcome(entry, place)[0].reason == "missing_identity":
                        found.append((Principal(entry.kind, arn, entry.account), place, (ref,)))
    return found


def _named(pattern: str, trust: TrustIndex) -> int:
    """The callers that a pattern names; one that means every user or every role of an account names none."""
    found = trust.callers.matching(pattern)
    for everybody in trust.whole_kinds:
        if found & everybody == everybody:
            return 0
    return found


_NAMING = frozenset({"StringEquals", "StringLike", "ArnEquals", "ArnLike", "StringEqualsIgnoreCase"})
"""Operators that name a caller by its ARN."""
