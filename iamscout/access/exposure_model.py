"""What somebody may do at any time, after assuming a role, and with a stolen credential: the values."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.access.use import Frequency
from iamscout.policy.decision import Result
from iamscout.policy.formula import Formula

Credential = Literal["stolen_key", "password_without_mfa", "mfa_session"]


class Powers(Struct, frozen=True):
    """A set of permissions in short.

    `services` are prefixes, `actions_by_access_level` pairs of level and number of actions from the least to
    the gravest, `admin` whether it amounts to everything, `riskiest` the first actions that change who may do
    what. `beyond_roles` tells whether there is more than assuming roles and care for one's own credentials.
    """

    services: tuple[str, ...] = ()
    actions_by_access_level: tuple[tuple[str, int], ...] = ()
    admin: Result = "deny"
    riskiest: tuple[str, ...] = ()
    beyond_roles: bool = False


NO_POWERS = Powers()


class AfterAssuming(Struct, frozen=True):
    """Roles that are entered alike, one at a time; what each may then do stands in `Exposures.roles`.

    `requires` is what it takes. The MFA age limits when a session may begin; the window is the time from
    showing MFA to the end of the last session it opens, None where nothing limits it.
    """

    roles: tuple[str, ...]
    requires: Formula
    mfa: Mfa
    max_session_seconds: int | None
    window_seconds: int | None


class Reach(Struct, frozen=True):
    """What one kind of credential leads to, by itself and by chains of roles.

    `is_held` tells whether the user has such a credential, None where the snapshot does not tell; the rest
    is what it would do. `roles` are those it takes of its own right, without anything further or under
    conditions; `admin` and `escalates` tell what they may do. What is open to everybody is not counted: see
    `Totals.open_roles`.
    """

    is_held: bool | None
    powers: Powers
    roles: tuple[str, ...]
    admin: Result
    escalates: bool = False

    @property
    def beyond_roles(self) -> bool:
        """Whether it reaches anything beyond the right to assume roles."""
        return self.powers.beyond_roles or bool(self.roles)


class UserExposure(Struct, frozen=True):
    """The exposure of one user (its ARN)."""

    user: str
    at_any_time: Powers
    after_assuming: tuple[AfterAssuming, ...]
    stolen_key: Reach
    password_without_mfa: Reach
    mfa_session: Reach
    use: Frequency = "unknown"


class KeyExposure(Struct, frozen=True):
    """What two moments of one user are compared by: what it may do, and what a stolen key of it leads to.

    `admin_at_any_time` is about the user's own policies; the rest as in :class:`Reach`.
    """

    user: str
    admin_at_any_time: Result
    is_held: bool | None
    roles: tuple[str, ...]
    admin: Result
    escalates: bool


class KeyExposures(Struct, frozen=True):
    """All users, sorted by ARN, and the roles that can be reached from those that let in everybody."""

    users: tuple[KeyExposure, ...]
    open_roles: frozenset[str]

    @property
    def reaching_admin(self) -> int:
        """The users whose keys reach an administrator, maybe under conditions."""
        return sum(bool(each.is_held) and each.admin != "deny" for each in self.users)


class RoleExposure(Struct, frozen=True):
    """What a role may do, and how often it is needed."""

    role: str
    powers: Powers
    use: Frequency


class Totals(Struct, frozen=True):
    """The counts of one account: users who hold such a credential, and how far it leads.

    `keys_unknown` and `passwords_unknown` are the users of whom the snapshot does not tell whether they do.
    `open_roles` are the roles that let in everybody, with any credential or none of the account's, and what
    can be reached from them.
    """

    account: str
    users: int
    users_with_keys: int
    keys_reaching_admin: int
    keys_reaching_beyond_roles: int
    passwords_without_mfa: int
    passwords_reaching_admin: int
    passwords_reaching_beyond_roles: int
    keys_unknown: int = 0
    passwords_unknown: int = 0
    open_roles: tuple[str, ...] = ()
    open_roles_reach_admin: Result = "deny"


class Exposures(Struct, frozen=True):
    """All exposures of a run: users and roles sorted by ARN, totals by account."""

    users: tuple[UserExposure, ...]
    roles: tuple[RoleExposure, ...]
    totals: tuple[Totals, ...]
