"""A plan as values: roles, groups, calls of IAM in order with a way back, and what each member has to do."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from iamscout.access.use import Frequency
from iamscout.analysis.power import Power

Stage = Literal["prepare", "switch"]
"""prepare only adds, so that everybody can try; switch takes the permissions from the groups."""


class Call(Struct, frozen=True):
    """One call of IAM. `parameters` are pairs of IAM's own names and values; documents are JSON text."""

    operation: str
    parameters: tuple[tuple[str, str | int], ...]


class Step(Struct, frozen=True):
    """Calls that belong together; `undo` takes them back, in the order to call."""

    number: int
    stage: Stage
    title: str
    why: str
    apply: tuple[Call, ...]
    undo: tuple[Call, ...]


class Document(Struct, frozen=True):
    """A policy by name; `text` is its JSON, indented by 2."""

    name: str
    text: str


class PlannedRole(Struct, frozen=True):
    """The role that takes over a group's permissions; `reason` says why MFA may be so old and no older."""

    name: str
    arn: str
    description: str
    mfa_max_age_seconds: int
    power: Power
    use: Frequency
    reason: str
    trust_policy: str
    attached: tuple[str, ...]
    inline: tuple[Document, ...]


class SideGroup(Struct, frozen=True):
    """A new group for a role that a mixed group led to beside its own permissions: one group, one role."""

    name: str
    role: str
    policy: Document
    policy_arn: str
    members: tuple[str, ...]


class PlannedGroup(Struct, frozen=True):
    """What becomes of a group. `detached` are managed policies and `removed` inline ones it loses.

    `policy` is what it gets instead; `notes` say what needs a person's judgement.
    """

    name: str
    arn: str
    model: str
    role: PlannedRole
    policy: Document
    policy_arn: str
    detached: tuple[str, ...]
    removed: tuple[Document, ...]
    side_groups: tuple[SideGroup, ...]
    members: tuple[str, ...]
    notes: tuple[str, ...]


class Way(Struct, frozen=True):
    """One role as a member uses it. `switch_role` is empty where the console cannot go there."""

    role: str
    profile: str
    mfa: str
    switch_role: str
    is_new: bool


class Member(Struct, frozen=True):
    """What one user has to do. `mfa_serials` are its devices, None where the snapshot does not tell."""

    name: str
    arn: str
    groups: tuple[str, ...]
    mfa_serials: tuple[str, ...] | None
    has_password: bool | None
    ways: tuple[Way, ...]
    to_do: tuple[str, ...]


class AccountPlan(Struct, frozen=True):
    """The whole plan of one account; `outside` are users whom no group's change brings into the scheme."""

    account: str
    partition: str
    label: str
    score: int | None
    groups: tuple[PlannedGroup, ...]
    steps: tuple[Step, ...]
    members: tuple[Member, ...]
    outside: tuple[tuple[str, str], ...]
