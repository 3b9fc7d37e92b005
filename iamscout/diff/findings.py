"""Findings compared: new, resolved, open again, persisting, and who is the reason: the account or we."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from iamscout.analysis.finding import SEVERITIES, Finding
from iamscout.diff.model import Cause, FindingChange, FindingChanges, Moment, NotComparable, Side
from iamscout.policy.atoms import Formula

_ACCOUNTS_NAMED = 3
_OF_OTHERS = ("iam:GetAccountAuthorizationDetails", "organization")
"""Sources of one account that decide what is found in others."""


class Apart(Struct, frozen=True):
    """What one side tells more of an account, as the side that lacks it and a reason.

    `is_own` tells that it is of the account itself, and not of others that it was judged with.
    """

    side: Side
    reason: str
    is_own: bool


class Verdicts(Struct, frozen=True):
    """What one side found, and by what: the parts of an analysis that a comparison needs.

    `rules` maps a rule's id to a digest of what it says, `own_rules` are those that look at nothing beyond
    the account that they judge; `settings` is a digest of the configuration, which switched `rules_off`.
    `told` are the sources (and gaps) that are told in full, by account, `cut` those told in part, who knows
    which; `admin_when` maps the ARN of an administrator to its conditions; `escalation` are pairs of ARN and
    method.
    """

    snapshots: tuple[Moment, ...]
    findings: tuple[Finding, ...]
    rules: Mapping[str, str]
    settings: str
    tool_version: str
    metrics: Mapping[str, float]
    told: frozenset[tuple[str, str]] = frozenset()
    admin_when: Mapping[str, Formula] = {}
    escalation: frozenset[tuple[str, str]] = frozenset()
    own_rules: frozenset[str] = frozenset()
    rules_off: frozenset[str] = frozenset()
    cut: frozenset[tuple[str, str]] = frozenset()

    @property
    def admins(self) -> frozenset[str]:
        """The ARNs of administrators, under conditions or without."""
        return frozenset(self.admin_when)

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that were judged."""
        return frozenset(snapshot.account for snapshot in self.snapshots)


def compare_findings(
    old: Verdicts, new: Verdicts, touched: frozenset[str] | None = None
) -> tuple[FindingChanges, tuple[NotComparable, ...]]:
    """What became of every finding in accounts that both sides judged.

    A rule that one side could not judge in an account leaves its findings there out on both. Where one side
    tells more of an account, a finding of one side alone may come of that: it counts only if the resource is
    `touched`, that is, changed by what both tell (None: not known of any).
    """
    apart = told_apart(old, new)
    sure = touched or frozenset()
    own_rules = old.own_rules & new.own_rules
    common = old.accounts & new.accounts
    silent = {
        (side, finding.rule, finding.account): finding.reason
        for side, verdicts in (("old", old), ("new", new))
        for finding in verdicts.findings
        if finding.status == "not_available"
    }
    before = {(each.account, each.key): each for each in old.findings if _counts(each, common)}
    after = {(each.account, each.key): each for each in new.findings if _counts(each, common)}
    found: dict[str, list[FindingChange]] = {"new": [], "resolved": [], "reopened": [], "persisting": []}
    lacking: set[NotComparable] = set()
    for key in {**before, **after}:
        one, other = before.get(key), after.get(key)
        finding = other or one
        if finding is None:
            continue
        if one is not None and other is not None:
            is_open = other.account in apart and other.resource not in sure
            former = _former(one, other, severity=not is_open)
            cause: Cause = _cause(old, new, other, former=one) if former else "account"
            change = FindingChange(other, cause, former)
            found["reopened" if (one.status, other.status) == ("accepted", "open") else "persisting"].append(
                change
            )
            continue
        # What is not told now may be there still; what is found only now may have been there.
        side: Side = "new" if other is None else "old"
        reason = silent.get((side, finding.rule, finding.account))
        if reason is not None:
            lacking.add(
                NotComparable(finding.account, f"rule {finding.rule}", side, reason, finding.resource)
            )
            continue
        lack = apart.get(finding.account)
        if lack and finding.resource not in sure and (lack.is_own or finding.rule not in own_rules):
            about = f"rule {finding.rule}"
            lacking.add(NotComparable(finding.account, about, lack.side, lack.reason, finding.resource))
            continue
        found["new" if one is None else "resolved"].append(FindingChange(finding, _cause(old, new, finding)))
    return FindingChanges(**{name: _sorted(changes) for name, changes in found.items()}), tuple(
        sorted(lacking)
    )


