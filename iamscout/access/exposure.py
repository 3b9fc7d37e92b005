"""What each user may do at any time, after assuming a role, and what a stolen credential alone leads to.

Worked out by classes: users with the same permissions share their summary, users who enter the same roles
alike share what they reach. A credential is a context of the request (`credentials`): a key carries no MFA, a
console session without MFA says so, an MFA session is one just begun. Sources: IAM User Guide, "Configuring
MFA-protected API access" and "Role chaining".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.admins import AdminJudge
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, LONG_TERM_KEY, Mfa, mfa_session
from iamscout.access.directory import Entry
from iamscout.access.exposure_model import (
    NO_POWERS,
    AfterAssuming,
    Credential,
    Exposures,
    KeyExposure,
    KeyExposures,
    Powers,
    Reach,
    RoleExposure,
    Totals,
    UserExposure,
)
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.permission_pieces import ActionPiece
from iamscout.access.permission_sets import PermissionSet
from iamscout.access.permissions import Permissions
from iamscout.access.rolechains import RoleChains, direct_roles
from iamscout.access.statements import purposes
from iamscout.access.use import role_use, user_use
from iamscout.policy.action_table import LEVELS
from iamscout.policy.context import Context
from iamscout.policy.decision import Result
from iamscout.policy.formula import ALWAYS, NEVER, Formula, assume, simplify
from iamscout.snapshot.account import Account, Role, User

EVERYONE = "*"
RISKIEST = 10
"""Actions that are named; IAM's own come first."""
_CONTEXTS: Mapping[Credential, Context] = {
    "stolen_key": LONG_TERM_KEY,
    "password_without_mfa": CONSOLE_WITHOUT_MFA,
    "mfa_session": mfa_session(0),
}


class _Power(Struct, frozen=True):
    """What somebody may do, before it is put into words."""

    actions: int
    admin: Result = "deny"


class _Way(Struct, frozen=True):
    """What a credential of somebody leads to."""

    roles: tuple[str, ...]
    admin: Result


class Escalating:
    """The principals that can become more (ARNs)."""

    def __init__(self, principals: Iterable[str]) -> None:
        self._principals = frozenset(principals)
        self._among: dict[int, tuple[tuple[str, ...], bool]] = {}

    def __contains__(self, principal: str) -> bool:
        return principal in self._principals

    def are_among(self, roles: tuple[str, ...]) -> bool:
        """Whether some of these roles can; equal sets should be one tuple, as those of chains are."""
        known = self._among.get(id(roles))
        if known is None:
            known = self._among[id(roles)] = (roles, not self._principals.isdisjoint(roles))
        return known[1]


def with_escalation(found: Exposures, escalating: Escalating) -> Exposures:
    """The same exposures, where it is known who can become more."""

    def told(user: str, reach: Reach) -> Reach:
        # A stolen user's escalations may need MFA; only those of roles are sure to be there once inside.
        by_itself = reach.powers.beyond_roles and user in escalating
        return replace(reach, escalates=by_itself or escalating.are_among(reach.roles))

    users = [
        replace(
            each,
            stolen_key=told(each.user, each.stolen_key),
            password_without_mfa=told(each.user, each.password_without_mfa),
            mfa_session=told(each.user, each.mfa_session),
        )
        for each in found.users
    ]
    return replace(found, users=tuple(users))


