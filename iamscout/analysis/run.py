"""From snapshots to an assessment: who walks the accounts for the rules.

Builds the estate, walks it for every rule and makes findings of what the rules object to.

Pure: no network, no clock, the same result every time. The engine walks; a rule judges one subject.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from types import TracebackType
from typing import Self

from msgspec import structs

from iamscout import __version__
from iamscout.access.edges import build_access
from iamscout.access.identity import PolicyUse
from iamscout.access.model import AccessMap
from iamscout.analysis.assessment import Assessment, Coverage, SnapshotRef
from iamscout.analysis.configuration import Configuration
from iamscout.analysis.estate import Estate, NotYetError
from iamscout.analysis.exceptions import RiskException, accept_findings
from iamscout.analysis.finding import SEVERITIES, Evidence, Finding, Hit, ResourceType, finding_key
from iamscout.analysis.forked import can_fork
from iamscout.analysis.metrics import measure
from iamscout.analysis.rule import Rule, Subject
from iamscout.analysis.settings import Settings
from iamscout.errors import InputError
from iamscout.policy.arn import Arn, parse_arn
from iamscout.snapshot.account import Account, Group, ManagedPolicy, Role, User
from iamscout.snapshot.file import digest
from iamscout.snapshot.model import UNANSWERED, Snapshot
from iamscout.snapshot.view import view_account

WORTH_FORKING = 1_000
"""From so many users and roles on, a second process saves more time than it takes."""

_Walked = tuple[str, object, str]
"""ARN, value and part of a subject; the part tells those apart that share an ARN."""
_log = logging.getLogger(__name__)

_RESOURCE_TYPES: dict[Subject, ResourceType] = {
    "account": "account",
    "user": "user",
    "group": "group",
    "role": "role",
    "policy": "policy",
    "document": "policy",
    "credential": "user",
    "identity_provider": "identity_provider",
}
_BY_ARN: dict[str, ResourceType] = {
    "user": "user",
    "group": "group",
    "role": "role",
    "policy": "policy",
    "saml-provider": "identity_provider",
    "oidc-provider": "identity_provider",
}


def analyze(  # noqa: PLR0913  # what is given beside the snapshots, each by its name
    snapshots: Iterable[Snapshot],
    *,
    rules: Iterable[Rule],
    settings: Settings | None = None,
    configuration: Configuration | None = None,
    exceptions: Iterable[RiskException] = (),
    access_of: Callable[[tuple[Account, ...]], AccessMap] | None = None,
    processes: int = 1,
    meanwhile: Callable[[Estate], object] | None = None,
) -> Assessment:
    """Judge snapshots, one of each account. Raises InputError where there are two of one account.

    `settings` alone stand for a configuration that says nothing else. `access_of` tells who can assume what
    among the accounts where that was worked out before. With several `processes` a large account is judged
    by two, with the same result; then `meanwhile` is called by the one that has to wait for the other.
    """
    configuration = configuration or Configuration(settings or Settings())
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.account)
    for one, other in pairwise(ordered):
        if one.account == other.account:
            raise InputError(
                f"there are two snapshots of account {one.account}",
                remedy="give one of them, or compare them with `iamscout diff` or `iamscout history`",
            )
    # First of all: the canonical bytes of a large account should not add to what lives on.
    refs = tuple(map(_ref, ordered))
    accounts = tuple(view_account(snapshot) for snapshot in ordered)
    estate = Estate(accounts, (access_of or build_access)(accounts), configuration.settings)
    chosen = configuration.chosen(rules)
    hits = judge(estate, chosen, processes=processes, meanwhile=meanwhile)
    found = sorted(map(configuration.graded, hits), key=_order)
    findings, uses = accept_findings(
        found,
        exceptions,
        rules=[rule.id for rule in chosen],
        days={account.id: account.captured_at.date() for account in accounts},
    )
    _log.info("%d rules gave %d findings", len(chosen), len(findings))
    return Assessment(
        tool_version=__version__,
        snapshots=refs,
        estate=estate,
        rules=chosen,
        findings=findings,
        coverage=coverage(accounts),
        metrics=measure(estate, findings),
        configuration=configuration,
        exceptions=uses,
    )


def _ref(snapshot: Snapshot) -> SnapshotRef:
    return SnapshotRef(snapshot.account, snapshot.captured_at, digest(snapshot), snapshot.redaction)


def judge(
    estate: Estate,
    rules: Iterable[Rule],
    *,
    processes: int = 1,
    meanwhile: Callable[[Estate], object] | None = None,
) -> tuple[Finding, ...]:
    """What the rules find, each finding once: by severity, rule, account, resource and key.

    With several `processes` a large estate is judged by two; what is found is the same. `meanwhile` is for
    what its caller can make of the estate without asking for escalation, while there is time.
    """
    walk = _Walk(estate)
    chosen = tuple(rules)
    found: list[Finding] = []
    if chosen and processes > 1 and len(estate.directory.by_arn) >= WORTH_FORKING and can_fork():
        postponed = []
        with estate.working_ahead():
            for rule in chosen:
                try:
                    found.extend(walk.judge(rule))
                except NotYetError:
                    postponed.append(rule)
            if meanwhile is not None:
                meanwhile(estate)
        chosen = tuple(postponed)
    for rule in chosen:
        found.extend(walk.judge(rule))
    return tuple(sorted(found, key=_order))


class _Walk:
    """Takes rules through the accounts of an estate, and remembers what there is to walk."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._walked: dict[tuple[Subject, str], tuple[_Walked, ...]] = {}

    def judge(self, rule: Rule) -> list[Finding]:
        """What one rule finds, in all accounts."""
        estate = self._estate
        found: list[Finding] = []
        for account in estate.accounts:
            missing = _missing_sources(rule, account, estate)
            if unknown := [*missing, *_refused_sources(rule, account, estate, missing)]:
                found.append(_not_available(rule, account, unknown))
            if all(_judgeable(rule, account, source) for source in missing):
                key = (rule.applies_to, account.id)
                if key not in self._walked:
                    self._walked[key] = tuple(_subjects(rule.applies_to, account))
                found.extend(_judge_account(rule, account, estate, self._walked[key]))
        return found


