"""The report as one file, and the summary on paper, in a browser."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from iamscout.report.whole_file import write_whole_file
from tests.browser.conftest import Open
from tests.browser.test_pages import AXE, OVERFLOW, RUN_AXE
from tests.report.accounts import assess

pytestmark = pytest.mark.browser


def whole(folder: Path, tmp_path: Path) -> str:
    return write_whole_file(folder, tmp_path / "whole.html")[0].as_uri()


@pytest.mark.parametrize("name", ["everyday", "hostile"])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_the_single_file_is_styled_and_fails_nowhere(
    visit: Open, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    visiting = visit(name, width=width, color_scheme=scheme)
    visiting.page.goto(whole(visiting.folder, tmp_path))

    assert visiting.troubles == []
    assert visiting.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visiting.page.evaluate(OVERFLOW) == []
    assert visiting.page.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert visiting.page.evaluate("window.hit") is None


def test_hostile_names_run_nothing_in_the_single_file_without_its_policy(visit: Open, tmp_path: Path) -> None:
    visiting = visit("hostile", bypass_csp=True)
    visiting.page.goto(whole(visiting.folder, tmp_path))

    assert visiting.page.evaluate("window.hit") is None
    assert visiting.troubles == []


def test_the_policy_of_the_single_file_lets_no_script_in(visit: Open, tmp_path: Path) -> None:
    visiting = visit("everyday")
    file = tmp_path / "whole.html"
    whole(visiting.folder, tmp_path)
    text = file.read_text("utf-8")
    file.write_text(text.replace("</main>", "<script>window.hit = 1</script></main>"), "utf-8")
    visiting.page.goto(file.as_uri())

    assert visiting.page.evaluate("window.hit") is None


def test_axe_finds_nothing_in_the_single_file(visit: Open, tmp_path: Path) -> None:
    visiting = visit("everyday", bypass_csp=True)
    visiting.page.goto(whole(visiting.folder, tmp_path))
    visiting.page.evaluate(AXE.read_text("utf-8"))

    assert visiting.page.evaluate(RUN_AXE) == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_each_printed_page_of_the_summary_says_whose_it_is(visit: Open, paper: str) -> None:
    visiting = visit("everyday", color_scheme="dark")
    visiting.go("summary.html")
    printed = PdfReader(io.BytesIO(visiting.page.pdf(format=paper)))
    texts = [page.extract_text() for page in printed.pages]
    grave = [
        finding.key
        for finding in assess("everyday", "neighbour").findings
        if finding.status == "open" and finding.severity in {"critical", "high"}
    ]

    assert 5 < len(texts) <= 20
    assert [number for number, text in enumerate(texts, 1) if "CONFIDENTIAL · IAM report" not in text] == []
    assert [number for number, text in enumerate(texts, 1) if "captured 2026-" not in text] == []
    assert [key for key in grave if f"f-{key}" not in "".join(texts)] == []
