"""How the fetch of several accounts is told on stderr: a line per account, and a bar in a terminal.

Several threads tell at once, so each line is printed whole.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from iamscout.cli.printer import one_line
from iamscout.cli.progress import PlainProgress, counted, counting_bar
from iamscout.fetch.progress import Progress, SetProgress, SilentProgress, SilentSetProgress
from iamscout.snapshot.model import UNANSWERED, Status

if TYPE_CHECKING:
    from rich.console import Console

_WAIT_WORTH_TELLING_SECONDS = 5.0
_NAMES_SHOWN = 5


@contextmanager
def open_set_progress(*, quiet: bool = False, stream: TextIO | None = None) -> Iterator[SetProgress]:
    """The progress that fits: none when quiet, a bar where `stream` (stderr) is a terminal, else lines."""
    stream = stream or sys.stderr
    if quiet:
        yield SilentSetProgress()
        return
    if not stream.isatty():
        yield PlainSetProgress(stream)
        return
    from rich.console import Console  # noqa: PLC0415  # rich takes a while to load; pipes do not need it

    bar = BarSetProgress(Console(file=stream, highlight=False))
    try:
        yield bar
    finally:
        bar.stop()


class PlainSetProgress(PlainProgress):
    """A line per account, and one for each source of it that AWS refused."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lock = threading.Lock()
        self._accounts = 0
        self._done = 0
        self._bills: dict[str, str] = {}

    def left_out(self, accounts: list[str]) -> None:
        """Which accounts of the organization are not asked."""
        if accounts:
            named = ", ".join(accounts[:_NAMES_SHOWN]) + (", ..." if len(accounts) > _NAMES_SHOWN else "")
            self.line(f"not active and left out: {counted(len(accounts), 'account')} ({named})")

    def accounts_planned(self, accounts: int, done: int) -> None:
        """How many there are."""
        self._accounts, self._done = accounts, done
        self.line(counted(accounts, "account") + (f", {done:,} done by the earlier run" if done else ""))

    def of_account(self, account: str) -> Progress:
        """What is told of one account, its id in front."""
        return _AccountProgress(account, self)

    def account_ended(self, account: str, file: str, *, is_unreadable: bool) -> None:  # noqa: ARG002  # printed at the end
        """One more is done."""
        self._done += 1
        told = "! could not be entered" if is_unreadable else self._bills.pop(account, "done")
        self.line(f"{account}: {told} ({self._done:,} of {self._accounts:,})")

    def bill(self, account: str, calls: int, gaps: int) -> None:
        """What an account took, told when its snapshot stands."""
        self._bills[account] = f"{counted(calls, 'call')} made, {counted(gaps, 'gap')}"

    def line(self, text: str) -> None:
        """Print one line, whole."""
        with self._lock:
            self._say(text)


class BarSetProgress(PlainSetProgress):
    """A bar of the accounts, and above it only the lines that somebody should see later too."""

    def __init__(self, console: Console) -> None:
        super().__init__(console.file)  # type: ignore[arg-type]  # a console writes to a text stream
        self._console = console
        self._bar = counting_bar(console)
        self._task = self._bar.add_task("accounts", total=None)

    def accounts_planned(self, accounts: int, done: int) -> None:
        """Show the bar."""
        super().accounts_planned(accounts, done)
        self._bar.update(self._task, total=accounts, completed=done)
        self._bar.start()

    def account_ended(self, account: str, file: str, *, is_unreadable: bool) -> None:
        """Move the bar; only an account that could not be entered leaves a line."""
        self._bar.advance(self._task)
        if is_unreadable:
            super().account_ended(account, file, is_unreadable=True)
        else:
            self._done += 1

    def stop(self) -> None:
        """Leave the terminal as it was, also after an interruption."""
        self._bar.stop()

    def _say(self, line: str) -> None:
        self._console.print(one_line(line), markup=False, emoji=False, soft_wrap=True)


class _AccountProgress(SilentProgress):
    """One account among several: what is missing of it, long waits, and the bill at the end."""

    def __init__(self, account: str, told: PlainSetProgress) -> None:
        self._account = account
        self._told = told

    def waiting(self, operation: str, seconds: float, reason: str) -> None:
        """Only what might be mistaken for the end."""
        if seconds >= _WAIT_WORTH_TELLING_SECONDS:
            self._told.line(f"{self._account}: {operation}: waiting {seconds:.0f} s ({reason})")

    def ended(self, source: str, status: Status, reason: str) -> None:
        """What AWS refused."""
        if status in UNANSWERED:
            self._told.line(f"! {self._account}: {source}: {status}" + (f" ({reason})" if reason else ""))

    def finished(self, calls: int, gaps: int) -> None:
        """The bill of this account."""
        self._told.bill(self._account, calls, gaps)
