"""`analysis.json`: the whole result of an analysis for other programs, in canonical bytes.

Access stays grouped: one entry is a set of principals times a set of roles with one verdict; `trust` holds
the statements by which each role lets whom in. Sections are only ever added; see the JSON Schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from iamscout.access.credentials import CredentialResults, Mfa
from iamscout.access.escalation import EscalationMap
from iamscout.access.exposure_model import Totals
from iamscout.access.model import AccessEntry, AccessMap, HalfEntry, Missing, Scope
from iamscout.access.principals import Principal
from iamscout.access.requests import spell_requires
from iamscout.access.trust import TrustGrant
from iamscout.analysis.assessment import Assessment, Coverage, SnapshotRef
from iamscout.analysis.escalation_entries import (
    AdminEntry,
    EscalationEntry,
    admin_entries,
    escalation_entries,
)
from iamscout.analysis.exceptions import ExceptionState, ExceptionUse, exceptions_digest
from iamscout.analysis.exposure_document import ExposureEntry, Scheme, exposure_section, scheme_section
from iamscout.analysis.finding import Acceptance, Evidence, Severity
from iamscout.analysis.rule import Rule
from iamscout.analysis.settings import Settings
from iamscout.policy.decision import Reading, Reason, Result, StatementRef
from iamscout.policy.document import Effect
from iamscout.snapshot.model import Tool

SCHEMA: Final = "iamscout/analysis/1"
"""Format and version, the first thing to check on reading."""
Requires = list[list[dict[str, Any]]]
"""Alternatives, each a list of conditions that must all hold."""


class Header(Struct, frozen=True):
    """What was analysed, by what, and what was configured otherwise than by default.

    The digests are SHA-256 in hex: of the rules' texts, of the settings, of the whole configuration
    (settings, rules that are off, severities) and of the exceptions; comments in the files play no part.
    """

    schema: Literal["iamscout/analysis/1"]
    tool: Tool
    snapshots: tuple[SnapshotRef, ...]
    rules_sha256: str
    settings_sha256: str
    configuration_sha256: str
    exceptions_sha256: str
    settings: Settings
    rules_off: tuple[str, ...]
    severities: tuple[tuple[str, Severity], ...]


class ExceptionEntry(Struct, frozen=True):
    """An exception and what became of it: `accepted` and `expired` count findings.

    `resource` or `finding` is empty. In the state `not_judged` no rule looked at what it is about.
    """

    rule: str
    resource: str
    finding: str
    reason: str
    owner: str
    created: date
    expires: date
    state: ExceptionState
    accepted: int
    expired: int


class RuleEntry(Struct, frozen=True):
    """What a rule says of itself; `frameworks` and `also_known_as` map a name to control numbers or names."""

    id: str
    title: str
    severity: str
    confidence: str
    rationale: str
    remediation: str
    references: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    needs_any: tuple[str, ...]
    frameworks: dict[str, tuple[str, ...]]
    also_known_as: dict[str, tuple[str, ...]]


class FindingEntry(Struct, frozen=True):
    """A finding; `reason` says why it is accepted or not available, or open again.

    `acceptance` is the exception about it; where the finding is open, that one has run out.
    """

    key: str
    rule: str
    severity: str
    confidence: str
    status: str
    account: str
    resource: str
    resource_type: str
    title: str
    evidence: tuple[Evidence, ...]
    reason: str
    acceptance: Acceptance | None


class Access(Struct, frozen=True):
    """Every one of `principals` can, or under `requires` may, assume every one of `roles` by `action`.

    `by` are the statements of the identity half; those of the trust half stand in `trust`. `credentials` is
    null for anybody who is not an IAM user.
    """

    principals: tuple[Principal, ...]
    roles: tuple[str, ...]
    action: str
    scope: Scope
    result: Result
    reason: Reason
    needs_identity_policy: bool
    by: tuple[StatementRef, ...]
    requires: Requires
    mfa: Mfa
    credentials: CredentialResults | None
    readings: tuple[Reading, ...]


class HalfEdge(Struct, frozen=True):
    """One half without the other; `missing` says which is not there."""

    principals: tuple[Principal, ...]
    roles: tuple[str, ...]
    missing: Missing
    by: tuple[StatementRef, ...]


class Trust(Struct, frozen=True):
    """One statement of a role's trust policy, with the principals it names.

    With `excepted` it is about everybody but them (NotPrincipal).
    """

    role: str
    statement: int
    sid: str
    effect: Effect
    excepted: bool
    principals: tuple[Principal, ...]
    actions: tuple[str, ...]


class Analysis(Struct, frozen=True):
    """The whole document."""

    header: Header
    rules: tuple[RuleEntry, ...]
    findings: tuple[FindingEntry, ...]
    exceptions: tuple[ExceptionEntry, ...]
    access: tuple[Access, ...]
    half_edges: tuple[HalfEdge, ...]
    trust: tuple[Trust, ...]
    admins: tuple[AdminEntry, ...]
    escalation: tuple[EscalationEntry, ...]
    scheme: dict[str, Scheme]
    exposure: tuple[ExposureEntry, ...]
    exposure_totals: tuple[Totals, ...]
    role_sets: tuple[tuple[str, ...], ...]
    coverage: tuple[Coverage, ...]
    metrics: dict[str, float]


def encode_analysis(assessment: Assessment) -> bytes:
    """The canonical bytes: UTF-8, keys sorted, one entry of a section a line.

    An indented document of a large account is half white space; a line for each entry still compares and
    searches line by line.
    """
    return b"".join(analysis_parts(assessment))


def analysis_parts(assessment: Assessment) -> Iterator[bytes]:
    """The same bytes in parts: a large account's document is best never whole in memory."""
    lists, values, ahead = _lists(assessment), _values(assessment), b"{\n"
    for name in sorted(Analysis.__struct_fields__):
        yield ahead + _encode(name) + b": "
        if name in lists:
            yield from _list_parts(lists[name])
        else:
            yield _encode(values[name])
        ahead = b",\n"
    yield b"\n}\n"


