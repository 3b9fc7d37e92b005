"""How often things are needed, in words, and the age of MFA that follows from it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.access.use import FREQUENCY_WORDS, Frequency, group_use, role_use, service_use
from iamscout.analysis.power import Power
from iamscout.plan.age import mfa_age
from iamscout.report.atlas import Atlas
from iamscout.report.guards import limit
from iamscout.report.page import Link
from iamscout.report.words import duration, listed, plural
from iamscout.snapshot.account import Account, Group, Role, User

_SERVICES = 12
_POWER_WORDS: dict[Power, str] = {
    "administrator": "an administrator's permissions",
    "privileged": "may change what others may do",
    "ordinary": "ordinary permissions",
    "none": "no permission that can be read",
}
_OFTEN: dict[Frequency, str] = {
    "daily": "Daily",
    "weekly": "Weekly",
    "monthly": "Monthly",
    "rarely": "More seldom",
    "never": "Never on record",
}


class ProposedAge(Struct, frozen=True):
    """A role, and the age of MFA that its power and use suggest."""

    role: Link
    words: str


def used_services(account: Account, holder: User | Role | Group) -> tuple[tuple[str, str], ...]:
    """Pairs of how often and which services; nothing where services last accessed were not fetched."""
    rows = []
    for each in service_use(account, holder):
        rest = len(each.services) - _SERVICES
        names = [*each.services[:_SERVICES], *([plural(rest, "more service")] if rest > 0 else ())]
        rows.append((_OFTEN[each.use], listed(names)))
    return tuple(rows)


def group_use_words(account: Account, group: Group) -> str:
    """How often members need what a group grants, or come at all."""
    return FREQUENCY_WORDS[group_use(account, group)]


def proposed_ages(atlas: Atlas, asked: Mapping[str, Mfa | None]) -> tuple[ProposedAge, ...]:
    """For each role of the snapshots, how old MFA may be when a session starts, and why.

    `asked` are the roles with the MFA that they ask for today.
    """
    found = []
    for arn, today in asked.items():
        entry = atlas.assessment.estate.directory.by_arn.get(arn)
        if entry is None or not isinstance(entry.entity, Role):
            continue
        account = atlas.assessment.estate.directory.accounts[entry.account]
        power, use = atlas.assessment.estate.power_of(account, entry.entity), role_use(account, arn)
        seconds, _ = mfa_age(power, use, atlas.assessment.estate.settings)
        why = f"{_POWER_WORDS[power]}; {FREQUENCY_WORDS[use]}"
        words = f"under {duration(seconds)}: {why}"
        if today and today.max_age_seconds is not None and today.max_age_seconds < seconds:
            words += f"; {limit(today.max_age_seconds)} is asked for today, so nothing is to be done"
        found.append(ProposedAge(atlas.link(arn, entry.account), words))
    return tuple(found)
