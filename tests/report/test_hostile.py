"""Whatever an account holds stays text: in pages, file names, the CSV."""

import csv
import io
import re

import pytest

from iamscout.report.site import files
from iamscout.report.text import INVISIBLE
from tests.report.accounts import HOSTILE, SECRETS, assess, site
from tests.report.html_checks import Page

OURS = {
    "a", "b", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "footer", "h1", "h2", "h3",
    "header", "html", "i", "img", "li", "link", "main", "meta", "nav", "ol", "p", "pre", "script",
    "section", "small", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "title", "tr",
    "ul", "desc", "rect", "svg", "text", "tspan",
}  # fmt: skip


def _table() -> list[list[str]]:
    content = dict(files(assess("hostile"), b"{}"))["data/findings.csv"]
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_pages_hold_no_element_and_attribute_but_ours() -> None:
    attributes: set[str] = set()
    for path, text in site("hostile").items():
        for tag, found, _ in Page(text).elements:
            assert tag in OURS, (path, tag)
            assert tag != "img" or found["src"].endswith("assets/mark.svg")
            attributes.update(found)
    assert {name for name in attributes if name.startswith(("on", "style"))} == set()


def test_no_link_comes_from_data() -> None:
    links = {each["href"] for text in site("hostile").values() for each in Page(text).all("a")}
    assert [
        link
        for link in links
        if not re.fullmatch(r"(\.\./)?[A-Za-z0-9./-]*(#[A-Za-z0-9-]+)?|https://[^<>\"]+", link)
    ] == []


def test_no_invisible_character_reaches_a_page() -> None:
    for path, text in site("hostile").items():
        assert INVISIBLE.search(text) is None, path
    assert any("\\u202Egnp.exe" in text for text in site("hostile").values())


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_shown_as_what_it_is(text: str) -> None:
    wanted = INVISIBLE.sub("", text).strip()
    bare = re.compile(r"\\u[0-9A-F]{4}|\\U[0-9A-F]{8}")
    assert any(wanted in bare.sub("", "".join(Page(page).text)) for page in site("hostile").values())


def test_template_syntax_in_data_is_not_evaluated() -> None:
    texts = ["".join(Page(page).text) for page in site("hostile").values()]
    assert any("{{7*7}}{% raw %}" in text for text in texts)


def test_no_secret_is_in_any_file() -> None:
    for path, content in files(assess("hostile"), b"{}"):
        for secret in SECRETS:
            assert secret.encode() not in content, path
    assert any("AKIA************MPLE" in text for text in site("hostile").values())
    assert "texts that look like credentials are hidden" in site("hostile")["method.html"]
    assert "correct horse" not in "".join(site("everyday").values())


def test_no_cell_of_the_csv_is_a_formula() -> None:
    rows = _table()
    assert len(rows) > len(HOSTILE)
    starts = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
    assert [cell for row in rows for cell in row if cell.lstrip(" ").startswith(starts)] == []
    assert any(cell.startswith(("'=cmd", "'+1", "'@SUM")) for row in rows for cell in row)


def test_the_csv_has_a_line_for_each_finding_and_every_cell_quoted() -> None:
    rows = _table()
    assert rows[0][:5] == ["key", "severity", "confidence", "status", "rule"]
    assert [row[0] for row in rows[1:]] == [finding.key for finding in assess("hostile").findings]
    raw = dict(files(assess("hostile"), b"{}"))["data/findings.csv"].decode()
    assert all(line.startswith('"') and line.endswith('"') for line in raw.removesuffix("\r\n").split("\r\n"))
