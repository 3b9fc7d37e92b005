"""`iamscout diff`: what changed between two moments of some accounts, and whether it lets more in."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from iamscout import __version__
from iamscout.access.edges import build_access
from iamscout.analysis.forked import Forked, can_fork
from iamscout.analysis.run import analyze
from iamscout.cli.config import ConfigOption, ExceptionsOption, Terms, ThresholdOption, read_terms
from iamscout.cli.delivery import judge
from iamscout.cli.exit import Status, combined
from iamscout.cli.printer import say, say_json, tell
from iamscout.cli.summary import has_gaps
from iamscout.diff.compare import Judged, compare, compare_analyses, judged_of
from iamscout.diff.document import encode_diff
from iamscout.diff.earlier import find_analysis, load_verdicts, verdicts_of
from iamscout.diff.markdown import markdown
from iamscout.diff.model import PARTS, Changes, Part
from iamscout.diff.text import text_lines
from iamscout.diff.words import only_widened
from iamscout.errors import UsageError
from iamscout.snapshot.file import load_all, write_private
from iamscout.snapshot.reading import collector_off

if TYPE_CHECKING:
    from iamscout.access.model import AccessMap
    from iamscout.analysis.assessment import Assessment
    from iamscout.diff.findings import Verdicts
    from iamscout.snapshot.account import Account
    from iamscout.snapshot.model import Snapshot

SHARED_FROM_BYTES = 4_000_000
"""Of the old side's sources: from here on judging takes longer than handing over what was found."""
Format = Literal["text", "json", "markdown", "html"]


class Only(StrEnum):
    """What a comparison may be cut down to: what may let more in, and parts of it."""

    WIDENED = "widened"
    RESOURCES = "resources"
    ACCESS = "access"
    POWER = "power"
    FINDINGS = "findings"


def diff_command(  # noqa: PLR0913  # one argument per option of the command line
    old: Annotated[
        Path,
        typer.Argument(
            metavar="OLD",
            help="The earlier side: a snapshot, a folder of them, a report folder or an analysis.json.",
            show_default=False,
        ),
    ],
    new: Annotated[
        Path, typer.Argument(metavar="NEW", help="The later side, named likewise.", show_default=False)
    ],
    *,
    format: Annotated[  # noqa: A002  # the option's name
        Format,
        typer.Option(help="text for people, json for programs, markdown for a comment, html for a page."),
    ] = "text",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it to a file.", show_default="printed"),
    ] = None,
    config: ConfigOption = None,
    exceptions: ExceptionsOption = None,
    threshold: ThresholdOption = None,
    only: Annotated[
        list[Only] | None,
        typer.Option(
            metavar="WHAT",
            help="widened: only what may let more in. resources, access, power (administrators, escalation, "
            "exposure) or findings: only that part; the first two alone are fast. May be repeated.",
            show_default=False,
        ),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with status 1 where anything is told to differ.")
    ] = False,
) -> None:
    """Tell what changed from one snapshot, or set of snapshots, to another.

    Policies are compared by what they allow, not by their text: order and formatting are no change. What one
    side could not tell is not comparable, and never a removal. Against a report folder or an analysis.json
    findings are compared, and those that changed because rules or configuration did are told apart.

    Example: iamscout diff august.json november.json --only widened --only access --exit-code
    """
    asked = tuple(part for part in PARTS if part in (only or ())) or PARTS
    terms = read_terms(config, exceptions, threshold)
    # What both sides are made of lives to the end, in the other process as well.
    with collector_off():
        changes, gaps = compare_paths(old, new, terms, asked)
        if Only.WIDENED in (only or ()):
            changes = only_widened(changes)
        content = _rendered(changes, format)
    if out is not None:
        write_private(out, content.encode())
    elif format == "json":
        say_json(content)
    else:
        say(content.removesuffix("\n"))
    statuses = [Status.GAPS] if gaps else []
    if exit_code and changes.differs:
        statuses.append(Status.FINDINGS)
    if status := combined(statuses):
        raise typer.Exit(status)


def compare_paths(
    old: Path, new: Path, terms: Terms | None = None, parts: Collection[Part] = PARTS
) -> tuple[Changes, bool]:
    """What changed between two sides on disk, and whether a source of them has a gap.

    Raises UsageError where a side is an analysis, which does not tell what is asked for.
    """
    analyses = [find_analysis(path) for path in (old, new)]
    if any(analyses) and not {"power", "findings"} & set(parts):
        raise UsageError(
            f"an analysis does not tell {' or '.join(parts)}", where="--only", remedy="give snapshots"
        )
    if not any(analyses):
        before, after, judged = _both(load_all([old]), load_all([new]), terms, parts)
        changes, gaps = compare(before, after, parts, judged), has_gaps(before) or has_gaps(after)
    else:
        (one, gap), (other, another) = (
            _told(path, analysis, terms) for path, analysis in zip((old, new), analyses, strict=True)
        )
        changes, gaps = compare_analyses(one, other, parts), gap or another
    if changes.is_backwards:
        tell("iamscout diff: OLD was captured after NEW")
    return changes, gaps


def _told(path: Path, analysis: Path | None, terms: Terms | None) -> tuple[Verdicts | Assessment, bool]:
    """What one side found, and whether a source of its snapshots has a gap."""
    if analysis is not None:
        return load_verdicts(analysis), False
    side = judge(load_all([path]), terms)
    return side, has_gaps(side)


def _both(
    old: Sequence[Snapshot], new: Sequence[Snapshot], terms: Terms | None, parts: Collection[Part]
) -> tuple[Assessment, Assessment, Judged | None]:
    """Both sides; where they are large, another process judges the old one meanwhile."""
    size = sum(len(source.data) for snapshot in old for source in snapshot.sources.values())
    alike = [each.account for each in old] == [each.account for each in new]
    if "findings" not in parts or not alike or size < SHARED_FROM_BYTES or not can_fork() or not _has_cores():
        return _side(old, terms, parts), _side(new, terms, parts), None
    with Forked(lambda: judged_of(judge(old, terms))) as forked:
        after = judge(new, terms)
        # What the comparison asks for anyway, while the other process is still at work.
        verdicts_of(after)
        told: list[Judged] = []

        def access_of(accounts: tuple[Account, ...]) -> AccessMap:
            # Asked for once the accounts are read, which takes long enough not to wait before.
            told.extend(forked.values())
            return told[0].access(accounts) if told else build_access(accounts)

        before = analyze(
            old, rules=(), configuration=terms.configuration if terms else None, access_of=access_of
        )
    if told:
        return before, after, told[0]
    # What went wrong over there goes wrong here as well, and is told.
    return judge(old, terms), after, None


def _side(snapshots: Sequence[Snapshot], terms: Terms | None, parts: Collection[Part]) -> Assessment:
    """One side from its snapshots; judged by rules only where that is asked for."""
    if "findings" in parts:
        return judge(snapshots, terms)
    return analyze(snapshots, rules=(), configuration=terms.configuration if terms else None)


def _has_cores() -> bool:
    return len(os.sched_getaffinity(0)) > 1


def _rendered(changes: Changes, format: Format) -> str:  # noqa: A002  # the option's name
    match format:
        case "json":
            return encode_diff(changes, __version__).decode()
        case "markdown":
            return markdown(changes)
        case "html":
            from iamscout.report.single_file import changes_html  # noqa: PLC0415  # brings the template engine

            return changes_html(changes, __version__)
        case _:
            return "".join(f"{line}\n" for line in text_lines(changes))
