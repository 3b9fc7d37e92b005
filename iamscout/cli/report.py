"""`iamscout report`: the site of some snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iamscout.cli.config import ConfigOption, ExceptionsOption, ThresholdOption, read_terms
from iamscout.cli.delivery import check_report_folder, deliver
from iamscout.cli.fetching import DEFAULT_FOLDER
from iamscout.cli.redaction import redacted
from iamscout.cli.report_options import Delivery, report_options
from iamscout.snapshot.file import default_name, load_all

if TYPE_CHECKING:
    from iamscout.cli.baseline import Baseline
    from iamscout.snapshot.model import Snapshot


@report_options
def report_command(
    snapshots: Annotated[
        list[Path],
        typer.Argument(metavar="SNAPSHOT...", help="Snapshot files or folders of them.", show_default=False),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The folder of the report.", show_default="a dated name under reports/"
        ),
    ] = None,
    baseline: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="SNAPSHOT",
            help="An earlier snapshot or folder of them, or an earlier report: tell what changed since.",
            show_default=False,
        ),
    ] = None,
    config: ConfigOption = None,
    exceptions: ExceptionsOption = None,
    threshold: ThresholdOption = None,
    delivery: Delivery,
) -> None:
    """Write the report of some snapshots: pages to browse offline, and the same as data.

    A report that is already in the folder is replaced as a whole; a folder that holds anything else is left
    alone. What could not be collected is told on the first page, and by exit status 4. With --baseline (which
    may be repeated) the report has pages of changes and of the history, and marks what changed.

    Print summary.html for the paper version: cover, findings by severity, annexes. With --redact everything
    in the report and its files' names are pseudonyms.

    Start with: iamscout report snapshot.json
    """
    terms = read_terms(config, exceptions, threshold)
    loaded, terms, earlier = redacted(delivery, load_all(snapshots), terms, _earlier(baseline))
    folder = out or DEFAULT_FOLDER / default_folder(loaded)
    check_report_folder(folder)
    deliver(loaded, folder, baseline=earlier, terms=terms, delivery=delivery)


def _earlier(baseline: list[Path] | None) -> Baseline | None:
    if not baseline:
        return None
    from iamscout.cli.baseline import load_baseline  # noqa: PLC0415  # what compares is seldom needed

    return load_baseline(baseline)


def default_folder(snapshots: Sequence[Snapshot]) -> str:
    """The name of a report's folder: that of its one snapshot, or how many and when the latest was."""
    if len(snapshots) == 1:
        return default_name(snapshots[0]).removesuffix(".json")
    latest = max(snapshot.captured_at for snapshot in snapshots)
    return f"{len(snapshots)}-accounts-{latest:%Y-%m-%dT%H%M%SZ}"
