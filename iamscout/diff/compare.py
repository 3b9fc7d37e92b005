"""From two assessments, or an earlier analysis and an assessment, to everything that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, structs

from iamscout.access.directory import build_directory
from iamscout.access.edges import build_access
from iamscout.access.exposure_model import KeyExposures
from iamscout.access.model import AccessEntry, AccessMap, HalfEntry
from iamscout.access.trust import TrustGrant
from iamscout.analysis.assessment import Assessment
from iamscout.diff.access import compare_access
from iamscout.diff.comparable import PROVIDER_LISTS, Comparable, Twins, equally_listed, twins
from iamscout.diff.earlier import verdicts_of
from iamscout.diff.exposure import compare_exposure
from iamscout.diff.findings import Verdicts, compare_findings, told_apart
from iamscout.diff.model import (
    PARTS,
    AccessChanges,
    Changes,
    ExposureChange,
    FindingChanges,
    Moment,
    NotComparable,
    Part,
    PowerChanges,
    ResourceChange,
)
from iamscout.diff.power import compare_power
from iamscout.diff.resources import compare_resources
from iamscout.diff.shared_accounts import cut_to, cut_to_shared_accounts
from iamscout.snapshot.account import Account

Accounts = tuple[Account, ...]
TOGETHER = "administrators, escalation and counts"
"""What is worked out of all sources together, as a line of what cannot be compared."""


class Judged(Struct, frozen=True):
    """What a comparison needs of the judgement of one side, small enough to hand from process to process."""

    verdicts: Verdicts
    keys: KeyExposures
    entries: tuple[AccessEntry, ...]
    half_entries: tuple[HalfEntry, ...]
    grants: dict[str, tuple[TrustGrant, ...]]

    def access(self, accounts: tuple[Account, ...]) -> AccessMap:
        """The access that was judged, among the same accounts."""
        return AccessMap(build_directory(accounts), self.entries, self.grants, iter(self.half_entries))


def judged_of(side: Assessment) -> Judged:
    """The judgement of a side, without what no comparison looks at."""
    verdicts = verdicts_of(side)
    findings = tuple(structs.replace(each, evidence=()) for each in verdicts.findings)
    access = side.estate.access
    return Judged(
        structs.replace(verdicts, findings=findings),
        side.estate.keys,
        access.entries,
        access.half_entries,
        dict(access.grants),
    )


def compare(
    old: Assessment, new: Assessment, parts: Collection[Part] = PARTS, judged: Judged | None = None
) -> Changes:
    """Everything that changed from one assessment to another, both by the same rules and settings.

    Only what is asked for is worked out: resources and access alone take a fraction of the time. `judged` is
    the judgement of the old side where that was made elsewhere, of the same accounts as the new one's.
    """
    asked = tuple(part for part in PARTS if part in parts)
    moments, came = (_moments(old), _moments(new)), _accounts(new) - _accounts(old)
    went = _accounts(old) - _accounts(new)
    old, new = cut_to_shared_accounts(old, new)
    pairs, lacking = twins(old.estate.accounts, new.estate.accounts)
    before = _level(old.estate.accounts, [each.old for each in pairs])
    after = _level(new.estate.accounts, [each.new for each in pairs])
    resources = (
        compare_resources(pairs, build_directory(before), build_directory(after))
        if "resources" in asked or "findings" in asked
        else ()
    )
    access = (
        _compared_access((old, new), (before, after), _comparable(pairs, [*before, *after]))
        if "access" in asked or "findings" in asked
        else AccessChanges()
    )
    found, exposure = _judged(judged or old, new, pairs, asked, _touched(resources, access))
    return Changes(
        old=moments[0],
        new=moments[1],
        accounts_added=tuple(sorted(came)),
        accounts_removed=tuple(sorted(went)),
        resources=resources if "resources" in asked else None,
        access=access if "access" in asked else None,
        power=found.power if "power" in asked else PowerChanges(),
        exposure=exposure,
        findings=found.findings if "findings" in asked else FindingChanges(),
        not_comparable=tuple(
            sorted({*lacking, *(lack for lack in found.not_comparable if lack.source != TOGETHER)})
        ),
        metrics=found.metrics if "power" in asked else {},
        admins=found.admins,
        parts=asked,
    )


def _judged(
    old: Assessment | Judged,
    new: Assessment,
    pairs: Iterable[Twins],
    asked: Collection[Part],
    touched: frozenset[str],
) -> tuple[Changes, tuple[ExposureChange, ...] | None]:
    """What takes judging, where that is asked for: findings and power, and the exposure of users."""
    if not {"power", "findings"} & set(asked):
        return Changes((), ()), None
    verdicts = old.verdicts if isinstance(old, Judged) else verdicts_of(old), verdicts_of(new)
    found = compare_verdicts(*verdicts, touched)
    if "power" not in asked:
        return found, None
    if _unlike(*verdicts):
        return found, ()
    common = {each.new.id for each in pairs}
    keys = old.keys if isinstance(old, Judged) else old.estate.keys
    return found, compare_exposure(keys, new.estate.keys, common)


def _touched(resources: Iterable[ResourceChange], access: AccessChanges) -> frozenset[str]:
    """The ARNs of what changed, or can enter or be entered otherwise than before."""
    found = {change.resource for change in resources}
    for edge in access.all:
        found.update(edge.roles)
        found.update(principal.value for principal in edge.principals)
    return frozenset(found)


def _moments(side: Assessment) -> tuple[Moment, ...]:
    return tuple(sorted(Moment(each.account, each.captured_at, each.sha256) for each in side.snapshots))


def _accounts(side: Assessment) -> frozenset[str]:
    return frozenset(each.account for each in side.snapshots)


def compare_analyses(
    old: Verdicts | Assessment, new: Verdicts | Assessment, parts: Collection[Part] = PARTS
) -> Changes:
    """What changed of findings and power, as where a side is an analysis, which tells no more.

    An assessment is judged again without the accounts that the other side lacks. An analysis cannot be: what
    it alone tells of an account that it judged together with such others is not comparable.
    """
    moments = [tuple(sorted(_moments_of(side))) for side in (old, new)]
    accounts = [frozenset(moment.account for moment in side) for side in moments]
    shared = accounts[0] & accounts[1]
    found = compare_verdicts(_verdicts(old, shared), _verdicts(new, shared))
    asked = tuple(part for part in PARTS if part in parts)
    has_power, has_findings = "power" in asked, "findings" in asked
    return structs.replace(
        found,
        old=moments[0],
        new=moments[1],
        accounts_added=tuple(sorted(accounts[1] - accounts[0])),
        accounts_removed=tuple(sorted(accounts[0] - accounts[1])),
        power=found.power if has_power else PowerChanges(),
        metrics=found.metrics if has_power else {},
        findings=found.findings if has_findings else FindingChanges(),
        not_comparable=tuple(
            lack
            for lack in found.not_comparable
            if (has_power or lack.source != TOGETHER)
            and (has_findings or not lack.source.startswith("rule "))
        ),
        parts=asked,
    )


def _moments_of(side: Verdicts | Assessment) -> tuple[Moment, ...]:
    return side.snapshots if isinstance(side, Verdicts) else _moments(side)


def _verdicts(side: Verdicts | Assessment, shared: frozenset[str]) -> Verdicts:
    return side if isinstance(side, Verdicts) else verdicts_of(cut_to(side, shared))


def compare_verdicts(old: Verdicts, new: Verdicts, touched: frozenset[str] | None = None) -> Changes:
    """What changed of findings and power between two judgements of the same accounts.

    `touched` are the ARNs of what is known to have changed, see :func:`compare_findings`.
    """
    findings, lacking = compare_findings(old, new, touched)
    unlike = _unlike(old, new)
    alike = not unlike and old.accounts == new.accounts
    return Changes(
        old=tuple(sorted(old.snapshots)),
        new=tuple(sorted(new.snapshots)),
        accounts_added=tuple(sorted(new.accounts - old.accounts)),
        accounts_removed=tuple(sorted(old.accounts - new.accounts)),
        resources=None,
        access=None,
        exposure=None,
        power=PowerChanges() if unlike else compare_power(old, new, old.accounts & new.accounts),
        findings=findings,
        not_comparable=(*lacking, *unlike, *(() if old.accounts & new.accounts else _strangers(old, new))),
        metrics=_metrics(old.metrics, new.metrics) if alike else {},
        admins=old.admins | new.admins,
    )


def _unlike(old: Verdicts, new: Verdicts) -> tuple[NotComparable, ...]:
    """The accounts that the sides do not tell alike: what is worked out of all sources cannot be compared."""
    return tuple(
        NotComparable(account, TOGETHER, lack.side, lack.reason)
        for account, lack in sorted(told_apart(old, new).items())
    )


def _strangers(old: Verdicts, new: Verdicts) -> Iterable[NotComparable]:
    """Two sides without an account in common have nothing to compare."""
    for account in sorted(old.accounts | new.accounts):
        side = "new" if account in old.accounts else "old"
        yield NotComparable(
            account, "snapshot", "new" if side == "new" else "old", "no snapshot of this account"
        )


def _level(accounts: Iterable[Account], levelled: Iterable[Account]) -> Accounts:
    """The accounts of a side, those that both sides have without what only one of them tells."""
    known = {account.id: account for account in levelled}
    return tuple(known.get(account.id, account) for account in accounts)


def _compared_access(
    sides: tuple[Assessment, Assessment], accounts: tuple[Accounts, Accounts], comparable: Comparable
) -> AccessChanges:
    old, new = (_access(*side) for side in zip(sides, equally_listed(*accounts), strict=True))
    return compare_access(old, new, comparable)


def _access(assessment: Assessment, accounts: Accounts) -> AccessMap:
    """The access among the accounts; worked out again only where something was left out of them."""
    told = assessment.estate.accounts
    cuts = ("saml_providers", "oidc_providers", "organization")
    same = all(
        all(getattr(one, cut) is getattr(other, cut) for cut in cuts)
        and all(one.has(source) == other.has(source) for source in PROVIDER_LISTS)
        for one, other in zip(told, accounts, strict=True)
    )
    return assessment.estate.access if same else build_access(accounts)


def _comparable(pairs: Iterable[Twins], accounts: Iterable[Account]) -> Comparable:
    whole = [each for each in pairs if each.detailed]
    return Comparable(
        accounts=frozenset(each.new.id for each in whole),
        told=frozenset(account.id for account in accounts),
        gaps=frozenset(arn for each in whole for arn in each.gaps),
    )


def _metrics(old: Mapping[str, float], new: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """What both sides measured and found different."""
    return {
        name: (old[name], new[name]) for name in sorted(old.keys() & new.keys()) if old[name] != new[name]
    }
