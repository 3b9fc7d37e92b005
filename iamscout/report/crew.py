"""Rendering shared among forked processes: everybody takes the next task from one pipe when free.

A forked process has all of the analysis without a copy of it. One that ends too early, for whatever reason,
takes nothing with it: what it did not report as done is done again by the process that forked it, which then
meets the reason itself.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar

MOST_TASKS = 1_000
"""So many numbers of tasks fit into every pipe at once."""

_TASK = struct.Struct(">H")

Made = TypeVar("Made")


def can_fork() -> bool:
    """Whether forking is safe here: Linux, and no thread that could hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


class Crew(Generic[Made]):
    """Forked helpers for `count` tasks, in a `with` block.

    Each helper calls `work` with the number of a task, and at its end `made` with the numbers of all it did,
    for a value to hand over.
    """

    def __init__(
        self, helpers: int, count: int, work: Callable[[int], None], made: Callable[[], Made]
    ) -> None:
        if count > MOST_TASKS:
            raise ValueError(f"{count} tasks, {MOST_TASKS} at most")
        self._helpers = helpers
        self._count = count
        self._work = work
        self._made = made
        self._parent = os.getpid()
        self._tasks = -1
        self._running: dict[int, int] = {}

    def __enter__(self) -> Self:
        self._tasks, end = os.pipe()
        os.write(end, b"".join(map(_TASK.pack, range(self._count))))
        os.close(end)  # so that an empty pipe is the end of all tasks
        for _ in range(self._helpers):
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._tasks)
        for pid, outcome in self._running.items():
            os.close(outcome)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self._running.clear()

    def tasks(self) -> Iterator[int]:
        """Numbers of tasks that nobody else has taken."""
        while number := os.read(self._tasks, _TASK.size):
            yield _TASK.unpack(number)[0]

    def results(self) -> Iterator[tuple[Sequence[int], Made]]:
        """Wait for the helpers: the tasks and the value of each that came to its end."""
        for pid, outcome in tuple(self._running.items()):
            with os.fdopen(outcome, "rb") as pipe:
                told = pipe.read()
            del self._running[pid]
            _, status = os.waitpid(pid, 0)
            if status == 0:
                yield pickle.loads(told)  # noqa: S301  # written by our own child

    def _start(self) -> None:
        outcome, end = os.pipe()
        pid = os.fork()
        if pid:
            os.close(end)
            self._running[pid] = outcome
            return
        try:
            done = []
            for number in self.tasks():
                if os.getppid() != self._parent:
                    break  # nobody waits for it
                self._work(number)
                done.append(number)
            with os.fdopen(end, "wb") as pipe:
                pickle.dump((done, self._made()), pipe)
            os._exit(0)
        finally:
            os._exit(1)  # no traceback: the parent does it again and has its own
