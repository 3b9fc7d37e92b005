"""kill -9 at random moments of fetch, import and report leaves the old result or the new one, whole.

`make soak` kills each command 200 times.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from iamscout.errors import InputError
from iamscout.snapshot.file import load
from tests.cli.conftest import account_details
from tests.fetch.embedded_server import Call, Reply, embedded_server

ROOT = Path(__file__).parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "made-up"}
CI_KILLS = 2
SOAK_KILLS = 200

Whole = Callable[[Path], str]
"""Says which whole result stands in a folder, and raises where a part of one does."""


class Trap:
    """Counts the calls that arrive, and kills a process soon after the one that is chosen."""

    def __init__(self) -> None:
        self.url = ""
        self.calls = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.number = 0
        self.delay = 0.0

    def answer(self, _: Call, honest: Callable[[], Reply]) -> Reply:
        self.calls += 1
        if self.process is not None and self.calls == self.number:
            threading.Timer(self.delay, self.process.send_signal, (signal.SIGKILL,)).start()
        return honest()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    """A small account of moto behind a socket, which outlives the processes that are killed."""
    found = Trap()
    with embedded_server(found.answer) as found.url:
        iam = boto3.client(
            "iam",
            endpoint_url=found.url,
            region_name="us-east-1",
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )
        for number in range(4):
            iam.create_user(UserName=f"user-{number}")
        yield found


def _start(folder: Path, *arguments: str, url: str = "") -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "IAMSCOUT_"))}
    settings = {**KEYS, "AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true"} if url else {}
    return subprocess.Popen(
        [sys.executable, "-m", "iamscout", *arguments],
        cwd=folder,
        env={**kept, **settings, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _finish(folder: Path, *arguments: str, url: str = "") -> float:
    """Run a command to its end; the seconds it took."""
    began = time.monotonic()
    process = _start(folder, *arguments, url=url)
    assert process.wait(120) in (0, 4)
    return time.monotonic() - began


def _killed(folder: Path, seconds: float, *arguments: str) -> bool:
    """Whether a command was killed before its end."""
    process = _start(folder, *arguments)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait(60) == -signal.SIGKILL


def _moments(kills: int, least: float, most: float) -> list[float]:
    dice = random.Random(kills)
    return [dice.uniform(least, most) for _ in range(kills)]


def _kill_fetch(folder: Path, trap: Trap, kills: int) -> Counter[str]:
    """Kill at a random call, or up to a fifth of a second after it, when the last one may be long over."""
    folder.mkdir()
    arguments = ("fetch", "--deep", "--out", "account.json", "--quiet", "--resume")
    trap.process, trap.calls = None, 0
    _finish(folder, *arguments, url=trap.url)
    calls, target, dice = trap.calls, folder / "account.json", random.Random(kills)
    found: Counter[str] = Counter()
    for _ in range(kills):
        before = target.read_bytes()
        trap.calls, trap.number, trap.delay = 0, dice.randint(1, calls), dice.uniform(0.0, 0.2)
        trap.process = _start(folder, *arguments, url=trap.url)
        found["killed"] += trap.process.wait(120) == -signal.SIGKILL
        assert load(target).gaps == ()
        found["new" if target.read_bytes() != before else "old"] += 1
    trap.process = None
    _finish(folder, *arguments, url=trap.url)
    assert json.loads(load(target).data("iam:ListUsers") or b"{}")["Users"]
    assert not list(folder.glob("*.journal"))
    return found


def _kill_import(folder: Path, kills: int) -> Counter[str]:
    folder.mkdir()
    texts = []
    for count in (1, 2_000):
        details = account_details()
        details["UserDetailList"] = details["UserDetailList"] * count
        texts.append(json.dumps(details))
    arguments = ("import", "details.json", "--out", "account.json", "--captured-at", "2026-11-01T08:00:00Z")
    wholes, usual = [], 0.0
    for text in texts:
        (folder / "details.json").write_text(text, "utf-8")
        usual = _finish(folder, *arguments)
        wholes.append((folder / "account.json").read_bytes())
    found: Counter[str] = Counter()
    for number, seconds in enumerate(_moments(kills, usual * 0.3, usual)):
        (folder / "details.json").write_text(texts[number % 2], "utf-8")
        found["killed"] += _killed(folder, seconds, *arguments)
        found[("small", "large")[wholes.index((folder / "account.json").read_bytes())]] += 1
    return found


def _kill_report(folder: Path, kills: int) -> Counter[str]:
    folder.mkdir()
    (folder / "details.json").write_text(json.dumps(account_details()), "utf-8")
    snapshots = ("2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z")
    for day, moment in enumerate(snapshots):
        _finish(folder, "import", "details.json", "--out", f"{day}.json", "--captured-at", moment)
    usual = _finish(folder, "report", "0.json", "--out", "report")
    found: Counter[str] = Counter()
    for number, seconds in enumerate(_moments(kills, usual * 0.3, usual)):
        found["killed"] += _killed(folder, seconds, "report", f"{number % 2}.json", "--out", "report")
        if not (folder / "report").exists():
            # Killed between the two renames: the next run finds the new folder and puts it in place.
            found["between"] += 1
            assert _whole_siblings(folder)
            _finish(folder, "report", "0.json", "--out", "report")
        assert _verified(folder, "report")
        found["whole"] += 1
    _finish(folder, "report", "0.json", "--out", "report")
    return found


def _verified(folder: Path, name: str) -> bool:
    command = [sys.executable, "-m", "iamscout", "verify", name]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def _whole_siblings(folder: Path) -> list[str]:
    """Folders beside the report that are whole reports."""
    return [
        path.name for path in folder.iterdir() if path.is_dir() and (path / "SHA256SUMS").is_file()
        and _verified(folder, path.name)
    ]  # fmt: skip


def test_a_killed_fetch_leaves_the_old_or_the_new_snapshot(trap: Trap, tmp_path: Path) -> None:
    assert _kill_fetch(tmp_path / "run", trap, CI_KILLS)["killed"] >= 1


def test_a_killed_import_leaves_the_old_or_the_new_snapshot(tmp_path: Path) -> None:
    assert _kill_import(tmp_path / "run", CI_KILLS).total() >= CI_KILLS


def test_a_killed_report_leaves_the_old_or_the_new_report(tmp_path: Path) -> None:
    assert _kill_report(tmp_path / "run", CI_KILLS)["whole"] == CI_KILLS


@pytest.mark.soak
@pytest.mark.parametrize("command", ["fetch", "import", "report"])
def test_two_hundred_kills(trap: Trap, tmp_path: Path, command: str) -> None:
    folder = tmp_path / "run"
    match command:
        case "fetch":
            found = _kill_fetch(folder, trap, SOAK_KILLS)
        case "import":
            found = _kill_import(folder, SOAK_KILLS)
        case _:
            found = _kill_report(folder, SOAK_KILLS)
    print(
        f"{command}: {SOAK_KILLS} kills, "
        + ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    )


def test_nothing_that_is_cut_passes_for_whole(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"schema": "iamscout/snapshot/1", ', "utf-8")
    with pytest.raises(InputError):
        load(tmp_path / "cut.json")
