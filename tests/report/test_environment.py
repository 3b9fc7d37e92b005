"""Compiled templates are kept where Python keeps its modules, and never stand in for another template."""

import sys
from pathlib import Path

import jinja2
import pytest

from iamscout.report import assets
from iamscout.report import environment as module
from iamscout.report.environment import environment
from iamscout.report.text import Display


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where compiled templates go, instead of the package's own folder; `page.html` is the one template."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(assets, "templates", lambda: tmp_path)
    (tmp_path / "page.html").write_text("old {{ 1 + 1 }}")
    folder = tmp_path / "cache" / Path(module.__file__).parent.relative_to("/")
    folder.mkdir(parents=True)
    return folder


def _text() -> str:
    return environment(Display()).get_template("page.html").render()


def test_a_compiled_template_is_used_again(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _text() == "old 2"
    assert len(list(kept.iterdir())) == 1
    monkeypatch.setattr(module._Direct, "visit_Template", None)  # nothing can be compiled any more
    assert _text() == "old 2"


def test_a_changed_template_replaces_the_compiled_one(kept: Path, tmp_path: Path) -> None:
    assert _text() == "old 2"
    (tmp_path / "page.html").write_text("new")
    assert _text() == "new"
    assert len(list(kept.iterdir())) == 1


def test_another_version_of_jinja_compiles_anew(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _text() == "old 2"
    before = [file.read_bytes() for file in kept.iterdir()]
    monkeypatch.setattr(jinja2, "__version__", "99")
    assert _text() == "old 2"
    assert [file.read_bytes() for file in kept.iterdir()] != before


def test_a_damaged_file_is_replaced(kept: Path) -> None:
    assert _text() == "old 2"
    (file,) = kept.iterdir()
    file.write_bytes(file.read_bytes()[:60])
    assert _text() == "old 2"


@pytest.mark.parametrize("why", ["told not to", "cannot"])
def test_nothing_is_kept_where_python_keeps_nothing(
    kept: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "told not to":
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
    else:
        kept.rmdir()
        kept.write_text("in the way")
    assert _text() == "old 2"
    assert kept.is_file() or list(kept.iterdir()) == []


def test_numbers_have_separators_where_asked_for(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<p data-n="{{ 12345 }}">{{ 12345 | n }} {{ "12345" | n }} {{ 7 | n }}</p>'
    )
    assert _text() == '<p data-n="12345">12,345 12345 7</p>'
    assert kept.is_dir()
