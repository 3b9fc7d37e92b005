"""The exit statuses of all commands, and which of them wins where several apply."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Status(IntEnum):
    """What the status of a command tells whoever called it."""

    DONE = 0
    FINDINGS = 1
    """Findings at or above `--fail-on`, differences with `--exit-code`, or `verify` found a mismatch."""
    USAGE = 2
    INPUT = 3
    GAPS = 4
    """Done, but a source was denied, throttled, failed or cut."""
    SIGN_IN = 5
    BUG = 70
    """EX_SOFTWARE of sysexits.h."""
    INTERRUPTED = 130
    """What a shell reports for a process that SIGINT ended: 128 + 2."""
    NO_READER = 141
    """The same for SIGPIPE, 128 + 13: whoever read the output stopped (`… | head`)."""


MEANING = {
    Status.DONE: "done",
    Status.FINDINGS: "findings at or above --fail-on, differences, a report not as written",
    Status.USAGE: "usage, or a place that cannot be written, such as a full disk",
    Status.INPUT: "input not usable",
    Status.GAPS: "done, but AWS refused a part or a listing was cut",
    Status.SIGN_IN: "sign-in or account problem",
    Status.BUG: "a bug",
    Status.INTERRUPTED: "interrupted",
}
"""The statuses in words, for the help."""

_GRAVEST_FIRST = (Status.BUG, Status.USAGE, Status.INPUT, Status.SIGN_IN, Status.GAPS, Status.FINDINGS)


def combined(statuses: Iterable[Status]) -> Status:
    """The one status to end with where several apply."""
    found = set(statuses)
    return next((status for status in _GRAVEST_FIRST if status in found), Status.DONE)
