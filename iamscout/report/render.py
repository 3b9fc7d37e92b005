"""Turns pages into HTML: one Jinja environment a rendering, its templates compiled once."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from iamscout.report import assets
from iamscout.report.frame import Frame
from iamscout.report.page import Page, Section
from iamscout.report.text import Display, rendered


class Renderer:
    """Renders the pages of one report. `display` knows afterwards which secrets were hidden."""

    def __init__(self, frame: Frame) -> None:
        self.display = Display()
        self._frame = frame
        # ruff: noqa: S701  # autoescape is on, for every template whatever its name
        self._environment = Environment(
            loader=FileSystemLoader(assets.templates()),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=self.display,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            keep_trailing_newline=False,
        )
        self._templates: dict[str, Template] = {}
        self._chrome: dict[tuple[Section, str, str], Markup] = {}
        self._foot: dict[str, Markup] = {}

    def html(self, page: Page) -> str:
        """A page as the text of its file."""
        root = "../" * page.path.count("/")
        return self._template(page.template).render(
            page=page,
            view=page.view,
            frame=self._frame,
            root=root,
            masked=len(self.display.masked),
            chrome=self._chrome_of(page, root),
            foot=self._foot_of(root),
        )

    def _chrome_of(self, page: Page, root: str) -> Markup:
        """The header and navigation: the same for all pages of a section that are no list themselves."""
        key = (page.section, root, "" if root else page.path)
        known = self._chrome.get(key)
        if known is None:
            made = self._template("chrome.html").render(
                frame=self._frame, section=page.section, path=page.path, root=root
            )
            known = self._chrome[key] = rendered(made)
        return known

    def _foot_of(self, root: str) -> Markup:
        known = self._foot.get(root)
        if known is None:
            known = self._foot[root] = rendered(
                self._template("foot.html").render(frame=self._frame, root=root)
            )
        return known

    def _template(self, name: str) -> Template:
        known = self._templates.get(name)
        if known is None:
            known = self._templates[name] = self._environment.get_template(name)
        return known
