"""Whether a run goes on where an earlier one stopped, begins anew, or is refused.

Not `--resume` but a journal being there: the run would lose what the earlier one fetched, so it is refused,
unless the journal is too old to go on from. `--resume` without a journal begins a new run, so that a
scheduled job can always say it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from msgspec import Struct

from iamscout.errors import OutputError
from iamscout.fetch.journal import Header, Journal

Opening = Literal["new", "resume", "restart"]

LONGEST_HOURS = 24.0
"""How old the start of a run may be: one snapshot should not tell of two days."""


class Resumption(Struct, frozen=True):
    """Where the journal of an account lies, what to do with one that is there, and how old it may be.

    `told` is called with what the user should know, one line each time.
    """

    path_of: Callable[[str], Path]
    opening: Opening = "new"
    longest_hours: float = LONGEST_HOURS
    told: Callable[[str], None] = lambda _: None

    def open(self, header: Header) -> Journal:
        """The journal of the run that this header describes, with the answers of the run that it continues.

        Raises OutputError where there is a journal that the options do not allow to use or to drop.
        """
        journal = Journal(self.path_of(header.account))
        try:
            self._settle(journal, header)
        except OutputError:
            journal.close()
            raise
        return journal

    def _settle(self, journal: Journal, header: Header) -> None:
        earlier = journal.earlier
        if earlier is None or self.opening == "restart":
            journal.begin(header)
            return
        is_old = header.started - earlier.started > timedelta(hours=self.longest_hours)
        run = f"a run of {_minute(earlier.started)} stopped after {_answers(journal.kept)}"
        if self.opening == "new":
            if not is_old:
                raise OutputError(
                    run,
                    where=str(journal.path),
                    remedy="--resume goes on, --restart drops it and begins anew",
                )
            self.told(f"{journal.path}: {run}, too long ago to go on; it is dropped")
            journal.begin(header)
            return
        reason = _difference(earlier, header)
        if is_old and not reason:
            reason = f"it began more than {self.longest_hours:g} hours ago"
        if reason:
            raise OutputError(
                f"cannot go on from here: {reason}",
                where=str(journal.path),
                remedy="--restart drops it and begins anew",
            )
        if _principal(earlier.caller) != _principal(header.caller):
            journal.forget_refusals()
            self.told(f"{earlier.caller} began it; what AWS refused to that caller is asked again")
        self.told(f"going on with {run}")


def _difference(earlier: Header, now: Header) -> str:
    """What makes the two runs different ones; empty where nothing does. Callers may differ by session."""
    if earlier.account != now.account:
        return f"it is of account {earlier.account}, the credentials belong to {now.account}"
    if earlier.tool_version != now.tool_version:
        return f"it was written by iamscout {earlier.tool_version}"
    if earlier.options != now.options:
        return "it was begun with other options"
    return ""


def _principal(caller: str) -> str:
    """The caller without the name of its session, which differs from one sign-in to the next."""
    return caller.rpartition("/")[0] if ":assumed-role/" in caller else caller


def _minute(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _answers(count: int) -> str:
    return f"{count:,} answer" + ("" if count == 1 else "s")
