"""The policies that apply to a user or role: its own, its groups', its boundary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from iamscout.policy.decision import StatementRef
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.snapshot.account import Account, Group, Role, User

PolicyKind = Literal["inline", "managed"]


class PolicyUse(Struct, frozen=True):
    """A policy where it applies.

    `owner` is the ARN of the user, group or role that holds it or that it is attached to; `policy` is the
    inline policy's name or the managed policy's ARN. `document` is None where the snapshot lacks it.
    """

    kind: PolicyKind
    owner: str
    policy: str
    document: PolicyDocument | None

    def ref(self, statement: Statement) -> StatementRef:
        """A statement of this policy as evidence of the identity half."""
        return StatementRef("identity", self.owner, self.policy, statement.sid, statement.number)


def own_policies(account: Account, entity: User | Role | Group) -> Iterator[PolicyUse]:
    """The inline policies of one entity, then the attached ones, in the order the entity lists them."""
    for inline in entity.inline_policies:
        yield PolicyUse("inline", entity.arn, inline.name, inline.document)
    for attached in entity.attached_policies:
        policy = account.policies_by_arn.get(attached.arn)
        yield PolicyUse("managed", entity.arn, attached.arn, policy.document if policy else None)


def identity_policies(account: Account, entity: User | Role) -> tuple[PolicyUse, ...]:
    """All identity policies of a user (through its groups too) or a role."""
    found = list(own_policies(account, entity))
    if isinstance(entity, User):
        for name in entity.groups:
            group = account.groups_by_name.get(name)
            if group:
                found.extend(own_policies(account, group))
    return tuple(found)


def boundary_policy(account: Account, entity: User | Role) -> PolicyUse | None:
    """The permissions boundary, or None where there is none.

    Its document is None where the snapshot lacks the policy.
    """
    if not entity.boundary_arn:
        return None
    policy = account.policies_by_arn.get(entity.boundary_arn)
    return PolicyUse("managed", entity.arn, entity.boundary_arn, policy.document if policy else None)
