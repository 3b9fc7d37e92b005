"""Values that are plainly right are taken as they are; others are for typer to convert or to object to."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import typer

from iamscout.cli import main
from iamscout.cli.commands import Command


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Has a command that keeps what it is given, in place of `policy`."""
    kept: dict[str, Any] = {}

    def keep(
        *,
        files: Annotated[list[Path], typer.Argument()],
        word: Annotated[str, typer.Option()] = "",
        words: Annotated[list[str] | None, typer.Option()] = None,
        out: Annotated[Path | None, typer.Option()] = None,
        kind: Annotated[Literal["text", "json"], typer.Option()] = "text",
        hours: Annotated[float, typer.Option(min=0)] = 1.0,
        sure: Annotated[bool, typer.Option("--sure")] = False,
        pages: Annotated[bool | None, typer.Option("--pages/--no-pages")] = None,
    ) -> None:
        """Keep."""
        kept.update({name: value for name, value in locals().items() if name != "kept"})

    monkeypatch.setattr(Command, "load", lambda _: keep)
    return kept


def test_what_is_given_has_the_type_of_the_annotation(taken: dict[str, Any]) -> None:
    options = ["--word", "a", "--words", "b", "--words", "c", "--out", "d", "--kind", "json"]
    assert main.run(["policy", "x", "y", *options, "--hours", "2", "--sure", "--no-pages"]) == 0
    assert taken == {
        "files": [Path("x"), Path("y")],
        "word": "a",
        "words": ["b", "c"],
        "out": Path("d"),
        "kind": "json",
        "hours": 2.0,
        "sure": True,
        "pages": False,
    }


def test_what_is_not_given_is_the_default(taken: dict[str, Any]) -> None:
    assert main.run(["policy", "x"]) == 0
    assert taken == {
        "files": [Path("x")],
        "word": "",
        "words": None,
        "out": None,
        "kind": "text",
        "hours": 1.0,
        "sure": False,
        "pages": None,
    }


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--kind", "yaml", "'yaml' is not one of 'text', 'json'"),
        ("--hours", "-1", "greater than or equal to 0"),
        ("--hours", "soon", "valid number"),
    ],
)
def test_what_is_wrong_is_told_by_typer(
    taken: dict[str, Any], capsys: pytest.CaptureFixture[str], option: str, value: str, told: str
) -> None:
    assert main.run(["policy", "x", option, value]) == 2
    assert told in capsys.readouterr().err
    assert taken == {}


def test_a_command_is_called_without_pydantic() -> None:
    program = (
        "import sys\nfrom iamscout.cli import main\nstatus = main.run(['report', 'missing.json'])\n"
        "print(status, 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "3 False\n"
