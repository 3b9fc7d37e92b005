"""Pages of changes and of the history in a browser: what everybody needs of a page, and every link."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from iamscout.analysis.run import analyze
from iamscout.diff.compare import compare
from iamscout.diff.earlier import verdicts_of
from iamscout.diff.history import trend_of
from iamscout.report.single_file import changes_html, history_html
from iamscout.report.site import render
from iamscout.rules import load_rules
from tests.access.worlds import OUTSIDE, AccountMaker, allow, root, trust
from tests.browser.test_pages import AXE, OVERFLOW, RUN_AXE
from tests.diff.sides import snapshot_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = ("changes.html", "history.html", "changes-alone.html", "history-alone.html")
LOOKS = ((1440, "light"), (320, "dark"))
MFA = {"NumericLessThan": {"aws:MultiFactorAuthAge": "600"}}

looks = pytest.mark.parametrize(("width", "scheme"), LOOKS, ids=["wide-light", "narrow-dark"])


def moment(*, later: bool) -> AccountMaker:
    """An account with changes of every kind between its two moments."""
    made = AccountMaker()
    made.group("Operators", [allow("sts:AssumeRole", made.arn("role/*"))])
    made.user("alice", groups=["Operators"])
    if later:
        made.user("mallory", [allow("*")])
    made.role("audit", [trust(made.root, **({} if later else {"Condition": MFA}))], [allow("iam:Get*")])
    made.role("a" * 64, [trust(made.root), *([trust("*")] if later else [])], [allow("s3:*")])
    made.role("vendor", [trust(root(OUTSIDE))], [allow("*" if later else "ec2:*")])
    if not later:
        made.role("gone-deploy", [trust(made.root)], [allow("s3:*")])
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    old, new = (analyze([snapshot_of(moment(later=later))], rules=load_rules()) for later in (False, True))
    changes, trend = compare(old, new), trend_of([verdicts_of(old), verdicts_of(new)])
    made = tmp_path_factory.mktemp("changes") / "site"
    render(new, made, changes=changes, trend=trend)
    (made / "changes-alone.html").write_text(changes_html(changes, "0.1"), "utf-8")
    (made / "history-alone.html").write_text(history_html(trend, "0.1"), "utf-8")
    return made


def opened(
    browser: Browser, folder: Path, path: str, width: int, **options: object
) -> tuple[Page, list[str]]:
    troubles: list[str] = []
    page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()  # type: ignore[arg-type]  # options of a context
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto((folder / path).as_uri())
    return page, troubles


@pytest.mark.parametrize("path", PAGES)
@looks
def test_axe_finds_nothing_and_only_tables_scroll(
    browser: Browser, folder: Path, path: str, width: int, scheme: str
) -> None:
    page, troubles = opened(browser, folder, path, width, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert troubles == []  # before axe, which asks for style sheets
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RUN_AXE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOW) == []


def test_names_lead_to_pages_that_are_there(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, folder, "changes.html", 1440)
    links = page.locator("main a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    kinds = {link.partition("/")[0] for link in links}
    assert {"roles", "users", "principals", "rules"} <= kinds
    for link in links:
        path, _, place = link.partition("#")
        content = (folder / path).read_text("utf-8")
        assert not place or f'id="{place}"' in content, link


@pytest.mark.parametrize("path", PAGES)
def test_everything_is_there_without_javascript(browser: Browser, folder: Path, path: str) -> None:
    plain, troubles = opened(browser, folder, path, 320, java_script_enabled=False)
    scripted, _ = opened(browser, folder, path, 1440)
    wanted = "main li, main p, main tbody td"
    missing = set(scripted.locator(wanted).all_inner_texts()) - set(plain.locator(wanted).all_inner_texts())
    assert missing == set()
    assert troubles == []


def test_the_meaning_comes_first_and_changed_lines_are_marked(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, folder, "changes.html", 1440)
    text = page.locator("main").inner_text()
    assert text.index("Role vendor and user mallory are now administrators.") < text.index(
        "Everyone (*) can now enter role aaa"
    )
    assert "User alice can enter role audit on easier terms: MFA removed" in text
    assert text.index("Everyone (*)") < text.index("Resources that may allow more\n")
    page.get_by_text("Trust policy, side by side").first.click()
    assert page.locator(".sides del").count() + page.locator(".sides ins").count() > 0


def test_printed_the_documents_are_open(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, folder, "changes.html", 1440)
    page.emulate_media(media="print")
    assert page.locator(".sides pre").first.is_visible()
