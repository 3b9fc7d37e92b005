"""From snapshots to a report on disk and a summary on stdout: what `scan`, `demo` and `report` share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from iamscout.cli.exit import Status
from iamscout.cli.printer import say, tell
from iamscout.errors import InputError, OutputError
from iamscout.snapshot.file import default_name, encode, load, store
from iamscout.snapshot.reading import collector_off

if TYPE_CHECKING:
    from iamscout.analysis.assessment import Assessment
    from iamscout.analysis.estate import Estate
    from iamscout.cli.baseline import Baseline
    from iamscout.cli.config import Terms
    from iamscout.cli.report_options import Delivery
    from iamscout.report.edition import Edition
    from iamscout.report.groundwork import Groundwork
    from iamscout.snapshot.model import Snapshot

MOST_PROCESSES = 2
"""Each takes memory of its own, and waits for the same disk."""


def beside(folder: Path, ending: str) -> Path:
    """What goes with a report and stands next to it: its path with this ending."""
    named = folder
    if folder.name in ("", ".."):
        named = Path(os.path.abspath(folder))  # noqa: PTH100  # resolve() would follow links
    return named.with_name(f"{named.name}{ending}")


def check_report_folder(out: Path) -> None:
    """Find out before the work whether a report can be written there. Raises OutputError."""
    from iamscout.report.folder import check_replaceable  # noqa: PLC0415  # what writes is not needed for the help

    try:
        check_replaceable(out)
    except OSError as problem:
        raise OutputError(
            f"cannot be written: {problem.strerror}", where=str(out), remedy="choose another --out"
        ) from None


def check_snapshot_file(file: Path) -> None:
    """Find out before the work that a file which nobody named is free or a snapshot. Raises OutputError."""
    if not file.exists():
        return
    try:
        load(file)
    except InputError:
        raise OutputError(
            "is in the way and not a snapshot", where=str(file), remedy="move it away or choose another --out"
        ) from None


def keep(snapshot: Snapshot, file: Path, *, quiet: bool = False) -> None:
    """Write a snapshot before anything else is done with it, so that nothing that was fetched is lost."""
    store(snapshot, file)
    if not quiet:
        tell(f"snapshot written: {file}")


def deliver(
    snapshots: Iterable[Snapshot],
    out: Path,
    *,
    baseline: Baseline | None = None,
    terms: Terms | None = None,
    delivery: Delivery | None = None,
) -> None:
    """Write the report of snapshots to `out` and print what matters and where it is.

    With a `baseline` the report tells what changed since, and the history. `delivery` says in which forms.
    What is to be redacted was redacted before: :func:`iamscout.cli.redaction.redacted`.

    Raises OutputError where something cannot be written, typer.Exit with status 4 where a source has a gap.
    """
    from iamscout.cli.config import tell_unmatched  # noqa: PLC0415  # as below
    from iamscout.cli.summary import has_gaps, summary  # noqa: PLC0415  # what judges is not needed for the help

    if delivery is not None:
        _check_further_forms(delivery, out)
    taken = tuple(snapshots)
    edition = _edition(delivery, taken, terms)
    laid: list[Groundwork] = []
    assessment = judge(
        taken, terms, processes=processors(), meanwhile=lambda estate: laid.append(_groundwork(estate))
    )
    from iamscout.report.site import render  # noqa: PLC0415  # only here: there was time for it meanwhile

    if terms is not None:
        tell_unmatched(assessment, terms)
    with collector_off():  # as below
        changes, trend = baseline.since(assessment) if baseline else (None, None)
        index = render(
            assessment,
            out,
            changes=changes,
            trend=trend,
            processes=processors(),
            edition=edition,
            groundwork=laid[0] if laid else None,
        )
    for line in summary(assessment):
        say(line)
    say(f"\nreport: {index.absolute().as_uri()}")
    if delivery is not None:
        _say_further_forms(delivery, index.parent)
    if has_gaps(assessment):
        raise typer.Exit(Status.GAPS)


def _groundwork(estate: Estate) -> Groundwork:
    import iamscout.report.site  # noqa: F401, PLC0415  # takes a while, and is wanted next
    from iamscout.report.groundwork import lay_groundwork  # noqa: PLC0415  # as above

    return lay_groundwork(estate)


def _edition(delivery: Delivery | None, snapshots: Sequence[Snapshot], terms: Terms | None) -> Edition:
    from iamscout.cli.report_options import cover_of  # noqa: PLC0415  # as below
    from iamscout.report.edition import Edition  # noqa: PLC0415  # not needed for the help

    if delivery is None:
        return Edition()
    attached: tuple[tuple[str, bytes], ...] = ()
    if delivery.with_snapshots:
        attached = tuple((f"snapshots/{default_name(each)}", encode(each)) for each in snapshots)
    return Edition(
        cover_of(delivery, dict(terms.configuration.report) if terms else {}), delivery.scripts, attached
    )


def _check_further_forms(delivery: Delivery, out: Path) -> None:
    """Find out before the work whether a folder stands where an archive or the single file goes."""
    wanted = ((".zip", delivery.zip), (".tar.gz", delivery.tar), (".html", delivery.single_file))
    for file in (beside(out, ending) for ending, is_wanted in wanted if is_wanted):
        if file.is_dir():
            raise OutputError("is a folder", where=str(file), remedy="choose another --out")


def _say_further_forms(delivery: Delivery, folder: Path) -> None:
    """Write the archives and the single file, and tell where they are and how large a single file is."""
    if delivery.zip:
        from iamscout.report.archive import archive  # noqa: PLC0415  # most reports are a folder alone

        say(f"zip: {archive(folder, beside(folder, '.zip')).absolute()}")
    if delivery.tar:
        from iamscout.report.archive import tarball  # noqa: PLC0415  # as above

        say(f"tar: {tarball(folder, beside(folder, '.tar.gz')).absolute()}")
    if delivery.single_file:
        from iamscout.report.whole_file import write_whole_file  # noqa: PLC0415  # as above

        file, size, left = write_whole_file(folder, beside(folder, ".html"))
        say(f"single file: {file.absolute().as_uri()} ({size / 1_000_000:,.1f} MB)")
        if left:
            tell(f"the single file leaves out {left:,} pages of single entities, as it would be too large")


def processors() -> int:
    """How many processes may run at once, where the system tells; more than a few save no time."""
    return min(MOST_PROCESSES, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else 1


def judge(
    snapshots: Iterable[Snapshot],
    terms: Terms | None = None,
    *,
    processes: int = 1,
    meanwhile: Callable[[Estate], object] | None = None,
) -> Assessment:
    """The assessment of snapshots by all rules, or all that the terms leave on; see :func:`analyze`."""
    from iamscout.analysis.run import analyze  # noqa: PLC0415  # what judges is not needed for the help
    from iamscout.rules import load_rules  # noqa: PLC0415  # as above

    with collector_off():  # what is made here lives to the end: the same peak of memory, a tenth less time
        return analyze(
            snapshots,
            rules=(terms and terms.rules) or load_rules(),
            configuration=terms.configuration if terms else None,
            exceptions=terms.exceptions if terms else (),
            processes=processes,
            meanwhile=meanwhile,
        )
