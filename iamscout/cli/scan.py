"""`iamscout scan`: fetch, analyze and render in one go, the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iamscout.cli.config import ConfigOption, ExceptionsOption, ThresholdOption, read_terms
from iamscout.cli.delivery import beside, check_report_folder, check_snapshot_file, deliver, keep
from iamscout.cli.fetching import DEFAULT_FOLDER, FetchRequest, QuietOption, check_target, fetched
from iamscout.cli.redaction import redacted
from iamscout.cli.report_options import Delivery, report_options
from iamscout.cli.sign_in import (
    RESUME_WITHIN_HOURS,
    ExpectAccountOption,
    ExternalIdOption,
    MfaSerialOption,
    ProfileOption,
    RegionOption,
    RestartOption,
    ResumeOption,
    ResumeWithinOption,
    RoleArnOption,
)
from iamscout.cli.switches import (
    DeepOption,
    WithAccessAnalyzerOption,
    WithIdentityCenterOption,
    WithLastAccessedOption,
    WithOrganizationOption,
    WithRolesAnywhereOption,
    switches,
)
from iamscout.snapshot.file import default_name


@report_options
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
    deep: DeepOption = False,
    with_organization: WithOrganizationOption = False,
    with_access_analyzer: WithAccessAnalyzerOption = False,
    with_identity_center: WithIdentityCenterOption = False,
    with_roles_anywhere: WithRolesAnywhereOption = False,
    with_last_accessed: WithLastAccessedOption = False,
    resume: ResumeOption = False,
    restart: RestartOption = False,
    resume_within: ResumeWithinOption = RESUME_WITHIN_HOURS,
    config: ConfigOption = None,
    exceptions: ExceptionsOption = None,
    threshold: ThresholdOption = None,
    quiet: QuietOption = False,
    delivery: Delivery,
) -> None:
    """Make the report of an AWS account in one go: fetch, analyze, render.

    It only reads; `iamscout policy` prints the permissions that it needs. The snapshot is kept beside the
    report, so that `iamscout report` can render it again without AWS. What AWS refuses is a gap on the
    report's first page, and exit status 4. After a kill, a lost network or expired credentials `--resume`
    goes on where the fetch stopped.

    Start with: iamscout scan --profile audit
    """
    more = switches(
        deep=deep,
        organization=with_organization,
        access_analyzer=with_access_analyzer,
        identity_center=with_identity_center,
        roles_anywhere=with_roles_anywhere,
        last_accessed=with_last_accessed,
    )
    request = FetchRequest(
        profile, region, role_arn, external_id, mfa_serial, expect_account, more, quiet,
        resume, restart, resume_within,
    )  # fmt: skip
    terms = read_terms(config, exceptions, threshold)
    check_target(out)
    if out is not None:
        check_report_folder(out)
        check_snapshot_file(beside(out, ".json"))
    with fetched(request, beside(out, ".json") if out is not None else None) as fresh:
        taken, terms, _ = redacted(delivery, [fresh], terms)
        snapshot = taken[0]
        folder = out or DEFAULT_FOLDER / default_name(snapshot).removesuffix(".json")
        keep(snapshot, beside(folder, ".json"), quiet=quiet)
    deliver([snapshot], folder, terms=terms, delivery=delivery)
