"""Help worth reading: of every command, every option and argument."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from iamscout.cli.commands import COMMANDS, help_text
from iamscout.cli.exit import MEANING
from iamscout.cli.main import application, run

NAMES = sorted(COMMANDS)


def _text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """The help on a wide terminal, without frames and white space, so that line breaks do not matter."""
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 500)
    assert run([*arguments, "--help"]) == 0
    return _bare(capsys.readouterr().out)


def _bare(text: str) -> str:
    return re.sub(r"[\s│╭╮╰╯─]+", " ", text)


def _parameters(name: str) -> list[Any]:
    command: Any = typer.main.get_command(application(name))
    found: list[Any] = command.commands[name].params
    return found


def test_the_list_has_every_command_with_its_summary(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _text(capsys, monkeypatch)
    assert [name for name in NAMES if f" {name} {COMMANDS[name].summary} " not in text] == []


def test_the_list_explains_the_exit_statuses(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _text(capsys, monkeypatch)
    assert [words for status, words in MEANING.items() if f" {status.value} {words} " not in text] == []


def test_the_examples_name_commands_that_exist(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    named = set(re.findall(r"  iamscout ([a-z-]+)", application().info.epilog or ""))
    assert len(named) >= 3
    assert named <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_fits_into_a_line(name: str) -> None:
    assert len(COMMANDS[name].summary) <= 62
    assert not COMMANDS[name].summary.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_a_command_says_what_it_does_and_shows_how_to_start(name: str) -> None:
    text = help_text(COMMANDS[name].load())
    first, *rest = text.split("\n\n")
    assert len(first) <= 110
    assert first.endswith(".")
    assert any(f"iamscout {name}" in paragraph or "aws iam" in paragraph for paragraph in rest)


@pytest.mark.parametrize("name", NAMES)
def test_every_option_and_argument_has_help(name: str) -> None:
    assert [parameter.name for parameter in _parameters(name) if not (parameter.help or "").strip()] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_help_shows_every_word_that_was_written(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rich takes text in brackets for markup and drops it."""
    shown = _text(capsys, monkeypatch, name)
    written = [_bare(inspect.cleandoc(parameter.help)) for parameter in _parameters(name)]
    written += [_bare(paragraph).strip() for paragraph in help_text(COMMANDS[name].load()).split("\n\n")]
    assert [text for text in written if text not in shown] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_help_speaks_of_python_types(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _text(capsys, monkeypatch, name)
    assert re.findall(r"<bool>|list\[|<path>|<str>|\{[A-Z]", shown) == []


@pytest.mark.parametrize("name", NAMES)
def test_options_are_spelled_as_the_aws_cli_spells_them(name: str) -> None:
    names = [
        spelling
        for parameter in _parameters(name)
        for spelling in parameter.opts
        if parameter.opts[0][0] == "-"
    ]
    assert [each for each in names if not re.fullmatch(r"--[a-z]+(-[a-z]+)*|-[a-z]", each)] == []


def test_the_readme_shows_commands_and_options_that_exist() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = re.findall(r"^(?:\S*/)?iamscout ([a-z-]+)([^#\n]*)", readme, re.MULTILINE)
    assert len(shown) >= 8
    for name, rest in shown:
        assert name in COMMANDS
        spellings = {each for parameter in _parameters(name) for each in parameter.opts}
        assert set(re.findall(r"(?<= )--[a-z-]+", rest)) <= spellings
