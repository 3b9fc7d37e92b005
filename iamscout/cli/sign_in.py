"""The options by which `fetch` and `scan` sign in and go on, and the question for an MFA code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from iamscout.cli.printer import one_line
from iamscout.errors import SignInError

_SIGN_IN = "Signing in"
_STOPPED = "A run that stopped"

RESUME_WITHIN_HOURS = 24.0

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
        help="Where STS and regional services are asked; tells GovCloud and China from the rest.",
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
ResumeOption = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Go on where an earlier run with the same options stopped; without one, begin.",
        rich_help_panel=_STOPPED,
    ),
]
RestartOption = Annotated[
    bool,
    typer.Option("--restart", help="Drop what an earlier run kept and begin anew.", rich_help_panel=_STOPPED),
]
ResumeWithinOption = Annotated[
    float,
    typer.Option(
        "--resume-within",
        metavar="HOURS",
        min=0,
        help="How long ago the run that is gone on with may have begun.",
        rich_help_panel=_STOPPED,
    ),
]


def ask_token(serial: str) -> str:
    """The code of an MFA device, typed by whoever runs this. Raises SignInError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise SignInError(
            "the code of the MFA device is needed and there is nobody to ask",
            where=serial,
            remedy="run it in a terminal, or sign in first and leave out --mfa-serial",
        )
    code: str = typer.prompt(one_line(f"MFA code of {serial}"), err=True)
    return code
