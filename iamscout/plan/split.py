"""A group's policies taken apart: what its role takes over, what the group keeps, and what needs a look.

Direct permissions go to the role. Denies stay with the group, since they also limit what members have
elsewhere, and go to the role as well. Conditions on MFA do not: the session of a role carries no MFA
("Configuring MFA-protected API access"), so an Allow would never and a Deny might always apply there; the
role's trust policy asks for MFA instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from iamscout.access.identity import PolicyUse, own_policies
from iamscout.access.statements import Purposes, purposes
from iamscout.plan.model import Document
from iamscout.policy.document import PolicyDocument, Statement
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.snapshot.account import Account, Group

Json = dict[str, Any]
_CALLER_KEYS = ("aws:username", "aws:userid", "aws:principaltag", "aws:principalarn", "aws:principaltype")


class Split(Struct, frozen=True):
    """The parts. `attached` are managed policies that the role takes as they are, `inline` what is rewritten.

    `kept` are statements for the group's new policy, `stays` managed policies that the group keeps,
    `detached` and `removed` what it loses.
    """

    attached: tuple[str, ...]
    inline: tuple[Document, ...]
    kept: tuple[Json, ...]
    stays: tuple[str, ...]
    detached: tuple[str, ...]
    removed: tuple[Document, ...]
    notes: tuple[str, ...]


def pretty(document: Json) -> str:
    """A document as text, indented by 2."""
    return json.dumps(document, indent=2, ensure_ascii=True)


def statements_json(document: PolicyDocument) -> list[Json]:
    """The statements as JSON, in the order of `document.statements`."""
    found = json.loads(document.text)["Statement"]
    return list(found) if isinstance(found, list) else [found]


def split_group(account: Account, group: Group, *, keep_roles: bool) -> Split:
    """Take a group's policies apart. With `keep_roles` its grants of roles stay in its new policy."""
    attached: list[str] = []
    inline: list[Document] = []
    kept: list[Json] = []
    stays: list[str] = []
    detached: list[str] = []
    removed: list[Document] = []
    notes: list[str] = []
    for use in own_policies(account, group):
        document = use.document
        if document is None or document.unreadable or any(s.unreadable for s in document.statements):
            notes.append(f"{_name(use)} cannot be read in full: it stays with the group as it is")
            if use.kind == "managed":
                stays.append(use.policy)
            continue
        parts = list(zip(document.statements, statements_json(document), strict=True))
        to_role = [part for part in (_for_role(*each, notes, _name(use)) for each in parts) if part]
        to_group = [part for each in parts for part in _for_group(*each, keep_roles=keep_roles)]
        is_direct = any(_is_direct(statement) for statement, _ in parts)
        role_takes_all = [text for _, text in parts] == to_role
        if use.kind == "managed" and not is_direct and _keeps_all(parts, to_group):
            stays.append(use.policy)
            if to_role and role_takes_all:
                attached.append(use.policy)
            continue
        kept.extend(to_group)
        if use.kind == "managed":
            detached.append(use.policy)
        else:
            removed.append(Document(use.policy, pretty(json.loads(document.text))))
        if not to_role:
            continue
        if use.kind == "managed" and role_takes_all:
            attached.append(use.policy)
        else:
            rewritten = {"Version": document.version, "Statement": to_role}
            inline.append(Document(_name(use), pretty(rewritten)))
        notes.extend(_about_caller(use, document))
    return Split(
        tuple(attached),
        tuple(inline),
        tuple(kept),
        tuple(stays),
        tuple(detached),
        tuple(removed),
        tuple(notes),
    )


def _name(use: PolicyUse) -> str:
    return use.policy if use.kind == "inline" else use.policy.rpartition("/")[2]


def _is_direct(statement: Statement) -> bool:
    return purposes(statement).is_direct


def _keeps_all(parts: list[tuple[Statement, Json]], to_group: list[Json]) -> bool:
    return [text for _, text in parts] == to_group


def _for_role(statement: Statement, text: Json, notes: list[str], policy: str) -> Json | None:
    """What the role takes of a statement; None where it takes nothing."""
    asks_mfa = any(condition.key.lower() in (MFA_PRESENT, MFA_AGE) for condition in statement.conditions)
    if statement.effect == "Deny":
        if asks_mfa:
            notes.append(f"{policy}, statement {statement.number}: a Deny about MFA stays with the group")
            return None
        return text
    said = purposes(statement)
    if not said.is_direct:
        return None
    found = text if said.direct == () else {**text, **_actions(statement, said.direct)}
    if asks_mfa:
        notes.append(
            f"{policy}, statement {statement.number}: its condition on MFA is left out of the role, "
            "whose trust policy asks for MFA"
        )
        found = _without_mfa(found)
    return found


def _for_group(statement: Statement, text: Json, *, keep_roles: bool) -> Iterable[Json]:
    if statement.effect == "Deny":
        yield text
        return
    said: Purposes = purposes(statement)
    kept = (*(said.roles if keep_roles else ()), *said.self_service)
    if kept:
        only_roles = tuple("sts:AssumeRole" if pattern in said.direct else pattern for pattern in kept)
        yield text if only_roles == statement.actions else {**text, **_actions(statement, only_roles)}


def _actions(statement: Statement, wanted: tuple[str, ...]) -> Json:
    return {} if wanted == statement.actions else {"Action": list(wanted)}


def _without_mfa(text: Json) -> Json:
    conditions = {
        operator: {key: values for key, values in tests.items() if key.lower() not in (MFA_PRESENT, MFA_AGE)}
        for operator, tests in text["Condition"].items()
    }
    conditions = {operator: tests for operator, tests in conditions.items() if tests}
    rest = {key: value for key, value in text.items() if key != "Condition"}
    return {**rest, "Condition": conditions} if conditions else rest


def _about_caller(use: PolicyUse, document: PolicyDocument) -> Iterable[str]:
    lowered = document.text.lower()
    named = [key for key in _CALLER_KEYS if key in lowered]
    if named:
        asked = ", ".join(named)
        yield f"{_name(use)} asks about the caller ({asked}), which is the role's session there: look at it"
