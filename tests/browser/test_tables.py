"""Tables that sort and filter over all pages of a list, and keep what is chosen in the address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import LONG, Open
from tests.browser.test_pages import AXE, RUN_AXE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FILTER = "Filter these rows"


def _status(page: Page) -> str:
    return page.locator(".tools").get_by_role("status").inner_text()


def _names(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def test_what_is_chosen_is_in_the_address_and_comes_back(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html")
    page = visiting.page
    every = _names(page)
    page.get_by_label(FILTER).fill("e")
    page.get_by_label("Severity").select_option("Medium")
    page.get_by_role("button", name="Findings").click()
    page.get_by_role("button", name="Findings").click()
    chosen = _names(page)
    assert 0 < len(chosen) < len(every)
    assert _status(page) == f"{len(chosen)} of {len(every)} rows"
    assert page.url.endswith("roles.html#roles.q=e&roles.sort=-Findings&roles.Severity=Medium")
    page.reload()
    assert _names(page) == chosen
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert page.get_by_label("Severity").input_value() == "Medium"
    page.get_by_label("Severity").select_option("")
    page.get_by_label(FILTER).fill("")
    assert len(_names(page)) == len(every)
    assert page.url.endswith("roles.html#roles.sort=-Findings")
    assert visiting.troubles == []


def test_a_link_may_choose_what_a_list_shows(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html#roles.Account=444455556666")
    page = visiting.page
    assert sorted(_names(page)) == ["auditor", "reader"]
    assert page.get_by_label(re.compile("^Account ")).input_value() == "444455556666"


def test_a_link_may_choose_a_value_that_has_a_comma(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html#roles.Trust policy names=AWS service, unknown principal")
    assert _names(visiting.page) == ["odd"]


@pytest.mark.parametrize(
    ("path", "column", "expected"),
    [
        ("roles.html", "Who gets in", ["open", "vendor"]),
        ("exposure.html", "Can do at any time", ["carol", "bob", "alice", "named-in-trust"]),
    ],
)
def test_a_column_of_words_sorts_by_what_they_mean(
    visit: Open, path: str, column: str, expected: list[str]
) -> None:
    visiting = visit("everyday")
    visiting.go(path)
    table = visiting.page.locator("table[data-table]")
    table.get_by_role("button", name=column).click()
    assert table.locator("tbody th").all_inner_texts()[: len(expected)] == expected


def test_a_link_to_a_place_is_no_filter(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html#main")
    assert visiting.page.url.endswith("#main")
    assert _status(visiting.page) == f"{len(_names(visiting.page))} rows"


def test_a_cell_with_several_values_is_found_by_each(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html")
    page = visiting.page
    for kind in ("AWS service", "unknown principal"):
        page.get_by_label("Trust policy names").select_option(kind)
        assert "odd" in _names(page)


def test_a_long_list_is_filtered_and_sorted_over_all_its_pages(visit: Open) -> None:
    visiting = visit(LONG)
    visiting.go("roles-2.html")
    page = visiting.page
    own = _names(page)
    assert len(own) == 500
    assert _status(page) == "500 rows on this page"
    page.get_by_label(FILTER).fill("team-109")
    page.get_by_text("10 of 1,101 rows").wait_for()
    assert _names(page) == [f"team-{n}" for n in range(1_090, 1_100)]
    page.get_by_label(FILTER).fill("")
    page.get_by_text("1,101 rows, 500 shown").wait_for()
    assert _names(page) == own
    page.get_by_role("button", name="Role", exact=True).click()
    page.get_by_text("1,101 rows, 200 shown").wait_for()
    assert _names(page) == ["r" * 64, *(f"team-{n:04}" for n in range(199))]
    page.get_by_role("button", name="Show 200 more").click()
    assert len(_names(page)) == 400
    page.locator("tbody a").nth(399).click()
    assert page.locator("h1").inner_text() == "team-0398"
    page.go_back()
    page.get_by_text("1,101 rows, 200 shown").wait_for()
    assert _names(page)[:2] == ["r" * 64, "team-0000"]
    assert visiting.troubles == []


def test_the_search_and_a_long_list_keep_their_data_apart(visit: Open) -> None:
    visiting = visit(LONG)
    visiting.go("roles.html")
    page = visiting.page
    page.get_by_label(FILTER).fill("team-109")
    page.get_by_text("10 of 1,101 rows").wait_for()
    page.locator("#search").fill("team-0007")
    page.get_by_role("option", name="Role team-0007").wait_for()
    page.reload()
    page.locator("#search").fill("team-0007")
    page.get_by_role("option", name="Role team-0007").wait_for()
    page.get_by_label(FILTER).fill("team-108")
    page.get_by_text("10 of 1,101 rows").wait_for()
    assert visiting.troubles == []


def test_rows_from_data_look_like_those_of_the_page(visit: Open) -> None:
    visiting = visit(LONG)
    visiting.go("roles.html")
    page = visiting.page
    row = "document.querySelector('tbody tr').outerHTML"
    of_page = page.evaluate(row)
    page.get_by_label(FILTER).fill("rrrr")
    page.get_by_text("1 of 1,101 rows").wait_for()
    assert page.evaluate(row) == of_page


def test_a_long_list_prints_all_that_is_chosen(visit: Open) -> None:
    visiting = visit(LONG)
    visiting.go("roles.html#roles.q=team")
    page = visiting.page
    page.get_by_text("1,100 of 1,101 rows, 200 shown").wait_for()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(_names(page)) == 1_100


def test_without_the_other_rows_the_page_says_so_and_keeps_its_own(visit: Open) -> None:
    visiting = visit(LONG)
    visiting.page.route("**/assets/rows/*", lambda route: route.abort())
    visiting.go("roles.html")
    visiting.page.get_by_label(FILTER).fill("team-000")
    visiting.page.get_by_text("10 of 500 rows on this page").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_axe_finds_nothing_in_a_sorted_and_filtered_list(visit: Open, width: int, scheme: str) -> None:
    visiting = visit(LONG, width=width, color_scheme=scheme, bypass_csp=True)
    visiting.go("roles.html#roles.q=team&roles.sort=-Role&roles.Severity=Low")
    visiting.page.get_by_text("of 1,101 rows").wait_for()
    visiting.page.evaluate(AXE.read_text("utf-8"))
    assert visiting.page.evaluate(RUN_AXE) == []


def test_on_a_narrow_screen_each_cell_stands_beside_its_title(visit: Open) -> None:
    visiting = visit("everyday", width=320)
    visiting.go("roles.html")
    page = visiting.page
    assert page.locator("tbody td").first.get_attribute("data-title") == "Severity"
    assert page.get_by_role("table").count() == 1
    assert page.get_by_role("rowheader").count() == len(_names(page))
    assert (
        page.evaluate("(each => each.scrollWidth - each.clientWidth)(document.querySelector('.scroll'))") == 0
    )


def test_a_state_of_mfa_with_a_comma_is_one_choice(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("roles.html")
    options = visiting.page.get_by_label("MFA").locator("option").all_inner_texts()
    assert "MFA" not in options
    assert "no max age" not in options


def test_choices_with_long_words_fit_a_narrow_page(visit: Open) -> None:
    visiting = visit("everyday", width=320)
    visiting.go("roles.html")
    visiting.page.evaluate(
        "document.querySelector('.tools select').append(new Option('example-management '.repeat(5)))"
    )
    assert visiting.page.evaluate("document.documentElement.scrollWidth") == 320