def _list_parts(entries: Iterable[object]) -> Iterator[bytes]:
    ahead, left = b"[\n", iter(entries)
    while part := list(islice(left, _TOGETHER)):
        # JSON has no line break within an entry.
        yield ahead + _encode_lines(part).removesuffix(b"\n").replace(b"\n", b",\n")
        ahead = b",\n"
    yield b"[]" if ahead == b"[\n" else b"\n]"


_TOGETHER = 50
"""Entries that are written at once; a single one of a large account may weigh 60 KB."""

_encoder = msgspec.json.Encoder(order="sorted")
_encode, _encode_lines = _encoder.encode, _encoder.encode_lines


def _values(assessment: Assessment) -> dict[str, Any]:
    """The sections that are no lists, by name."""
    return {
        "header": Header(
            schema=SCHEMA,
            tool=Tool("iamscout", assessment.tool_version),
            snapshots=assessment.snapshots,
            rules_sha256=_digest(tuple(map(rule_entry, assessment.rules))),
            settings_sha256=_digest(assessment.estate.settings),
            configuration_sha256=assessment.configuration.sha256,
            exceptions_sha256=exceptions_digest(use.exception for use in assessment.exceptions),
            settings=assessment.estate.settings,
            rules_off=assessment.configuration.rules_off,
            severities=assessment.configuration.severities,
        ),
        "scheme": scheme_section(assessment.estate.schemes),
        "metrics": dict(assessment.metrics),
    }


def _lists(assessment: Assessment) -> dict[str, Iterable[Any]]:
    """The sections that are lists, by name; each entry is made when it is asked for."""
    estate = assessment.estate
    exposure, role_sets = exposure_section(estate.exposures)
    return {
        "rules": map(rule_entry, assessment.rules),
        "findings": assessment.findings,  # members and names are those of FindingEntry
        "exceptions": map(_exception, assessment.exceptions),
        "access": map(_access, estate.access.entries),
        "half_edges": map(_half, estate.access.half_entries),
        "trust": _trust(estate.access),
        "admins": admin_entries(estate.admins),
        "escalation": _escalation(estate.escalation),
        "exposure": exposure,
        "exposure_totals": estate.exposures.totals,
        "role_sets": role_sets,
        "coverage": assessment.coverage,
    }


def rule_entry(rule: Rule) -> RuleEntry:
    """What a rule says of itself."""
    return RuleEntry(
        id=rule.id,
        title=rule.title,
        severity=rule.severity,
        confidence=rule.confidence,
        rationale=rule.rationale,
        remediation=rule.remediation,
        references=tuple((reference.title, reference.url) for reference in rule.references),
        needs=rule.needs,
        needs_any=rule.needs_any,
        frameworks=dict(rule.frameworks),
        also_known_as=dict(rule.also_known_as),
    )


def analysis_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of `analysis.json`."""
    schema: dict[str, Any] = msgspec.json.schema(Analysis)
    _demand_all(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "iamscout analysis",
        **schema,
    }


def _demand_all(schema: dict[str, Any]) -> None:
    """A file has every member, also those with a default in the program; `redaction` only where it is."""
    for definition in schema["$defs"].values():
        if definition.get("type") == "object" and "properties" in definition:
            definition["required"] = sorted({*definition["properties"]} - {"redaction"})
            for member in definition["properties"].values():
                member.pop("default", None)


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def _exception(use: ExceptionUse) -> ExceptionEntry:
    entry, word = use.exception, use.exception.acceptance
    return ExceptionEntry(
        rule=entry.rule,
        resource=entry.resource,
        finding=entry.finding,
        reason=word.reason,
        owner=word.owner,
        created=word.created,
        expires=word.expires,
        state=use.state,
        accepted=use.accepted,
        expired=use.expired,
    )


def _access(entry: AccessEntry) -> Access:
    verdict = entry.verdict
    return Access(
        principals=entry.principals,
        roles=entry.roles,
        action=entry.action,
        scope=entry.scope,
        result=verdict.result,
        reason=verdict.reason,
        needs_identity_policy=verdict.needs_identity_policy,
        by=tuple(sorted({*entry.identity_by, *entry.trust_by})),
        requires=spell_requires(verdict.requires),
        mfa=verdict.mfa,
        credentials=verdict.credentials,
        readings=verdict.readings,
    )


def _escalation(found: EscalationMap) -> Iterator[EscalationEntry]:
    yield from escalation_entries(found)


def _half(entry: HalfEntry) -> HalfEdge:
    return HalfEdge(entry.principals, entry.roles, entry.missing, entry.by)


def _trust(access: AccessMap) -> Iterable[Trust]:
    for role in sorted(access.grants):
        statements: dict[int, list[TrustGrant]] = {}
        for grant in access.grants[role]:
            statements.setdefault(grant.statement.number, []).append(grant)
        for number, grants in sorted(statements.items()):
            first = grants[0]
            yield Trust(
                role=role,
                statement=number,
                sid=first.statement.sid,
                effect=first.effect,
                excepted=first.excepted,
                principals=tuple(sorted({grant.principal for grant in grants})),
                actions=first.actions,
            )
