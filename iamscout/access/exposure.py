"""What each user may do at any time, after assuming a role, and what a stolen credential alone leads to.

Worked out by classes: users with the same permissions share their summary, users who enter the same roles
alike share what they reach. A credential is a context of the request (`credentials`): a key carries no MFA, a
console session without MFA says so, an MFA session is one just begun. Sources: IAM User Guide, "Configuring
MFA-protected API access" and "Role chaining".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from iamscout.access.admins import AdminJudge
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, LONG_TERM_KEY, Mfa, mfa_session
from iamscout.access.directory import Entry
from iamscout.access.exposure_model import (
    NO_POWERS,
    AfterAssuming,
    Credential,
    Exposures,
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


def build_exposures(access: AccessMap, permissions: Permissions, escalating: frozenset[str]) -> Exposures:
    """The exposure of all users and roles; `escalating` are the ARNs of principals that can become more."""
    return _Builder(access, permissions, escalating).build()


class _Builder:
    """Works out exposures and remembers what classes of users and roles share."""

    def __init__(self, access: AccessMap, permissions: Permissions, escalating: frozenset[str]) -> None:
        self.access, self.permissions = access, permissions
        self.judge = AdminJudge(permissions.index)
        self.certain = RoleChains(access, certain_only=True)
        self.possible = RoleChains(access, certain_only=False)
        # A stolen user's escalations may need MFA; only those of roles are sure to be there once inside.
        self.escalating = escalating
        self._powers: dict[tuple[int, Credential | None], tuple[PermissionSet, Powers]] = {}
        self._reached: dict[tuple[tuple[int, ...], Credential], tuple[int, int]] = {}
        self._after: dict[tuple[int, ...], tuple[AfterAssuming, ...]] = {}
        self._sessions: dict[int, tuple[tuple[int | None, tuple[str, ...]], ...]] = {}
        self._direct: dict[int, tuple[PermissionSet, int]] = {}
        self._direct_pieces: dict[int, int] = {}
        self._admin_roles: dict[Result, int] = {"allow": 0, "conditional": 0, "deny": 0}
        self._escalating_roles = 0
        self._free_to_all = 0
        """Roles that let in everybody without a condition."""
        for entry in access.by_principal.get(EVERYONE, ()):
            if entry.verdict.requires == ALWAYS:
                for arn in entry.roles:
                    self._free_to_all |= self.certain.index.bit(arn)
        self._words: dict[int, tuple[tuple[str, ...], tuple[tuple[str, int], ...], tuple[str, ...]]] = {}

    def build(self) -> Exposures:
        entries = self.access.directory.by_arn
        roles = tuple(self._role(entries[arn]) for arn in sorted(entries) if entries[arn].kind == "role")
        users = tuple(self._user(entries[arn]) for arn in sorted(entries) if entries[arn].kind == "user")
        by_account: dict[str, list[UserExposure]] = {
            account: [] for account in sorted(self.access.directory.accounts)
        }
        for user in users:
            by_account[entries[user.user].account].append(user)
        return Exposures(users, roles, tuple(self._totals(*each) for each in by_account.items()))

    def _totals(self, account: str, users: list[UserExposure]) -> Totals:
        keys = [each.stolen_key for each in users if each.stolen_key.is_held]
        passwords = [each.password_without_mfa for each in users if each.password_without_mfa.is_held]
        own = 0
        for role in self.access.directory.accounts[account].roles:
            own |= self.certain.index.bit(role.arn)
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
        powers = self._powers_of(entry, None)
        bit = self.certain.index.bit(entry.arn)
        self._admin_roles[powers.admin] |= bit
        if entry.arn in self.escalating:
            self._escalating_roles |= bit
        account = self.access.directory.accounts[entry.account]
        return RoleExposure(entry.arn, powers, role_use(account, entry.arn))

    def _user(self, entry: Entry) -> UserExposure:
        account = self.access.directory.accounts[entry.account]
        user = entry.entity
        assert isinstance(user, User)  # noqa: S101  # the directory says that it is one
        entries = tuple(
            each for each in self.access.by_principal.get(entry.arn, ()) if each.verdict.result != "deny"
        )
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

    def _reach(
        self, entry: Entry, entries: tuple[AccessEntry, ...], credential: Credential, *, is_held: bool | None
    ) -> Reach:
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
        powers = self._powers_of(entry, credential)
        admin = self._admin_by(certain, possible)
        if "allow" in (admin, powers.admin):
            admin = "allow"
        elif powers.admin == "conditional":
            admin = "conditional"
        escalates = bool(possible & self._escalating_roles) or (
            entry.arn in self.escalating and powers.beyond_roles
        )
        return Reach(is_held, powers, self.possible.members(possible), admin, escalates)

    def _after_assuming(self, entries: tuple[AccessEntry, ...]) -> tuple[AfterAssuming, ...]:
        key = tuple(map(id, entries))
        known = self._after.get(key)
        if known is None:
            found: dict[tuple[Formula, Mfa, int | None], set[str]] = {}
            for entry in entries:
                for session, roles in self._by_session(entry):
                    way = (entry.verdict.requires, entry.verdict.mfa, session)
                    found.setdefault(way, set()).update(roles)
            known = self._after[key] = tuple(
                sorted(
                    (
                        AfterAssuming(tuple(sorted(roles)), requires, mfa, session, _window(mfa, session))
                        for (requires, mfa, session), roles in found.items()
                    ),
                    key=lambda each: each.roles,
                )
            )
        return known

    def _by_session(self, entry: AccessEntry) -> tuple[tuple[int | None, tuple[str, ...]], ...]:
        """The roles of an entry by how long their sessions may last."""
        known = self._sessions.get(id(entry))
        if known is None:
            found: dict[int | None, list[str]] = {}
            for arn in self.certain.members(self.certain.bits_of(entry)):
                role = self.access.directory.by_arn[arn].entity
                session = role.max_session_duration_seconds if isinstance(role, Role) else None
                found.setdefault(session, []).append(arn)
            known = self._sessions[id(entry)] = tuple((way, tuple(arns)) for way, arns in found.items())
        return known

    def _powers_of(self, entry: Entry, credential: Credential | None) -> Powers:
        held = self.permissions.of(entry)
        known = self._powers.get((id(held), credential))
        if known is None:
            powers = self._summary(entry, held, credential)
            known = self._powers[id(held), credential] = (held, powers)
        return known[1]

    def _summary(self, entry: Entry, held: PermissionSet, credential: Credential | None) -> Powers:
        bits = 0
        for formula, actions in held.somewhere:
            if credential is None or _left(formula, credential) != NEVER:
                bits |= actions
        if not bits:
            return NO_POWERS
        requires = self.judge.when(held)
        if credential is not None:
            requires = _left(requires, credential)
        services, levels, riskiest = self._words_of(bits)
        return Powers(
            services=services,
            actions_by_access_level=levels,
            admin="allow" if requires == ALWAYS else "deny" if requires == NEVER else "conditional",
            riskiest=riskiest,
            beyond_roles=bool(bits & self._direct_actions(entry, held)),
        )

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

    def _direct_actions(self, entry: Entry, held: PermissionSet) -> int:
        """The actions of statements that are for more than roles and one's own credentials."""
        known = self._direct.get(id(held))
        if known is None:
            found = 0
            for _, piece, _ in self.permissions.grants(entry):
                if piece.effect == "Allow":
                    found |= self._direct_of(piece)
            known = self._direct[id(held)] = (held, found)
        return known[1]

    def _direct_of(self, piece: ActionPiece) -> int:
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
