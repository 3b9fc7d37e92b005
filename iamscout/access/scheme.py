"""How far an account is from "each group may only assume its role, with fresh MFA".

A role-based group grants nothing but sts:AssumeRole, a traditional one grants permissions at any time. Which
roles a group leads to, and how fresh the MFA must be on that way, comes from the exact answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.access.grouplinks import GroupLinks, group_links
from iamscout.access.identity import PolicyUse, own_policies
from iamscout.access.model import AccessMap
from iamscout.access.scheme_model import (
    AccountScheme,
    GroupFlaw,
    GroupScheme,
    GroupViolation,
    HalfGrant,
    Limits,
    Model,
    ScorePart,
    UserFlaw,
    UserScheme,
    UserViolation,
)
from iamscout.access.statements import purposes
from iamscout.policy.arn import parse_arn
from iamscout.policy.decision import StatementRef
from iamscout.policy.match import is_exact
from iamscout.snapshot.account import Account, Group, User


def build_schemes(
    accounts: Iterable[Account], access: AccessMap, limits: Limits | None = None
) -> tuple[AccountScheme, ...]:
    """Judge the groups and users of all accounts, sorted by account and ARN."""
    accounts = tuple(sorted(accounts, key=lambda account: account.id))
    links = group_links(accounts)
    halves = _half_grants(access)
    by_trust = _by_trust_alone(access)
    limits = limits or Limits()
    return tuple(_account_scheme(account, access, links, halves, by_trust, limits) for account in accounts)


def model_of(account: Account, group: Group) -> Model:
    """Which of the two schemes a group's policies follow."""
    return _read(account, group).model


class _Reading(Struct, frozen=True):
    """What a group's own policies say, before anybody is asked."""

    model: Model
    has_self_service: bool
    direct: tuple[StatementRef, ...]
    unreadable: tuple[str, ...]
    elsewhere: tuple[tuple[str, StatementRef], ...]
    """ARNs without wildcards that it grants sts:AssumeRole on, whatever account they are of."""


def _read(account: Account, group: Group) -> _Reading:
    has_roles = has_own = False
    direct: list[StatementRef] = []
    unreadable: list[str] = []
    named: list[tuple[str, StatementRef]] = []
    for use in own_policies(account, group):
        if use.document is None or use.document.unreadable:
            unreadable.append(use.policy)
            continue
        for statement in use.document.statements:
            said = purposes(statement)
            if statement.unreadable:
                unreadable.append(use.policy)
            if said.roles:
                has_roles = True
                named.extend(
                    (each, use.ref(statement)) for each in statement.resources or () if is_exact(each)
                )
            has_own = has_own or bool(said.self_service)
            if said.is_direct:
                direct.append(use.ref(statement))
    is_direct = bool(direct or unreadable)
    model: Model = (
        "mixed"
        if has_roles and is_direct
        else "role_based"
        if has_roles
        else "traditional"
        if is_direct
        else "empty"
    )
    return _Reading(model, has_own, tuple(direct), tuple(dict.fromkeys(unreadable)), tuple(named))


def _account_scheme(
    account: Account,
    access: AccessMap,
    links: Mapping[str, tuple[GroupLinks, ...]],
    halves: Mapping[str, tuple[HalfGrant, ...]],
    by_trust: Mapping[str, tuple[str, ...]],
    limits: Limits,
) -> AccountScheme:
    groups = tuple(
        _group_scheme(account, group, access, links.get(group.arn, ()), halves.get(group.arn, ()), limits)
        for group in account.groups
    )
    models = {scheme.group: scheme.model for scheme in groups}
    users = tuple(_user_scheme(account, user, by_trust, models) for user in account.users)
    judged = [scheme for scheme in groups if scheme.model != "empty"]
    leading = sum(len(scheme.roles) for scheme in groups)
    stale = sum(len(_stale_roles(scheme, limits)) for scheme in groups)
    return AccountScheme(
        account.id,
        groups,
        users,
        (
            ScorePart("groups", sum(scheme.conforms for scheme in judged), len(judged)),
            ScorePart("links", leading - stale, leading),
            ScorePart("users", sum(not scheme.violations for scheme in users), len(users)),
        ),
    )


def _group_scheme(
    account: Account,
    group: Group,
    access: AccessMap,
    links: tuple[GroupLinks, ...],
    halves: tuple[HalfGrant, ...],
    limits: Limits,
) -> GroupScheme:
    read = _read(account, group)
    scheme = GroupScheme(group.arn, read.model, links, read.has_self_service, read.direct, halves)
    violations: list[GroupViolation] = []
    if read.direct:
        violations.append(
            GroupViolation(
                "grants_permissions_directly", "grants permissions directly, at any time", by=read.direct
            )
        )
    if group.inline_policies:
        violations.append(GroupViolation("has_inline_policy", "has an inline policy"))
    if read.unreadable:
        violations.append(
            GroupViolation("policy_is_unreadable", f"cannot be judged in full: {', '.join(read.unreadable)}")
        )
    violations.extend(_link_violations(links, limits))
    if len(scheme.roles) > limits.roles_per_group:
        violations.append(
            GroupViolation("leads_to_several_roles", f"leads to {len(scheme.roles)} roles", scheme.roles)
        )
    violations.extend(
        GroupViolation(
            "role_does_not_trust_members",
            "names a role that does not let its members in",
            half.roles,
            half.by,
        )
        for half in halves
    )
    elsewhere = [(role, ref) for role, ref in read.elsewhere if _is_elsewhere(role, access)]
    if elsewhere:
        roles = tuple(sorted({role for role, _ in elsewhere}))
        violations.append(
            GroupViolation(
                "role_is_in_no_snapshot",
                "names a role of an account that is in no snapshot",
                roles,
                tuple(sorted({ref for _, ref in elsewhere})),
            )
        )
    if read.model == "role_based" and not links and not elsewhere and not halves:
        violations.append(GroupViolation("leads_to_no_role", "leads to no role"))
    return GroupScheme(
        group.arn, read.model, links, read.has_self_service, read.direct, halves, tuple(violations)
    )


