"""The sdist and the wheel built from it hold what the package needs, and nothing that is not ours to ship."""

import email
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import iamscout

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


def _files_below(folder: str) -> set[str]:
    """Paths below a folder of the checkout, without what Python and editors leave behind."""
    top = ROOT / folder
    return {
        file.relative_to(top).as_posix()
        for file in top.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }


def _names_in_wheel(wheel: Path, folder: str) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name.removeprefix(folder) for name in archive.namelist() if name.startswith(folder)}


@pytest.mark.parametrize(("folder", "inside"), [("templates", "_templates"), ("static", "_static")])
def test_the_wheel_holds_every_file_that_pages_are_made_of(wheel: Path, folder: str, inside: str) -> None:
    expected = _files_below(folder)
    assert expected
    assert _names_in_wheel(wheel, f"iamscout/{inside}/") == expected


def test_the_wheel_holds_every_module(wheel: Path) -> None:
    modules = {
        name
        for name in _names_in_wheel(wheel, "iamscout/")
        if not name.startswith(("_templates/", "_static/"))
    }
    assert modules == _files_below("iamscout")


def test_the_wheel_holds_nothing_beside_the_package(wheel: Path) -> None:
    assert {name.split("/")[0] for name in _names_in_wheel(wheel, "")} == {
        "iamscout",
        f"iamscout-{iamscout.__version__}.dist-info",
    }


def test_the_wheel_names_its_version_licence_extras_and_command(wheel: Path) -> None:
    home = f"iamscout-{iamscout.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(f"{home}/METADATA"))
        commands = archive.read(f"{home}/entry_points.txt").decode()
    assert metadata["Version"] == iamscout.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("Provides-Extra") == ["demo", "dev"]
    assert "iamscout = iamscout.cli.main:main" in commands


def test_the_sdist_holds_the_sources_and_no_report(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    expected = {
        f"{folder}/{name}" for folder in ("templates", "static", "tests") for name in _files_below(folder)
    }
    assert sorted(expected - names) == []
    assert {
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "Makefile",
        "requirements-dev.txt",
        "pyproject.toml",
    } <= names
    assert [name for name in names if name.startswith("reports/")] == []


def test_the_wheel_makes_the_demo_report_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("-c", "import iamscout; print(iamscout.__file__)").startswith(str(unpacked))
    run("-m", "iamscout", "demo", "--out", "report")
    assert (tmp_path / "report" / "index.html").is_file()
    assert list((tmp_path / "report" / "assets").iterdir())
