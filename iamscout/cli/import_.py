"""`iamscout import`: make snapshots from what the AWS CLI printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from iamscout import __version__
from iamscout.cli.exit import Status
from iamscout.cli.printer import say, tell
from iamscout.errors import UsageError
from iamscout.policy.arn import ACCOUNT_ID
from iamscout.snapshot.file import SUFFIXES, default_name, store
from iamscout.snapshot.importers import import_files
from iamscout.snapshot.model import UNANSWERED, Snapshot
from iamscout.snapshot.times import read_time
from iamscout.snapshot.view import view_account

DEFAULT_FOLDER = Path("reports")


def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="What the AWS CLI printed as JSON, credential reports as CSV or JSON, organization files; "
            "or folders of these, one per account.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|DIR",
            help="Where to write: a .json or .json.gz file for one account, else a folder.",
            show_default="a dated name under reports/",
        ),
    ] = None,
    account: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="The account of files that do not say it: password policy, account summary, empty lists.",
            show_default=False,
        ),
    ] = "",
    captured_at: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="When AWS printed the files, as all ages count from it: ISO 8601, UTC if without an offset.",
            show_default="now",
        ),
    ] = "",
) -> None:
    """Make snapshots from what the AWS CLI printed.

    The kind of each file is found by its content, and its account by the ARNs in it, so files may come in any
    order and from several accounts. Exit status 4 tells that a listing was cut short.

    Read is what these print. aws iam: get-account-authorization-details, list-roles, list-users,
    list-saml-providers, get-saml-provider, list-open-id-connect-providers, get-open-id-connect-provider,
    get-account-password-policy, get-account-summary, list-account-aliases, get-credential-report,
    list-virtual-mfa-devices, list-mfa-devices, list-access-keys, get-login-profile,
    list-signing-certificates, list-ssh-public-keys, list-service-specific-credentials --all-users,
    list-server-certificates, list-instance-profiles, list-organizations-features. aws organizations:
    list-delegated-administrators, list-aws-service-access-for-organization. aws accessanalyzer:
    list-analyzers. aws rolesanywhere: list-trust-anchors, list-profiles, list-subjects. aws sts:
    get-caller-identity. And the organization file.

    Start with: aws iam get-account-authorization-details --output json > details.json
    """
    pairs = _import(files, out=out, account=account, captured_at=_time(captured_at), now=datetime.now(UTC))
    lacking = False
    for snapshot, path in pairs:
        say(path)
        # As a report will see it: what cannot be read is told here already.
        for name, status, reason in view_account(snapshot).statuses:
            if status in UNANSWERED:
                lacking = True
                tell(f"account {snapshot.account}: {name} is {status}: {reason}")
    if lacking:
        raise typer.Exit(Status.GAPS)


def run_import(
    files: Iterable[Path], *, out: Path | None, account: str, captured_at: datetime | None, now: datetime
) -> list[Path]:
    """Import files and store the snapshots; returns where they are, sorted by account."""
    return [path for _, path in _import(files, out=out, account=account, captured_at=captured_at, now=now)]


def _import(
    files: Iterable[Path], *, out: Path | None, account: str, captured_at: datetime | None, now: datetime
) -> list[tuple[Snapshot, Path]]:
    if account and not ACCOUNT_ID.match(account):
        raise UsageError(f"{account!r} is not an account id", where="--account", remedy="give its 12 digits")
    if captured_at and captured_at > now:
        raise UsageError("is in the future", where="--captured-at", remedy="give when AWS printed the files")
    snapshots = import_files(
        files,
        account=account,
        captured_at=captured_at,
        now=now.replace(microsecond=0),
        tool_version=__version__,
    )
    targets = _targets(snapshots, out)
    return [(snapshot, store(snapshot, path)) for snapshot, path in zip(snapshots, targets, strict=True)]


def _targets(snapshots: Sequence[Snapshot], out: Path | None) -> list[Path]:
    if out is not None and out.name.endswith(SUFFIXES) and not out.is_dir():
        if len(snapshots) > 1:
            raise UsageError(
                f"is one file, and there are {len(snapshots)} accounts", where="--out", remedy="give a folder"
            )
        return [out]
    folder = DEFAULT_FOLDER if out is None else out
    return [folder / default_name(snapshot) for snapshot in snapshots]


def _time(text: str) -> datetime | None:
    try:
        return read_time(text)
    except ValueError as problem:
        raise UsageError(str(problem), where="--captured-at", remedy="write 2026-11-01T08:00:00Z") from None