_MFA_FLAWS: dict[str, tuple[GroupFlaw, str]] = {
    "none": ("role_without_mfa", "leads to a role without MFA"),
    "weak": ("role_with_bypassable_mfa", "leads to a role whose MFA can be bypassed"),
    "present": ("role_without_mfa_age", "leads to a role with MFA of any age"),
    "fresh": ("role_with_long_mfa_age", "leads to a role with MFA that may be too old"),
}


def _link_violations(links: tuple[GroupLinks, ...], limits: Limits) -> Iterable[GroupViolation]:
    found: dict[str, tuple[set[str], set[StatementRef]]] = {}
    for link in links:
        if not _is_fresh(link.verdict.mfa, limits):
            roles, refs = found.setdefault(link.verdict.mfa.grade, (set(), set()))
            roles.update(link.roles)
            refs.update(link.by)
    for grade, (flaw, message) in _MFA_FLAWS.items():
        if grade in found:
            roles, refs = found[grade]
            yield GroupViolation(flaw, message, tuple(sorted(roles)), tuple(sorted(refs)))


def _stale_roles(scheme: GroupScheme, limits: Limits) -> frozenset[str]:
    return frozenset(
        role for link in scheme.links if not _is_fresh(link.verdict.mfa, limits) for role in link.roles
    )


def _is_fresh(mfa: Mfa, limits: Limits) -> bool:
    return mfa.grade == "fresh" and (mfa.max_age_seconds or 0) <= limits.mfa_max_age_seconds


def _is_elsewhere(role: str, access: AccessMap) -> bool:
    arn = parse_arn(role)
    return arn is not None and arn.resource_type == "role" and arn.account not in access.directory.accounts


def _half_grants(access: AccessMap) -> Mapping[str, tuple[HalfGrant, ...]]:
    """Group ARN to the roles that its statements name and that trust nobody of it."""
    found: dict[str, dict[tuple[StatementRef, ...], set[str]]] = {}
    for entry in access.half_entries:
        if entry.missing != "trust":
            continue
        by_owner: dict[str, list[StatementRef]] = {}
        for ref in entry.by:
            by_owner.setdefault(ref.owner, []).append(ref)
        for owner, refs in by_owner.items():
            found.setdefault(owner, {}).setdefault(tuple(refs), set()).update(entry.roles)
    return {
        owner: tuple(HalfGrant(tuple(sorted(roles)), refs) for refs, roles in sorted(halves.items()))
        for owner, halves in found.items()
    }


def _user_scheme(
    account: Account, user: User, by_trust: Mapping[str, tuple[str, ...]], models: Mapping[str, Model]
) -> UserScheme:
    groups = [account.groups_by_name[name] for name in user.groups if name in account.groups_by_name]
    violations: list[UserViolation] = []
    held = [use for use in own_policies(account, user) if _grants(use)]
    inline = tuple(use.policy for use in held if use.kind == "inline")
    if inline:
        violations.append(UserViolation("has_inline_policy", "has an inline policy of its own", inline))
    attached = tuple(use.policy for use in held if use.kind == "managed")
    if attached:
        violations.append(UserViolation("has_attached_policy", "has a policy attached to itself", attached))
    if not user.groups:
        violations.append(UserViolation("is_in_no_group", "is in no group"))
    flaws: tuple[tuple[Model, UserFlaw], ...] = (
        ("traditional", "is_in_traditional_group"),
        ("mixed", "is_in_mixed_group"),
    )
    for model, flaw in flaws:
        named = tuple(group.arn for group in groups if models[group.arn] == model)
        if named:
            message = f"is in a {model} group, whose permissions it has at any time"
            violations.append(UserViolation(flaw, message, named))
    roles = by_trust.get(user.arn, ())
    if roles:
        message = "is named by a trust policy, which needs no grant of a group"
        violations.append(UserViolation("is_named_by_trust_policy", message, roles))
    return UserScheme(user.arn, tuple(violations))


def _by_trust_alone(access: AccessMap) -> Mapping[str, tuple[str, ...]]:
    """User ARN to the roles of its account whose trust policy names it, so that no grant is needed."""
    found: dict[str, set[str]] = {}
    for role, grants in access.grants.items():
        named = {
            grant.principal for grant in grants if grant.principal.kind == "user" and grant.effect == "Allow"
        }
        if not named:
            continue
        for entry in access.by_role.get(role, ()):
            if not entry.verdict.needs_identity_policy:
                for principal in named.intersection(entry.principals):
                    found.setdefault(principal.value, set()).add(role)
    return {user: tuple(sorted(roles)) for user, roles in found.items()}


def _grants(use: PolicyUse) -> bool:
    """Whether a policy grants a user more than the care for its own credentials."""
    if use.document is None or use.document.unreadable:
        return True
    return any(
        said.is_direct or said.roles
        for said in (purposes(statement) for statement in use.document.statements)
    )
