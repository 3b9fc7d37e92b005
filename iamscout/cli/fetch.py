"""`iamscout fetch`: make a snapshot of an AWS account, or one of each of several."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iamscout.cli.accounts import (
    AccountsOption,
    OrganizationOption,
    RoleNameOption,
    chosen_accounts,
    fetch_accounts,
)
from iamscout.cli.exit import Status
from iamscout.cli.fetching import (
    FetchRequest,
    QuietOption,
    check_target,
    fetched,
    has_unanswered,
    target,
)
from iamscout.cli.printer import say
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
from iamscout.snapshot.file import store


def fetch_command(  # noqa: PLR0913  # one argument per option of the command line
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|DIR",
            help="Where to write: a .json or .json.gz file, or a folder.",
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
    accounts: AccountsOption = None,
    organization: OrganizationOption = False,
    role_name: RoleNameOption = "",
    resume: ResumeOption = False,
    restart: RestartOption = False,
    resume_within: ResumeWithinOption = RESUME_WITHIN_HOURS,
    quiet: QuietOption = False,
) -> None:
    """Make a snapshot of an AWS account: read-only, everything that IAM says about itself.

    The account, the caller and the host are shown before IAM is asked. What AWS refuses is recorded in the
    snapshot as a gap and told by exit status 4. `iamscout policy` prints the permissions that are needed.
    What arrives is kept in a journal beside the snapshot until that stands; after a kill, a lost network or
    expired credentials `--resume` goes on from there.

    With --accounts or --organization a role is assumed in each account, and one snapshot of each is written
    into a folder. An account that cannot be entered gets a snapshot that says so.

    Start with: iamscout fetch --profile audit
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
    check_target(out)
    chosen = chosen_accounts(accounts, organization=organization, role_name=role_name)
    if chosen is not None:
        fetch_accounts(request, chosen, role_name=role_name, out=out)
        return
    with fetched(request, out) as snapshot:
        say(store(snapshot, target(snapshot, out)))
    if has_unanswered(snapshot):
        raise typer.Exit(Status.GAPS)
