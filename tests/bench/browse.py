"""How long pages of a report take to open, to sort, to filter and to search: `browse.py REPORT`.

Prints milliseconds, from asking to the next frame. The goal is a first view under a second at 10,000 roles.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import sync_playwright

from tests.conftest import BROWSER_ARGUMENTS, BROWSERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
ASK = """words => {
  const input = document.getElementById("search"), start = performance.now();
  input.value = words;
  input.dispatchEvent(new Event("input"));
  return performance.now() - start;
}"""


def main() -> None:
    """Print a line for each thing that was measured."""
    report = Path(sys.argv[1]).resolve()
    chromium = next(path for path in map(shutil.which, BROWSERS) if path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_ARGUMENTS))
        for path in sorted(report.glob("*.html")):
            if not path.stem.rpartition("-")[2].isdigit():
                times = [_open(browser, path) for _ in range(3)]
                print(f"{statistics.median(times):6.0f} ms  open {path.name} ({path.stat().st_size:,} bytes)")
        _use(browser.new_page(), report / "roles.html")
        browser.close()


def _open(browser: Browser, path: Path) -> float:
    page = browser.new_page()
    took = _timed(page, lambda: page.goto(path.as_uri()))
    page.close()
    return took


def _use(page: Page, path: Path) -> None:
    page.goto(path.as_uri())
    status = page.locator(".tools").get_by_role("status")

    def fill(words: str) -> None:
        page.get_by_label("Filter these rows").fill(words)
        status.filter(has_text=" of ").wait_for()

    for words in ("prod", "dev", "x"):
        print(f"{_timed(page, partial(fill, words)):6.0f} ms  filter {words}: {status.inner_text()}")
    page.get_by_label("Filter these rows").fill("")
    for name in ("Role", "Findings", "Severity"):
        button = page.get_by_role("button", name=name, exact=True)
        print(f"{_timed(page, button.click):6.0f} ms  sort by {name}: {status.inner_text()}")
    page.locator("#search").fill("role")
    took = _timed(page, page.locator("#search-status", has_text="found").wait_for)
    print(f"{took:6.0f} ms  first search, with its data")
    for words in ("role", "rloe", "iam:PassRole", "s3:", "f-12"):
        took = page.evaluate(ASK, words)
        print(f"{took:6.0f} ms  search {words}: {page.locator('#search-status').inner_text()}")


def _timed(page: Page, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    page.evaluate(PAINTED)
    return (time.perf_counter() - start) * 1_000


if __name__ == "__main__":
    main()
