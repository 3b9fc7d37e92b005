"""`iamscout demo`: the same as `scan`, against an organization in an embedded AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iamscout.cli.config import ConfigOption, ExceptionsOption, ThresholdOption, read_terms
from iamscout.cli.delivery import beside, check_report_folder, deliver, keep
from iamscout.cli.fetching import QuietOption, check_target
from iamscout.cli.printer import tell
from iamscout.cli.progress import open_progress
from iamscout.cli.redaction import redacted
from iamscout.cli.report_options import Delivery, report_options
from iamscout.snapshot.file import default_name

if TYPE_CHECKING:
    from iamscout.snapshot.model import Snapshot

DEFAULT_OUT = Path("reports/demo")


@report_options
def demo_command(
    *,
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="The folder of the report; beside it the snapshots: DIR-snapshots, and DIR-earlier.",
        ),
    ] = DEFAULT_OUT,
    config: ConfigOption = None,
    exceptions: ExceptionsOption = None,
    threshold: ThresholdOption = None,
    quiet: QuietOption = False,
    delivery: Delivery,
) -> None:
    """Make the report of an embedded AWS organization: no credentials, no network, real boto3 calls.

    Three accounts are built in this process, with a role for each kind of principal and a mistake for each
    rule, then scanned as `iamscout scan` does it, once as they were three months earlier: the report tells
    what changed. It is the same every time. Needs the extra `demo`.

    Start with: iamscout demo
    """
    from iamscout.cli.baseline import Baseline  # noqa: PLC0415  # what compares is not needed for the help

    terms = read_terms(config, exceptions, threshold)
    check_target(out)
    check_report_folder(out)
    if not quiet:
        tell("building an organization of three accounts in an embedded AWS; nothing leaves this machine")
    earlier = take_demo_snapshots(quiet=quiet, earlier=True)
    snapshots = take_demo_snapshots(quiet=quiet)
    taken, terms, baseline = redacted(delivery, snapshots, terms, Baseline((tuple(earlier),)))
    rounds = baseline.rounds if baseline is not None else ()
    for ending, kept in (("-earlier", rounds[0]), ("-snapshots", taken)):
        folder = beside(out, ending)
        for snapshot in kept:
            keep(snapshot, folder / default_name(snapshot), quiet=quiet)
    deliver(taken, out, baseline=baseline, terms=terms, delivery=delivery)


def take_demo_snapshots(*, quiet: bool = False, earlier: bool = False) -> list[Snapshot]:
    """A snapshot of each account of the embedded organization, now or three months earlier.

    Raises UsageError without the extra `demo`.
    """
    from iamscout.demo import embedded_organization  # noqa: PLC0415  # boto3 takes half a second to load
    from iamscout.demo.clock import StoppedClock  # noqa: PLC0415  # as above
    from iamscout.demo.earlier import EarlierClock  # noqa: PLC0415  # as above
    from iamscout.fetch.collect import FetchOptions, collect  # noqa: PLC0415  # as above
    from iamscout.fetch.spec import OPTIONS  # noqa: PLC0415  # as above

    clock = EarlierClock() if earlier else StoppedClock()
    snapshots = []
    with embedded_organization(earlier=earlier) as aws:
        for account in aws.accounts:
            options = FetchOptions(switches=tuple(OPTIONS), not_offered=account.not_offered)
            with open_progress(quiet=quiet) as progress:
                snapshots.append(collect(account.session, clock=clock, progress=progress, options=options))
    return snapshots
