"""Accounts about escalation, written small: alice with her statements, and the role that she may want."""

from collections.abc import Mapping
from typing import Any

from iamscout.access.escalation import Escalation
from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze

HOME = "111122223333"
ALICE = f"arn:aws:iam::{HOME}:user/alice"
BOB = f"arn:aws:iam::{HOME}:user/bob"
BOSS = f"arn:aws:iam::{HOME}:role/boss"
ADMIN = ["AdministratorAccess"]

Json = Any


def allow(action: Json, resource: Json = "*", **more: Json) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json, resource: Json = "*", **more: Json) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trust(principal: Json, **more: Json) -> dict[str, Any]:
    action = "sts:AssumeRole"
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def estate(**given: Any) -> Estate:
    return analyze((snapshot_of(accepted("case", **given)),), rules=()).estate


def found(world: Estate, principal: str = ALICE) -> Mapping[str, Escalation]:
    """The escalations of a principal by method; certain ones and those to admin win."""
    by_method: dict[str, Escalation] = {}
    for each in world.escalation.by_principal.get(principal, ()):
        known = by_method.get(each.method.id)
        if known is None or (known.gains, not known.is_certain) > (each.gains, not each.is_certain):
            by_method[each.method.id] = each
    return by_method


def alice(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"UserName": "alice", "inline": list(statements), **more}


def boss(service: str = "lambda.amazonaws.com", **more: Any) -> dict[str, Any]:
    document = {
        "Version": "2012-10-17",
        "Statement": [trust({"Service": service})],
    }
    return {"RoleName": "boss", "AssumeRolePolicyDocument": document, "attached": ADMIN, **more}
