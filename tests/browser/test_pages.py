"""The report in a browser, opened from file://: nothing fails, is fetched or overflows, all can use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import REPORTS, Open, one_of_each
from tests.report.accounts import ALIAS

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RUN_AXE = (
    "axe.run({resultTypes: ['violations'],"
    " runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    ".then(done => done.violations.map(each => `${each.id}: ${each.nodes[0].html}`))"
)
OVERFLOW = (
    "[...document.querySelectorAll('body *')].filter(each => !each.closest('.scroll')"
    " && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 120))"
)
LOOKS = ((1440, "light"), (320, "dark"))

looks = pytest.mark.parametrize(("width", "scheme"), LOOKS, ids=["wide-light", "narrow-dark"])
report = pytest.mark.parametrize("name", REPORTS)


@report
@looks
def test_nothing_fails_nothing_is_fetched_and_only_tables_scroll(
    visit: Open, name: str, width: int, scheme: str
) -> None:
    visiting = visit(name, width=width, color_scheme=scheme)
    for path in one_of_each(visiting.folder):
        visiting.go(path)
        assert visiting.troubles == [], path
        assert visiting.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert visiting.page.evaluate(OVERFLOW) == [], path


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("everyday", 1440, "light"),
        ("everyday", 1440, "dark"),
        ("everyday", 320, "light"),
        ("everyday", 320, "dark"),
        ("hostile", 320, "dark"),
    ],
)
def test_axe_finds_nothing(visit: Open, name: str, width: int, scheme: str) -> None:
    visiting = visit(name, width=width, color_scheme=scheme, bypass_csp=True)
    source = AXE.read_text("utf-8")
    for path in one_of_each(visiting.folder):
        visiting.go(path)
        visiting.page.evaluate(source)
        assert visiting.page.evaluate(RUN_AXE) == [], path


@pytest.mark.parametrize("bypass", [False, True], ids=["with CSP", "without CSP"])
def test_hostile_names_run_nothing(visit: Open, *, bypass: bool) -> None:
    """All pages without the policy, where nothing but escaping holds; with it one of each kind."""
    visiting = visit("hostile", bypass_csp=bypass)
    every = sorted(page.relative_to(visiting.folder).as_posix() for page in visiting.folder.rglob("*.html"))
    for path in every if bypass else one_of_each(visiting.folder):
        visiting.go(path)
        assert visiting.page.evaluate("window.hit") is None, path
        assert ALIAS[:-1] in visiting.page.title(), path
        assert visiting.page.title().endswith("\\u202E (111122223333) - iamscout"), path
    assert visiting.troubles == []


def test_everything_is_there_without_javascript(visit: Open) -> None:
    scripted, plain = visit("everyday"), visit("everyday", java_script_enabled=False)
    for path in one_of_each(scripted.folder):
        plain.go(path)
        scripted.go(path)
        shown = plain.page.locator("main").inner_text()
        # Arrows on the sorting buttons and the line of tools above a table are all that is added.
        missing = set(scripted.page.locator("main tbody, main p, main li, main pre").all_inner_texts()) - set(
            plain.page.locator("main tbody, main p, main li, main pre").all_inner_texts()
        )
        assert missing == set(), path
        assert plain.page.locator("button, input").count() == 0, path
        assert shown.strip(), path


def test_a_table_sorts_and_filters(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html")
    page = visiting.page
    names = page.locator("tbody th")
    gravest = page.locator("tbody td").first.inner_text()
    page.get_by_role("button", name="Role", exact=True).click()
    ascending = names.all_inner_texts()
    assert ascending == sorted(ascending, key=str.lower)
    assert page.locator("th[aria-sort]").count() == 1
    page.get_by_role("button", name="Role", exact=True).click()
    assert names.all_inner_texts() == ascending[::-1]
    page.get_by_role("button", name="Severity").click()
    assert page.locator("tbody td").first.inner_text() == gravest
    page.get_by_label("Filter these rows").fill("vend")
    assert next(each for each in names.all() if each.is_visible()).inner_text() == "vendor"
    assert page.locator(".tools").get_by_role("status").inner_text() == f"1 of {len(ascending)} rows"
    assert visiting.troubles == []


@pytest.mark.parametrize("path", ["index.html", "roles.html", "rules/role-trusts-everyone.html"])
def test_header_and_navigation_leave_most_of_a_small_screen_to_the_page(visit: Open, path: str) -> None:
    visiting = visit("everyday", width=320)
    visiting.go(path)
    box = visiting.page.locator("body > nav ul").bounding_box()
    assert box, "the navigation is there"
    assert box["y"] + box["height"] <= 270


def test_the_colours_can_be_switched_and_stay(visit: Open) -> None:
    visiting = visit("everyday", color_scheme="light")
    visiting.go("index.html")
    page = visiting.page
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(background) == "rgb(20, 24, 29)"
    visiting.go("findings.html")
    assert page.evaluate(background) == "rgb(20, 24, 29)"
    assert page.evaluate("Object.keys(localStorage)") == ["iamscout-theme"]


def test_the_keyboard_reaches_the_content_first_and_then_everything(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html")
    page = visiting.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    seen: set[Any] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        outline = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert outline >= 3 or page.evaluate("document.activeElement === document.body")
    assert len(seen) > 20


def test_evidence_is_copied_by_a_button_or_selected_at_least(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("rules/role-trusts-everyone.html")
    page = visiting.page
    finding = page.locator(".finding").first
    finding.get_by_text("Evidence to copy").click()
    button = finding.get_by_role("button", name="Copy")
    button.click()
    assert finding.get_by_role("button").inner_text() in ("Copied", "Selected")
    shown = finding.locator(".copy").inner_text()
    assert page.evaluate("getSelection().toString()").strip() == shown.strip()
    assert f"Finding {finding.get_attribute('id')}" in shown
    assert visiting.troubles == []


COPIED = (
    "[...document.querySelectorAll('pre.json')].filter(each => each.querySelector('.hit')).map(each => {"
    " getSelection().selectAllChildren(each); return getSelection().toString(); })"
)


def test_a_document_is_copied_without_its_numbers_and_marks(visit: Open) -> None:
    visiting = visit("everyday")
    copied = []
    for path in sorted((visiting.folder / "roles").glob("*.html")):
        visiting.go(path.relative_to(visiting.folder).as_posix())
        copied.extend(visiting.page.evaluate(COPIED))
    assert copied
    for text in copied:
        assert "Statement" in json.loads(text)
