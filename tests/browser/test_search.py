"""The search box, opened from file:// with its security policy: by keyboard, with typos, as text only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from iamscout.report.text import INVISIBLE
from tests.browser.conftest import Open
from tests.browser.test_pages import AXE, RUN_AXE
from tests.report.accounts import HOSTILE, assess

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def _ask(page: Page, text: str) -> list[str]:
    """Type into the box and return the results, once the data is there."""
    page.locator("#search").fill(text)
    page.locator("#search-status", has_text="found").wait_for()
    return page.get_by_role("option").all_inner_texts()


def test_the_keyboard_finds_and_opens_a_page_from_any_folder(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("rules/role-trusts-everyone.html")
    page = visiting.page
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search the report")
    assert box.evaluate("each => each === document.activeElement")
    assert _ask(page, "vendor")[0] == "Role vendor 111122223333, AROAEXAMPLEVENDOR"
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "vendor"
    assert visiting.troubles == []


@pytest.mark.parametrize("key", ["Control+k", "Control+K", "Meta+k"])
def test_the_search_is_reached_by_its_keys_with_caps_lock_too(visit: Open, key: str) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    page = visiting.page
    box = page.get_by_role("combobox", name="Search the report")
    page.keyboard.press(f"Alt+{key}")
    assert not box.evaluate("each => each === document.activeElement")
    page.keyboard.press(key)
    assert box.evaluate("each => each === document.activeElement")


def test_a_result_opens_by_a_click(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    page = visiting.page
    _ask(page, "assume-readers")
    with page.expect_navigation():
        page.get_by_role("option", name="Policy assume-readers 111122223333").click()
    assert page.locator("h1").inner_text() == "assume-readers"


def test_a_typo_is_forgiven_and_nonsense_finds_nothing(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    assert any(found.startswith("Role vendor") for found in _ask(visiting.page, "vnedor"))
    assert _ask(visiting.page, "qqqqzzzz") == []
    assert visiting.page.locator("#search-status").inner_text() == "Nothing found"


def test_an_arn_finds_what_it_names(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    page = visiting.page
    assert _ask(page, "arn:aws:iam::111122223333:role/vendor")[0].startswith("Role vendor")
    assert _ask(page, "arn:aws:sts::111122223333:assumed-role/vendor/ann@example")[0].startswith(
        "Role vendor"
    )
    assert _ask(page, "arn:aws:iam::999999999999:root")[0] == "Principal 999999999999 AWS account"
    assert _ask(page, "arn:aws:iam::111122223333:saml-provider/corporate")[0].startswith(
        "Principal corporate"
    )


def test_a_unique_id_of_a_log_finds_its_role(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    assert _ask(visiting.page, "AROAEXAMPLEVENDOR")[0].startswith("Role vendor ")


def test_who_grants_everything_is_found_by_the_bare_wildcard(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    assert "Grants it policy AdministratorAccess of AWS by *" in _ask(visiting.page, "*")


@pytest.mark.parametrize(
    ("action", "found", "missing"),
    [
        ("s3:GetObject", "policy limit of 111122223333 by s3:*", "policy AssumeRoleForReaders"),
        ("iam:PassRole", "policy unused of 111122223333 by *", "policy limit of 111122223333 by s3:*"),
        ("s3:", "user bob of 111122223333, policy example by s3:GetObject", "policy inline"),
    ],
)
def test_an_action_finds_the_policies_that_grant_it(
    visit: Open, action: str, found: str, missing: str
) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    results = _ask(visiting.page, action)
    assert f"Grants it {found}" in results
    assert not [result for result in results if missing in result]


def test_what_is_typed_exactly_comes_before_what_begins_alike(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    page = visiting.page
    assert _ask(page, "s3:*")[:4] == [
        "Action s3:* granted by 2 policies",
        "Grants it policy limit of 111122223333 by s3:*",
        "Grants it role not-trusting of 111122223333, policy example by s3:*",
        "Action s3:GetObject granted by 1 policy",
    ]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "limit"


def test_a_granting_inline_policy_is_shown_where_it_stands(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    page = visiting.page
    _ask(page, "s3:GetObject")
    with page.expect_navigation():
        page.get_by_role("option", name="user bob").click()
    assert page.locator("h1").inner_text() == "bob"
    assert page.locator(":target").count() == 1


def test_every_finding_is_found_by_its_key(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.go("index.html")
    page = visiting.page
    told = [finding for finding in assess("everyday", "neighbour").findings if finding.status == "open"]
    for finding in (told[0], told[-1]):
        (result,) = _ask(page, f"f-{finding.key}")
        assert result.startswith("Finding ")
    page.keyboard.press("Control+k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(f"#f-{told[-1].key}").is_visible()


@pytest.mark.parametrize("width", [1440, 1000, 700, 641, 320])
def test_the_results_are_in_sight_at_every_width(visit: Open, width: int) -> None:
    for report in ("everyday", "hostile"):
        visiting = visit(report, width=width)
        visiting.go("users.html")
        _ask(visiting.page, "role")
        box = visiting.page.locator("#search-found").bounding_box()
        assert box, "the list is there"
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_missing_data_is_said(visit: Open) -> None:
    visiting = visit("everyday")
    visiting.page.route("**/assets/search/*", lambda route: route.abort())
    visiting.go("index.html")
    visiting.page.keyboard.press("Control+k")
    visiting.page.get_by_text("The data of the search is missing").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_list(visit: Open, scheme: str) -> None:
    visiting = visit(
        "everyday", width=320 if scheme == "dark" else 1440, color_scheme=scheme, bypass_csp=True
    )
    visiting.go("users.html")
    _ask(visiting.page, "role")
    visiting.page.keyboard.press("ArrowDown")
    visiting.page.evaluate(AXE.read_text("utf-8"))
    assert visiting.page.evaluate(RUN_AXE) == []


@pytest.mark.parametrize("bypass", [False, True], ids=["with CSP", "without CSP"])
def test_hostile_names_are_text_in_results_and_filters(visit: Open, *, bypass: bool) -> None:
    visiting = visit("hostile", width=320, bypass_csp=bypass)
    visiting.go("users.html")
    page = visiting.page
    title = page.title()
    for text in HOSTILE:
        # What is invisible in a name is a mark in the report: the longest part without it is looked for.
        assert _ask(page, max(INVISIBLE.sub("\n", text).split("\n"), key=len)), text
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, text
    page.keyboard.press("Escape")
    for text in HOSTILE[:6]:
        page.get_by_label("Filter these rows").fill(text)
        assert page.locator("tbody th").first.inner_text() == text
    assert page.evaluate("window.hit") is None
    assert page.title() == title
    assert visiting.troubles == []