def coverage(accounts: Iterable[Account]) -> tuple[Coverage, ...]:
    """What was and was not collected: a line per source, and one per gap with the status of its source."""
    lines: set[Coverage] = set()
    for account in accounts:
        for source, status, reason in account.statuses:
            lines.add(Coverage(account.id, source, status, message=reason))
        for gap in account.gaps:
            status = account.status_by_source.get(gap.operation, "failed")
            lines.add(
                Coverage(
                    account.id,
                    gap.operation,
                    status,
                    gap.operation,
                    gap.resource,
                    gap.error_code,
                    gap.message,
                )
            )
    return tuple(sorted(lines))


def _missing_sources(rule: Rule, account: Account, estate: Estate) -> list[str]:
    """What a rule needs and has not; one snapshot tells of the organization for all its accounts."""
    told = estate.told_for_all(account)
    missing = [source for source in rule.needs if source not in told and not account.has(source)]
    if rule.needs_any and not any(account.has(source) for source in rule.needs_any):
        missing.extend(rule.needs_any)
    return missing


def _refused_sources(rule: Rule, account: Account, estate: Estate, missing: list[str]) -> list[str]:
    """What a rule can do without, but AWS was asked for and refused: something may be wrong unseen."""
    told = estate.told_for_all(account)
    status = account.status_by_source
    return [
        source
        for source in (*rule.needs_any, *rule.weighs)
        if source not in missing
        and status.get(source) in UNANSWERED
        # An account counts as told of what it was told in part itself.
        and (source not in told or status[source] == "partial")
    ]


def _judgeable(rule: Rule, account: Account, source: str) -> bool:
    """Whether what a source tells stands though it is cut: unless the rule concludes from what is missing."""
    return account.status_by_source.get(source) == "partial" and not rule.judges_absence


def _judge_account(
    rule: Rule, account: Account, estate: Estate, subjects: Iterable[_Walked]
) -> Iterator[Finding]:
    found: dict[str, Finding] = {}
    with _Blame(rule, account) as blame:
        for resource, subject, part in subjects:
            blame.resource = resource
            for hit in rule.check(subject, account, estate):
                finding = _finding(rule, account, resource, part, hit)
                earlier = found.get(finding.key)
                found[finding.key] = _merge(earlier, finding) if earlier else finding
    yield from found.values()


