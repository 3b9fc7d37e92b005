"""The shape of a rule: one file in `iamscout/rules/`, a value `RULE` and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import Struct

from iamscout.analysis.estate import Estate
from iamscout.analysis.finding import Confidence, Hit, Severity
from iamscout.errors import IamscoutError
from iamscout.snapshot.account import Account

Subject = Literal["account", "user", "group", "role", "policy", "document", "credential", "identity_provider"]
"""What the engine walks for a rule.

`policy` is each managed policy (customer managed, and AWS managed where in use), `credential` each row of
the credential report. `document` is each permissions policy as a PolicyUse: inline ones of users, groups and
roles, which own them, and managed ones, which own themselves.
"""

Check = Callable[[Any, Account, Estate], Iterable[Hit]]
"""`check(subject, account, estate)`: judges one subject; pure.

The first argument has the type that `applies_to` says.
"""


class Reference(Struct, frozen=True):
    """A page of AWS's documentation (or another public source), by title and https address."""

    title: str
    url: str


def iam_guide(title: str, page: str) -> Reference:
    """A page of the IAM User Guide by its title and file name (without `.html`; may hold a `#fragment`)."""
    name, hash_mark, fragment = page.partition("#")
    return Reference(
        title, f"https://docs.aws.amazon.com/IAM/latest/UserGuide/{name}.html{hash_mark}{fragment}"
    )


class Example(Struct, frozen=True):
    """A small account that a rule must reject (at least one hit) or accept (none).

    `given` is what matters of it: `Given` of `analysis/example.py`, which fills in the rest and runs it.
    """

    title: str
    expected: Literal["rejected", "accepted"]
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """A rule of the catalogue. Its id is its file's name with dashes, named for the flaw.

    `needs` are the sources without which it is *not available*; `frameworks` maps a framework's id
    (`cis-6.0`, `fsbp`) to control numbers; `also_known_as` maps a tool (`prowler`, `scout2`) to its name
    there. `remediation` may hold a JSON or CLI block after a blank line. Of the sources in `needs_any` one
    must be there; those in `weighs` count where they were asked for. Of both kinds, one that AWS refused
    makes the rule not available beside what it finds without it. `judges_absence` says that the rule
    concludes from what is *not* listed, so that a partial source does not do.
    """

    title: str
    severity: Severity
    applies_to: Subject
    needs: tuple[str, ...]
    rationale: str
    remediation: str
    references: tuple[Reference, ...]
    examples: tuple[Example, ...]
    check: Check
    confidence: Confidence = "certain"
    frameworks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also_known_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs_any: tuple[str, ...] = ()
    weighs: tuple[str, ...] = ()
    judges_absence: bool = False
    id: str = ""


class RuleError(IamscoutError):
    """A rule is broken: it is not what the registry expects, or it failed on a subject.

    A bug, never the account's fault.
    """
