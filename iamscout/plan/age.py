"""How old MFA may be for a planned role: by how much the role may do, and by how often it is needed."""

from __future__ import annotations

from iamscout.access.use import FREQUENCY_WORDS, Frequency
from iamscout.analysis.power import Power
from iamscout.analysis.settings import Settings

_WORDS: dict[Power, str] = {
    "administrator": "an administrator's permissions",
    "privileged": "permissions to change what others may do",
    "ordinary": "ordinary permissions",
    "none": "no permission that can be read",
}
_SELDOM: frozenset[Frequency] = frozenset({"monthly", "rarely", "never"})


def mfa_age(power: Power, use: Frequency, settings: Settings) -> tuple[int, str]:
    """Seconds and the reason, in words; never more than what the scheme takes for fresh.

    Who needs ordinary permissions once a month can show MFA again for them, as for privileged ones.
    """
    seconds = {
        "administrator": settings.plan_mfa_age_seconds_administrator,
        "privileged": settings.plan_mfa_age_seconds_privileged,
    }.get(power, settings.plan_mfa_age_seconds_ordinary)
    if use in _SELDOM:
        seconds = min(seconds, settings.plan_mfa_age_seconds_privileged)
    # The scheme's limit is the oldest that may pass; a trust policy names the first that does not.
    seconds = min(seconds, settings.mfa_max_age_seconds + 1)
    return seconds, f"{_WORDS[power]}; members' credentials: {FREQUENCY_WORDS[use]}"
