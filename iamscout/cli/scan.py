"""`iamscout scan`: fetch, analyze and render in one go, the main job."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iamscout.cli.exit import Status
from iamscout.cli.fetch import (
    DEFAULT_FOLDER,
    DeepOption,
    ExpectAccountOption,
    ExternalIdOption,
    FetchRequest,
    MfaSerialOption,
    ProfileOption,
    QuietOption,
    RegionOption,
    RoleArnOption,
    WithOrganizationOption,
    check_target,
    take_snapshot,
)
from iamscout.cli.printer import say, tell
from iamscout.errors import InputError, OutputError
from iamscout.snapshot.file import default_name, load, store

if TYPE_CHECKING:
    from iamscout.analysis.assessment import Assessment
    from iamscout.snapshot.model import Snapshot


def scan_command(  # noqa: PLR0913  # one argument per option of the command line
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The folder of the report; the snapshot is written beside it, as DIR.json.",
            show_default="a dated name under reports/",
        ),
    ] = None,
    profile: ProfileOption = "",
    region: RegionOption = "",
    role_arn: RoleArnOption = "",
    external_id: ExternalIdOption = "",
    mfa_serial: MfaSerialOption = "",
    expect_account: ExpectAccountOption = "",
    with_organization: WithOrganizationOption = False,
    deep: DeepOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make the report of an AWS account in one go: fetch, analyze, render.

    It only reads; `iamscout policy` prints the permissions that it needs. The snapshot is kept beside the
    report, so that `iamscout report` can render it again without AWS. What AWS refuses is a gap on the
    report's first page, and exit status 4.

    Start with: iamscout scan --profile audit
    """
    request = FetchRequest(
        profile, region, role_arn, external_id, mfa_serial, expect_account, with_organization, deep, quiet
    )
    check_target(out)
    if out is not None:
        check_report_folder(out)
        check_snapshot_file(beside(out, ".json"))
    snapshot = take_snapshot(request)
    folder = out or DEFAULT_FOLDER / default_name(snapshot).removesuffix(".json")
    deliver([snapshot], folder, [beside(folder, ".json")], quiet=quiet)


def beside(folder: Path, ending: str) -> Path:
    """What goes with a report and stands next to it: its path with this ending."""
    named = folder if folder.name not in ("", "..") else Path(os.path.abspath(folder))  # noqa: PTH100  # resolve() follows links
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


def deliver(snapshots: Sequence[Snapshot], out: Path, files: Sequence[Path], *, quiet: bool = False) -> None:
    """Write snapshots to their files, one report over them to `out`, and print what matters and where it is.

    Raises OutputError where something cannot be written, typer.Exit with status 4 where a source has a gap.
    """
    from iamscout.cli.summary import has_gaps, summary  # noqa: PLC0415  # as above
    from iamscout.report.site import render  # noqa: PLC0415  # as above

    for snapshot, file in zip(snapshots, files, strict=True):
        store(snapshot, file)
        if not quiet:
            tell(f"snapshot written: {file}")
    assessment = judge(snapshots)
    index = render(assessment, out)
    for line in summary(assessment):
        say(line)
    say(f"\nreport: {index.absolute().as_uri()}")
    if has_gaps(assessment):
        raise typer.Exit(Status.GAPS)


def judge(snapshots: Iterable[Snapshot]) -> Assessment:
    """The assessment of snapshots by all rules; the garbage collector leaves what they hold alone."""
    from iamscout.analysis.run import analyze  # noqa: PLC0415  # what judges is not needed for the help
    from iamscout.rules import load_rules  # noqa: PLC0415  # as above

    gc.freeze()
    return analyze(snapshots, rules=load_rules())
