"""What `fetch` and `scan` share: what was asked for, the run, where the snapshot and the journal go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from iamscout.cli.printer import tell
from iamscout.cli.progress import open_progress
from iamscout.cli.sign_in import RESUME_WITHIN_HOURS, ask_token
from iamscout.errors import OutputError, UsageError
from iamscout.policy.arn import ACCOUNT_ID
from iamscout.snapshot.file import SUFFIXES, default_name
from iamscout.snapshot.model import UNANSWERED, Snapshot

if TYPE_CHECKING:
    from iamscout.fetch.gateway import SessionLike
    from iamscout.fetch.resume import Opening, Resumption
    from iamscout.fetch.spec import Switch

DEFAULT_FOLDER = Path("reports")

_MOST_HOURS = 8_760

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

    def check(self, *, assumes_roles: bool = False) -> None:
        """Raise UsageError where the options make no sense together; `assumes_roles`: in several accounts."""
        if self.expect_account and not ACCOUNT_ID.match(self.expect_account):
            raise UsageError(
                f"{self.expect_account!r} is not an account id",
                where="--expect-account",
                remedy="give its 12 digits",
            )
        if self.external_id and not (self.role_arn or assumes_roles):
            raise UsageError("is for assuming a role", where="--external-id", remedy="give --role-arn too")
        if self.resume_within > _MOST_HOURS:
            raise UsageError(
                f"{self.resume_within:g} is no number of hours up to {_MOST_HOURS:,}", where="--resume-within"
            )
        if self.resume and self.restart:
            raise UsageError("--resume and --restart exclude each other", remedy="give one of them")

    def sign_in(self) -> SessionLike:
        """A new session as the options say. Raises SignInError."""
        from iamscout.fetch.session import SignIn, open_session  # noqa: PLC0415  # boto3 takes half a second to load

        sign_in = SignIn(self.profile, self.region, self.role_arn, self.external_id, self.mfa_serial)
        return open_session(sign_in, ask_token=ask_token)

    def resumption(self, path_of: Callable[[str], Path]) -> Resumption:
        """What becomes of an earlier run's journal, which lies where `path_of` says for an account."""
        from iamscout.fetch.resume import Resumption  # noqa: PLC0415  # as above

        opening: Opening = "restart" if self.restart else "resume" if self.resume else "new"
        return Resumption(path_of, opening, self.resume_within, _unheard if self.quiet else tell)


@contextmanager
def fetched(request: FetchRequest, out: Path | None) -> Iterator[Snapshot]:
    """Sign in and fetch, with progress on stderr; the body stores the snapshot, after which the journal goes.

    `out` is the snapshot's file or folder, beside or in which the journal lies. Raises UsageError,
    OutputError and SignInError.
    """
    request.check()
    from iamscout.fetch.collect import FetchOptions, collect_resumably  # noqa: PLC0415  # as above

    session = request.sign_in()
    with telling_of_resume(), open_progress(quiet=request.quiet) as progress:
        found = collect_resumably(
            session,
            request.resumption(lambda account: journal_file(out, account)),
            progress=progress,
            options=FetchOptions(switches=request.switches, expect_account=request.expect_account),
            renew=request.sign_in,
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


def has_unanswered(snapshot: Snapshot) -> bool:
    """Whether a source is denied, throttled, failed or partial, which is exit status 4."""
    return any(source.status in UNANSWERED for source in snapshot.sources.values())


def check_target(out: Path | None) -> None:
    """Find out before the first call whether a snapshot can be written there. Raises OutputError."""
    folder = out or DEFAULT_FOLDER
    if is_file_name(folder):
        folder = folder.parent
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        raise OutputError("cannot be written", where=str(folder), remedy="choose another --out")


def target(snapshot: Snapshot, out: Path | None) -> Path:
    """The file to write a snapshot to."""
    out = out or DEFAULT_FOLDER
    return out if is_file_name(out) else out / default_name(snapshot)


def journal_file(out: Path | None, account: str) -> Path:
    """The journal of a run that will write there: beside the file, or in the folder by account."""
    out = out or DEFAULT_FOLDER
    return out.with_name(f"{out.name}.journal") if is_file_name(out) else out / f"{account}.journal"


def is_file_name(out: Path) -> bool:
    """Whether a path names a snapshot's file and not a folder."""
    return out.name.endswith(SUFFIXES) and not out.is_dir()


def _unheard(_: object) -> None:
    """What `--quiet` does with remarks."""
