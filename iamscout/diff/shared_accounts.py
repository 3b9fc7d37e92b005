"""What two assessments look at both: an account that only one of them has tells of the others as well.

It may bring the organization's policies, or say who may enter from there. So it is left out before anything
is compared, and the rest judged again.
"""

from __future__ import annotations

from dataclasses import replace

from iamscout.access.edges import build_access
from iamscout.analysis.assessment import Assessment
from iamscout.analysis.estate import Estate
from iamscout.analysis.exceptions import accept_findings
from iamscout.analysis.metrics import measure
from iamscout.analysis.run import coverage, judge


def cut_to_shared_accounts(old: Assessment, new: Assessment) -> tuple[Assessment, Assessment]:
    """Both without the accounts that the other lacks; as they are where they have none in common."""
    common = frozenset(old.estate.directory.accounts) & frozenset(new.estate.directory.accounts)
    return cut_to(old, common), cut_to(new, common)


def cut_to(assessment: Assessment, common: frozenset[str]) -> Assessment:
    """The assessment without accounts that are not in common; as it is where it has none of these."""
    if not common or frozenset(assessment.estate.directory.accounts) == common:
        return assessment
    accounts = tuple(account for account in assessment.estate.accounts if account.id in common)
    estate = Estate(accounts, build_access(accounts), assessment.estate.settings)
    findings, uses = accept_findings(
        map(assessment.configuration.graded, judge(estate, assessment.rules)),
        [use.exception for use in assessment.exceptions],
        rules=[rule.id for rule in assessment.rules],
        days={account.id: account.captured_at.date() for account in accounts},
    )
    return replace(
        assessment,
        snapshots=tuple(each for each in assessment.snapshots if each.account in common),
        estate=estate,
        findings=findings,
        coverage=coverage(accounts),
        metrics=measure(estate, findings),
        exceptions=uses,
    )
