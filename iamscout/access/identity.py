"""The policies that apply to a user or role: its own, its groups', its boundary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from iamscout.policy.decision import StatementRef
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Account, Group, Role, User

PolicyKind = Literal["inline", "managed"]
UNKNOWN_POLICIES = "its policies"
UNKNOWN_BOUNDARY = "its boundary"
"""What stands for policies that the snapshot does not tell."""

_ADMINISTRATOR_ACCESS = parse_document(
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)
"""What every account knows by its name alone (AWS Managed Policy Reference: "AdministratorAccess")."""


class PolicyUse(Struct, frozen=True):
    """A policy where it applies.

    `owner` is the ARN of the user, group or role that holds it or that it is attached to; `policy` is the
    inline policy's name or the managed policy's ARN. `document` is None where the snapshot lacks it, but
    for AWS's AdministratorAccess.
    """

    kind: PolicyKind
    owner: str
    policy: str
    document: PolicyDocument | None

    def ref(self, statement: Statement) -> StatementRef:
        """A statement of this policy as evidence of the identity half."""
        return StatementRef("identity", self.owner, self.policy, statement.sid, statement.number)


def policy_holders(account: Account, entity: User | Role) -> Iterator[User | Role | Group]:
    """Whose policies apply to a user or role: its own and, for a user, those of its groups."""
    yield entity
    if isinstance(entity, User):
        for name in entity.groups:
            yield account.groups_by_name.get(name) or _unknown_group(account, name)


def _unknown_group(account: Account, name: str) -> Group:
    arn = f"arn:{account.partition}:iam::{account.id}:group/{name}"
    return Group(arn=arn, name=name, unique_id="", path="/", created=None)


def own_policies(account: Account, holder: User | Role | Group) -> tuple[PolicyUse, ...]:
    """The inline policies of one entity, then the attached ones, in the order the entity lists them.

    Where the snapshot does not tell them, one whose document is not there stands for all.
    """
    arn = holder.arn
    inline = [PolicyUse("inline", arn, each.name, each.document) for each in holder.inline_policies]
    attached = [_managed(account, arn, each.arn) for each in holder.attached_policies]
    if _has_unknown_policies(account, holder):
        return (PolicyUse("inline", arn, UNKNOWN_POLICIES, None), *inline, *attached)
    return (*inline, *attached)


def identity_policies(account: Account, entity: User | Role) -> tuple[PolicyUse, ...]:
    """All identity policies of a user (through its groups too) or a role."""
    return tuple(use for holder in policy_holders(account, entity) for use in own_policies(account, holder))


def boundary_policy(account: Account, entity: User | Role) -> PolicyUse | None:
    """The permissions boundary, or None where there is none; its document is None where it is not told."""
    if not entity.boundary_arn:
        unknown = PolicyUse("managed", entity.arn, UNKNOWN_BOUNDARY, None)
        return unknown if _has_unknown_policies(account, entity) else None
    return _managed(account, entity.arn, entity.boundary_arn)


def _managed(account: Account, owner: str, policy: str) -> PolicyUse:
    document = account.documents_by_policy.get(policy)
    if document is None and policy.endswith(":iam::aws:policy/AdministratorAccess"):
        document = _ADMINISTRATOR_ACCESS
    return PolicyUse("managed", owner, policy, document)


def _has_unknown_policies(account: Account, holder: User | Role | Group) -> bool:
    """Whether only a plain listing (iam:ListUsers, iam:ListRoles) or a membership tells of an entity."""
    if isinstance(holder, Group):
        return holder.name not in account.groups_by_name
    return holder.arn in account.only_listed
