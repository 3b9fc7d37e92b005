"""`iamscout paths`: who can become administrator, or somebody else, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from iamscout.access.escalation import Path as Way
from iamscout.access.escalation import Step, find_paths
from iamscout.analysis.escalation_entries import path_entry
from iamscout.analysis.estate import Estate
from iamscout.analysis.run import analyze
from iamscout.cli.unread import tell_unread
from iamscout.errors import InputError
from iamscout.policy.formula import ALWAYS
from iamscout.policy.words import describe_all
from iamscout.snapshot.file import load_all
from iamscout.snapshot.reading import collector_off

Format = Literal["text", "json"]


def paths_command(
    snapshots: Annotated[
        list[Path],
        typer.Argument(metavar="SNAPSHOT...", help="Snapshot files or folders of them.", show_default=False),
    ],
    *,
    start: Annotated[
        str,
        typer.Option(
            "--from", metavar="ARN", help="Only this principal's paths.", show_default="everybody's"
        ),
    ] = "",
    goal: Annotated[
        str,
        typer.Option(
            "--to", metavar="ARN", help="The user or role to reach.", show_default="any administrator"
        ),
    ] = "",
    format: Annotated[  # noqa: A002  # the option's name
        Format, typer.Option(help="text for people, json for programs.")
    ] = "text",
) -> None:
    """Tell who can become administrator, by which steps: assumed roles and privilege escalation.

    Each principal has its shortest path, and beside it the shortest by granted assumptions alone where that
    is another. What stays open (MFA, or a function that must exist) is told with each step.

    Example: iamscout paths snapshot.json --from arn:aws:iam::111122223333:user/alice
    """
    with collector_off():
        estate = analyze(load_all(snapshots), rules=()).estate
        ways = _ways(estate, start, goal)
    tell_unread(estate.accounts)
    if format == "json":
        typer.echo(msgspec.json.format(msgspec.json.encode([path_entry(way) for way in ways]), indent=2))
        return
    for line in _lines(estate, ways, start):
        typer.echo(line)


def _ways(estate: Estate, start: str, goal: str) -> tuple[Way, ...]:
    """The paths asked for, the shortest first. Raises InputError for a name that is in no snapshot."""
    if goal and goal not in estate.directory.by_arn:
        raise InputError(f"there is no user or role {goal} in the snapshots", where="--to")
    found = estate.escalation
    ways: Iterable[Way] = found.paths
    if goal:
        ways = find_paths(estate.access, estate.permissions, estate.admins, found, goal)
    if start and start not in estate.directory.by_arn and start not in estate.access.by_principal:
        raise InputError(f"nothing in the snapshots is called {start}", where="--from")
    chosen = [way for way in ways if not start or way.principal == start]
    return tuple(sorted(chosen, key=lambda way: (way.by_design, len(way.steps), way.principal)))


def _lines(estate: Estate, ways: tuple[Way, ...], start: str) -> Iterator[str]:
    if not ways:
        if start in estate.admins.by_principal:
            yield f"{start} is administrator already."
        else:
            yield "There is no such path, as far as the snapshots tell."
        return
    for way in ways:
        kind = "by design" if way.by_design else "escalation"
        certainty = "" if way.is_certain else ", under conditions"
        yield f"{way.principal}: {kind}{certainty}"
        for number, step in enumerate(way.steps, 1):
            yield f"  {number}. {step.method.title}: {step.target}"
            yield from (f"     {line}" for line in _details(step))


def _details(step: Step) -> Iterator[str]:
    yield f"by {', '.join(step.actions)}"
    for ref in step.by[:4]:
        name = f" ({ref.sid})" if ref.sid else ""
        yield f"allowed by {ref.policy}, statement {ref.statement}{name}, of {ref.owner}"
    if step.requires != ALWAYS:
        yield "needs " + " or ".join(describe_all(each) for each in step.requires.alternatives)
    for fact in step.facts:
        yield f"needs {fact}"
