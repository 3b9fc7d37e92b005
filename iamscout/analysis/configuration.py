"""What a run is told to do otherwise than by default: settings, rules switched off, severities."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import msgspec
from msgspec import Struct, structs

from iamscout.analysis.finding import Finding, Severity
from iamscout.analysis.rule import Rule
from iamscout.analysis.settings import Settings


class Configuration(Struct, frozen=True):
    """The settings in force, the ids of rules that are off, and pairs of rule and severity, sorted by id.

    `report` are pairs of name and text about the report's cover, which change no judgement.
    """

    settings: Settings = Settings()
    rules_off: tuple[str, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    report: tuple[tuple[str, str], ...] = ()

    @property
    def sha256(self) -> str:
        """The digest of all that decides, in hex; comments and the order in a file play no part."""
        said = {name: getattr(self, name) for name in self.__struct_fields__ if name != "report"}
        return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()

    def chosen(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        """The rules that are not off, with the severity that is configured; sorted by id."""
        severities = dict(self.severities)
        return tuple(
            replace(rule, severity=severities.get(rule.id, rule.severity))
            for rule in sorted(rules, key=lambda rule: rule.id)
            if rule.id not in self.rules_off
        )

    def graded(self, finding: Finding) -> Finding:
        """The finding with the severity configured for its rule, also where the context would decide."""
        severity = dict(self.severities).get(finding.rule)
        return structs.replace(finding, severity=severity) if severity else finding

    def with_thresholds(self, values: Iterable[tuple[str, int]]) -> Configuration:
        """The same with other thresholds, pairs of a name of :class:`Settings` and its value."""
        changed = structs.replace(self.settings, **dict(values))
        return structs.replace(self, settings=changed)

    def with_rules_on(self) -> Configuration:
        """The same with no rule off: whoever names rules on the command line has the last word."""
        return structs.replace(self, rules_off=())


def thresholds(settings: Settings) -> tuple[tuple[str, int], ...]:
    """The thresholds by name, in the order of their declaration."""
    found = ((name, getattr(settings, name)) for name in settings.__struct_fields__)
    return tuple((name, value) for name, value in found if isinstance(value, int))


THRESHOLDS: tuple[str, ...] = tuple(name for name, _ in thresholds(Settings()))
"""Their names."""
