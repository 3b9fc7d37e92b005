"""`iamscout fetch`: make a snapshot of an AWS account."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from iamscout.cli.exit import Status
from iamscout.cli.printer import say, tell
from iamscout.cli.progress import open_progress
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
    ask_token,
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
from iamscout.errors import OutputError, UsageError
from iamscout.policy.arn import ACCOUNT_ID
from iamscout.snapshot.file import SUFFIXES, default_name, store
from iamscout.snapshot.model import UNANSWERED, Snapshot

if TYPE_CHECKING:
    from iamscout.fetch.gateway import SessionLike
    from iamscout.fetch.spec import Switch

DEFAULT_FOLDER = Path("reports")

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
    resume: bool = False
    restart: bool = False
    resume_within: float = RESUME_WITHIN_HOURS


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
    with fetched(request, out) as snapshot:
        say(store(snapshot, target(snapshot, out)))
    if has_unanswered(snapshot):
        raise typer.Exit(Status.GAPS)


@contextmanager
def fetched(request: FetchRequest, out: Path | None) -> Iterator[Snapshot]:
    """Sign in and fetch, with progress on stderr; the body stores the snapshot, after which the journal goes.

    `out` is the snapshot's file or folder, beside or in which the journal lies. Raises UsageError,
    OutputError and SignInError.
    """
    _check(request)
    from iamscout.fetch.collect import FetchOptions, collect_resumably  # noqa: PLC0415  # boto3 takes half a second to load
    from iamscout.fetch.resume import Resumption  # noqa: PLC0415  # as above
    from iamscout.fetch.session import SignIn, open_session  # noqa: PLC0415  # as above

    sign_in = SignIn(
        request.profile, request.region, request.role_arn, request.external_id, request.mfa_serial
    )
    resumption = Resumption(
        lambda account: journal_file(out, account),
        "restart" if request.restart else "resume" if request.resume else "new",
        request.resume_within,
        _unheard if request.quiet else tell,
    )

    def sign_in_now() -> SessionLike:
        return open_session(sign_in, ask_token=ask_token)

    session = sign_in_now()
    with telling_of_resume(), open_progress(quiet=request.quiet) as progress:
        found = collect_resumably(
            session,
            resumption,
            progress=progress,
            options=FetchOptions(switches=request.switches, expect_account=request.expect_account),
            renew=sign_in_now,
        )
    yield found.snapshot
    if found.journal is not None:
        found.journal.remove()


@contextmanager
def telling_of_resume() -> Iterator[None]:
    """Whoever interrupts a run is told that nothing of it is lost."""
    try:
        yield
    except KeyboardInterrupt:
        tell("what was fetched so far is kept: --resume goes on")
        raise


def _unheard(_: object) -> None:
    """What `--quiet` does with remarks."""


def _check(request: FetchRequest) -> None:
    if request.expect_account and not ACCOUNT_ID.match(request.expect_account):
        raise UsageError(
            f"{request.expect_account!r} is not an account id",
            where="--expect-account",
            remedy="give its 12 digits",
        )
    if request.external_id and not request.role_arn:
        raise UsageError("is for assuming a role", where="--external-id", remedy="give --role-arn too")
    if request.resume and request.restart:
        raise UsageError("--resume and --restart exclude each other", remedy="give one of them")


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


def journal_file(out: Path | None, account: str) -> Path:
    """The journal of a run that will write there: beside the file, or in the folder by account."""
    out = out or DEFAULT_FOLDER
    return out.with_name(f"{out.name}.journal") if _is_file_name(out) else out / f"{account}.journal"


def _is_file_name(out: Path) -> bool:
    return out.name.endswith(SUFFIXES) and not out.is_dir()
