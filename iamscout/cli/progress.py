"""How a running fetch is told on stderr: lines where nobody watches, a bar below them in a terminal.

Names and messages come from the audited account: whatever a terminal would act on is shown as a mark.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from iamscout.cli.printer import one_line
from iamscout.fetch.progress import Caller, Progress, SilentProgress
from iamscout.snapshot.model import UNANSWERED, Status

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

_WAIT_WORTH_TELLING_SECONDS = 1.0


@contextmanager
def open_progress(*, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Progress]:
    """The progress that fits: none when quiet, a bar where `stream` (stderr) is a terminal, else lines."""
    stream = stream or sys.stderr
    if quiet:
        yield SilentProgress()
        return
    if not stream.isatty():
        yield PlainProgress(stream)
        return
    from rich.console import Console  # noqa: PLC0415  # rich takes a while to load; pipes do not need it

    bar = BarProgress(Console(file=stream, highlight=False))
    try:
        yield bar
    finally:
        bar.stop()


def counted(count: int, noun: str) -> str:
    """A count and its noun: `1 call`, `1,010 items`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


class PlainProgress:
    """One line per event worth a line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._items = 0
        self._planned_calls = 0

    def signed_in(self, caller: Caller) -> None:
        """Who asks which account, and at which hosts: the moment to stop a wrong run."""
        self._say(f"account {caller.account} ({caller.partition}), signed in as {caller.arn}")
        self._say(f"asking {', '.join(caller.hosts)}")
        if caller.is_redirected:
            self._say("warning: not all of these are hosts of AWS; AWS_ENDPOINT_URL or endpoint_url is set")

    def planned(self, sources: int, calls: int) -> None:
        """What is to come; told again where the account's counts make it more."""
        if calls != self._planned_calls:
            bound = "about" if self._planned_calls else "at least"
            self._say(f"{counted(sources, 'source')}, {bound} {counted(calls, 'call')}")
        self._planned_calls = calls

    def started(self, source: str) -> None:  # noqa: ARG002  # a line when it ends is enough
        """A new source has no items yet."""
        self._items = 0

    def received(self, source: str, items: int) -> None:  # noqa: ARG002  # counted, not told one by one
        """Count what arrives."""
        self._items += items

    def waiting(self, operation: str, seconds: float, reason: str) -> None:
        """Waits of a second and more are told, so that silence is not mistaken for the end."""
        if seconds >= _WAIT_WORTH_TELLING_SECONDS:
            self._say(f"{operation}: waiting {seconds:.0f} s ({reason})")

    def ended(self, source: str, status: Status, reason: str) -> None:
        """The source with its status, and what is missing of it."""
        told = f" ({reason})" if reason else ""
        items = f", {counted(self._items, 'item')}" if self._items else ""
        mark = "! " if status in UNANSWERED else ""
        self._say(f"{mark}{source}: {status}{items}{told}")

    def finished(self, calls: int, gaps: int) -> None:
        """The bill."""
        self._say(f"{counted(calls, 'call')} made, {counted(gaps, 'gap')}")

    def _say(self, line: str) -> None:
        print(one_line(line), file=self._stream, flush=True)


def counting_bar(console: Console) -> Bar:
    """A bar that tells how many of all are done, and leaves nothing behind."""
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn  # noqa: PLC0415  # as above
    from rich.progress import Progress as Counting  # noqa: PLC0415  # as above

    return Counting(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )


class BarProgress(PlainProgress):
    """A bar of the sources, and above it only the lines that somebody should see later too."""

    def __init__(self, console: Console) -> None:
        super().__init__(console.file)  # type: ignore[arg-type]  # a console writes to a text stream
        self._console = console
        self._bar = counting_bar(console)
        self._task = self._bar.add_task("", total=None)

    def planned(self, sources: int, calls: int) -> None:
        """Show the bar."""
        super().planned(sources, calls)
        self._bar.update(self._task, total=sources)
        self._bar.start()

    def started(self, source: str) -> None:
        """Show what is being asked."""
        super().started(source)
        self._describe(source)

    def received(self, source: str, items: int) -> None:
        """Show how much has arrived."""
        super().received(source, items)
        self._describe(f"{source} ({self._items})")

    def waiting(self, operation: str, seconds: float, reason: str) -> None:
        """Show the wait in place of the source."""
        if seconds >= _WAIT_WORTH_TELLING_SECONDS:
            self._describe(f"{operation}: waiting {seconds:.0f} s ({reason})")

    def ended(self, source: str, status: Status, reason: str) -> None:
        """Move the bar; only what is missing leaves a line."""
        self._bar.advance(self._task)
        if status in UNANSWERED:
            super().ended(source, status, reason)

    def finished(self, calls: int, gaps: int) -> None:
        """Put the bar away."""
        self.stop()
        super().finished(calls, gaps)

    def stop(self) -> None:
        """Leave the terminal as it was, also after an interruption."""
        self._bar.stop()

    def _describe(self, text: str) -> None:
        self._bar.update(self._task, description=one_line(text))

    def _say(self, line: str) -> None:
        self._console.print(one_line(line), markup=False, emoji=False, soft_wrap=True)
