"""A report made by two processes: the same bytes as by one, and what can be made while one waits is."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# A program of its own: pytest may have threads, and a forked pytest would go on with the tests.
PROGRAM = """
import sys
from pathlib import Path
from iamscout.analysis import estate, run as judging
from iamscout.cli import delivery
from iamscout.cli.main import run
from iamscout.report import groundwork, site
from iamscout.snapshot.file import store
from tests.report.accounts import large

told = []
def heard(place, name):
    plain = getattr(place, name)
    def listened(*given, **named):
        told.append(name)
        return plain(*given, **named)
    setattr(place, name, listened)
heard(groundwork, "lay_groundwork")
heard(estate.Forked, "values")
heard(site, "render")

folder, processes = Path(sys.argv[1]), int(sys.argv[2])
delivery.processors = lambda: processes
judging.WORTH_FORKING = site.WORTH_SHARING = 1
store(large(), folder / "snapshot.json")
assert run(["report", str(folder / "snapshot.json"), "--out", str(folder / "site")]) in (0, 4)
sys.stderr.write(" ".join(told))
"""


def _report(folder: Path, processes: int) -> tuple[str, str]:
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(processes)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return (folder / "site" / "SHA256SUMS").read_text(), done.stderr.splitlines()[-1]


def test_two_processes_make_the_same_report_as_one(tmp_path: Path) -> None:
    alone, told_alone = _report(tmp_path / "alone", 1)
    both, told = _report(tmp_path / "both", 2)
    assert both == alone
    assert told_alone == "render"
    assert told == "lay_groundwork values render values"
