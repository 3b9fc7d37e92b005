"""Rendering by several processes: the same bytes, every page once, and no page lost with a process."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

RENDER = """
import os, sys
from pathlib import Path
from iamscout.report import site
from tests.report.accounts import assess
processes, killed, out = int(sys.argv[1]), sys.argv[2] == "killed", Path(sys.argv[3])
site.WORTH_SHARING, site.SHARE, main, rendered = 1, 5, os.getpid(), site._Site.rendered
def render(self, page):
    if os.getpid() != main:
        (out.parent / f"helper-{os.getpid()}").touch()
        if killed and page.path.startswith("roles/"):
            os.kill(os.getpid(), 9)
    return rendered(self, page)
site._Site.rendered = render
site.render(assess(*sys.argv[4:]), out, processes=processes)
"""

TASKS = """
import os, sys
from iamscout.report.crew import Crew
done = []
def work(number):
    if os.getpid() != main and number % 7 == 3:
        raise ValueError("a helper's own problem")
    done.append(number)
main = os.getpid()
left = set(range(200))
with Crew(2, 200, work, lambda: "told") as crew:
    for number, _ in zip(crew.tasks(), range(3)):
        work(number)
        left.discard(number)
    for numbers, word in crew.results():
        assert word == "told"
        left.difference_update(numbers)
print(len(done), len(left))
try:
    with Crew(2, 1000, lambda number: __import__("time").sleep(60), lambda: None):
        raise KeyboardInterrupt
except KeyboardInterrupt:
    pass
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("no helper is left")
"""


def _python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


def _render(out: Path, processes: int, *names: str, killed: bool = False) -> str:
    done = _python(RENDER, str(processes), "killed" if killed else "", str(out), *names)
    assert done.stderr == ""
    return (out / "SHA256SUMS").read_text()


@pytest.mark.parametrize("names", [("large", "neighbour"), ("hostile",)])
def test_several_processes_write_the_same_bytes(tmp_path: Path, names: tuple[str, ...]) -> None:
    alone = _render(tmp_path / "alone", 1, *names)
    assert list(tmp_path.glob("helper-*")) == []
    assert _render(tmp_path / "shared", 3, *names) == alone
    assert len(list(tmp_path.glob("helper-*"))) > 0
    assert list(tmp_path.glob(".*")) == []


def test_what_a_killed_process_left_is_done_again(tmp_path: Path) -> None:
    alone = _render(tmp_path / "alone", 1, "large")
    assert _render(tmp_path / "shared", 3, "large", killed=True) == alone
    assert len(list(tmp_path.glob("helper-*"))) > 0


def test_tasks_of_a_helper_that_failed_are_told_as_undone() -> None:
    done = _python(TASKS)
    numbers, rest = done.stdout.splitlines()
    own, left = map(int, numbers.split())
    assert (own, left) == (3, 197)
    assert rest == "no helper is left"
    assert done.stderr == ""
