"""Numbers, times and kinds in words, the same everywhere in the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from msgspec import Struct

from iamscout.access.principals import Principal, PrincipalKind
from iamscout.analysis.finding import FindingStatus, ResourceType, Severity
from iamscout.snapshot.model import Status

SEVERITY_GLYPHS: dict[Severity, str] = {"critical": "◆", "high": "▲", "medium": "■", "low": "●", "info": "○"}
KIND_NAMES: dict[PrincipalKind, str] = {
    "everyone": "everyone",
    "account": "AWS account",
    "user": "IAM user",
    "role": "IAM role",
    "session": "role session",
    "saml": "SAML provider",
    "oidc": "OIDC provider",
    "service": "AWS service",
    "deleted": "deleted principal",
    "unknown": "unknown principal",
}
RESOURCE_NAMES: dict[ResourceType, str] = {
    "account": "account",
    "user": "user",
    "group": "group",
    "role": "role",
    "policy": "policy",
    "identity_provider": "identity provider",
    "access_key": "access key",
    "certificate": "certificate",
    "organization": "organization",
}
STATUS_NAMES: dict[FindingStatus, str] = {
    "open": "open",
    "accepted": "accepted",
    "not_available": "not available",
}
SOURCE_STATUS_NAMES: dict[Status, str] = {
    "ok": "collected",
    "partial": "in part only",
    "denied": "denied by AWS",
    "throttled": "throttled by AWS",
    "failed": "failed",
    "skipped": "not asked for",
    "absent": "not among the imported files",
}


class SeverityMark(Struct, frozen=True):
    """A severity as shown: the word, a shape that differs by severity, and the class that colours it."""

    name: Severity
    glyph: str
    word: str


SEVERITY_MARKS: dict[Severity, SeverityMark] = {
    name: SeverityMark(name, glyph, name.capitalize()) for name, glyph in SEVERITY_GLYPHS.items()
}

_IRREGULAR = {
    "policy": "policies", "entry": "entries", "identity": "identities", "is": "are", "has": "have",
    "it": "them", "itself": "themselves",
}  # fmt: skip


def kinds(principals: Iterable[Principal]) -> tuple[str, ...]:
    """The kinds of some principals in words, each once, in the order of KIND_NAMES."""
    found = {principal.kind for principal in principals}
    return tuple(name for kind, name in KIND_NAMES.items() if kind in found)


def plural(count: int, noun: str) -> str:
    """A count and its noun: `1 role`, `2,000 roles`, `no roles`."""
    return f"{count:,} {nouns(count, noun)}" if count else f"no {nouns(0, noun)}"


def nouns(count: int, noun: str) -> str:
    """The noun alone in the number that the count asks for; the last word of it changes."""
    if count == 1:
        return noun
    head, space, last = noun.rpartition(" ")
    return f"{head}{space}{_IRREGULAR.get(last, f'{last}s')}"


def listed(parts: list[str] | tuple[str, ...], last: Literal["and", "or"] = "and") -> str:
    """Parts of a sentence in a row: `a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def duration(seconds: int) -> str:
    """A duration in its largest whole unit: `60 s (1 minute)`, `45 s`, `43,200 s (12 hours)`."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds:,} s ({plural(seconds // size, unit)})"
    return f"{seconds:,} s"


def short_duration(seconds: int) -> str:
    """The same in few characters for a cell: `12 h`, `90 min`, `45 s`."""
    if seconds >= 3_600 and seconds % 3_600 == 0:
        return f"{seconds // 3_600} h"
    if seconds > 60 and seconds % 60 == 0:
        return f"{seconds // 60} min"
    return f"{seconds:,} s"


def moment(when: datetime | None, unknown: str = "not known") -> str:
    """A time in UTC to the minute."""
    return f"{when.isoformat(' ', 'minutes')[:16]} UTC" if when else unknown


def day(when: datetime | None, unknown: str = "not known") -> str:
    """A time as its day."""
    return when.isoformat()[:10] if when else unknown


def ago(days: int) -> str:
    """An age in days, counted from the capture: `1 day ago`, `400 days ago`."""
    return "within a day" if days <= 0 else f"{plural(days, 'day')} ago"
