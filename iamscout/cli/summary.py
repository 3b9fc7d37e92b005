"""The few lines that `scan`, `demo` and `report` end with: what there is, what is wrong, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import SEVERITIES, Finding
from iamscout.report.words import moment, plural
from iamscout.snapshot.account import Account
from iamscout.snapshot.model import UNANSWERED

_RULES_SHOWN = 8


def summary(assessment: Assessment) -> Iterator[str]:
    """The summary, line by line; the text is the account's own, so print it with :func:`say`."""
    labels = assessment.estate.labels
    for account in assessment.estate.accounts:
        yield _account(account, labels.get(account.id, ""))
    yield ""
    yield from _findings([finding for finding in assessment.findings if finding.status == "open"], assessment)
    yield from _missing(assessment)


def has_gaps(assessment: Assessment) -> bool:
    """Whether a source was denied, throttled, failed or cut: exit status 4."""
    return any(line.status in UNANSWERED for line in assessment.coverage)


def _account(account: Account, label: str) -> str:
    own = sum(not policy.is_aws_managed for policy in account.policies)
    of_aws = sum(
        policy.is_aws_managed and bool(policy.attachment_count or policy.boundary_usage_count)
        for policy in account.policies
    )
    counts = (
        plural(len(account.users), "user"),
        plural(len(account.groups), "group"),
        plural(len(account.roles), "role"),
        f"{own:,} customer and {of_aws:,} AWS managed policies",
    )
    name = f"{account.id} {label}" if label else account.id
    return f"account {name}, {moment(account.captured_at)}: {', '.join(counts)}"


def _findings(found: list[Finding], assessment: Assessment) -> Iterator[str]:
    by_severity = Counter(finding.severity for finding in found)
    told = ", ".join(f"{by_severity[name]} {name}" for name in SEVERITIES if by_severity[name])
    yield plural(len(found), "finding") + (f": {told}" if told else "")
    titles = {rule.id: rule.title for rule in assessment.rules}
    groups = Counter((finding.severity, finding.rule) for finding in found)
    ordered = sorted(groups, key=lambda group: (SEVERITIES.index(group[0]), -groups[group], group[1]))
    for severity, rule in ordered[:_RULES_SHOWN]:
        yield f"  {severity:8} {groups[severity, rule]:5,}  {titles.get(rule, rule)}"
    if len(ordered) > _RULES_SHOWN:
        yield f"  and {plural(len(ordered) - _RULES_SHOWN, 'more kind')}; see findings.html"


def _missing(assessment: Assessment) -> Iterator[str]:
    judged_in_part = {finding.rule for finding in assessment.findings if finding.status == "not_available"}
    if judged_in_part:
        yield f"{plural(len(judged_in_part), 'rule')} could not be judged everywhere; see method.html"
    refused = [line for line in assessment.coverage if line.status in UNANSWERED]
    sources = sorted({(line.account, line.source) for line in refused})
    if not sources:
        return
    yield "not collected, or not all of it:"
    for account, source in sources:
        lines = [line for line in refused if (line.account, line.source) == (account, source)]
        reason = next((line.message for line in lines if line.message and not line.operation), "")
        yield f"  {account} {source}: {lines[0].status}" + (f" ({reason})" if reason else "")
