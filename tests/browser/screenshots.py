"""Take the README's pictures of a demo report: `make screenshots`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import sync_playwright

from tests.conftest import BROWSER_ARGUMENTS, BROWSERS

PAGES = {
    "index.html": "overview",
    "roles/roleaa-*.html": "role",
    "groups.html": "groups",
}
"""Page (a pattern) to the name of its picture."""
SIZE = (1280, 860)


def main() -> None:
    """Write one PNG for each page; arguments: the report's folder, the folder of the pictures."""
    report, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    out.mkdir(exist_ok=True)
    chromium = next(path for path in map(shutil.which, BROWSERS) if path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_ARGUMENTS))
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
        for pattern, name in PAGES.items():
            page.goto(next(report.glob(pattern)).as_uri())
            page.screenshot(path=out / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
