"""Permissions and what a credential leads to, in words."""

from __future__ import annotations

from iamscout.access.exposure_model import Powers, Reach, UserExposure
from iamscout.policy.action_table import LEVELS
from iamscout.policy.decision import Result
from iamscout.report.words import listed, plural

SERVICES = 8
"""Services that are named."""
_ADMIN: dict[Result, int] = {"allow": 0, "conditional": 1, "deny": 2}


def power_words(powers: Powers) -> str:
    """What a set of permissions amounts to, in a phrase."""
    if powers.admin == "allow":
        return "everything: it is administrator"
    if powers.admin == "conditional":
        return "everything under conditions: it is administrator then"
    if not powers.services:
        return "nothing"
    levels = [f"{count:,} {level.lower()}" for level, count in reversed(powers.actions_by_access_level)]
    named = list(powers.services[:SERVICES])
    rest = len(powers.services) - len(named)
    if rest:
        named.append(plural(rest, "more service"))
    return f"actions of {listed(named)} ({', '.join(levels)})"


def reach_words(reach: Reach) -> str:
    """What a credential leads to by itself and by chains, in a phrase."""
    found = []
    if reach.admin != "deny":
        found.append("administrator" if reach.admin == "allow" else "administrator under conditions")
    if reach.roles:
        found.append(plural(len(reach.roles), "role"))
    if reach.powers.beyond_roles:
        found.append("permissions held at any time")
    if reach.escalates:
        found.append("ways to gain more")
    return listed(found) if found else "nothing but the right to ask for roles"


def credential_words(user: UserExposure) -> tuple[tuple[str, str], ...]:
    """Pairs of a credential and what it leads to when it is used alone."""
    return (
        ("access key alone", held_words(user.stolen_key, "the user has no active key")),
        (
            "console password without MFA",
            held_words(user.password_without_mfa, "there is none, or it needs MFA"),
        ),
        ("session with fresh MFA", held_words(user.mfa_session, "the user has no MFA device")),
    )


def held_words(reach: Reach, lacking: str) -> str:
    """What a credential leads to, where the user has it."""
    if reach.is_held is None:
        return f"{reach_words(reach)}, if there is one"
    return reach_words(reach) if reach.is_held else lacking


def power_order(powers: Powers) -> tuple[int, ...]:
    """What sets of permissions are sorted by, the gravest first: administrator, then the gravest actions."""
    counts = dict(powers.actions_by_access_level)
    return (_ADMIN[powers.admin], *(-counts.get(level, 0) for level in reversed(LEVELS)))


def reach_order(reach: Reach) -> tuple[int, ...]:
    """What credentials are sorted by, those that lead farthest first; those that nobody has are last."""
    if reach.is_held is False:
        return (len(_ADMIN),)
    return (_ADMIN[reach.admin], not reach.escalates, not reach.beyond_roles, -len(reach.roles))
