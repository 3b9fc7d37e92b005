"""What the organization's control policies say: SCPs of the caller's account, RCPs of the role's.

Sources: Organizations User Guide, "SCP evaluation", "RCP evaluation", "Resource control policies (RCPs)".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from iamscout.access.callers import Caller
from iamscout.access.directory import Directory
from iamscout.policy.context import Context
from iamscout.policy.evaluate import LayerResult, join, judge
from iamscout.snapshot.account import Role
from iamscout.snapshot.organization import GuardrailPolicy

GuardrailKind = Literal["scp", "rcp"]


def scps_apply(caller: Caller) -> bool:
    """SCPs restrict users and roles, but no service-linked role; services and federated callers have none."""
    return caller.kind in ("user", "role", "session") and not caller.is_service_linked


def rcps_apply(caller: Caller, role: Role) -> bool:
    """RCPs restrict neither service-linked roles nor a service that takes its service-linked role."""
    return not (caller.is_service_linked or (caller.kind == "service" and role.kind == "service_linked"))


def guardrails(
    directory: Directory, account: str, kind: GuardrailKind, action: str, resource: str, context: Context
) -> tuple[LayerResult, ...]:
    """What each level of the organization says, from the root down; nothing where no restriction is known."""
    return tuple(
        join(
            judge(policy.document, action, resource, context, kind=kind, owner=owner, policy=policy.name)
            for policy in level
        )
        for owner, level in guardrail_levels(directory, account, kind)
    )


def guardrail_levels(
    directory: Directory, account: str, kind: GuardrailKind
) -> Iterator[tuple[str, tuple[GuardrailPolicy, ...]]]:
    """The levels that bind an account, each with the organization's id as owner.

    Neither SCPs nor RCPs restrict the management account.
    """
    membership = directory.member_of.get(account)
    if membership is None or membership[0].management == account:
        return
    organization, member = membership
    for level in (member.scps if kind == "scp" else member.rcps) or ():
        yield organization.id, level
