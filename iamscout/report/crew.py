"""Rendering shared among forked processes: everybody takes the next task from one pipe when free.

What a process that ended too early did not report as done is done again by the process that forked it.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Generic, Self, TypeVar

from iamscout.analysis.forked import Forked

MOST_TASKS = 1_000
"""So many numbers of tasks fit into every pipe at once."""

_TASK = struct.Struct(">H")

Made = TypeVar("Made")


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
        self._running: list[Forked[tuple[list[int], Made]]] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._tasks, end = os.pipe()
            opened.callback(os.close, self._tasks)
            os.write(end, b"".join(map(_TASK.pack, range(self._count))))
            os.close(end)  # so that an empty pipe is the end of all tasks
            for _ in range(self._helpers):
                self._running.append(opened.enter_context(Forked(self._help)))
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def tasks(self) -> Iterator[int]:
        """Numbers of tasks that nobody else has taken."""
        while number := os.read(self._tasks, _TASK.size):
            yield _TASK.unpack(number)[0]

    def results(self) -> Iterator[tuple[Sequence[int], Made]]:
        """Wait for the helpers: the tasks and the value of each that came to its end."""
        for helper in self._running:
            yield from helper.values()

    def _help(self) -> tuple[list[int], Made]:
        done = []
        for number in self.tasks():
            if os.getppid() != self._parent:
                break  # nobody waits for it
            self._work(number)
            done.append(number)
        return done, self._made()
