"""`iamscout fetch` of several accounts: named ones, or all of an organization."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from iamscout.cli.exit import Status
from iamscout.cli.fetching import DEFAULT_FOLDER, FetchRequest, is_file_name, telling_of_resume
from iamscout.cli.printer import say
from iamscout.cli.set_progress import open_set_progress
from iamscout.errors import OutputError, UsageError
from iamscout.snapshot.file import default_name, store
from iamscout.snapshot.model import Snapshot

_SEVERAL = "Several accounts"

AccountsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--accounts",
        metavar="ID[,ID]",
        help="These accounts, one snapshot each; --role-name is assumed in each but the caller's own. May be "
        "repeated.",
        show_default=False,
        rich_help_panel=_SEVERAL,
    ),
]
OrganizationOption = Annotated[
    bool,
    typer.Option(
        "--organization",
        help="All active accounts of the organization; 1 call per 20 accounts lists them, asked from the "
        "management account or a delegated administrator.",
        rich_help_panel=_SEVERAL,
    ),
]
RoleNameOption = Annotated[
    str,
    typer.Option(
        "--role-name",
        metavar="NAME",
        help="The role that is assumed in each of them, without ARN; --external-id goes with it.",
        show_default=False,
        rich_help_panel=_SEVERAL,
    ),
]


def chosen_accounts(
    accounts: list[str] | None, *, organization: bool, role_name: str
) -> tuple[str, ...] | None:
    """The ids that the options name, none for the whole organization; None where one account is fetched.

    Raises UsageError.
    """
    if accounts and organization:
        raise UsageError("--accounts and --organization exclude each other", remedy="give one of them")
    if accounts or organization:
        chosen = tuple(each.strip() for given in accounts or () for each in given.split(",") if each.strip())
        if not (chosen or organization):
            raise UsageError("names no account", where="--accounts", remedy="give the 12 digits of each")
        return chosen
    if role_name:
        raise UsageError(
            "is for several accounts", where="--role-name", remedy="give --accounts or --organization too"
        )
    return None


def fetch_accounts(
    request: FetchRequest, chosen: tuple[str, ...], *, role_name: str, out: Path | None
) -> None:
    """Read the chosen accounts (none: the organization's) into a folder and print the files.

    `out` is None for a folder of its own under `reports`. Ends with status 4 where AWS refused a part. Raises
    UsageError, OutputError and SignInError.
    """
    from iamscout.fetch.accounts import AccountSet, collect_accounts  # noqa: PLC0415  # boto3 takes half a second to load
    from iamscout.fetch.clock import SystemClock  # noqa: PLC0415  # as above
    from iamscout.fetch.collect import FetchOptions  # noqa: PLC0415  # as above
    from iamscout.fetch.entry import Start  # noqa: PLC0415  # as above
    from iamscout.fetch.member import Places  # noqa: PLC0415  # as above

    request.check(assumes_roles=True)
    if out is not None and is_file_name(out):
        raise OutputError("is a file's name", where=str(out), remedy="name a folder with --out")
    accounts = AccountSet(chosen, not chosen, role_name, request.external_id)
    accounts.check()

    def folder(began: datetime) -> Path:
        return out or DEFAULT_FOLDER / f"accounts-{began:%Y-%m-%dT%H%M%SZ}"

    def write(began: datetime, snapshot: Snapshot) -> Path:
        return store(snapshot, folder(began) / default_name(snapshot))

    places = Places(
        request.resumption(lambda account: (out or DEFAULT_FOLDER) / f"{account}-accounts.journal"),
        lambda began, account: folder(began) / f"{account}.journal",
        write,
    )
    with telling_of_resume(), open_set_progress(quiet=request.quiet) as progress:
        fetched = collect_accounts(
            accounts,
            Start(request.sign_in, SystemClock()),
            places,
            options=FetchOptions(switches=request.switches, expect_account=request.expect_account),
            progress=progress,
        )
    for each in fetched:
        say(each.file)
    if any(each.has_gaps for each in fetched):
        raise typer.Exit(Status.GAPS)
