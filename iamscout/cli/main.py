"""`iamscout`: where a command is chosen, and where every way for it to end becomes an exit status.

This is the one place that catches what the package raises on purpose (:class:`IamscoutError`) and what it did
not mean to (a bug), and the only one that ends the process.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from iamscout import __version__
from iamscout.cli.commands import COMMANDS, PlainCommand, PlainGroup, help_text
from iamscout.cli.exit import MEANING, Status
from iamscout.cli.printer import flush, forget_stdout, one_line, prepare_streams, tell, tell_lines
from iamscout.errors import IamscoutError

DEBUG = "IAMSCOUT_DEBUG"
"""Set to anything, this environment variable does what `--debug` does."""

_HELP = """
An offline security report of AWS IAM: who can assume which role, under which conditions, and what is wrong.

A snapshot is made once, from AWS or from what the AWS CLI printed. All else works without a network.
"""

_EXAMPLES = """
Examples:
  iamscout demo                    a report to look at
  iamscout scan --profile audit    the report of an account
  iamscout import details.json     a snapshot of the AWS CLI's output
  iamscout report snapshot.json    the report of a snapshot
"""


def main() -> None:
    """Run the command that the process was started with, and end it with the command's exit status."""
    prepare_streams()
    status = run(sys.argv[1:])
    gc.freeze()  # the interpreter's last collection would look at all of a large account once more
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; nothing but the end of the process escapes."""
    try:
        status = _run(arguments)
        flush()
    except IamscoutError as problem:
        if problem.exit_status == Status.BUG:
            return _bug(problem, arguments)
        tell(f"iamscout: {problem}")
        return problem.exit_status
    except typer.TyperException as problem:
        return _misused(problem)
    except (KeyboardInterrupt, typer.Abort, EOFError):
        tell("iamscout: interrupted")
        return Status.INTERRUPTED
    except BrokenPipeError:
        forget_stdout()
        return Status.NO_READER
    except Exception as problem:  # noqa: BLE001  # the one place where a bug is told
        return _bug(problem, arguments)
    return status


def _print_version(asked: bool) -> None:  # noqa: FBT001  # typer calls it like this
    if asked:
        print(f"iamscout {__version__}")
        raise typer.Exit


def application(chosen: str = "") -> typer.Typer:
    """The command line, of which only the chosen command is loaded; the help knows the others by the list."""
    app = typer.Typer(
        name="iamscout",
        cls=PlainGroup,
        help=_HELP.strip(),
        epilog=f"{_EXAMPLES.strip()}\n\n{_statuses()}",
        add_completion=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback(invoke_without_command=True)(_options)
    for name, command in COMMANDS.items():
        function = command.load() if name == chosen else _unloaded
        text = help_text(function) if name == chosen else command.summary
        register = app.command(
            name,
            cls=PlainCommand,
            help=text,
            short_help=command.summary,
            rich_help_panel=command.panel,
        )
        register(function)
    return app


def _run(arguments: Sequence[str]) -> int:
    """Parse and call without typer's own handling of errors, which takes a broken pipe for status 1."""
    chosen = next((argument for argument in arguments if not argument.startswith("-")), "")
    command = typer.main.get_command(application(chosen))
    try:
        with command.make_context("iamscout", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    return Status.DONE


def _options(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001  # its callback does the work
        bool,
        typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_print_version),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell on stderr what is being done, step by step.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help=f"Show the traceback of a bug; {DEBUG}=1 does the same.")
    ] = False,
) -> None:
    _configure_logging(logging.INFO if verbose or debug else logging.ERROR)
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(Status.USAGE)


def _unloaded() -> None:
    """Stands for a command that was not called."""


class _Handler(logging.Handler):
    """Log records for a terminal: what they quote comes from the account."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(f"{record.levelname.lower()}: {record.getMessage()}")


def _configure_logging(level: int) -> None:
    logger = logging.getLogger("iamscout")
    logger.handlers = [_Handler()]
    logger.propagate = False
    logger.setLevel(level)


def _statuses() -> str:
    return "Exit status:\n" + "\n".join(f"  {status.value:3}  {words}" for status, words in MEANING.items())


def _misused(problem: typer.TyperException) -> int:
    """What typer objects to, in one line; it names the command whose help has the answer."""
    context = getattr(problem, "ctx", None)
    command = context.command_path if context else "iamscout"
    # Typer's types say that it is a "Value error" after saying which value is invalid.
    text = one_line(problem.format_message()).replace(": Value error, ", ": ").rstrip(".")
    see = " See" if text.endswith("?") else "; see"
    tell(f"{command}: {text[:1].lower()}{text[1:]}{see} `{command} --help`")
    return Status.USAGE


def _bug(problem: Exception, arguments: Sequence[str]) -> int:
    """Ask for a report of what should not have happened, with the traceback for who asked for it."""
    debug = "--debug" in arguments or bool(os.environ.get(DEBUG))
    if debug:
        tell_lines("".join(traceback.format_exception(problem)))
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    notes = "".join(f", {note}" for note in getattr(problem, "__notes__", ()))
    remedy = "" if debug else f", with what it tells when {DEBUG}=1 is set"
    tell(f"iamscout: a bug: {type(problem).__name__}: {problem}{place}{notes}; please report it{remedy}")
    return Status.BUG
