"""Findings that somebody accepted for a time: they stay visible, with who, why and until when.

An exception counts from the capture of the finding's account, never from a clock: the same snapshot gives
the same report, and a later capture finds what has run out in the meantime open again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec
from msgspec import Struct, structs

from iamscout.analysis.finding import Acceptance, Finding
from iamscout.policy.arn import parse_arn
from iamscout.policy.match import compile_pattern

ExceptionState = Literal["in_use", "expired", "unmatched", "not_judged"]
"""What became of an exception; `not_judged`: no rule looked at what it is about, so nothing is known."""


class RiskException(Struct, frozen=True):
    """One entry of the file: about a rule's findings on a `resource` (an ARN, `*` and `?` are wild), or one.

    `finding` is the key of that one; it or `resource` is empty. `line` is where the entry begins, from 1.
    """

    rule: str
    acceptance: Acceptance
    resource: str = ""
    finding: str = ""
    line: int = 0

    def matches(self, finding: Finding) -> bool:
        """Whether it is about a finding, be it valid at that time or not."""
        if finding.rule != self.rule or finding.status == "not_available":
            return False
        if self.finding:
            return finding.key == self.finding
        return compile_pattern(self.resource)(finding.resource)

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        return f"{self.rule}, finding {self.finding}" if self.finding else f"{self.rule} on {self.resource}"


class ExceptionUse(Struct, frozen=True):
    """What became of an exception: how many findings it accepts, and for how many it has run out."""

    exception: RiskException
    state: ExceptionState
    accepted: int = 0
    expired: int = 0


def exceptions_digest(exceptions: Iterable[RiskException]) -> str:
    """The SHA-256, in hex, of what the exceptions say; where in the file they stand plays no part."""
    said = [structs.replace(each, line=0) for each in exceptions]
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


def accept_findings(
    findings: Iterable[Finding],
    exceptions: Iterable[RiskException],
    *,
    rules: Collection[str],
    days: Mapping[str, date],
) -> tuple[tuple[Finding, ...], tuple[ExceptionUse, ...]]:
    """The findings with those accepted that an exception is about, and what became of each exception.

    `rules` are the ids of those that ran, `days` the days of capture (UTC) by account. Of several exceptions
    about one finding the one that holds longest counts.
    """
    tallies = [_Tally(each) for each in exceptions]
    by_rule: dict[str, list[_Tally]] = {}
    for tally in tallies:
        by_rule.setdefault(tally.exception.rule, []).append(tally)
    decided: list[Finding] = []
    blind: set[str] = set()
    for finding in findings:
        if finding.status == "not_available":
            blind.add(finding.rule)
        if finding.rule not in by_rule:
            decided.append(finding)
            continue
        about = [tally for tally in by_rule[finding.rule] if tally.exception.matches(finding)]
        day = days[finding.account]
        for tally in about:
            tally.count(day)
        latest = max((tally.exception.acceptance for tally in about), key=_end, default=None)
        decided.append(_decided(finding, latest, day) if latest else finding)
    judged = frozenset(rules) - blind
    return tuple(decided), tuple(tally.use(judged, frozenset(days)) for tally in tallies)


class _Tally:
    """An exception, and how many findings it was about."""

    def __init__(self, exception: RiskException) -> None:
        self.exception = exception
        self.accepted = 0
        self.expired = 0

    def count(self, day: date) -> None:
        if self.exception.acceptance.expires >= day:
            self.accepted += 1
        else:
            self.expired += 1

    def use(self, judged: frozenset[str], accounts: frozenset[str]) -> ExceptionUse:
        return ExceptionUse(self.exception, self._state(judged, accounts), self.accepted, self.expired)

    def _state(self, judged: frozenset[str], accounts: frozenset[str]) -> ExceptionState:
        if self.accepted:
            return "in_use"
        if self.expired:
            return "expired"
        arn = parse_arn(self.exception.resource)
        elsewhere = arn is not None and arn.account.isdecimal() and arn.account not in accounts
        return "not_judged" if elsewhere or self.exception.rule not in judged else "unmatched"


def _end(acceptance: Acceptance) -> date:
    return acceptance.expires


def _decided(finding: Finding, acceptance: Acceptance, day: date) -> Finding:
    if acceptance.expires >= day:
        reason = f"accepted by {acceptance.owner} until {acceptance.expires}: {acceptance.reason}"
        return structs.replace(finding, status="accepted", reason=reason, acceptance=acceptance)
    reason = (
        f"open again: {acceptance.owner} had accepted it until {acceptance.expires} ({acceptance.reason})"
    )
    return structs.replace(finding, reason=reason, acceptance=acceptance)
