"""The old side of a comparison as a file: an `analysis.json`, or a report folder that holds one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from iamscout.analysis.assessment import Assessment, Coverage
from iamscout.analysis.document import SCHEMA, rule_entry
from iamscout.analysis.finding import Confidence, Finding, FindingStatus, ResourceType, Severity
from iamscout.diff.findings import Verdicts
from iamscout.diff.model import Moment
from iamscout.diff.power import Spelled, formula_of
from iamscout.errors import InputError
from iamscout.snapshot.reading import decode_json, read_file

_PLACE = Path("data", "analysis.json")
_OWN_SOURCES = frozenset(
    {
        "iam:GetAccountPasswordPolicy",
        "iam:GetAccountSummary",
        "iam:GetCredentialReport",
        "iam:ListSAMLProviders",
        "iam:ListServerCertificates",
        "iam:ListVirtualMFADevices",
    }
)
"""What tells of one account alone; the severity of what is found in it may depend on others none the less."""


class _Kind(Struct):
    """The header, of which only the format is looked at."""

    schema: str = ""


class _Head(Struct):
    """The one member that tells what a file is."""

    header: _Kind = msgspec.field(default_factory=_Kind)


class _Tool(Struct):
    """What wrote the file."""

    version: str


class _Snapshot(Struct):
    """A snapshot that was judged."""

    account: str
    captured_at: datetime
    sha256: str


class _Header(Struct):
    """What was judged, and by what."""

    tool: _Tool
    snapshots: tuple[_Snapshot, ...]
    configuration_sha256: str = ""
    rules_off: tuple[str, ...] = ()


class _Finding(Struct):
    """A finding without its evidence."""

    key: str
    rule: str
    severity: Severity
    confidence: Confidence
    status: FindingStatus
    account: str
    resource: str
    resource_type: ResourceType
    title: str
    reason: str = ""


class _Admin(Struct):
    """An administrator, and the alternatives under which it is one."""

    principal: str
    requires: tuple[tuple[Spelled, ...], ...] = ((),)


class _Escalation(Struct):
    """A way to gain more; one of several steps is a path, and its methods are entries of their own."""

    principal: str
    method: str
    by_design: bool = False
    steps: tuple[Raw, ...] = ()


class _Score(Struct):
    """How an account stands to the role-based scheme."""

    score: float | None = None


class _Totals(Struct):
    """What stolen keys would reach."""

    keys_reaching_admin: int = 0


class _Analysis(Struct):
    """What a comparison reads of an analysis; everything else in the file is passed over."""

    header: _Header
    rules: tuple[Raw, ...]
    findings: tuple[_Finding, ...]
    metrics: dict[str, float] = {}
    coverage: tuple[Coverage, ...] = ()
    admins: tuple[_Admin, ...] = ()
    escalation: tuple[_Escalation, ...] = ()
    scheme: dict[str, _Score] = {}
    exposure_totals: tuple[_Totals, ...] = ()


def find_analysis(path: Path) -> Path | None:
    """The analysis that a path means: itself, or the one in a report folder; None where it is neither."""
    if path.is_dir():
        inside = path / _PLACE
        return inside if inside.is_file() else None
    try:
        head = decode_json(read_file(path), _Head, str(path))
    except (InputError, msgspec.ValidationError):
        return None  # whoever reads it as a snapshot says what is wrong with it
    return path if head.header.schema.startswith("iamscout/analysis/") else None


def load_verdicts(path: Path) -> Verdicts:
    """Read an `analysis.json`. Raises InputError where it is damaged or of another format."""
    where = str(path)
    content = read_file(path)
    schema = decode_json(content, _Head, where).header.schema
    if schema != SCHEMA:
        raise InputError(
            f"is an analysis of format {schema!r}; this iamscout reads {SCHEMA!r}",
            where=where,
            remedy="compare the snapshots that it was made from",
        )
    try:
        found = decode_json(content, _Analysis, where)
    except msgspec.ValidationError as problem:
        raise InputError(
            f"is a damaged analysis ({problem})", where=where, remedy="make the report again"
        ) from None
    return Verdicts(
        snapshots=tuple(
            Moment(each.account, each.captured_at, each.sha256) for each in found.header.snapshots
        ),
        findings=tuple(_finding(each) for each in found.findings),
        rules=dict(_rule(bytes(raw)) for raw in found.rules),
        own_rules=frozenset(filter(None, (_own(bytes(raw)) for raw in found.rules))),
        rules_off=frozenset(found.header.rules_off),
        settings=found.header.configuration_sha256,
        tool_version=found.header.tool.version,
        metrics=_metrics(
            found.metrics,
            admins=len(found.admins),
            scores=[each.score for each in found.scheme.values()],
            keys=sum(each.keys_reaching_admin for each in found.exposure_totals),
        ),
        told=_told(found.coverage),
        cut=_cut(found.coverage),
        admin_when={each.principal: formula_of(each.requires) for each in found.admins},
        escalation=frozenset(
            (each.principal, each.method)
            for each in found.escalation
            if not each.by_design and len(each.steps) < 2
        ),
    )


def verdicts_of(assessment: Assessment) -> Verdicts:
    """What an assessment found, as the same values."""
    estate = assessment.estate
    return Verdicts(
        snapshots=tuple(Moment(each.account, each.captured_at, each.sha256) for each in assessment.snapshots),
        findings=assessment.findings,
        rules=dict(_rule(msgspec.json.encode(rule_entry(rule))) for rule in assessment.rules),
        own_rules=frozenset(rule.id for rule in assessment.rules if _is_own((*rule.needs, *rule.needs_any))),
        rules_off=frozenset(assessment.configuration.rules_off),
        settings=assessment.configuration.sha256,
        tool_version=assessment.tool_version,
        metrics=_metrics(
            assessment.metrics,
            admins=len(estate.admins.entries),
            scores=[each.score for each in estate.schemes],
            keys=estate.keys.reaching_admin,
        ),
        told=_told(assessment.coverage),
        cut=_cut(assessment.coverage),
        admin_when={each.principal: each.requires for each in estate.admins.entries},
        escalation=frozenset(
            (principal, each.method.id)
            for each in estate.escalation.escalations
            for principal in each.principals
        ),
    )


def _metrics(
    metrics: Mapping[str, float], *, admins: int, scores: Iterable[float | None], keys: int
) -> dict[str, float]:
    """The counts of an analysis, and those of its other sections; the score is the mean of the accounts'."""
    told = [score for score in scores if score is not None]
    more: dict[str, float] = {"administrators": admins, "keys_reaching_admin": keys}
    if told:
        more["scheme_score"] = round(sum(told) / len(told), 1)
    return {**metrics, **more}


