"""The printer: nothing that acts on a terminal leaves it, and nothing else is changed."""

import io
import json
import sys

import pytest

from iamscout.cli.printer import clean, flush, one_line, prepare_streams, say, say_json, tell, tell_lines
from iamscout.errors import OutputError

HOSTILE = [
    *(chr(point) for point in (*range(0x20), *range(0x7F, 0xA0)) if point not in (9, 10)),
    "\u202e",
    "\u2066",
]


@pytest.mark.parametrize("character", [*HOSTILE, "\u200b", "\ufeff", "\udc80", "\U000e0041"], ids=ascii)
def test_characters_that_act_or_hide_become_marks(character: str) -> None:
    shown = clean(f"role {character} name")
    assert character not in shown
    assert f"{ord(character):04X}" in shown


def test_ordinary_text_of_any_language_stays() -> None:
    text = "rôle 監査 <b>&\t“x”\nnext"
    assert clean(text) == text


def test_a_remark_is_one_line() -> None:
    assert one_line(" two\r\n  lines\t\x1b[2J ") == "two lines \\u001B[2J"


def test_results_go_to_stdout_and_remarks_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\n\x1bb")
    tell("c\nd")
    tell_lines("e\n  \x07f\n")
    assert capsys.readouterr() == ("a\n\\u001Bb\n", "c d\ne\n  \\u0007f\n")


def test_json_keeps_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "a\u202eb\U000e0041\x9b2J \\U000E0041 ü\n"}
    say_json(json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert printed.endswith("}\n")
    assert clean(printed) == printed


class _Full(io.StringIO):
    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("act", [lambda: say("x"), flush], ids=["say", "flush"])
def test_output_that_cannot_be_written_is_told_as_such(act: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", _Full())
    with pytest.raises(OutputError, match="standard output: cannot be written: No space left on device"):
        act()  # type: ignore[operator]  # one of the two above


def test_any_text_can_be_printed_in_any_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", latin)
    prepare_streams()
    say("監査")
    latin.flush()
    assert latin.buffer.getvalue() == "監査\n".encode()
