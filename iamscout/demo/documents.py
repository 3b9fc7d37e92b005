"""Shorthand for writing policy documents: statements first, then a document of them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Words: TypeAlias = str | Sequence[str]
"""One string or several, written down the way it is given: both spellings occur in real policies."""

Statement: TypeAlias = Mapping[str, object]
Document: TypeAlias = Mapping[str, object]
Condition: TypeAlias = Mapping[str, Mapping[str, object]]
"""Operator -> key -> value or values."""
Principal: TypeAlias = str | Mapping[str, Words]

MFA_PRESENT: Condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def document(*statements: Statement) -> Document:
    """A policy document of these statements, in the current version of the language."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    action: Words, resource: Words = "*", *, condition: Condition | None = None, sid: str = ""
) -> Statement:
    """A statement of an identity policy that allows."""
    return _statement(sid, "Allow", {"Action": action, "Resource": resource}, condition)


def deny(
    action: Words, resource: Words = "*", *, condition: Condition | None = None, sid: str = ""
) -> Statement:
    """A statement of an identity policy that denies."""
    return _statement(sid, "Deny", {"Action": action, "Resource": resource}, condition)


def trust(
    principal: Principal,
    *,
    action: Words = "sts:AssumeRole",
    condition: Condition | None = None,
    sid: str = "",
) -> Statement:
    """A statement of a trust policy that lets a principal in."""
    return _statement(sid, "Allow", {"Principal": principal, "Action": action}, condition)


def distrust(
    principal: Principal,
    *,
    action: Words = "sts:AssumeRole",
    condition: Condition | None = None,
    sid: str = "",
) -> Statement:
    """A statement of a trust policy that keeps a principal out."""
    return _statement(sid, "Deny", {"Principal": principal, "Action": action}, condition)


def service_trust(host: str, condition: Condition | None = None) -> Document:
    """The trust policy of a role for one AWS service, by its host name ("ec2.amazonaws.com")."""
    return document(trust({"Service": host}, condition=condition))


def _statement(sid: str, effect: str, middle: Mapping[str, object], condition: Condition | None) -> Statement:
    head = {"Sid": sid} if sid else {}
    tail = {"Condition": condition} if condition else {}
    return {**head, "Effect": effect, **middle, **tail}
