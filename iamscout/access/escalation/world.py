"""What the judges of escalation ask: which targets an action reaches, and what a target is worth."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Literal

from iamscout.access.admins import AdminJudge, Admins
from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.access.callers import RESOURCE_TAGS, Facts
from iamscout.access.cover import CoverReader, split
from iamscout.access.credentials import CONSOLE_WITHOUT_MFA, LONG_TERM_KEY
from iamscout.access.directory import Entry
from iamscout.access.escalation.alike import Alike
from iamscout.access.escalation.reach import Kind, Reach, Request, within
from iamscout.access.escalation.worth import Worth
from iamscout.access.guardrails import guardrail_levels
from iamscout.access.identity import PolicyUse, boundary_policy, identity_policies
from iamscout.access.layers import CallerLayers, LayerReader
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.permission_sets import PermissionSet
from iamscout.access.permissions import Permissions, Variant
from iamscout.access.settle import decide_for
from iamscout.policy.context import Context
from iamscout.policy.decision import StatementRef
from iamscout.policy.evaluate import Halves, TrustForms
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, any_of, assume, keys, simplify
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Account, Role, User

_EVERYTHING = parse_document(
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
)
ALL_ACTIONS = PolicyUse("inline", "", "every action on every resource", _EVERYTHING)
"""The policy that an attacker writes."""
_BOUNDARY_KEY = "iam:permissionsboundary"


class World:
    """All accounts of a run as the judges see them; remembers what it has worked out."""

    def __init__(self, access: AccessMap, permissions: Permissions, admins: Admins) -> None:
        self.access, self.permissions, self.admins = access, permissions, admins
        self.directory = access.directory
        self.judge = AdminJudge(permissions.index)
        self.alike = Alike(permissions)
        accounts = self.directory.accounts.values()
        self.indexes: dict[Kind, ArnIndex] = {
            "user": ArnIndex(user.arn for account in accounts for user in account.users),
            "role": ArnIndex(role.arn for account in accounts for role in account.roles),
            "group": ArnIndex(group.arn for account in accounts for group in account.groups),
            "policy": ArnIndex(
                policy.arn for account in accounts for policy in account.policies if not policy.is_aws_managed
            ),
        }
        self.plain_roles = self.indexes["role"].bits(
            place
            for place, arn in enumerate(self.indexes["role"].arns)
            if _is_plain(self.directory.by_arn[arn])
        )
        """Roles whose policies IAM lets anybody change: neither a service's own nor Identity Center's."""
        self._tags: dict[str, Facts] = {}
        self._boundaries: dict[Kind, dict[str, int]] = {}
        self._readers: dict[tuple[str, Kind], LayerReader] = {}
        self._reached: dict[tuple[str, Kind, CallerLayers, str, Request], Reach] = {}
        self._ceilings: dict[str, tuple[Formula, int]] = {}
        self._scopes: dict[str, PermissionSet] = {}
        self._worth: dict[tuple[Kind, str], int] = {}
        self._worths: dict[Kind, Worth] = {}
        self._more: dict[tuple[int, Kind], int] = {}
        self._denies: dict[int, bool] = {}
        self._limited: dict[Kind, int] = {}
        self._ceiling_admin: dict[Kind, dict[Formula, int]] = {}
        self._ceiling_sets: dict[Kind, dict[int, int]] = {}
        self._trusting: dict[tuple[str, str], Reach] = {}
        self._action_bits: dict[str, int] = {}
        self._role_bits: dict[int, int] = {}
        self._missing: dict[tuple[str, str], dict[str, int]] = {}
        self.holders: dict[str, object] = {}
        """What the judges have read of each account; see `holders.py`."""
        self.held: dict[str, object] = {}
        """The same of credentials; see `credentials.py`."""
        self.with_members: dict[str, int] = {}
        """By account, the groups that have members; see `policies.py`."""
        self.held_by_all: dict[tuple[str, Kind, int], int] = {}
        """Who has any of some policies; see `policies.py`."""
        self.witnessed: dict[Hashable, Formula] = {}
        """What was found for principals with the same statements; see `witnesses.py`."""
        self.profiled: int | None = None
        """Roles with an instance profile, and roles of which no use is known; see `services.py`."""
        self.unused: int | None = None

    def account(self, entry: Entry) -> Account:
        """The account of a principal."""
        return self.directory.accounts[entry.account]

    def holds(self, entry: Entry, *actions: str) -> bool:
        """Whether a principal may do all these actions on some resource, as far as sets of actions tell."""
        held = self.permissions.of(entry).anyhow
        bits = self._action_bits
        for action in actions:
            if action not in bits:
                bits[action] = self.permissions.index.bit(action)
            if not held & bits[action]:
                return False
        return True

    def reach(self, entry: Entry, action: str, kind: Kind, request: Request = ()) -> Reach:
        """The targets of its own account on which a principal may do an action, by condition."""
        if not self.holds(entry, action):
            return ()
        reader = self._readers.get((action, kind))
        if reader is None:
            index = self.indexes[kind]
            cover = CoverReader(index, action, lambda place: self._facts(index.arns[place]))
            reader = self._readers[action, kind] = LayerReader(self.directory, index, cover)
        layers = reader.of(entry)
        key = (action, kind, layers, entry.account + entry.kind, request)
        found = self._reached.get(key)
        if found is None:
            found = self._reached[key] = tuple(self._reach(entry, layers, kind, request))
        return found

    def _reach(
        self, entry: Entry, layers: CallerLayers, kind: Kind, request: Request
    ) -> Iterable[tuple[Formula, int]]:
        context = Context({key: (value,) for key, value in request})
        universe = self.indexes[kind].by_account.get(entry.account, 0) & layers.identity.reach
        boundary = layers.boundary
        parts = split(
            universe,
            (
                layers.identity.allow,
                layers.identity.deny,
                boundary.allow if boundary else (),
                boundary.deny if boundary else (),
                *(level.allow for level in layers.scps),
                *(level.deny for level in layers.scps),
            ),
        )
        found: dict[Formula, int] = {}
        for bits, said in parts:
            for part, extra in self._by_boundary(kind, bits, said):
                identity, denied, limit, limit_denied, *levels = (
                    assume(assume(formula, context), extra) for formula in said
                )
                middle = len(levels) // 2
                halves = Halves(
                    relation="same_account",
                    trust=TrustForms(account=ALWAYS),
                    identity=identity,
                    boundary=limit if boundary else ALWAYS,
                    scp=all_of(*levels[:middle]),
                    deny=any_of(denied, limit_denied),
                    scp_deny=any_of(*levels[middle:]),
                )
                outcome = decide_for(halves, entry.kind)
                if outcome.result != "deny":
                    found[outcome.requires] = found.get(outcome.requires, 0) | part
        yield from found.items()

    def _by_boundary(self, kind: Kind, bits: int, said: tuple[Formula, ...]) -> Iterable[tuple[int, Context]]:
        """Cut targets by their permissions boundary where a condition asks for it."""
        if kind not in ("user", "role") or not any(_BOUNDARY_KEY in keys(formula) for formula in said):
            yield bits, Context()
            return
        for boundary, holders in self._of_boundary(kind).items():
            if bits & holders:
                known = Context({_BOUNDARY_KEY: (boundary,)} if boundary else {}, frozenset({_BOUNDARY_KEY}))
                yield bits & holders, known

    def _of_boundary(self, kind: Kind) -> Mapping[str, int]:
        if kind not in self._boundaries:
            places: dict[str, list[int]] = {}
            index = self.indexes[kind]
            for place, arn in enumerate(index.arns):
                places.setdefault(self.directory.by_arn[arn].entity.boundary_arn, []).append(place)
            self._boundaries[kind] = {arn: index.bits(found) for arn, found in places.items()}
        return self._boundaries[kind]

    def _facts(self, arn: str) -> Facts:
        found = self._tags.get(arn)
        if found is None:
            entry = self.directory.by_arn.get(arn)
            values: dict[str, tuple[str, ...]] = {"aws:resourceaccount": (arn.split(":")[4],)}
            known = entry is not None or ":group/" in arn
            for tag in entry.entity.tags if entry else ():
                for family in RESOURCE_TAGS:
                    values[family + tag.key.lower()] = (tag.value,)
            families = frozenset(RESOURCE_TAGS) if known else frozenset[str]()
            found = self._tags[arn] = Facts(values, families=families)
        return found

    def worth_admin(self, kind: Literal["user", "role"], by: Literal["key", "console", "session"]) -> int:
        """The users or roles that are administrators, under conditions that such a credential can meet."""
        found = self._worth.get((kind, by))
        if found is None:
            index, places = self.indexes[kind], []
            context = {"key": LONG_TERM_KEY, "console": CONSOLE_WITHOUT_MFA, "session": Context()}[by]
            for each in self.admins.entries:
                place = index.position.get(each.principal)
                if place is not None and simplify(assume(each.requires, context)) != NEVER:
                    places.append(place)
            found = self._worth[kind, by] = index.bits(places)
        return found

    def worth_more(self, entry: Entry, kind: Literal["user", "role"], candidates: int) -> int:
        """Those of the candidates that may do something which a principal may not."""
        if not candidates:
            return 0
        permissions = self.permissions.of(entry)
        key = (id(permissions), kind)
        found = self._more.get(key)
        if found is None:
            worth = self._worths.get(kind)
            if worth is None:
                index = self.indexes[kind]
                held = (self.permissions.of(self.directory.by_arn[arn]).anyhow for arn in index.arns)
                worth = self._worths[kind] = Worth(self.permissions.index, index, held)
            found = self._more[key] = worth.beyond(permissions.anyhow)
        return found & candidates

    def ceiling(self, entry: Entry) -> tuple[Formula, int]:
        """What a principal could do if a policy of its own allowed everything: denies and limits remain.

        When it would be administrator, and the actions it would have under any condition.
        """
        found = self._ceilings.get(entry.arn)
        if found is None:
            account = self.account(entry)
            uses = identity_policies(account, entry.entity)
            allowed = self.permissions.of_variant(
                Variant(entry, (*uses, ALL_ACTIONS), boundary_policy(account, entry.entity))
            )
            found = self._ceilings[entry.arn] = (self.judge.when_once(allowed), allowed.anyhow)
        return found

    def scope(self, entry: Entry) -> PermissionSet:
        """What the boundary and the guardrails of a principal would let any policy permit."""
        found = self._scopes.get(entry.arn)
        if found is None:
            found = self._scopes[entry.arn] = self.variant(entry, policies=(ALL_ACTIONS,))
        return found

    def gain_by_ceiling(self, entry: Entry) -> tuple[Formula, bool]:
        """When a principal that writes its own policies is administrator, and whether it gains anything."""
        admin, anyhow = self.ceiling(entry)
        return admin, bool(anyhow & ~self.permissions.of(entry).anyhow)

    def variant(
        self,
        entry: Entry,
        *,
        policies: tuple[PolicyUse, ...] | None = None,
        boundary: PolicyUse | None = None,
        keep_boundary: bool = True,
    ) -> PermissionSet:
        """What a principal could do with other policies or another boundary."""
        account = self.account(entry)
        uses = identity_policies(account, entry.entity) if policies is None else policies
        limit = boundary_policy(account, entry.entity) if keep_boundary else boundary
        return self.permissions.of_variant(Variant(entry, uses, limit))

    def gain_of(self, entry: Entry, changed: PermissionSet) -> tuple[Formula, bool]:
        """When a changed permission set is an administrator's, and whether it holds anything new."""
        more = bool(changed.anyhow & ~self.permissions.of(entry).anyhow) or _wider(
            changed, self.permissions.of(entry)
        )
        return self.judge.when_once(changed), more

    def trusting(self, account: str, service: str) -> Reach:
        """The roles of an account that a service can take, by condition; the caller is the own account."""
        if (account, service) not in self._trusting:
            self._trusting[account, service] = self._read_trusting(account, service)
        return self._trusting[account, service]

    def _read_trusting(self, account: str, service: str) -> Reach:
        own = Context({"aws:sourceaccount": (account,)})
        index = self.indexes["role"]
        mask = index.by_account.get(account, 0) & self.plain_roles
        found: dict[Formula, int] = {}
        for entry in self.access.by_principal.get(service, ()):
            formula = simplify(assume(entry.verdict.requires, own))
            bits = self.roles_of(entry) & mask
            if bits and formula != NEVER:
                found[formula] = found.get(formula, 0) | bits
        return tuple(found.items())

    def assumable(self, entry: Entry) -> Reach:
        """The roles that a principal can take, by condition."""
        return tuple(
            (each.verdict.requires, self.roles_of(each))
            for each in self.access.by_principal.get(entry.arn, ())
        )

    def roles_of(self, each: AccessEntry) -> int:
        """The roles of an entry of the access map, as a set; it is the same for all its principals."""
        known = self._role_bits.get(id(each))
        if known is None:
            index = self.indexes["role"]
            known = self._role_bits[id(each)] = index.bits(index.position[role] for role in each.roles)
        return known

    def has_denies(self, entry: Entry) -> bool:
        """Whether any identity policy of a principal denies anything."""
        for use in identity_policies(self.account(entry), entry.entity):
            document = use.document
            if document is None:
                continue
            known = self._denies.get(id(document))
            if known is None:
                known = any(statement.effect == "Deny" for statement in document.statements)
                self._denies[id(document)] = known
            if known:
                return True
        return False

    def granting(self, entry: Entry, action: str, kind: Kind, bits: int) -> set[StatementRef]:
        """The Allow statements that permit an action on some of the targets, or on things without a list."""
        reader = self._readers.get((action, kind))
        found = {ref for ref, reach in reader.grants(entry) if reach & bits} if reader else set()
        return found or set(self.permissions.granted_by(entry, (action,)))

    def unlimited(self, kind: Kind, bits: int) -> int:
        """Those of these users or roles that no Deny, boundary or SCP would limit."""
        if kind not in self._limited:
            index = self.indexes[kind]
            self._limited[kind] = index.bits(
                place for place, arn in enumerate(index.arns) if self.is_limited(self.directory.by_arn[arn])
            )
        return bits & ~self._limited[kind]

    def limited(self, kind: Kind, bits: int) -> Reach:
        """Those of these users or roles that are limited, by when they would be administrators yet."""
        self._read_ceilings(kind)
        return within(tuple(self._ceiling_admin[kind].items()), bits)

    def ceiling_more(self, entry: Entry, kind: Kind, bits: int) -> int:
        """Those of these that could never be administrators, and yet do more than a principal may."""
        self._read_ceilings(kind)
        held, found = self.permissions.of(entry).anyhow, 0
        for anyhow, holders in self._ceiling_sets[kind].items():
            if holders & bits and anyhow & ~held:
                found |= holders
        return found & bits

    def _read_ceilings(self, kind: Kind) -> None:
        if kind in self._ceiling_admin:
            return
        index = self.indexes[kind]
        admin: dict[Formula, list[int]] = {}
        sets: dict[int, list[int]] = {}
        self.unlimited(kind, 0)
        for place in places_of(self._limited[kind]):
            formula, anyhow = self.ceiling(self.directory.by_arn[index.arns[place]])
            if formula == NEVER:
                sets.setdefault(anyhow, []).append(place)
            else:
                admin.setdefault(formula, []).append(place)
        self._ceiling_admin[kind] = {formula: index.bits(found) for formula, found in admin.items()}
        self._ceiling_sets[kind] = {anyhow: index.bits(found) for anyhow, found in sets.items()}

    def is_limited(self, entry: Entry) -> bool:
        """Whether a boundary, a Deny or a guardrail takes anything from a principal."""
        return bool(
            entry.entity.boundary_arn
            or self.has_denies(entry)
            or any(True for _ in guardrail_levels(self.directory, entry.account, "scp"))
        )

    def missing_providers(self, account_id: str, kind: str) -> Mapping[str, int]:
        """Identity providers of an account that its roles trust and that do not exist, with those roles."""
        if (account_id, kind) not in self._missing:
            account, index = self.directory.accounts[account_id], self.indexes["role"]
            told = account.saml_providers if kind == "saml" else account.oidc_providers
            known = {provider.arn for provider in told or ()}
            found: dict[str, int] = {}
            for role in account.roles if told is not None else ():
                for grant in self.access.grants.get(role.arn, ()):
                    principal = grant.principal
                    if (principal.kind, principal.account, grant.effect) == (kind, account_id, "Allow") and (
                        principal.value not in known
                    ):
                        found[principal.value] = found.get(principal.value, 0) | index.bit(role.arn)
            self._missing[account_id, kind] = found
        return self._missing[account_id, kind]

    def entity(self, arn: str) -> User | Role:
        """A user or role by its ARN."""
        return self.directory.by_arn[arn].entity


def _is_plain(entry: Entry) -> bool:
    return isinstance(entry.entity, Role) and entry.entity.kind == "plain"


def _wider(changed: PermissionSet, held: PermissionSet) -> bool:
    """Whether something is allowed on every resource, or without a condition, that was not before."""
    return bool(changed.wide & ~held.wide or changed.always & ~held.always)
