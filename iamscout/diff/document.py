"""A comparison as JSON for other programs: `iamscout diff --format json`, edges and findings one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from iamscout.access.credentials import CredentialResults, Mfa
from iamscout.access.model import Scope, Verdict
from iamscout.access.principals import Principal
from iamscout.access.requests import spell_requires
from iamscout.analysis.finding import Confidence, FindingStatus, ResourceType, Severity
from iamscout.diff.effect import Effect
from iamscout.diff.model import (
    Cause,
    Change,
    Changes,
    EdgeChange,
    ExposureChange,
    FieldChange,
    FindingChange,
    HalfChange,
    Moment,
    NotComparable,
    Part,
    PowerChanges,
    ResourceChange,
)
from iamscout.policy.decision import Reading, Reason, Result
from iamscout.snapshot.model import Tool

SCHEMA: Final = "iamscout/diff/1"
"""Format and version, the first thing to check on reading."""
Requires = list[list[dict[str, Any]]]


class Header(Struct, frozen=True):
    """What was compared, and by what; accounts that only one side has came into or left the set.

    `parts` are those that were asked for: of the others the document tells nothing, not that nothing changed.
    """

    schema: Literal["iamscout/diff/1"]
    tool: Tool
    old: tuple[Moment, ...]
    new: tuple[Moment, ...]
    accounts_added: tuple[str, ...]
    accounts_removed: tuple[str, ...]
    parts: tuple[Part, ...]


class Edge(Struct, frozen=True):
    """One principal can, or under `requires` may, assume one role by `action`."""

    principal: Principal
    role: str
    action: str
    scope: Scope
    result: Result
    reason: Reason
    needs_identity_policy: bool
    requires: Requires
    mfa: Mfa
    credentials: CredentialResults | None
    readings: tuple[Reading, ...]


class ChangedEdge(Struct, frozen=True):
    """The same edge at both moments; `what` says in words what changed."""

    before: Edge
    after: Edge
    effect: Effect
    what: tuple[str, ...]


class AccessSection(Struct, frozen=True):
    """Access that was gained, lost, or has other conditions, one by one, and halves of it by class."""

    gained: tuple[Edge, ...]
    lost: tuple[Edge, ...]
    changed: tuple[ChangedEdge, ...]
    half_gained: tuple[HalfChange, ...]
    half_lost: tuple[HalfChange, ...]


class ResourceEntry(Struct, frozen=True):
    """A resource that came, went or changed; `recreated` where the same ARN has another unique id."""

    change: Change
    resource: str
    resource_type: ResourceType
    account: str
    fields: tuple[str, ...]
    effect: Effect
    recreated: bool
    details: tuple[FieldChange, ...]


class FindingEntry(Struct, frozen=True):
    """A finding and why it changed; `before` is its former severity or status where that was another."""

    key: str
    rule: str
    severity: Severity
    confidence: Confidence
    status: FindingStatus
    account: str
    resource: str
    resource_type: ResourceType
    title: str
    cause: Cause
    before: str


class FindingSection(Struct, frozen=True):
    """Findings by what became of them."""

    new: tuple[FindingEntry, ...]
    resolved: tuple[FindingEntry, ...]
    reopened: tuple[FindingEntry, ...]
    persisting: tuple[FindingEntry, ...]


class Metric(Struct, frozen=True):
    """A count at both moments."""

    before: float
    after: float


class Diff(Struct, frozen=True):
    """The whole document.

    `resources`, `access` and `exposure` are null where a side is an analysis, which does not hold them whole.
    """

    header: Header
    resources: tuple[ResourceEntry, ...] | None
    access: AccessSection | None
    power: PowerChanges
    exposure: tuple[ExposureChange, ...] | None
    findings: FindingSection
    not_comparable: tuple[NotComparable, ...]
    metrics: dict[str, Metric]


def encode_diff(changes: Changes, tool_version: str) -> bytes:
    """The canonical bytes: UTF-8, keys sorted, indent 2, a line feed at the end."""
    content = msgspec.json.encode(diff_document(changes, tool_version), order="sorted")
    return msgspec.json.format(content, indent=2) + b"\n"


def diff_document(changes: Changes, tool_version: str) -> Diff:
    """The document of a comparison."""
    access, found = changes.access, changes.findings
    return Diff(
        header=Header(
            schema=SCHEMA,
            tool=Tool("iamscout", tool_version),
            old=changes.old,
            new=changes.new,
            accounts_added=changes.accounts_added,
            accounts_removed=changes.accounts_removed,
            parts=changes.parts,
        ),
        resources=None if changes.resources is None else tuple(map(_resource, changes.resources)),
        access=None
        if access is None
        else AccessSection(
            gained=tuple(_edges(access.gained)),
            lost=tuple(_edges(access.lost)),
            changed=tuple(_changed_edges(access.changed)),
            half_gained=access.half_gained,
            half_lost=access.half_lost,
        ),
        power=changes.power,
        exposure=changes.exposure,
        findings=FindingSection(
            new=tuple(map(_finding, found.new)),
            resolved=tuple(map(_finding, found.resolved)),
            reopened=tuple(map(_finding, found.reopened)),
            persisting=tuple(map(_finding, found.persisting)),
        ),
        not_comparable=changes.not_comparable,
        metrics={name: Metric(*values) for name, values in changes.metrics.items()},
    )


def diff_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of the document."""
    schema: dict[str, Any] = msgspec.json.schema(Diff)
    for definition in schema["$defs"].values():
        if definition.get("type") == "object" and "properties" in definition:
            definition["required"] = sorted(definition["properties"])
            for member in definition["properties"].values():
                member.pop("default", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "iamscout diff",
        **schema,
    }


def _resource(change: ResourceChange) -> ResourceEntry:
    return ResourceEntry(
        change=change.change,
        resource=change.resource,
        resource_type=change.resource_type,
        account=change.account,
        fields=change.fields,
        effect=change.effect,
        recreated=change.recreated,
        details=change.details,
    )


def _finding(change: FindingChange) -> FindingEntry:
    finding = change.finding
    return FindingEntry(
        key=finding.key,
        rule=finding.rule,
        severity=finding.severity,
        confidence=finding.confidence,
        status=finding.status,
        account=finding.account,
        resource=finding.resource,
        resource_type=finding.resource_type,
        title=finding.title,
        cause=change.cause,
        before=change.before,
    )


def _edges(changes: Iterable[EdgeChange]) -> Iterator[Edge]:
    for change in changes:
        verdict = change.after or change.before
        if verdict is not None:
            yield from _spelled(change, verdict)


def _changed_edges(changes: Iterable[EdgeChange]) -> Iterator[ChangedEdge]:
    for change in changes:
        if change.before is None or change.after is None:
            continue
        pairs = zip(_spelled(change, change.before), _spelled(change, change.after), strict=True)
        for before, after in pairs:
            yield ChangedEdge(before, after, change.effect, change.words)


def _spelled(change: EdgeChange, verdict: Verdict) -> Iterator[Edge]:
    requires = spell_requires(verdict.requires)
    for principal in change.principals:
        for role in change.roles:
            yield Edge(
                principal=principal,
                role=role,
                action=change.action,
                scope=change.scope,
                result=verdict.result,
                reason=verdict.reason,
                needs_identity_policy=verdict.needs_identity_policy,
                requires=requires,
                mfa=verdict.mfa,
                credentials=verdict.credentials,
                readings=verdict.readings,
            )
