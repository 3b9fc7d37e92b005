"""A forked process that works something out beside this one, and hands it over by a pipe.

It has all of this process's memory without a copy of it. One that ends too early, for whatever reason, takes
nothing with it: whoever waits for its value makes it again, and then meets the reason itself.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

Made = TypeVar("Made")


def can_fork() -> bool:
    """Whether forking is safe here: Linux, and no thread that could hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


class Forked(Generic[Made]):
    """A process of its own that calls `make`, from now to the end of a `with` block at the latest.

    What is made must be something that can be pickled. Where the system has no room for another process there
    is none, and nothing is made.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        start, end = os.pipe()
        self._pipe = os.fdopen(start, "rb")
        self._pid: int | None = None
        with contextlib.suppress(OSError):
            self._pid = os.fork()
        if self._pid != 0:
            os.close(end)
            return
        try:
            told = pickle.dumps(make(), pickle.HIGHEST_PROTOCOL)  # a full pipe would hold it up in the middle
            with os.fdopen(end, "wb") as pipe:
                pipe.write(told)
            os._exit(0)
        finally:
            os._exit(1)  # no traceback: the parent does it again and has its own

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def values(self) -> list[Made]:
        """Wait for what was made: one value, or none where the process came to no good end."""
        told = self._pipe.read()
        if self._pid is None:
            return []
        _, status = os.waitpid(self._pid, 0)
        self._pid = None
        return [pickle.loads(told)] if status == 0 else []  # noqa: S301  # written by our own child

    def stop(self) -> None:
        """End the process where nobody has waited for it."""
        self._pipe.close()
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = None
