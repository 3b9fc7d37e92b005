"""Progress is told in lines or as a bar, and never lets account data act on the terminal."""

from __future__ import annotations

from io import StringIO

import pytest

from iamscout.cli.printer import one_line
from iamscout.cli.progress import BarProgress, PlainProgress, open_progress
from iamscout.fetch.progress import Caller, Progress, SilentProgress

CALLER = Caller("111122223333", "arn:aws:iam::111122223333:user/me", "aws", ("iam.amazonaws.com",))


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def _play(progress: Progress) -> None:
    progress.signed_in(CALLER)
    progress.planned(2, 2)
    progress.started("iam:ListRoles")
    progress.planned(2, 7)
    progress.received("iam:ListRoles", 1000)
    progress.received("iam:ListRoles", 10)
    progress.waiting("iam:ListRoles", 0.2, "rate limit")
    progress.waiting("iam:ListRoles", 12.4, "Throttling")
    progress.ended("iam:ListRoles", "ok", "")
    progress.started("iam:ListUsers")
    progress.ended("iam:ListUsers", "denied", "iam:ListUsers: AccessDenied")
    progress.finished(9, 1)


def test_lines_tell_what_somebody_should_know() -> None:
    stream = StringIO()
    with open_progress(stream=stream) as progress:
        _play(progress)
    assert stream.getvalue().splitlines() == [
        "account 111122223333 (aws), signed in as arn:aws:iam::111122223333:user/me",
        "asking iam.amazonaws.com",
        "2 sources, at least 2 calls",
        "2 sources, about 7 calls",
        "iam:ListRoles: waiting 12 s (Throttling)",
        "iam:ListRoles: ok, 1,010 items",
        "! iam:ListUsers: denied (iam:ListUsers: AccessDenied)",
        "9 calls made, 1 gap",
    ]


def test_a_terminal_gets_a_bar_and_keeps_what_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with open_progress(stream=stream) as progress:
        assert isinstance(progress, BarProgress)
        _play(progress)
    told = stream.getvalue()
    assert "signed in as arn:aws:iam::111122223333:user/me" in told
    assert "! iam:ListUsers: denied" in told
    assert "iam:ListRoles: ok" not in told


def test_the_cursor_comes_back_after_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()

    def interrupted() -> None:
        with open_progress(stream=stream) as progress:
            progress.planned(1, 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stream.getvalue().rfind("\x1b[?25h") > stream.getvalue().rfind("\x1b[?25l") >= 0


def test_quiet_is_silent() -> None:
    with open_progress(quiet=True, stream=StringIO()) as progress:
        assert isinstance(progress, SilentProgress)


def test_a_redirected_endpoint_is_warned_of() -> None:
    stream = StringIO()
    PlainProgress(stream).signed_in(
        Caller("111122223333", "arn", "aws", ("evil.example",), is_redirected=True)
    )
    assert "warning: not all of these are hosts of AWS" in stream.getvalue()


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b2J", "\u202e", "\x07", "\x7f"])
def test_what_a_terminal_would_act_on_is_shown_as_a_mark(text: str) -> None:
    assert text[0] not in one_line(f"role {text} name")
    assert one_line("two\r\n  lines\t") == "two lines"
