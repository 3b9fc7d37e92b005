"""The two schemes of groups, as values: what an account, a group and a user are judged to be."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from msgspec import Struct

from iamscout.access.grouplinks import GroupLinks
from iamscout.policy.decision import StatementRef

Model = Literal["role_based", "traditional", "mixed", "empty"]
"""role_based: every Allow is sts:AssumeRole and what goes with it; traditional: none is; empty: no Allow.

A user's care for its own credentials changes no model.
"""
GroupFlaw = Literal[
    "grants_permissions_directly",
    "has_inline_policy",
    "leads_to_no_role",
    "leads_to_several_roles",
    "policy_is_unreadable",
    "role_is_in_no_snapshot",
    "role_does_not_trust_members",
    "role_without_mfa",
    "role_with_bypassable_mfa",
    "role_without_mfa_age",
    "role_with_long_mfa_age",
]
UserFlaw = Literal[
    "has_inline_policy",
    "has_attached_policy",
    "is_in_no_group",
    "is_in_traditional_group",
    "is_in_mixed_group",
    "is_named_by_trust_policy",
]


class Limits(Struct, frozen=True):
    """What the role-based scheme asks: the oldest MFA that may pass, and how many roles a group leads to."""

    mfa_max_age_seconds: int = 3600
    roles_per_group: int = 1


class GroupViolation(Struct, frozen=True):
    """Why a group is not of the role-based scheme. `roles` are ARNs (or patterns where in no snapshot)."""

    flaw: GroupFlaw
    message: str
    roles: tuple[str, ...] = ()
    by: tuple[StatementRef, ...] = ()


class UserViolation(Struct, frozen=True):
    """Why a user is outside the scheme. `names` are policies, groups or roles, as the flaw says."""

    flaw: UserFlaw
    message: str
    names: tuple[str, ...] = ()


class HalfGrant(Struct, frozen=True):
    """Roles that a group names and that do not let its members in."""

    roles: tuple[str, ...]
    by: tuple[StatementRef, ...]


class GroupScheme(Struct, frozen=True):
    """Where one group (its ARN) stands. `direct` are the statements that grant permissions at any time."""

    group: str
    model: Model
    links: tuple[GroupLinks, ...] = ()
    has_self_service: bool = False
    direct: tuple[StatementRef, ...] = ()
    half_grants: tuple[HalfGrant, ...] = ()
    violations: tuple[GroupViolation, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The ARNs of all roles it leads to, sorted."""
        return tuple(sorted({role for link in self.links for role in link.roles}))

    @property
    def conforms(self) -> bool:
        """Whether it is of the role-based scheme in every respect."""
        return self.model == "role_based" and not self.violations


class UserScheme(Struct, frozen=True):
    """Where one user (its ARN) stands; without violations all it has is roles through its groups."""

    user: str
    violations: tuple[UserViolation, ...] = ()


class ScorePart(Struct, frozen=True):
    """One part of a score: so many of so many conform."""

    name: Literal["groups", "links", "users"]
    conforming: int
    total: int


class AccountScheme(Struct, frozen=True):
    """The scheme of one account.

    `score` is 0 to 100, 100 only where all conforms, None where nobody is there. It is the mean of the parts
    that there are: groups that conform (empty ones aside), links from a group to a role that need fresh MFA,
    and users who have nothing but roles through groups.
    """

    account: str
    groups: tuple[GroupScheme, ...]
    users: tuple[UserScheme, ...]
    parts: tuple[ScorePart, ...]

    @property
    def score(self) -> int | None:
        """The mean of the parts in percent, rounded down."""
        shares = [Fraction(part.conforming, part.total) for part in self.parts if part.total]
        return int(sum(shares) * 100 / len(shares)) if shares else None
