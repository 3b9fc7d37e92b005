"""A forked process: its value, its end without one, no room for it, and none left behind."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# A program of its own: pytest may have threads, and a forked pytest would go on with the tests.
PROGRAM = """
import os, signal, time
from iamscout.analysis.forked import Forked

with Forked(lambda: {"made by": os.getpid()}) as forked:
    (told,) = forked.values()
assert told["made by"] not in (0, os.getpid())

for end in (lambda: 1 / 0, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: (lambda: "no pickle")):
    with Forked(end) as forked:
        assert forked.values() == []

with Forked(lambda: b"x" * 5_000_000) as forked:
    assert [len(each) for each in forked.values()] == [5_000_000]

try:
    with Forked(lambda: time.sleep(60)):
        raise KeyboardInterrupt
except KeyboardInterrupt:
    pass
fork = os.fork
def refuse():
    raise BlockingIOError("Resource temporarily unavailable")
os.fork = refuse
with Forked(lambda: "never") as forked:
    assert forked.values() == []
os.fork = fork
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("nobody is left")
"""


def test_a_forked_process_hands_over_its_value_or_nothing_and_is_never_left_behind() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=50, check=False
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("nobody is left\n", "", 0)
