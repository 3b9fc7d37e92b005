"""`iamscout fetch`: make a snapshot of an AWS account."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from iamscout.cli.exit import Status
from iamscout.cli.printer import one_line, say
from iamscout.cli.progress import open_progress
from iamscout.cli.switches import (
    DeepOption,
    WithAccessAnalyzerOption,
    WithIdentityCenterOption,
    WithLastAccessedOption,
    WithOrganizationOption,
    WithRolesAnywhereOption,
    switches,
)
from iamscout.errors import OutputError, SignInError, UsageError
from iamscout.policy.arn import ACCOUNT_ID
from iamscout.snapshot.file import SUFFIXES, default_name, store
from iamscout.snapshot.model import UNANSWERED, Snapshot

if TYPE_CHECKING:
    from iamscout.fetch.spec import Switch

DEFAULT_FOLDER = Path("reports")

_SIGN_IN = "Signing in"

ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="NAME",
        help="A profile of ~/.aws/config.",
        show_default=False,
        rich_help_panel=_SIGN_IN,
    ),
]
RegionOption = Annotated[
    str,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Where STS is asked; tells GovCloud and China from the rest of AWS.",
        show_default="the profile's, else us-east-1",
        rich_help_panel=_SIGN_IN,
    ),
]
RoleArnOption = Annotated[
    str,
    typer.Option(
        "--role-arn",
        metavar="ARN",
        help="A role to assume first, such as the one that `iamscout policy --format cloudformation` makes.",
        show_default=False,
        rich_help_panel=_SIGN_IN,
    ),
]
ExternalIdOption = Annotated[
    str,
    typer.Option(
        "--external-id",
        metavar="ID",
        help="The external id that the role's trust policy asks for.",
        show_default=False,
        rich_help_panel=_SIGN_IN,
    ),
]
MfaSerialOption = Annotated[
    str,
    typer.Option(
        "--mfa-serial",
        metavar="ARN",
        help="Your MFA device; its code is asked for. Without --role-arn your own keys get an MFA session.",
        show_default=False,
        rich_help_panel=_SIGN_IN,
    ),
]
ExpectAccountOption = Annotated[
    str,
    typer.Option(
        "--expect-account",
        metavar="ID",
        help="Stop with exit status 5, before IAM is asked, if the credentials belong to another account.",
        show_default=False,
        rich_help_panel=_SIGN_IN,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]


class FetchRequest(Struct, frozen=True):
    """What the options of `fetch` and `scan` say; empty means not given."""

    profile: str = ""
    region: str = ""
    role_arn: str = ""
    external_id: str = ""
    mfa_serial: str = ""
    expect_account: str = ""
    switches: tuple[Switch, ...] = ()
    quiet: bool = False


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
    quiet: QuietOption = False,
) -> None:
    """Make a snapshot of an AWS account: read-only, everything that IAM says about itself.

    The account, the caller and the host are shown before IAM is asked. What AWS refuses is recorded in the
    snapshot as a gap and told by exit status 4. `iamscout policy` prints the permissions that are needed.

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
    request = FetchRequest(profile, region, role_arn, external_id, mfa_serial, expect_account, more, quiet)
    check_target(out)
    snapshot = take_snapshot(request)
    say(store(snapshot, target(snapshot, out)))
    if has_unanswered(snapshot):
        raise typer.Exit(Status.GAPS)


def take_snapshot(request: FetchRequest) -> Snapshot:
    """Sign in and fetch, with progress on stderr. Raises UsageError and SignInError."""
    if request.expect_account and not ACCOUNT_ID.match(request.expect_account):
        raise UsageError(
            f"{request.expect_account!r} is not an account id",
            where="--expect-account",
            remedy="give its 12 digits",
        )
    if request.external_id and not request.role_arn:
        raise UsageError("is for assuming a role", where="--external-id", remedy="give --role-arn too")
    from iamscout.fetch.collect import FetchOptions, collect  # noqa: PLC0415  # boto3 takes half a second to load
    from iamscout.fetch.session import SignIn, open_session  # noqa: PLC0415  # as above

    sign_in = SignIn(
        request.profile, request.region, request.role_arn, request.external_id, request.mfa_serial
    )
    options = FetchOptions(switches=request.switches, expect_account=request.expect_account)
    session = open_session(sign_in, ask_token=_ask_token)
    with open_progress(quiet=request.quiet) as progress:
        return collect(session, progress=progress, options=options)


def has_unanswered(snapshot: Snapshot) -> bool:
    """Whether a source is denied, throttled, failed or partial, which is exit status 4."""
    return any(source.status in UNANSWERED for source in snapshot.sources.values())


def check_target(out: Path | None) -> None:
    """Find out before the first call whether a snapshot can be written there. Raises OutputError."""
    folder = out or DEFAULT_FOLDER
    if _is_file_name(folder):
        folder = folder.parent
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        raise OutputError("cannot be written", where=str(folder), remedy="choose another --out")


def target(snapshot: Snapshot, out: Path | None) -> Path:
    """The file to write a snapshot to."""
    out = out or DEFAULT_FOLDER
    return out if _is_file_name(out) else out / default_name(snapshot)


def _is_file_name(out: Path) -> bool:
    return out.name.endswith(SUFFIXES) and not out.is_dir()


def _ask_token(serial: str) -> str:
    if not sys.stdin.isatty():
        raise SignInError(
            "the code of the MFA device is needed and there is nobody to ask",
            where=serial,
            remedy="run it in a terminal, or sign in first and leave out --mfa-serial",
        )
    code: str = typer.prompt(one_line(f"MFA code of {serial}"), err=True)
    return code
