"""Everything that iamscout raises on purpose, and the exit status each of it ends a command with.

    IamscoutError          the parent; never raised itself
    ├── UsageError    2    the command was asked for something it cannot do
    │   └── OutputError 2  the place to write to cannot be written
    ├── InputError    3    a file or folder that was given cannot be used
    └── SignInError   5    AWS did not accept the credentials, or it is another account than expected

The other statuses are not errors (0 done, 1 findings, 4 done with gaps) or nobody's intention (70 a bug,
130 interrupted). What AWS refuses during a fetch is data, a gap of the snapshot, and never an exception.
"""

from typing import ClassVar


class IamscoutError(Exception):
    """A problem told in one line: what is wrong, where, and what to do about it.

    `message` says what is wrong, without a full stop ("not a snapshot"). `where` names the file, option or
    resource it is about. `remedy` is the next step ("run `iamscout import` on it"). The command line
    catches this class and nothing else, prints it and ends with `exit_status`.
    """

    exit_status: ClassVar[int] = 70

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        step = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{step}"


class UsageError(IamscoutError):
    """The command was asked for something it cannot do: an unknown name, a missing extra, options at odds."""

    exit_status = 2


class OutputError(UsageError):
    """The place that `--out` names cannot be written, or holds something that is not ours to replace."""


class InputError(IamscoutError):
    """A file or folder that was given cannot be used: unreadable, of the wrong kind, from a newer version."""

    exit_status = 3


class SignInError(IamscoutError):
    """AWS did not accept the credentials, there are none, or they belong to another account than expected."""

    exit_status = 5
