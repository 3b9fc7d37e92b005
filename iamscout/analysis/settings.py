"""What the configuration decides: thresholds, known accounts. Defaults are here and nowhere else."""

from __future__ import annotations

from msgspec import Struct

ANY_BOUNDARY = "any"
"""Stands for whatever boundary there is."""


class Settings(Struct, frozen=True):
    """Thresholds in the unit of their name, and accounts: pairs of account id and label, sorted.

    `known_accounts` are one's own beyond those of the snapshots and their organizations; `vendors` belong to
    others, who are to be let in by an external id only. `boundaries` are pairs of an ARN pattern of users or
    roles and the name of the permissions boundary that they must have, or :data:`ANY_BOUNDARY`.
    """

    known_accounts: tuple[tuple[str, str], ...] = ()
    vendors: tuple[tuple[str, str], ...] = ()
    boundaries: tuple[tuple[str, str], ...] = ()
    mfa_max_age_seconds: int = 3600
    scheme_roles_per_group: int = 1
    plan_mfa_age_seconds_administrator: int = 300
    plan_mfa_age_seconds_privileged: int = 900
    plan_mfa_age_seconds_ordinary: int = 3600
    administrator_session_max_seconds: int = 14400
    access_key_max_age_days: int = 90
    credential_unused_days: int = 45
    role_unused_days: int = 90
    root_unused_days: int = 30
    password_minimum_length: int = 14
