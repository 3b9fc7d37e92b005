"""What to judge by: `iamscout.toml`, `iamscout-exceptions.yaml`, environment variables and options.

An option counts more than an environment variable, that more than the file, and that more than the default.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iamscout.cli.printer import tell
from iamscout.errors import UsageError
from iamscout.snapshot.reading import read_file

if TYPE_CHECKING:
    from iamscout.analysis.assessment import Assessment
    from iamscout.analysis.configuration import Configuration
    from iamscout.analysis.exceptions import RiskException
    from iamscout.analysis.rule import Rule

CONFIG_FILE = Path("iamscout.toml")
EXCEPTIONS_FILE = Path("iamscout-exceptions.yaml")
PREFIX = "IAMSCOUT_"
"""What the names of environment variables begin with; a threshold's own name follows in capitals."""

_PANEL = "What to judge by"
_OTHERS = ("CONFIG", "EXCEPTIONS", "RULES", "SKIP_RULES", "FAIL_ON", "DEBUG")
_ALIKE = 0.8
"""How alike a name must be to be taken for a slip: other programs may have variables of this prefix, too."""

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar=f"{PREFIX}CONFIG",
        help="Known accounts, vendors, thresholds, rules that are off, severities.",
        show_default=f"./{CONFIG_FILE}, where it exists",
        rich_help_panel=_PANEL,
    ),
]
ExceptionsOption = Annotated[
    Path | None,
    typer.Option(
        "--exceptions",
        metavar="FILE",
        envvar=f"{PREFIX}EXCEPTIONS",
        help="Findings that are accepted, with reason, owner and expiry.",
        show_default=f"./{EXCEPTIONS_FILE}, where it exists",
        rich_help_panel=_PANEL,
    ),
]
ThresholdOption = Annotated[
    list[str] | None,
    typer.Option(
        "--threshold",
        metavar="NAME=NUMBER",
        help=f"One threshold, such as role_unused_days=30; may be repeated. {PREFIX}NAME does the same.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]


@dataclass(frozen=True)
class Terms:
    """What to judge by; `where` names the file of the exceptions. Without `rules` there are all of them."""

    configuration: Configuration
    exceptions: tuple[RiskException, ...] = ()
    where: str = ""
    rules: tuple[Rule, ...] = ()


def read_terms(
    config: Path | None = None, exceptions: Path | None = None, threshold: Iterable[str] | None = None
) -> Terms:
    """What the options, the environment and the files say together.

    Raises InputError for a file that cannot be used, UsageError for an option or a variable that cannot.
    """
    file = _present(exceptions, EXCEPTIONS_FILE)
    return Terms(read_configured(config, threshold), _read_exceptions(file), str(file or ""))


def read_configured(config: Path | None = None, threshold: Iterable[str] | None = None) -> Configuration:
    """The same without exceptions, for who judges nothing."""
    given = dict(_from_options(threshold or ()))
    set_outside = dict(_from_environment(os.environ))
    configuration = _read_configuration(_present(config, CONFIG_FILE))
    return configuration.with_thresholds({**set_outside, **given}.items())


def tell_unmatched(assessment: Assessment, terms: Terms) -> None:
    """Name the exceptions that match nothing on stderr: the flaw is gone, or never had that name."""
    for use in assessment.exceptions:
        if use.state == "unmatched":
            entry = use.exception
            tell(f"{terms.where}, line {entry.line}: the exception of {entry.subject} matches nothing")


def _present(named: Path | None, default: Path) -> Path | None:
    """The file that was named, which must be there, or the default one, which need not."""
    if named is not None:
        return named
    return default if os.path.lexists(default) else None


def _read_configuration(file: Path | None) -> Configuration:
    from iamscout.analysis.configuration import Configuration  # noqa: PLC0415  # the engine, not needed for the help

    if file is None:
        return Configuration()
    from iamscout.analysis.configuration_file import MAX_BYTES, read_configuration  # noqa: PLC0415  # where there is a file

    return read_configuration(_text(file, MAX_BYTES), where=str(file), rules=_rule_ids())


def _read_exceptions(file: Path | None) -> tuple[RiskException, ...]:
    if file is None:
        return ()
    from iamscout.analysis.exceptions_file import MAX_BYTES, read_exceptions  # noqa: PLC0415  # brings YAML along

    return read_exceptions(_text(file, MAX_BYTES), where=str(file), rules=_rule_ids())


def _text(file: Path, limit: int) -> str:
    return read_file(file, limit=limit, may_be_empty=True).decode()


def _rule_ids() -> list[str]:
    from iamscout.rules import load_rules  # noqa: PLC0415  # a hundred modules, not needed for the help

    return [rule.id for rule in load_rules()]


def _from_options(threshold: Iterable[str]) -> Iterator[tuple[str, int]]:
    from iamscout.analysis.configuration import THRESHOLDS  # noqa: PLC0415  # as above

    for text in threshold:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise UsageError(f"{text!r} is not NAME=NUMBER", where="--threshold")
        if name not in THRESHOLDS:
            near = get_close_matches(name, THRESHOLDS, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(THRESHOLDS)}"
            raise UsageError(f"there is no threshold {name!r}", where="--threshold", remedy=remedy)
        yield name, _number(value, f"--threshold {name}")


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    from iamscout.analysis.configuration import THRESHOLDS  # noqa: PLC0415  # as above

    known = {f"{PREFIX}{name.upper()}": name for name in THRESHOLDS}
    others = [f"{PREFIX}{name}" for name in _OTHERS]
    for variable in sorted(environment):
        if variable in known:
            if environment[variable].strip():
                yield known[variable], _number(environment[variable].strip(), variable)
        elif variable.startswith(PREFIX) and variable not in others:
            near = get_close_matches(variable, [*known, *others], n=1, cutoff=_ALIKE)
            if near:
                raise UsageError(f"did you mean {near[0]}?", where=f"environment variable {variable}")


def _number(text: str, where: str) -> int:
    from iamscout.analysis.configuration_file import MOST  # noqa: PLC0415  # where there is a threshold

    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST)) else 0
    if not 1 <= number <= MOST:
        raise UsageError(f"must be a whole number from 1 to {MOST:,}, not {text[:40]!r}", where=where)
    return number
