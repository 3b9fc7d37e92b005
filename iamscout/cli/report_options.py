"""The options about how a report is delivered: the same for `scan`, `demo` and `report`."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iamscout.errors import InputError, UsageError
from iamscout.snapshot.file import write_private
from iamscout.snapshot.model import CATEGORIES, Category
from iamscout.snapshot.pseudonyms import KEY_BYTES
from iamscout.snapshot.reading import read_file

if TYPE_CHECKING:
    from iamscout.report.edition import Cover

_PANEL = "How it is delivered"
_ALL = "all"

ZipOption = Annotated[
    bool, typer.Option("--zip", help="Also pack the report as DIR.zip.", rich_help_panel=_PANEL)
]
TarOption = Annotated[
    bool,
    typer.Option(
        "--tar",
        help="Also pack the report as DIR.tar.gz: of a large account half of the zip.",
        rich_help_panel=_PANEL,
    ),
]
SingleFileOption = Annotated[
    bool,
    typer.Option(
        "--single-file",
        help="Also write the report as one HTML file, DIR.html, with its digest.",
        rich_help_panel=_PANEL,
    ),
]
NoJsOption = Annotated[
    bool,
    typer.Option(
        "--no-js",
        help="No script in it: some mail servers refuse archives with scripts. All can be read without.",
        rich_help_panel=_PANEL,
    ),
]
WithSnapshotsOption = Annotated[
    bool,
    typer.Option(
        "--with-snapshots",
        help="Put the snapshots into the report as well, redacted as the report is.",
        rich_help_panel=_PANEL,
    ),
]
RedactOption = Annotated[
    str,
    typer.Option(
        "--redact",
        metavar="WHAT",
        help=f"Replace by pseudonyms: {', '.join(CATEGORIES)} (several with commas) or {_ALL}.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
RedactKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--redact-key",
        metavar="FILE",
        help="The key of the pseudonyms, made where it is missing: the same key gives the same ones.",
        show_default="a new key, which is not kept",
        rich_help_panel=_PANEL,
    ),
]
TitleOption = Annotated[
    str,
    typer.Option(
        "--title", metavar="TEXT", help="Title of the cover.", show_default=False, rich_help_panel=_PANEL
    ),
]
ClientOption = Annotated[
    str,
    typer.Option(
        "--client",
        metavar="TEXT",
        help="For whom the report is, for the cover.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
AuditorOption = Annotated[
    str,
    typer.Option(
        "--auditor",
        metavar="TEXT",
        help="Who made the report, for the cover.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
LogoOption = Annotated[
    Path | None,
    typer.Option(
        "--logo",
        metavar="FILE",
        help="A picture for the cover: PNG, JPEG or SVG.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]


@dataclass(frozen=True)
class Delivery:
    """What the options say; `key` is empty where nothing is redacted."""

    zip: bool = False
    tar: bool = False
    single_file: bool = False
    scripts: bool = True
    with_snapshots: bool = False
    redact: tuple[Category, ...] = ()
    key: bytes = b""
    cover: Cover | None = None


def report_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; it takes them as one keyword argument, `delivery`."""
    own = inspect.signature(command, eval_str=True)
    more = inspect.signature(read_delivery, eval_str=True).parameters
    taken = [parameter for name, parameter in own.parameters.items() if name != "delivery"]
    quiet = [parameter for parameter in taken if parameter.name == "quiet"]
    parameters = [*(each for each in taken if each.name != "quiet"), *more.values(), *quiet]

    @wraps(command)
    def wrapped(**arguments: Any) -> None:  # typer has checked them by the signature
        given = {name: arguments.pop(name) for name in more}
        command(**arguments, delivery=read_delivery(**given))

    wrapped.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # read by typer
    wrapped.__annotations__ = {each.name: each.annotation for each in parameters}
    return wrapped


def read_delivery(  # noqa: PLR0913  # one argument per option of the command line
    *,
    zip_report: ZipOption = False,
    tar: TarOption = False,
    single_file: SingleFileOption = False,
    no_js: NoJsOption = False,
    with_snapshots: WithSnapshotsOption = False,
    redact: RedactOption = "",
    redact_key: RedactKeyOption = None,
    title: TitleOption = "",
    client: ClientOption = "",
    auditor: AuditorOption = "",
    logo: LogoOption = None,
) -> Delivery:
    """What the options say together. Raises UsageError and InputError."""
    categories = _categories(redact)
    if redact_key is not None and not categories:
        raise UsageError("needs --redact, which says what to redact", where="--redact-key")
    return Delivery(
        zip=zip_report,
        tar=tar,
        single_file=single_file,
        scripts=not no_js,
        with_snapshots=with_snapshots,
        redact=categories,
        key=_key(redact_key) if categories else b"",
        cover=_cover(title, client, auditor, logo),
    )


def cover_of(delivery: Delivery, told: Mapping[str, str]) -> Cover:
    """The cover by the options and, where they say nothing, by the configuration. Raises InputError."""
    from iamscout.report.edition import Cover, cover_line  # noqa: PLC0415  # not needed for the help

    given = delivery.cover or Cover()
    logo = told.get("logo", "")
    read = _cover("", "", "", Path(logo)) if logo and given.logo is None else None
    title, client, auditor = (
        cover_line(told.get(name, ""), f"{name} under [report] in the configuration")
        for name in ("title", "client", "auditor")
    )
    return Cover(
        given.title or title,
        given.client or client,
        given.auditor or auditor,
        read.logo if read else given.logo,
    )


def _categories(text: str) -> tuple[Category, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in (*CATEGORIES, _ALL):
            raise UsageError(
                f"there is no {word[:40]!r} to redact",
                where="--redact",
                remedy=f"there are {', '.join(CATEGORIES)} and {_ALL}",
            )
    return tuple(category for category in CATEGORIES if category in words or _ALL in words)


def _key(file: Path | None) -> bytes:
    """The key in a file, in hex; a file that is missing is made, for its owner's eyes only."""
    if file is None:
        return secrets.token_bytes(KEY_BYTES)
    if not file.exists():
        key = secrets.token_bytes(KEY_BYTES)
        write_private(file, f"{key.hex()}\n".encode())
        return key
    text = read_file(file, limit=1024).decode().strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise InputError(
            f"is not a key, which has {2 * KEY_BYTES} hex digits",
            where=str(file),
            remedy="name a file that does not exist: a key is made there",
        )
    return key


def _cover(title: str, client: str, auditor: str, logo: Path | None) -> Cover | None:
    if not (title or client or auditor or logo):
        return None
    from iamscout.report.edition import (  # noqa: PLC0415  # not needed for the help
        MOST_BYTES,
        Cover,
        cover_line,
        read_logo,
    )

    picture = None
    if logo is not None:
        try:
            with logo.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as problem:
            raise InputError(
                f"cannot be read: {problem.strerror}", where=str(logo), remedy="check --logo"
            ) from None
        picture = read_logo(content, str(logo))
    return Cover(
        cover_line(title, "--title"),
        cover_line(client, "--client"),
        cover_line(auditor, "--auditor"),
        picture,
    )