class ExposureReader:
    """Works out exposures and remembers what classes of users and roles share."""

    def __init__(self, access: AccessMap, permissions: Permissions) -> None:
        self.access, self.permissions = access, permissions
        self.judge = AdminJudge(permissions.index, permissions.directory)
        self.certain = RoleChains(access, certain_only=True)
        self.possible = RoleChains(access, certain_only=False)
        self._powers: dict[tuple[int, str, Credential | None], tuple[PermissionSet, _Power]] = {}
        self._reached: dict[tuple[tuple[int, ...], Credential], tuple[int, int]] = {}
        self._after: dict[tuple[int, ...], tuple[AfterAssuming, ...]] = {}
        self._beyond_roles: dict[int, bool] = {}
        self._direct_pieces: dict[int, int] = {}
        self._words: dict[int, tuple[tuple[str, ...], tuple[tuple[str, int], ...], tuple[str, ...]]] = {}
        entries = access.directory.by_arn
        self._roles = [entries[arn] for arn in sorted(entries) if entries[arn].kind == "role"]
        self._users = [entries[arn] for arn in sorted(entries) if entries[arn].kind == "user"]
        self._admin_roles = {
            result: self._bits(each.arn for each in self._roles if self._power(each, None).admin == result)
            for result in ("allow", "conditional")
        }
        self._free_to_all = self._bits(
            arn
            for entry in access.by_principal.get(EVERYONE, ())
            if entry.verdict.requires == ALWAYS
            for arn in entry.roles
        )
        """Roles that let in everybody without a condition."""

    def exposures(self) -> Exposures:
        """The exposure of all users and roles, in words; for what escalates see :func:`with_escalation`."""
        entries = self.access.directory.by_arn
        roles = tuple(map(self._role, self._roles))
        users = tuple(map(self._user, self._users))
        by_account: dict[str, list[UserExposure]] = {
            account: [] for account in sorted(self.access.directory.accounts)
        }
        for user in users:
            by_account[entries[user.user].account].append(user)
        return Exposures(users, roles, tuple(self._totals(*each) for each in by_account.items()))

    def keys(self, escalating: Escalating) -> KeyExposures:
        """What moments are compared by."""
        users = tuple(self._key(each, escalating) for each in self._users)
        opened = self.possible.from_roles(self.certain.open)
        return KeyExposures(users, frozenset(self.possible.members(opened)))

    def _bits(self, roles: Iterable[str]) -> int:
        position = self.certain.index.position
        return self.certain.index.bits(position[arn] for arn in roles if arn in position)

    def _totals(self, account: str, users: list[UserExposure]) -> Totals:
        keys = [each.stolen_key for each in users if each.stolen_key.is_held]
        passwords = [each.password_without_mfa for each in users if each.password_without_mfa.is_held]
        own = self._bits(role.arn for role in self.access.directory.accounts[account].roles)
        opened = self.certain.open & own
        free = opened & self._free_to_all
        return Totals(
            account=account,
            users=len(users),
            users_with_keys=len(keys),
            keys_reaching_admin=sum(each.admin != "deny" for each in keys),
            keys_reaching_beyond_roles=sum(each.beyond_roles for each in keys),
            passwords_without_mfa=len(passwords),
            passwords_reaching_admin=sum(each.admin != "deny" for each in passwords),
            passwords_reaching_beyond_roles=sum(each.beyond_roles for each in passwords),
            keys_unknown=sum(each.stolen_key.is_held is None for each in users),
            passwords_unknown=sum(each.password_without_mfa.is_held is None for each in users),
            open_roles=self.possible.members(self.possible.from_roles(opened)),
            open_roles_reach_admin=self._admin_by(
                self.certain.from_roles(free), self.possible.from_roles(opened)
            ),
        )

    def _admin_by(self, certain: int, possible: int) -> Result:
        if certain & self._admin_roles["allow"]:
            return "allow"
        anyhow = self._admin_roles["allow"] | self._admin_roles["conditional"]
        return "conditional" if possible & anyhow else "deny"

    def _role(self, entry: Entry) -> RoleExposure:
        account = self.access.directory.accounts[entry.account]
        return RoleExposure(entry.arn, self._powers_of(entry, None), role_use(account, entry.arn))

    def _user(self, entry: Entry) -> UserExposure:
        account = self.access.directory.accounts[entry.account]
        user = entry.entity
        assert isinstance(user, User)  # noqa: S101  # the directory says that it is one
        entries = self._entries(entry)
        key, password, mfa = _held(account, user)
        return UserExposure(
            user=entry.arn,
            at_any_time=self._powers_of(entry, None),
            after_assuming=self._after_assuming(entries),
            stolen_key=self._reach(entry, entries, "stolen_key", is_held=key),
            password_without_mfa=self._reach(entry, entries, "password_without_mfa", is_held=password),
            mfa_session=self._reach(entry, entries, "mfa_session", is_held=mfa),
            use=user_use(account, user),
        )

    def _key(self, entry: Entry, escalating: Escalating) -> KeyExposure:
        user = entry.entity
        assert isinstance(user, User)  # noqa: S101  # the directory says that it is one
        is_held, _, _ = _held(self.access.directory.accounts[entry.account], user)
        way = self._way(entry, self._entries(entry), "stolen_key")
        at_any_time = self._power(entry, None).admin
        escalates = escalating.are_among(way.roles) or (
            entry.arn in escalating and self._is_beyond_roles(entry, self._power(entry, "stolen_key"))
        )
        return KeyExposure(entry.arn, at_any_time, is_held, way.roles, way.admin, escalates)

    def _entries(self, entry: Entry) -> tuple[AccessEntry, ...]:
        found = self.access.by_principal.get(entry.arn, ())
        return tuple(each for each in found if each.verdict.result != "deny")

    def _reach(
        self, entry: Entry, entries: tuple[AccessEntry, ...], credential: Credential, *, is_held: bool | None
    ) -> Reach:
        way = self._way(entry, entries, credential)
        return Reach(is_held, self._powers_of(entry, credential), way.roles, way.admin)

    def _way(self, entry: Entry, entries: tuple[AccessEntry, ...], credential: Credential) -> _Way:
        key = (tuple(map(id, entries)), credential)
        found = self._reached.get(key)
        if found is None:
            direct = direct_roles(
                self.certain, entries, lambda each: _left(each.verdict.requires, credential)
            )
            found = self._reached[key] = (
                self.certain.from_roles(direct[True]),
                self.possible.from_roles(direct[False]),
            )
        certain, possible = found
        power = self._power(entry, credential)
        admin = self._admin_by(certain, possible)
        if "allow" in (admin, power.admin):
            admin = "allow"
        elif power.admin == "conditional":
            admin = "conditional"
        return _Way(self.possible.members(possible), admin)

    def _after_assuming(self, entries: tuple[AccessEntry, ...]) -> tuple[AfterAssuming, ...]:
        key = tuple(map(id, entries))
        known = self._after.get(key)
        if known is None:
            found: dict[tuple[Formula, Mfa, int | None], int] = {}
            for entry in entries:
                for session, roles in self._by_session.items():
                    if bits := self.certain.bits_of(entry) & roles:
                        way = (entry.verdict.requires, entry.verdict.mfa, session)
                        found[way] = found.get(way, 0) | bits
            known = self._after[key] = tuple(
                sorted(
                    (
                        AfterAssuming(
                            self.certain.members(bits), requires, mfa, session, _window(mfa, session)
                        )
                        for (requires, mfa, session), bits in found.items()
                    ),
                    key=lambda each: each.roles,
                )
            )
        return known

    @cached_property
    def _by_session(self) -> Mapping[int | None, int]:
        """The roles by how long their sessions may last."""
        found: dict[int | None, list[str]] = {}
        for entry in self._roles:
            role = entry.entity
            session = role.max_session_duration_seconds if isinstance(role, Role) else None
            found.setdefault(session, []).append(entry.arn)
        return {session: self._bits(arns) for session, arns in found.items()}

    def _power(self, entry: Entry, credential: Credential | None) -> _Power:
        held = self.permissions.of(entry)
        key = (id(held), entry.account, credential)
        known = self._powers.get(key)
        if known is None:
            known = self._powers[key] = (held, self._read_power(held, entry.account, credential))
        return known[1]

    def _read_power(self, held: PermissionSet, account: str, credential: Credential | None) -> _Power:
        bits = 0
        for formula, actions in held.somewhere:
            if credential is None or _left(formula, credential) != NEVER:
                bits |= actions
        if not bits:
            return _Power(0)
        requires = self.judge.when(held, account)
        if credential is not None:
            requires = _left(requires, credential)
        admin: Result = "allow" if requires == ALWAYS else "deny" if requires == NEVER else "conditional"
        return _Power(bits, admin)

    def _powers_of(self, entry: Entry, credential: Credential | None) -> Powers:
        power = self._power(entry, credential)
        if not power.actions:
            return NO_POWERS
        services, levels, riskiest = self._words_of(power.actions)
        return Powers(services, levels, power.admin, riskiest, self._is_beyond_roles(entry, power))

    def _words_of(self, bits: int) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...], tuple[str, ...]]:
        """Services, counts by level, and the riskiest of a set of actions; equal sets are told once."""
        known = self._words.get(bits)
        if known is None:
            index = self.permissions.index
            levels = tuple(
                (level, count) for level in LEVELS if (count := (bits & index.by_level[level]).bit_count())
            )
            risky = bits & index.by_level["Permissions management"]
            riskiest = index.first(risky & index.by_service["iam"], RISKIEST)
            if len(riskiest) < RISKIEST:
                others = index.first(risky & ~index.by_service["iam"], RISKIEST - len(riskiest))
                riskiest = (*riskiest, *others)
            known = self._words[bits] = (index.services(bits), levels, riskiest)
        return known

    def _is_beyond_roles(self, entry: Entry, power: _Power) -> bool:
        """Whether some of it is by statements that are for more than roles and one's own credentials."""
        known = self._beyond_roles.get(id(power))
        if known is None:
            known = self._beyond_roles[id(power)] = any(
                piece.effect == "Allow" and self._direct_of(piece) & power.actions
                for piece in self.permissions.pieces(entry)
            )
        return known

    def _direct_of(self, piece: ActionPiece) -> int:
        """The actions of a statement that are for more than roles and one's own credentials."""
        found = self._direct_pieces.get(id(piece))
        if found is None:
            found, said = 0, purposes(piece.statement)
            if said.is_direct:
                found = piece.everywhere | piece.somewhere
                if said.direct:
                    found &= self.permissions.index.matching_any(said.direct)
            self._direct_pieces[id(piece)] = found
        return found


@lru_cache(maxsize=65_536)
def _left(formula: Formula, credential: Credential) -> Formula:
    return simplify(assume(formula, _CONTEXTS[credential]))


def _window(mfa: Mfa, session: int | None) -> int | None:
    """Seconds from showing MFA to the end of the last session that it opens."""
    return None if mfa.max_age_seconds is None or session is None else mfa.max_age_seconds + session


def _held(account: Account, user: User) -> tuple[bool | None, bool | None, bool | None]:
    """Whether the user has an active key, a password without MFA, an MFA device."""
    row = account.report_by_user.get(user.name)
    if row is None:
        return None, None, None
    key = any(each.active for each in row.access_keys)
    return key, bool(row.password_enabled) and not row.mfa_active, row.mfa_active
