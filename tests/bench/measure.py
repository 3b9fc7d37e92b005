"""One command as a whole process: wall time, CPU time and peak memory, as the system counts them."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One finished process; times in seconds, memory in MiB.

    `memory` is the peak of the process itself, `together` that of it and its children, with what they share
    counted once; that one is sampled, and 0 where the system does not tell.
    """

    wall: float
    cpu: float
    memory: float
    together: float
    status: int


@dataclass(frozen=True)
class Figure:
    """Several runs of one command."""

    name: str
    runs: tuple[Run, ...]

    @property
    def wall(self) -> float:
        """Median wall time in seconds."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def memory(self) -> float:
        """Largest peak memory in MiB."""
        return max(run.memory for run in self.runs)

    @property
    def together(self) -> float:
        """Largest peak memory of the process and its children in MiB."""
        return max(run.together for run in self.runs)

    @property
    def failed(self) -> bool:
        """Whether any run ended with a status that is no result (4 tells of gaps)."""
        return any(run.status not in {0, 1, 4} for run in self.runs)


def run_once(command: Sequence[str], log: Path) -> Run:
    """Run a command to its end; what it prints goes to `log`."""
    with log.open("ab") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        together, look = 0.0, start + _BETWEEN_LOOKS
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        while not ended:
            if time.perf_counter() > look:
                together = max(together, _together(process.pid))
                look = time.perf_counter() + _BETWEEN_LOOKS
            time.sleep(_PAUSE)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, together, process.returncode)


_PAUSE = 0.002
"""Seconds between two looks whether a command has ended."""
_BETWEEN_LOOKS = 0.5
"""Seconds between two looks at its memory, each of which holds it up for some milliseconds."""


def _together(pid: int) -> float:
    """Memory of a process and its children in MiB; what several share counts for each in part."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        texts = [Path(f"/proc/{each}/smaps_rollup").read_text() for each in (pid, *children)]
    except OSError:
        return 0.0  # not this system, or just ended
    lines = [line.split() for text in texts for line in text.splitlines()]
    return sum(int(words[1]) for words in lines if words[0] == "Pss:") / 1024


def in_turn(commands: Mapping[str, Sequence[str]], runs: int, log: Path) -> dict[str, Figure]:
    """Run the commands in turn, A B A B: on a shared machine only ratios of such runs hold."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(run_once(command, log))
    return {name: Figure(name, tuple(done)) for name, done in found.items()}
