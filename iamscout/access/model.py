"""Who can assume which role: the values of the answer, grouped by classes of equal access.

A large account has millions of pairs and a few thousand distinct sets, so one entry is a set of principals
times a set of roles with one verdict; everyone and whole accounts stand as such and are not spelled out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from msgspec import Struct

from iamscout.access.credentials import CredentialResults, Mfa
from iamscout.access.directory import Directory
from iamscout.access.principals import Principal
from iamscout.access.trust import TrustGrant
from iamscout.policy.decision import Reading, Reason, Result, StatementRef
from iamscout.policy.formula import Formula

Scope = Literal["same_account", "cross_account", "service", "federated", "public"]
Missing = Literal["identity", "trust"]


class Verdict(Struct, frozen=True, cache_hash=True):
    """What holds for every pair of an entry. `credentials` is None for anybody who is not an IAM user.

    `needs_identity_policy` tells whether the trust alone would not do; `readings` holds both answers where
    AWS's pages disagree.
    """

    result: Result
    reason: Reason
    requires: Formula
    mfa: Mfa
    needs_identity_policy: bool
    credentials: CredentialResults | None = None
    readings: tuple[Reading, ...] = ()


class AccessEntry(Struct, frozen=True):
    """Every one of `principals` can (or, under conditions, may) assume every one of `roles` by `action`.

    `principals` are sorted; `roles` are sorted ARNs. `identity_by` are the statements of the identity half;
    the trust half stands in `AccessMap.grants` of each role, with the same principals.
    """

    principals: tuple[Principal, ...]
    roles: tuple[str, ...]
    action: str
    scope: Scope
    verdict: Verdict
    identity_by: tuple[StatementRef, ...] = ()
    trust_by: tuple[StatementRef, ...] = ()


class HalfEntry(Struct, frozen=True):
    """One half without the other.

    `missing` is trust (granted but not trusted) or identity (trusted but not granted). Only where a statement
    names the role or the principal, by ARN or a pattern other than `*`.
    """

    principals: tuple[Principal, ...]
    roles: tuple[str, ...]
    missing: Missing
    by: tuple[StatementRef, ...]


@dataclass(frozen=True)
class AccessMap:
    """All access among the accounts of a run."""

    directory: Directory
    entries: tuple[AccessEntry, ...]
    grants: Mapping[str, tuple[TrustGrant, ...]]
    """Role ARN to its trust policy, exploded to principal x action, in the policy's order."""
    finding_halves: Iterator[HalfEntry] = field(repr=False, compare=False)
    """Read once, by `half_entries`; at its end it lets go of all it works with."""

    @cached_property
    def half_entries(self) -> tuple[HalfEntry, ...]:
        """Halves of edges, found when they are first asked for: what many ask of an access map needs none."""
        return tuple(self.finding_halves)

    @cached_property
    def by_role(self) -> Mapping[str, tuple[AccessEntry, ...]]:
        """Role ARN to the entries it occurs in, in the order of `entries`."""
        found: dict[str, list[AccessEntry]] = {}
        for entry in self.entries:
            for role in entry.roles:
                found.setdefault(role, []).append(entry)
        return {role: tuple(entries) for role, entries in found.items()}

    @cached_property
    def by_principal(self) -> Mapping[str, tuple[AccessEntry, ...]]:
        """Principal value to the entries it occurs in, in the order of `entries`."""
        found: dict[str, list[AccessEntry]] = {}
        for entry in self.entries:
            for principal in entry.principals:
                found.setdefault(principal.value, []).append(entry)
        return {value: tuple(entries) for value, entries in found.items()}

    @cached_property
    def half_by_role(self) -> Mapping[str, tuple[HalfEntry, ...]]:
        """Role ARN to the half-edges it occurs in."""
        found: dict[str, list[HalfEntry]] = {}
        for entry in self.half_entries:
            for role in entry.roles:
                found.setdefault(role, []).append(entry)
        return {role: tuple(entries) for role, entries in found.items()}

    @cached_property
    def half_by_principal(self) -> Mapping[str, tuple[HalfEntry, ...]]:
        """Principal value to the half-edges it occurs in."""
        found: dict[str, list[HalfEntry]] = {}
        for entry in self.half_entries:
            for principal in entry.principals:
                found.setdefault(principal.value, []).append(entry)
        return {value: tuple(entries) for value, entries in found.items()}
