"""`iamscout-exceptions.yaml`, read strictly: every member required, every objection with its line.

    - rule: role-trusts-foreign-account-without-external-id
      resource: arn:aws:iam::111122223333:role/vendor-*     # or finding: 0123456789ab
      reason: The vendor has no external ids before version 4.
      owner: alice@example.com
      created: 2026-10-01
      expires: 2027-03-31                                   # at most 365 days after `created`

Values are taken as text whatever YAML makes of them, so that a key of twelve digits stays a key. Anchors and
aliases work, since they only point back; nothing of them is copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import yaml
from msgspec import Struct

from iamscout.analysis.configuration_file import nearest
from iamscout.analysis.exceptions import RiskException
from iamscout.analysis.finding import Acceptance
from iamscout.errors import InputError

MAX_BYTES = 1024 * 1024
"""The largest file that is read: about 4,000 exceptions."""
LONGEST = timedelta(days=365)
"""How long an exception may hold; who wants longer looks at it again first."""

_MEMBERS = ("rule", "resource", "finding", "reason", "owner", "created", "expires")
_ALWAYS = ("rule", "reason", "owner", "created", "expires")
_KEY = re.compile(r"[0-9a-f]{12}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_NULL = "tag:yaml.org,2002:null"
_SHOWN = 60


class _Text(Struct, frozen=True):
    """A value and its line."""

    text: str
    line: int


def read_exceptions(text: str, *, where: str, rules: Iterable[str]) -> tuple[RiskException, ...]:
    """The exceptions in the text of a file, in its order. `rules` are the ids of the catalogue.

    Raises InputError, with the line, for text that is no YAML and for whatever is not understood.
    """
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        reason = problem.problem or problem.context or "it cannot be read"
        place = f"{where}, line {mark.line + 1}" if mark else where
        raise InputError(f"is not YAML: {reason}", where=place) from None
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise InputError("is not YAML: it holds a control character", where=f"{where}, line {line}") from None
    except RecursionError:
        raise InputError("is nested too deeply to be read", where=where) from None
    if top is None or top.tag == _NULL:
        return ()
    reader = _Reader(where, tuple(rules))
    if not isinstance(top, yaml.SequenceNode):
        raise reader.problem(_line(top), "must be a list of exceptions", "begin each with `- rule:`")
    return tuple(reader.exception(node) for node in top.value)


class _Reader:
    """Reads the entries of one file."""

    def __init__(self, where: str, rules: tuple[str, ...]) -> None:
        self.where = where
        self.rules = frozenset(rules)

    def exception(self, node: yaml.Node) -> RiskException:
        line = _line(node)
        members = self.members(node)
        missing = [name for name in _ALWAYS if name not in members]
        if missing:
            raise self.problem(line, f"the exception has no {' and no '.join(missing)}", "all are required")
        if ("resource" in members) == ("finding" in members):
            raise self.problem(line, "the exception needs either a resource or a finding", "name one of them")
        rule = members["rule"]
        if rule.text not in self.rules:
            remedy = nearest(rule.text, self.rules, otherwise="see `iamscout rules`")
            raise self.problem(rule.line, f"there is no rule {_short(rule.text)!r}", remedy)
        if "finding" in members and not _KEY.match(members["finding"].text):
            told = _short(members["finding"].text)
            raise self.problem(
                members["finding"].line, f"{told!r} is no finding's key", "give its 12 hexadecimal digits"
            )
        if "resource" in members and not members["resource"].text.startswith(("arn:", "*")):
            told = _short(members["resource"].text)
            raise self.problem(
                members["resource"].line, f"{told!r} is no ARN", "write an ARN, in which * and ? are wild"
            )
        return RiskException(
            rule=rule.text,
            acceptance=self.acceptance(members),
            resource=members["resource"].text if "resource" in members else "",
            finding=members["finding"].text if "finding" in members else "",
            line=line,
        )

    def acceptance(self, members: Mapping[str, _Text]) -> Acceptance:
        created, expires = (self.day(members[name], name) for name in ("created", "expires"))
        line = members["expires"].line
        if expires < created:
            raise self.problem(line, f"it expires on {expires}, before it was created on {created}")
        if expires - created > LONGEST:
            last = created + LONGEST
            raise self.problem(
                line, f"it expires more than {LONGEST.days} days after {created}", f"{last} is the last day"
            )
        return Acceptance(members["reason"].text, members["owner"].text, created, expires)

    def day(self, value: _Text, name: str) -> date:
        try:
            if _DATE.match(value.text):
                return date.fromisoformat(value.text)
        except ValueError:
            pass  # the 30th of February: told as what is no date at all
        raise self.problem(value.line, f"{name}: {_short(value.text)!r} is no date", "write it as 2026-11-30")

    def members(self, node: yaml.Node) -> dict[str, _Text]:
        if not isinstance(node, yaml.MappingNode):
            raise self.problem(_line(node), "is no exception", f"give {', '.join(_ALWAYS)} and a resource")
        found: dict[str, _Text] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in _MEMBERS:
                remedy = nearest(name, _MEMBERS, otherwise=f"there are {', '.join(_MEMBERS)}")
                raise self.problem(_line(key), f"an exception has no {_short(name)!r}", remedy)
            if name in found:
                raise self.problem(_line(key), f"{name} is there twice", "leave one")
            if not isinstance(value, yaml.ScalarNode) or value.tag == _NULL or not value.value.strip():
                raise self.problem(_line(value), f"{name} must be a text and not empty")
            found[name] = _Text(" ".join(value.value.split()), _line(value))
        return found

    def problem(self, line: int, message: str, remedy: str = "") -> InputError:
        return InputError(message, where=f"{self.where}, line {line}", remedy=remedy)


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