def _counts(finding: Finding, accounts: frozenset[str]) -> bool:
    return finding.status != "not_available" and finding.account in accounts


def _cause(old: Verdicts, new: Verdicts, finding: Finding, *, former: Finding | None = None) -> Cause:
    """Why a finding is not what it was: our reasons are looked at first, the account is what is left.

    A rule whose text is the same may still judge otherwise in another version of the tool.
    """
    rule = finding.rule
    if rule not in old.rules or rule not in new.rules:
        return "configuration" if rule in old.rules_off ^ new.rules_off else "rules"
    if former is not None and former.severity == finding.severity:
        return "exceptions"
    same_rule = old.rules[rule] == new.rules[rule] and old.tool_version == new.tool_version
    same_settings = old.settings == new.settings
    if old.snapshots != new.snapshots and same_rule and same_settings:
        return "account"  # or another one, such as the one that tells of the organization
    if _digest(old, finding.account) == _digest(new, finding.account):
        if not same_rule:
            return "rules"
        return "unknown" if same_settings else "configuration"
    return "unknown"


def _digest(verdicts: Verdicts, account: str) -> str:
    return next(each.sha256 for each in verdicts.snapshots if each.account == account)


def told_apart(old: Verdicts, new: Verdicts) -> dict[str, Apart]:
    """The accounts of both sides of which one tells more.

    An account that only one side has, or tells in full, was judged together with the others there: it may
    tell of their organization, who enters them, and whose accounts they trust.
    """
    common = old.accounts & new.accounts
    found: dict[str, Apart] = {}
    alone = {"new": old.accounts - new.accounts, "old": new.accounts - old.accounts}
    differing = {(owner, source) for owner, source in old.told ^ new.told if owner in common}
    # Two listings that were cut need not have lost the same.
    cut = {each for each in (old.cut | new.cut) - differing if each[0] in common}
    spread = {(owner, source) for owner, source in differing if source in _OF_OTHERS}
    for account in common:
        own = {(owner, source) for owner, source in differing if owner == account}
        others = spread - own
        # A single gap, which has a space in its name, is told by the side that lacks something.
        sides = {"new" if (each in old.told) != (" " in each[1]) else "old" for each in own | others}
        sides.update(side for side, accounts in alone.items() if accounts)
        reasons = [f"only one side has {_accounts(accounts)}" for accounts in alone.values() if accounts]
        told = [
            *sorted(source for _, source in own),
            *sorted(f"{source} of {owner}" for owner, source in others),
        ]
        if told:
            reasons.insert(0, f"only one side tells {', '.join(told)}")
        parts = sorted(source for owner, source in cut if owner == account or source in _OF_OTHERS)
        if parts:
            sides.update(("old", "new"))
            reasons.append(f"{', '.join(dict.fromkeys(parts))} told in part")
        if sides:
            side: Side = "both" if len(sides) > 1 else "new" if "new" in sides else "old"
            is_own = bool(own) or any(owner == account for owner, _ in cut)
            found[account] = Apart(side, "; ".join(reasons), is_own)
    return found


def _accounts(accounts: Collection[str]) -> str:
    """Accounts by number; of many how many."""
    if len(accounts) > _ACCOUNTS_NAMED:
        return f"{len(accounts):,} other accounts"
    return f"account{'s' * (len(accounts) > 1)} {' and '.join(sorted(accounts))}"


def _former(one: Finding, other: Finding, *, severity: bool) -> str:
    """What the old side said of severity and status, where the new one says otherwise."""
    said: list[str] = []
    if severity and one.severity != other.severity:
        said.append(one.severity)
    if one.status != other.status:
        said.append(one.status)
    return ", ".join(said)


def _sorted(changes: Iterable[FindingChange]) -> tuple[FindingChange, ...]:
    return tuple(sorted(changes, key=_order))


def _order(change: FindingChange) -> tuple[int, str, str, str, str]:
    finding = change.finding
    rank = SEVERITIES.index(finding.severity)
    return rank, finding.rule, finding.account, finding.resource, finding.key
