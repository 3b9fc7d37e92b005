"""`iamscout demo`: the report of the embedded organization, without network, the same every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from iamscout.snapshot.file import load_all

ROOT = Path(__file__).parents[2]

OFFLINE = """
import socket, sys
def no_network(*_):
    raise AssertionError("the demo must not use the network")
socket.socket.connect = no_network
sys.argv = ["iamscout", *sys.argv[1:]]
from iamscout.cli.main import main
main()
"""

SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {
        "PYTHONHASHSEED": "2",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "POSIX",
        "AWS_PROFILE": "of-somebody",
        "AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    },
)


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    """Two runs in different surroundings, as pairs of folder and what was printed."""
    folders = [tmp_path_factory.mktemp("demo") for _ in SURROUNDINGS]
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", OFFLINE, "demo", "--out", "demo"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for folder, environment in zip(folders, SURROUNDINGS, strict=True)
    ]
    told = []
    for folder, process in zip(folders, started, strict=True):
        out, problems = process.communicate(timeout=300)
        assert process.returncode == 0, problems
        told.append((folder, out))
    return told


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_twice_the_demo_is_the_same_bytes(demos: list[tuple[Path, str]]) -> None:
    (one, said), (other, said_again) = demos
    first, second = _files(one), _files(other)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert said.replace(str(one), "") == said_again.replace(str(other), "")


def test_it_writes_three_snapshots_and_one_report_over_them(demos: list[tuple[Path, str]]) -> None:
    folder, _ = demos[0]
    accounts = {snapshot.account for snapshot in load_all([folder / "demo-snapshots"])}
    assert accounts == {"111122223333", "444455556666", "555566667777"}
    assert (folder / "demo" / "index.html").is_file()
    assert {path.name for path in folder.iterdir()} == {"demo", "demo-snapshots", "demo-earlier"}


def test_its_report_tells_what_changed_since_an_earlier_moment(demos: list[tuple[Path, str]]) -> None:
    folder, _ = demos[0]
    earlier = load_all([folder / "demo-earlier"])
    assert {f"{snapshot.captured_at:%Y-%m-%d}" for snapshot in earlier} == {"2026-08-01"}
    document = json.loads((folder / "demo" / "data" / "diff.json").read_text("utf-8"))
    effects = {
        change["resource"].rpartition("/")[2]: (change["change"], change["effect"])
        for change in document["resources"]
        if change["effect"] != "neutral"
    }
    assert effects == {
        "vendor-monitoring": ("changed", "widened"),
        "hackday-sandbox": ("changed", "widened"),
        "deploy-frontend": ("changed", "widened"),
        "support-engineer": ("changed", "widened"),
        "RoleAA-IAMFullAccess": ("changed", "narrowed"),
        "ci-deploy": ("changed", "widened"),
        "heidi": ("changed", "widened"),
        "data-export": ("removed", "narrowed"),
        "oscar": ("removed", "narrowed"),
    }
    assert document["power"]["admins_gained"] == ["arn:aws:iam::111122223333:user/ci-deploy"]
    assert not any(change["recreated"] for change in document["resources"])


def test_it_prints_the_address_of_the_report(demos: list[tuple[Path, str]]) -> None:
    folder, said = demos[0]
    assert said.splitlines()[-1] == f"report: {(folder / 'demo' / 'index.html').as_uri()}"


def test_it_has_no_false_gap(demos: list[tuple[Path, str]]) -> None:
    assert "not collected" not in demos[0][1]


def test_without_the_extra_it_names_the_extra(tmp_path: Path) -> None:
    program = OFFLINE.replace("import socket, sys", "import socket, sys\nsys.modules['moto'] = None")
    done = subprocess.run(
        [sys.executable, "-c", program, "demo", "-q"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        'iamscout: demo: the embedded AWS is not installed; run `pip install "iamscout[demo]"`\n'
    )
    assert list(tmp_path.iterdir()) == []
