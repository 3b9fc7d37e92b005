"""The result of an analysis: all that the report, the exports and a diff are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from iamscout.analysis.configuration import Configuration
from iamscout.analysis.estate import Estate
from iamscout.analysis.exceptions import ExceptionUse
from iamscout.analysis.finding import Finding
from iamscout.analysis.rule import Rule
from iamscout.snapshot.model import Redaction, Status


class SnapshotRef(Struct, frozen=True):
    """Which snapshot was analysed: its account, its time and the SHA-256 of its canonical file."""

    account: str
    captured_at: datetime
    sha256: str
    redaction: Redaction | UnsetType = UNSET


class Coverage(Struct, frozen=True, order=True):
    """One line of what was and was not collected; `operation` to `message` are empty but for gaps."""

    account: str
    source: str
    status: Status
    operation: str = ""
    resource: str = ""
    error_code: str = ""
    message: str = ""


_DEFAULT = Configuration()


@dataclass(frozen=True)
class Assessment:
    """Findings are sorted by severity, rule, account, resource and key; rules by id.

    `rules` are those that ran, with the severities in force; `exceptions` are in the order of their file.
    """

    tool_version: str
    snapshots: tuple[SnapshotRef, ...]
    estate: Estate
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]
    metrics: Mapping[str, float]
    configuration: Configuration = _DEFAULT
    exceptions: tuple[ExceptionUse, ...] = ()

    @property
    def redacted(self) -> tuple[str, ...]:
        """The categories of texts that are pseudonyms in any of the snapshots."""
        found = {
            category
            for each in self.snapshots
            if each.redaction is not UNSET
            for category in each.redaction.categories
        }
        return tuple(sorted(found))