def _told(coverage: Iterable[Coverage]) -> frozenset[tuple[str, str]]:
    """What was told in full, by account and source; a single gap counts as something of its own."""
    return frozenset(
        (line.account, f"{line.source} {line.resource}".strip())
        for line in coverage
        if line.status == "ok" or line.resource
    )


def _cut(coverage: Iterable[Coverage]) -> frozenset[tuple[str, str]]:
    """Sources that are told in part, by account, where no single gap says which part is missing."""
    lines = tuple(coverage)
    known = {(line.account, line.source) for line in lines if line.resource}
    return frozenset(
        (line.account, line.source)
        for line in lines
        if line.status == "partial" and (line.account, line.source) not in known
    )


def _rule(raw: bytes) -> tuple[str, str]:
    """The id of a rule and a digest of all it says, whatever the order of its members.

    But for its severity, which the configuration may set.
    """
    said = msgspec.json.decode(raw, type=dict[str, object])
    said.pop("severity", None)
    canonical = msgspec.json.encode(said, order="sorted")
    return str(said.get("id", "")), hashlib.sha256(canonical).hexdigest()


class _Needs(Struct):
    """The sources that a rule needs."""

    id: str = ""
    needs: tuple[str, ...] = ()
    needs_any: tuple[str, ...] = ()


def _own(raw: bytes) -> str:
    """The id of a rule that looks at nothing beyond one account; empty for others."""
    rule = msgspec.json.decode(raw, type=_Needs)
    return rule.id if _is_own((*rule.needs, *rule.needs_any)) else ""


def _is_own(needs: Collection[str]) -> bool:
    return bool(needs) and _OWN_SOURCES.issuperset(needs)


def _finding(entry: _Finding) -> Finding:
    return Finding(
        key=entry.key,
        rule=entry.rule,
        severity=entry.severity,
        confidence=entry.confidence,
        status=entry.status,
        account=entry.account,
        resource=entry.resource,
        resource_type=entry.resource_type,
        title=entry.title,
        reason=entry.reason,
    )
