"""Which controls of a framework an assessment judges, and why it cannot judge the others."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.frameworks import CONTROLS, FRAMEWORKS, Control
from iamscout.snapshot.account import Account

Outcome = Literal["flawed", "clear", "not_judged"]
"""`clear`: all rules of the control judged and found nothing open; that is not more than they look for."""


class ControlResult(Struct, frozen=True):
    """One control in one account: `rules` that are mapped to it, open findings, the reason if not judged.

    A control with findings is flawed even if one of its rules could not judge; `reason` tells that, too.
    """

    account: str
    control: str
    title: str
    outcome: Outcome
    rules: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    accepted: int = 0
    reason: str = ""


class FrameworkCoverage(Struct, frozen=True):
    """A framework's controls on IAM, by account and in the framework's order."""

    framework: str
    name: str
    controls: tuple[ControlResult, ...]


def cover(assessment: Assessment, framework: str) -> FrameworkCoverage:
    """How far an assessment covers a framework, by its id. Raises KeyError for an unknown one."""
    results = tuple(
        _result(assessment, framework, account, control)
        for account in assessment.estate.accounts
        for control in CONTROLS[framework]
    )
    return FrameworkCoverage(framework, FRAMEWORKS[framework], results)


def _result(assessment: Assessment, framework: str, account: Account, control: Control) -> ControlResult:
    rules = tuple(
        rule.id for rule in assessment.rules if control.number in rule.frameworks.get(framework, ())
    )
    theirs = [each for each in assessment.findings if each.account == account.id and each.rule in rules]
    missing = [each for each in theirs if each.status == "not_available"]
    found = tuple(each.key for each in theirs if each.status == "open")
    reason = "; ".join(dict.fromkeys(each.reason for each in missing))
    if not rules:
        reason = control.beyond or "no rule that was asked for judges it"
    outcome: Outcome = "flawed" if found else "not_judged" if missing or not rules else "clear"
    return ControlResult(
        account=account.id,
        control=control.number,
        title=control.title,
        outcome=outcome,
        rules=rules,
        findings=found,
        accepted=sum(each.status == "accepted" for each in theirs),
        reason=reason,
    )
