"""`iamscout history`: findings over any number of snapshots, and how long it took to fix them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from iamscout import __version__
from iamscout.cli.config import ConfigOption, ExceptionsOption, Terms, ThresholdOption, read_terms
from iamscout.cli.delivery import judge
from iamscout.cli.exit import Status
from iamscout.cli.printer import say, say_json
from iamscout.cli.summary import has_gaps
from iamscout.diff.earlier import verdicts_of
from iamscout.diff.history import Trend, rounds_of, trend_of
from iamscout.diff.history_document import encode_history, history_lines
from iamscout.errors import UsageError
from iamscout.snapshot.file import load_all, write_private

Format = Literal["text", "json", "html"]


def history_command(
    snapshots: Annotated[
        list[Path],
        typer.Argument(metavar="SNAPSHOT...", help="Snapshot files or folders of them.", show_default=False),
    ],
    *,
    format: Annotated[  # noqa: A002  # the option's name
        Format, typer.Option(help="text for people, json for programs, html for a page.")
    ] = "text",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to a file.", show_default="printed")
    ] = None,
    config: ConfigOption = None,
    exceptions: ExceptionsOption = None,
    threshold: ThresholdOption = None,
) -> None:
    """Tell how findings developed over some snapshots of the same accounts.

    Every moment is judged by the rules of today, so that what changed is the account. A finding counts as
    fixed at the first moment at which it was looked for and not found. Where a source could not be read,
    nothing counts as fixed, the output says so, and the command ends with exit status 4.

    Example: iamscout history snapshots/ --format json
    """
    trend, gaps = history_of(snapshots, read_terms(config, exceptions, threshold))
    content = _rendered(trend, format)
    if out is not None:
        write_private(out, content.encode())
    elif format == "json":
        say_json(content)
    else:
        say(content.removesuffix("\n"))
    if gaps:
        raise typer.Exit(Status.GAPS)


def history_of(paths: list[Path], terms: Terms | None = None) -> tuple[Trend, bool]:
    """The history of the snapshots in files and folders, and whether a source of any of them has a gap.

    Raises UsageError where there is only one moment.
    """
    rounds = rounds_of(load_all(paths, one_per_account=False))
    if len(rounds) < 2:
        raise UsageError(
            "there is only one moment", remedy="give two snapshots of an account, or use `iamscout report`"
        )
    moments, gaps = [], False
    for each in rounds:
        assessment = judge(each, terms)
        moments.append(verdicts_of(assessment))
        gaps = gaps or has_gaps(assessment)
    return trend_of(moments), gaps


def _rendered(trend: Trend, format: Format) -> str:  # noqa: A002  # the option's name
    match format:
        case "json":
            return encode_history(trend, __version__).decode()
        case "html":
            from iamscout.report.single_file import history_html  # noqa: PLC0415  # brings the template engine

            return history_html(trend, __version__)
        case _:
            return "".join(f"{line}\n" for line in history_lines(trend))