class _Blame:
    """Adds to whatever a rule raises which rule it was and what it looked at; the exception goes on."""

    def __init__(self, rule: Rule, account: Account) -> None:
        self.rule = rule
        self.account = account
        self.resource = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is not None:
            problem.add_note(
                f"in the rule {self.rule.id}, judging {self.resource} of account {self.account.id}"
            )


def _subjects(kind: Subject, account: Account) -> Iterator[_Walked]:
    """What there is of a kind."""
    match kind:
        case "account":
            yield account.root_arn, account, ""
        case "user":
            yield from ((user.arn, user, "") for user in account.users)
        case "group":
            yield from ((group.arn, group, "") for group in account.groups)
        case "role":
            yield from ((role.arn, role, "") for role in account.roles)
        case "policy":
            yield from ((policy.arn, policy, "") for policy in _policies(account))
        case "document":
            yield from _documents(account)
        case "credential":
            yield from ((row.arn, row, "") for row in account.credential_report or ())
        case "identity_provider":
            yield from ((provider.arn, provider, "") for provider in account.saml_providers or ())
            yield from ((provider.arn, provider, "") for provider in account.oidc_providers or ())


def _policies(account: Account) -> Iterator[ManagedPolicy]:
    """Customer managed policies, and AWS managed ones where they are in use."""
    for policy in account.policies:
        if not policy.is_aws_managed or policy.attachment_count or policy.boundary_usage_count:
            yield policy


def _documents(account: Account) -> Iterator[_Walked]:
    entities: tuple[User | Group | Role, ...] = (*account.users, *account.groups, *account.roles)
    for entity in entities:
        for inline in entity.inline_policies:
            yield entity.arn, PolicyUse("inline", entity.arn, inline.name, inline.document), inline.name
    for policy in _policies(account):
        yield policy.arn, PolicyUse("managed", policy.arn, policy.arn, policy.document), ""


def _finding(rule: Rule, account: Account, resource: str, part: str, hit: Hit) -> Finding:
    about = hit.resource or resource
    locator = f"{part} {hit.locator}" if part else hit.locator
    arn = parse_arn(about)
    return Finding(
        key=_key(rule, account, about, arn, locator),
        rule=rule.id,
        severity=hit.severity or rule.severity,
        confidence=hit.confidence or rule.confidence,
        status="open",
        account=account.id,
        resource=about,
        resource_type=hit.resource_type or _resource_type(rule.applies_to, account, about, arn),
        title=hit.message,
        evidence=hit.evidence,
    )


def _resource_type(subject: Subject, account: Account, resource: str, arn: Arn | None) -> ResourceType:
    if resource == account.root_arn:
        return "account"
    by_arn: ResourceType | None = _BY_ARN.get(arn.resource_type) if arn else None
    return by_arn or _RESOURCE_TYPES[subject]


def _key(rule: Rule, account: Account, resource: str, arn: Arn | None, locator: str) -> str:
    """AWS managed policies have the same ARN in every account, so the account joins the locator there."""
    if arn is None or arn.account != account.id:
        locator = f"{account.id} {locator}"
    return finding_key(rule.id, resource, locator)


def _merge(one: Finding, other: Finding) -> Finding:
    """Two hits with one key are one finding, as grave as the graver, with the evidence of both."""
    severity = min(one.severity, other.severity, key=SEVERITIES.index)
    evidence: tuple[Evidence, ...] = tuple(dict.fromkeys((*one.evidence, *other.evidence)))
    return structs.replace(one, severity=severity, evidence=evidence)


def _not_available(rule: Rule, account: Account, missing: Iterable[str]) -> Finding:
    reasons = {source: reason for source, _, reason in account.statuses}
    told = []
    for source in missing:
        status = account.status_by_source.get(source, "skipped")
        reason = reasons.get(source, "")
        told.append(f"{source} is {status}: {reason}" if reason else f"{source} is {status}")
    return Finding(
        key=finding_key(rule.id, account.root_arn, "not available"),
        rule=rule.id,
        severity=rule.severity,
        confidence=rule.confidence,
        status="not_available",
        account=account.id,
        resource=account.root_arn,
        resource_type="account",
        title=f"Not judged: {rule.title}",
        reason="; ".join(told),
    )


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    rank = SEVERITIES.index(finding.severity)
    return rank, finding.rule, finding.account, finding.resource, finding.key
