"""`iamscout.toml`, read strictly: whatever is not understood is refused with its line and the nearest name.

[accounts]                    # ids of your own accounts beyond those in the snapshots, with a label each
444455556666 = "shared services"

[vendors]                     # ids of accounts of others that you have dealings with
999999999999 = "backup vendor"

[boundaries]                  # users and roles, by ARN pattern, that must have a boundary: its name, or "any"
"arn:aws:iam::*:role/teams/*" = "team-boundary"

[thresholds]                  # the names of `Settings`, in the unit of the name
access_key_max_age_days = 60

[rules]                       # by id: "off", or the severity of all it finds
role-unused = "off"
single-key-role = "low"

[report]                      # what stands on the cover; the options of the same names count more
client = "Example AG"
logo = "logo.svg"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import get_args

from iamscout.analysis.configuration import THRESHOLDS, Configuration
from iamscout.analysis.finding import Severity
from iamscout.analysis.settings import Settings
from iamscout.analysis.toml_lines import KeyPath, key_lines
from iamscout.errors import InputError

MAX_BYTES = 256 * 1024
"""The largest file that is read."""
MOST = 1_000_000_000
"""The largest threshold: more than 30 years in seconds."""

_TABLES = ("accounts", "vendors", "boundaries", "thresholds", "rules", "report")
_COVER = ("title", "client", "auditor", "logo")
_ACCOUNT = re.compile(r"[0-9]{12}\Z", re.ASCII)
_ENTITY = re.compile(r"arn:[a-z*-]+:iam::(?:[0-9]{12}|\*):(?:role|user)/.+\Z", re.ASCII)
_AT = re.compile(r" ?\(at (?:line ([0-9]+), column [0-9]+|end of document)\)\Z")
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def read_configuration(text: str, *, where: str, rules: Iterable[str]) -> Configuration:
    """The configuration in the text of a file. `rules` are the ids of the catalogue.

    Raises InputError, with the line, for text that is no TOML and for whatever is not understood.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = _AT.search(str(problem))
        line = found[1] if found and found[1] else text.rstrip().count("\n") + 1
        reason = _AT.sub("", str(problem))
        raise InputError(
            f"is not TOML: {reason[:1].lower()}{reason[1:]}", where=f"{where}, line {line}"
        ) from None
    except RecursionError:
        raise InputError("is nested too deeply to be read", where=where) from None
    return _Reader(text, where, tuple(rules)).configuration(content)


def nearest(name: str, known: Iterable[str], *, otherwise: str) -> str:
    """What to do about a name that is not known: the one that was probably meant, or something else."""
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise


class _Reader:
    """Reads one file; finds out on which line a thing stands only where it has something to say about it."""

    def __init__(self, text: str, where: str, rules: tuple[str, ...]) -> None:
        self.text = text
        self.where = where
        self.rules = rules

    def configuration(self, content: Mapping[str, object]) -> Configuration:
        tables: dict[str, Mapping[str, object]] = {}
        for name, table in content.items():
            if name not in _TABLES:
                known = ", ".join(f"[{each}]" for each in _TABLES)
                raise self._problem(
                    (name,),
                    f"there is no table {name!r}",
                    nearest(name, _TABLES, otherwise=f"there are {known}"),
                )
            if not isinstance(table, dict):
                raise self._problem((name,), f"{name!r} must be a table", f"write it as [{name}]")
            tables[name] = table
        accounts = self._labels("accounts", tables.get("accounts", {}))
        vendors = self._labels("vendors", tables.get("vendors", {}))
        for account, _ in vendors:
            if account in dict(accounts):
                raise self._problem(
                    ("vendors", account),
                    f"account {account} is among [accounts] too",
                    "name it in one of them",
                )
        thresholds = {
            name: self._threshold(name, value) for name, value in tables.get("thresholds", {}).items()
        }
        chosen = {name: self._switch(name, value) for name, value in tables.get("rules", {}).items()}
        return Configuration(
            settings=Settings(
                known_accounts=accounts,
                vendors=vendors,
                boundaries=self._boundaries(tables.get("boundaries", {})),
                **thresholds,
            ),
            rules_off=tuple(sorted(name for name, severity in chosen.items() if severity is None)),
            severities=tuple(sorted((name, severity) for name, severity in chosen.items() if severity)),
            report=self._cover(tables.get("report", {})),
        )

    def _cover(self, members: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        for name, text in members.items():
            if name not in _COVER:
                raise self._problem(
                    ("report", name),
                    f"there is no {name!r} of a report",
                    nearest(name, _COVER, otherwise=f"there are {', '.join(_COVER)}"),
                )
            if not isinstance(text, str):
                raise self._problem(("report", name), f"{name} is no text", 'write NAME = "text"')
        return tuple(sorted((name, str(text)) for name, text in members.items()))

    def _labels(self, table: str, members: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        for account, label in members.items():
            if not _ACCOUNT.match(account):
                raise self._problem(
                    (table, account), f"{account!r} is no account id", "give its twelve digits"
                )
            if not isinstance(label, str) or not label.strip():
                raise self._problem((table, account), f"account {account} has no label", 'write ID = "label"')
        return tuple(sorted((account, str(label).strip()) for account, label in members.items()))

    def _boundaries(self, members: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        for pattern, policy in members.items():
            path = ("boundaries", pattern)
            if not _ENTITY.match(pattern):
                raise self._problem(
                    path, f"{pattern!r} is no ARN of users or roles", "write arn:aws:iam::*:role/PATH/*"
                )
            if not isinstance(policy, str) or not policy.strip() or "/" in policy:
                raise self._problem(
                    path, f"{pattern} has no boundary", 'write PATTERN = "policy-name", or "any"'
                )
        return tuple(sorted((pattern, str(policy).strip()) for pattern, policy in members.items()))

    def _threshold(self, name: str, value: object) -> int:
        path = ("thresholds", name)
        if name not in THRESHOLDS:
            otherwise = f"there are {', '.join(THRESHOLDS)}"
            raise self._problem(
                path, f"there is no threshold {name!r}", nearest(name, THRESHOLDS, otherwise=otherwise)
            )
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST:
            raise self._problem(path, f"{name} must be a whole number from 1 to {MOST:,}")
        return value

    def _switch(self, rule: str, value: object) -> Severity | None:
        """The severity that a rule is given; None switches it off."""
        path = ("rules", rule)
        if rule not in self.rules:
            remedy = nearest(rule, self.rules, otherwise="see `iamscout rules`")
            raise self._problem(path, f"there is no rule {rule!r}", remedy)
        if value == "off":
            return None
        for severity in _SEVERITIES:
            if value == severity:
                return severity
        choices = ", ".join(f'"{severity}"' for severity in _SEVERITIES)
        raise self._problem(path, f'{rule} must be "off" or a severity', f"the severities are {choices}")

    def _problem(self, path: KeyPath, message: str, remedy: str = "") -> InputError:
        line = key_lines(self.text).get(path)
        return InputError(message, where=f"{self.where}, line {line}" if line else self.where, remedy=remedy)
