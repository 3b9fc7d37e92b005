"""Changing who may become a role: its trust policy, the identity providers it trusts, central assignments."""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.access.directory import Entry
from iamscout.access.escalation import witnesses
from iamscout.access.escalation.drafts import Draft, by_worth
from iamscout.access.escalation.methods import (
    ADD_CLIENT_ID,
    ASSUME_ROOT,
    ATTACH_PERMISSION_SET_POLICY,
    CREATE_ACCOUNT_ASSIGNMENT,
    CREATE_OIDC_PROVIDER,
    CREATE_SAML_PROVIDER,
    PUT_PERMISSION_SET_POLICY,
    UPDATE_SAML_PROVIDER,
    UPDATE_TRUST,
)
from iamscout.access.escalation.model import Gain
from iamscout.access.escalation.reach import within
from iamscout.access.escalation.world import World
from iamscout.policy.formula import NEVER

CENTRAL = "the account is the management account, or the delegated administrator, of an organization"
OTHER_AUDIENCE = "the role's trust policy accepts the audience that is added"


def judge(world: World, entry: Entry) -> Iterator[Draft]:
    """All methods by which a principal changes whom others trust."""
    trusting = within(world.reach(entry, "iam:UpdateAssumeRolePolicy", "role"), world.plain_roles)
    yield from by_worth(world, entry, UPDATE_TRUST, trusting, kind="role", by="session")
    yield from _providers(world, entry)
    yield from _central(world, entry)


def _providers(world: World, entry: Entry) -> Iterator[Draft]:
    account = world.account(entry)
    for method, providers, facts in (
        (UPDATE_SAML_PROVIDER, account.saml_providers, ()),
        (ADD_CLIENT_ID, account.oidc_providers, (OTHER_AUDIENCE,)),
    ):
        if not world.holds(entry, *method.actions):
            continue
        for provider in providers or ():
            permit = world.permissions.permits(entry, method.actions[0], provider.arn)
            if not permit.possible:
                continue
            roles = 0
            for each in world.access.by_principal.get(provider.arn, ()):
                roles |= world.roles_of(each)
            reach = ((permit.requires, roles & world.plain_roles),)
            yield from by_worth(world, entry, method, reach, kind="role", by="session", facts=facts)
    for method, kind in ((CREATE_SAML_PROVIDER, "saml"), (CREATE_OIDC_PROVIDER, "oidc")):
        if not world.holds(entry, *method.actions):
            continue
        for arn, roles in world.missing_providers(entry.account, kind).items():
            permit = world.permissions.permits(entry, method.actions[0], arn)
            if permit.possible:
                reach = ((permit.requires, roles & world.plain_roles),)
                yield from by_worth(world, entry, method, reach, kind="role", by="session")


def _central(world: World, entry: Entry) -> Iterator[Draft]:
    account = world.account(entry)
    membership = world.directory.member_of.get(account.id)
    if membership is None and account.has("organization"):
        return
    facts = () if membership and membership[0].management == account.id else (CENTRAL,)
    # Outside a management account these are seldom more than words, so they count for less there.
    gains: Gain = "more" if facts else "admin"
    if world.holds(entry, "sts:AssumeRoot"):
        permit = world.permissions.permits(entry, "sts:AssumeRoot", account.root_arn)
        others = permit.requires
        if others == NEVER:
            others = world.permissions.permits(
                entry, "sts:AssumeRoot", f"arn:{account.partition}:iam::000000000000:root"
            ).requires
        if others != NEVER:
            yield Draft(ASSUME_ROOT, "", 0, gains, others, facts, target=account.root_arn)
    for method in (CREATE_ACCOUNT_ASSIGNMENT, PUT_PERMISSION_SET_POLICY, ATTACH_PERMISSION_SET_POLICY):
        formula = witnesses.allowed(world, entry, method.actions)
        if formula != NEVER:
            yield Draft(method, "", 0, gains, formula, facts, target=account.root_arn)
