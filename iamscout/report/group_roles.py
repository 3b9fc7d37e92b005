"""Which roles each group leads to, by the group's own policies: the deck's two schemes at a glance.

The question is put to the same machinery as everything else: what could a user do who is in this group and has nothing besides? So a
group without members, and one whose members have the same roles by another way, are told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from msgspec import Struct, structs

from iamscout.access.edges import build_access
from iamscout.access.identity import PolicyUse, own_policies
from iamscout.access.model import AccessEntry, Verdict
from iamscout.access.trust import ASSUME_ROLE, SET_SOURCE_IDENTITY, TAG_SESSION
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account, Group, User

Model = Literal["role_based", "traditional", "mixed", "empty"]
"""`role_based`: every Allow is sts:AssumeRole and what goes with it; `traditional`: none is; `empty`: there is no Allow."""

_PROBE = "iamscout-member-of"
_ROLE_ACTIONS = frozenset(action.lower() for action in (ASSUME_ROLE, TAG_SESSION, SET_SOURCE_IDENTITY))
_OWN_USER = "${aws:username}"


class GroupRoles(Struct, frozen=True):
    """Roles that a group leads to under one verdict, and the statements that say so."""

    roles: tuple[str, ...]
    verdict: Verdict
    by: tuple[StatementRef, ...]


def group_roles(accounts: Iterable[Account]) -> Mapping[str, tuple[GroupRoles, ...]]:
    """Group ARN to the roles it leads to; groups that lead nowhere are missing."""
    probes: dict[str, str] = {}
    asked: list[Account] = []
    for account in accounts:
        members = tuple(_member(account, group) for group in account.groups)
        probes.update({user.arn: group.arn for user, group in zip(members, account.groups, strict=True)})
        roles = tuple(
            structs.replace(role, inline_policies=(), attached_policies=(), boundary_arn="") for role in account.roles
        )
        asked.append(replace(account, users=members, roles=roles))
    found: dict[str, dict[Verdict, list[AccessEntry]]] = {}
    for entry in build_access(asked).entries:
        if not entry.identity_by:
            continue
        for principal in entry.principals:
            group = probes.get(principal.value)
            if group is not None:
                found.setdefault(group, {}).setdefault(entry.verdict, []).append(entry)
    return {
        group: tuple(_joined(group, verdict, entries) for verdict, entries in verdicts.items())
        for group, verdicts in found.items()
    }


def model_of(account: Account, group: Group) -> Model:
    """Which of the two schemes a group's policies follow. What a user may do to itself changes no model."""
    models = {_model(statement) for statement in _grants(own_policies(account, group))} - {None}
    if not models:
        return "empty"
    return "mixed" if len(models) == 2 else "role_based" if "role_based" in models else "traditional"


def _joined(group: str, verdict: Verdict, entries: list[AccessEntry]) -> GroupRoles:
    roles = sorted({role for entry in entries for role in entry.roles})
    by = sorted({ref for entry in entries for ref in entry.identity_by if ref.owner == group})
    return GroupRoles(tuple(roles), verdict, tuple(by))


def _member(account: Account, group: Group) -> User:
    prefix = account.root_arn.removesuffix("root")
    path = f"/{_PROBE}/"
    return User(
        arn=f"{prefix}user{path}{group.name}",
        name=group.name,
        unique_id=f"{_PROBE}-{group.unique_id}",
        path=path,
        created=group.created,
        groups=(group.name,),
    )


def _grants(policies: Iterable[PolicyUse]) -> Iterable[Statement]:
    for use in policies:
        for statement in use.document.statements if use.document else ():
            if statement.effect == "Allow":
                yield statement


def _model(statement: Statement) -> Literal["role_based", "traditional"] | None:
    actions = statement.actions
    if actions is not None and all(action.lower() in _ROLE_ACTIONS for action in actions):
        return "role_based"
    if statement.resources and all(_OWN_USER in resource.lower() for resource in statement.resources):
        return None
    return "traditional"
