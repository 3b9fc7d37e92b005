"""Reports on disk, and pages that tell of everything that goes wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from iamscout.report.site import render
from tests.report.accounts import assess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPORTS = {"everyday": ("everyday", "neighbour"), "hostile": ("hostile",), "large": ("large",)}
LONG = "long"
"""A report whose lists go on on further pages."""


@dataclass
class Visit:
    """A page in a browser of its own; `troubles` are console messages, errors, dialogs, outside requests."""

    page: Page
    folder: Path
    troubles: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the report; the path may have a fragment."""
        file, hash_sign, fragment = path.partition("#")
        self.page.goto((self.folder / file).as_uri() + hash_sign + fragment)


Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name to folder of reports that were written once."""
    folder = tmp_path_factory.mktemp("reports")
    made = {**REPORTS, LONG: (LONG,)}
    return {
        name: render(assess(*names), folder / name, analysis=b"{}").parent for name, names in made.items()
    }


@pytest.fixture
def visit(browser: Browser, reports: dict[str, Path]) -> Iterator[Open]:
    """Opens a report: `visit("everyday", width=320, color_scheme="dark")`; options go to the context."""
    contexts = []

    def do(report: str, *, width: int = 1440, **options: Any) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        made = Visit(context.new_page(), reports[report])
        page = made.page
        page.on("console", lambda message: made.troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: made.troubles.append(f"error: {error}"))

        def dialog(shown: Any) -> None:
            made.troubles.append(f"dialog: {shown.message}")
            shown.dismiss()

        page.on("dialog", dialog)
        page.on("request", lambda request: _check(request.url, made.troubles))
        return made

    yield do
    for context in contexts:
        context.close()


def _check(url: str, troubles: list[str]) -> None:
    if not url.startswith(("file:", "data:")):
        troubles.append(f"request: {url}")


def one_of_each(folder: Path) -> list[str]:
    """Every page at the top, and of every folder the smallest and the largest page."""
    found = sorted(path.name for path in folder.glob("*.html"))
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        pages = sorted(inner.glob("*.html"), key=lambda path: (path.stat().st_size, path.name))
        found.extend(dict.fromkeys(page.relative_to(folder).as_posix() for page in (*pages[:1], *pages[-1:])))
    return found
