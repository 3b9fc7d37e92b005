"""Time and peak memory of each step on generated accounts, as ratios from one run: `make bench`.

Every figure is a whole process, run in turn with what it is compared to. The floor is the least that any
report costs: decoding the file, and writing as many bytes in as many files. A peer is any command; `{file}`
in it becomes the account's file as the AWS CLI prints it, `{out}` an empty folder.

    make bench
    make bench ARGS="--sizes small,medium,large --runs 3"
    make bench ARGS="--sizes small --peer 'cloudsplaining scan -i {file} -o {out} -s'"
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.goals import goals
from tests.bench.measure import Figure, in_turn, run_once

HERE = Path(__file__).resolve().parent
GENERATOR = HERE.parents[2] / "shared" / "bench" / "make_account.py"
CLI = (sys.executable, "-m", "iamscout")
STEPS = (sys.executable, str(HERE / "steps.py"))


def main() -> int:
    """Measure every size asked for; 1 where a command failed."""
    options = _options()
    if not options.generator.is_file():
        print(
            f"{options.generator}: no generator of accounts there; name one with --generator", file=sys.stderr
        )
        return 2
    work = Path(tempfile.mkdtemp(prefix="bench-", dir=options.where))
    try:
        found = [_measure(size, options, work) for size in options.sizes.split(",")]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _print_growth(dict(zip(options.sizes.split(","), found, strict=True)))
    return int(any(figure.failed for figures in found for figure in figures.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", default="small,medium", help="of the generator, with commas (default: small,medium)"
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of each command, in turn (default: 3)")
    parser.add_argument("--peer", help="a command to run in turn with ours; {file} and {out} are filled in")
    parser.add_argument("--generator", type=Path, default=GENERATOR, help="a program that writes accounts")
    parser.add_argument("--where", help="folder to work under (a tmpfs shows the program, a disk the files)")
    return parser.parse_args()


def _measure(size: str, options: argparse.Namespace, work: Path) -> dict[str, Figure]:
    folder = work / size
    folder.mkdir()
    file, snapshot, site, log = (
        folder / "account.json",
        folder / "snapshot.json",
        folder / "site",
        folder / "log",
    )
    generate = [
        sys.executable,
        str(options.generator),
        "--size",
        size,
        "--credential-report",
        "--out",
        str(file),
    ]
    subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
    report = folder / "account.credential-report.csv"
    run_once([*CLI, "import", str(file), str(report), "--out", str(snapshot)], log)
    run_once([*CLI, "report", str(snapshot), "--out", str(site)], log)
    commands: dict[str, list[str]] = {
        "python itself": [sys.executable, "-c", "pass"],
        "--version": [*CLI, "--version"],
        "--help": [*CLI, "--help"],
        "decode and write the same bytes": [*STEPS, "floor", str(file), str(site)],
        "import": [*CLI, "import", str(file), str(report), "--out", str(folder / "again.json")],
        "load and parse": [*STEPS, "load", str(snapshot)],
        "… and edges": [*STEPS, "edges", str(snapshot)],
        "… and rules": [*STEPS, "analyze", str(snapshot)],
        "… and the site": [*CLI, "report", str(snapshot), "--out", str(site)],
        "10,000 answers": [*STEPS, "ask", str(snapshot), "10000"],
    }
    if options.peer:
        out = folder / "peer"
        out.mkdir()
        commands["peer"] = [part.format(file=file, out=out) for part in shlex.split(options.peer)]
    figures = in_turn(commands, options.runs, log)
    _print(size, figures, file.stat().st_size)
    print(f"\n{'goals':44}{'figure':>10}{'at most':>10}")
    for goal in goals(size, figures, site, folder):
        print(goal)
    if any(figure.failed for figure in figures.values()):
        print(log.read_text(errors="replace")[-2000:], file=sys.stderr)
    return figures


def _print(size: str, figures: dict[str, Figure], size_of_file: int) -> None:
    floor = figures["decode and write the same bytes"].wall
    print(f"\n{size}: {size_of_file / 1e6:.1f} MB, medians of {len(figures['import'].runs)} runs in turn")
    print(f"{'':34}{'wall s':>9}{'MiB':>7}{'x floor':>9}{'x peer':>9}")
    for name, figure in figures.items():
        peer = f"{figure.wall / figures['peer'].wall:9.3f}" if "peer" in figures else ""
        failed = "  FAILED" if figure.failed else ""
        print(f"{name:34}{figure.wall:9.2f}{figure.memory:7.0f}{figure.wall / floor:9.2f}{peer}{failed}")


def _print_growth(sizes: dict[str, dict[str, Figure]]) -> None:
    """How each step grows from one size to the next."""
    names = list(sizes)
    for before, after in pairwise(names):
        print(f"\ngrowth {before} -> {after}")
        for step in ("load and parse", "… and edges", "… and rules", "… and the site"):
            print(f"{step:34}{sizes[after][step].wall / sizes[before][step].wall:8.1f} x")


if __name__ == "__main__":
    sys.exit(main())
