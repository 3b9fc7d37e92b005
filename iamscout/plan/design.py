"""From an account and its scheme to a plan: a role for each group that grants permissions."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from iamscout.access.grouplinks import GroupLinks
from iamscout.access.identity import own_policies
from iamscout.access.scheme_model import AccountScheme, GroupScheme
from iamscout.access.statements import covered, purposes
from iamscout.access.use import group_use
from iamscout.analysis.estate import Estate
from iamscout.analysis.power import power_of
from iamscout.plan.age import mfa_age
from iamscout.plan.documents import VERSION, group_policy, mfa_conditions, self_service, trust_policy
from iamscout.plan.members import members_of
from iamscout.plan.model import AccountPlan, Document, PlannedGroup, PlannedRole, SideGroup
from iamscout.plan.names import GROUP_LENGTH, POLICY_LENGTH, ROLE_LENGTH, Names
from iamscout.plan.split import Json, Split, pretty, split_group, statements_json
from iamscout.plan.steps import steps_of
from iamscout.policy.document import Statement
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.policy.match import is_exact, resource_matches
from iamscout.snapshot.account import Account, Group, User

MAX_SIDE_GROUPS = 10
"""Roles of a mixed group that get a group of their own; IAM lets a user be in ten groups."""
_POLICY_CHARACTERS = 6144
_INLINE_CHARACTERS = 10_240
_ATTACHED = 10
_NAMED = 5


def make_plans(estate: Estate) -> tuple[AccountPlan, ...]:
    """A plan for each account, sorted; one without traditional or mixed groups has no steps."""
    accounts = {account.id: account for account in estate.accounts}
    return tuple(_Designer(estate, accounts[scheme.account], scheme).plan() for scheme in estate.schemes)


class _Designer:
    """Designs the plan of one account; holds which names are taken."""

    def __init__(self, estate: Estate, account: Account, scheme: AccountScheme) -> None:
        self.estate, self.account, self.scheme = estate, account, scheme
        self.prefix = account.root_arn.removesuffix("root")
        self.roles = Names(frozenset(role.name for role in account.roles), ROLE_LENGTH)
        self.groups = Names(frozenset(group.name for group in account.groups), GROUP_LENGTH)
        self.policies = Names(frozenset(policy.name for policy in account.policies), POLICY_LENGTH)
        self.grants = tuple(_role_grants(account))

    def plan(self) -> AccountPlan:
        """The plan."""
        by_arn = {group.arn: group for group in self.account.groups}
        planned = tuple(
            self._group(by_arn[each.group], each)
            for each in self.scheme.groups
            if each.model in ("traditional", "mixed")
        )
        outside = tuple(
            (user.user, violation.message)
            for user in self.scheme.users
            for violation in user.violations
            if violation.flaw not in ("is_in_traditional_group", "is_in_mixed_group")
        )
        return AccountPlan(
            account=self.account.id,
            partition=self.account.partition,
            label=self.account.label,
            score=self.scheme.score,
            groups=planned,
            steps=steps_of(planned),
            members=members_of(self.account, self.scheme, planned),
            outside=outside,
        )

    def _group(self, group: Group, scheme: GroupScheme) -> PlannedGroup:
        sided = 0 < len(scheme.roles) <= MAX_SIDE_GROUPS
        split = split_group(self.account, group, keep_roles=not sided)
        role = self._role(group, split)
        own = () if _lets_enrol(self.account, group) else self_service(self.account)
        name = self.policies.take(group.name, "-role-only")
        text = group_policy(role.arn, split.kept, own)
        sides = tuple(self._side(group, scheme, each) for each in scheme.roles) if sided else ()
        planned = PlannedGroup(
            name=group.name,
            arn=group.arn,
            model=scheme.model,
            role=role,
            policy=Document(name, text),
            policy_arn=f"{self.prefix}policy/{name}",
            detached=split.detached,
            removed=split.removed,
            side_groups=sides,
            members=tuple(user.name for user in self.account.members.get(group.name, ())),
            notes=split.notes,
        )
        return structs.replace(planned, notes=(*planned.notes, *self._notes(planned, group, scheme)))

    def _role(self, group: Group, split: Split) -> PlannedRole:
        name = self.roles.take(group.name, "-Role")
        power, use = power_of(self.account, group), group_use(self.account, group)
        seconds, reason = mfa_age(power, use, self.estate.settings)
        return PlannedRole(
            name=name,
            arn=f"{self.prefix}role/{name}",
            description=f"What members of {group.name} do, after showing MFA",
            mfa_max_age_seconds=seconds,
            power=power,
            use=use,
            reason=reason,
            trust_policy=trust_policy(self.account, seconds),
            attached=split.attached,
            inline=split.inline,
        )

    def _side(self, group: Group, scheme: GroupScheme, role: str) -> SideGroup:
        """A group for one role that members reached before; both halves must still be met, and MFA shown."""
        links = [link for link in scheme.links if role in link.roles]
        name = self.groups.take(f"{group.name}-{role.rpartition('/')[2]}", "")
        policy = self.policies.take(name, "-only")
        statements = [statement for link in links for statement in self._narrowed(group, link, role)]
        text = pretty(
            {"Version": VERSION, "Statement": list({str(each): each for each in statements}.values())}
        )
        members = sorted({member.rpartition("/")[2] for link in links for member in link.members})
        return SideGroup(name, role, Document(policy, text), f"{self.prefix}policy/{policy}", tuple(members))

    def _narrowed(self, group: Group, link: GroupLinks, role: str) -> list[Json]:
        """The statements that led to a role, for this role alone, under their conditions and fresh MFA."""
        age = self.estate.settings.mfa_max_age_seconds
        wanted = {(ref.policy, ref.statement) for ref in link.by}
        found = []
        for use in own_policies(self.account, group):
            if use.document is None:
                continue
            for statement, text in zip(use.document.statements, statements_json(use.document), strict=True):
                if (use.policy, statement.number) not in wanted:
                    continue
                said = purposes(statement).roles
                conditions = {operator: dict(tests) for operator, tests in text.get("Condition", {}).items()}
                for operator, tests in mfa_conditions(age).items():
                    conditions[operator] = {**conditions.get(operator, {}), **tests}
                found.append(
                    {
                        "Effect": "Allow",
                        "Action": list(said) or ["sts:AssumeRole"],
                        "Resource": role,
                        "Condition": conditions,
                    }
                )
        return found

    def _notes(self, planned: PlannedGroup, group: Group, scheme: GroupScheme) -> list[str]:
        notes = []
        role = planned.role
        if len(scheme.roles) > MAX_SIDE_GROUPS:
            notes.append(
                f"leads to {len(scheme.roles)} roles already and keeps that grant: narrow it to those needed"
            )
        if _size(planned.policy.text) > _POLICY_CHARACTERS:
            notes.append(f"the new policy {planned.policy.name} is larger than IAM allows: split it")
        if sum(_size(each.text) for each in role.inline) > _INLINE_CHARACTERS:
            notes.append(f"the inline policies of {role.name} are larger than IAM allows: make them managed")
        if len(group.attached_policies) >= _ATTACHED:
            notes.append("has ten managed policies, IAM's quota: ask for more, or take one away first")
        elsewhere = [each for each in scheme.violations if each.flaw == "role_is_in_no_snapshot"]
        if elsewhere:
            named = ", ".join(elsewhere[0].roles)
            notes.append(
                f"grants roles of accounts that are in no snapshot: {named}; give them groups of their own"
            )
        if not planned.members:
            notes.append("has no members: delete it instead, if nobody needs it")
        others = sorted(
            {
                f"{kind} {name}"
                for kind, name, pattern in self.grants
                if (kind, name) != ("group", group.name) and resource_matches(pattern, role.arn)
            }
        )
        if others:
            first = ", ".join(others[:_NAMED])
            more = f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
            notes.append(
                f"{first}{more} may assume roles by a pattern that covers {role.name}: narrow it first, "
                "or they get this role too"
            )
        by_name = {user.name: user for user in self.account.users}
        for side in planned.side_groups:
            full = [
                each
                for each in side.members
                if len(by_name[each].groups) + len(planned.side_groups) > _ATTACHED
            ]
            if full:
                notes.append(f"{', '.join(full)} would be in more than ten groups, IAM's quota")
                break
        return notes


def _role_grants(account: Account) -> Iterator[tuple[str, str, str]]:
    """Who may assume roles by a wildcard: kind, name and pattern. The new roles trust the whole account.

    Roles are left out: their sessions carry no MFA, for which the new roles ask.
    """
    holders: tuple[tuple[str, str, User | Group], ...] = (
        *(("group", group.name, group) for group in account.groups),
        *(("user", user.name, user) for user in account.users),
    )
    for kind, name, holder in holders:
        for use in own_policies(account, holder):
            for statement in use.document.statements if use.document else ():
                if statement.effect == "Allow" and _assumes(statement):
                    for pattern in statement.resources or ():
                        if not is_exact(pattern):
                            yield kind, name, pattern


def _assumes(statement: Statement) -> bool:
    """Whether sts:AssumeRole alone, or among what STS does, is granted; who may do anything gains nothing."""
    return any(pattern.lower().startswith("sts:") for pattern in purposes(statement).roles)


_ENROLMENT = frozenset({"createvirtualmfadevice", "enablemfadevice"})


def _lets_enrol(account: Account, group: Group) -> bool:
    """Whether members may enrol MFA by what the group keeps; to change a password alone is not enough."""
    found: set[str] = set()
    for use in own_policies(account, group):
        for statement in use.document.statements if use.document else ():
            if any(condition.key.lower() in (MFA_PRESENT, MFA_AGE) for condition in statement.conditions):
                # Whoever has no device yet cannot show MFA.
                continue
            for pattern in purposes(statement).self_service:
                found.update(covered("iam", pattern))
    return found >= _ENROLMENT


def _size(text: str) -> int:
    """Characters as IAM counts them: without white space ("IAM and AWS STS quotas")."""
    return len("".join(text.split()))
