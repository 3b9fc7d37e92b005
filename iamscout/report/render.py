"""Turns pages into HTML: one Jinja environment a rendering, what pages share made once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from jinja2 import Template
from markupsafe import Markup
from msgspec import Struct

from iamscout.report.environment import environment
from iamscout.report.frame import Frame
from iamscout.report.listing import Listing, lines_of
from iamscout.report.page import Link, Page, Section
from iamscout.report.text import Display, rendered

_PLAIN_PATH = re.compile(r"[a-z0-9./-]*(?:#[a-zA-Z0-9-]+)?")
"""A path that says nothing to HTML and can hold none of the secrets that are known by their form."""

_FEW = 10_000
"""Distinct rows that are remembered before all are forgotten."""

_LINE_END = "\n</i>"


class _Rows(dict[Struct, Markup]):
    """What a macro makes of rows for pages at one depth: many users and roles have the same ones."""

    def __init__(self, macro: Callable[[Struct, _Anchors], Markup], anchors: _Anchors) -> None:
        super().__init__()
        self._macro = macro
        self._anchors = anchors

    def __missing__(self, row: Struct) -> Markup:
        if len(self) >= _FEW:
            self.clear()
        self[row] = made = self._macro(row, self._anchors)
        return made


class _Anchors(dict[Link, Markup]):
    """Links as HTML for pages at one depth, each made when it is first asked for.

    So are the `rows` of tables of access, the `halves` of an access that lacks the other one, and the
    `groups` of users with what they grant.
    """

    def __init__(self, root: str, display: Display, access: Template) -> None:
        super().__init__()
        self._root = root
        self._display = display
        self.rows = _Rows(access.module.row, self)  # type: ignore[attr-defined]  # a macro of the template
        self.halves = _Rows(access.module.half, self)  # type: ignore[attr-defined]  # as above
        self.groups = _Rows(access.module.group, self)  # type: ignore[attr-defined]  # as above

    def __missing__(self, link: Link) -> Markup:
        text = self._display(link.text)
        path = link.path
        if path:
            root = "" if path.startswith("#") else self._root
            shown = path if _PLAIN_PATH.fullmatch(path) else self._display.once(path)
            # Both parts have been through the display, or need not.
            text = rendered(f'<a href="{root}{shown}">{text}</a>')
        self[link] = text
        return text

    def listed(self, links: Iterable[Link]) -> Markup:
        """Some links in a row."""
        return rendered(", ".join([self[link] for link in links]))


class _Documents(dict[Listing, Markup]):
    """Policy documents as HTML for pages at one depth: many roles have the same one."""

    def __init__(self, anchors: _Anchors, display: Display) -> None:
        super().__init__()
        self._anchors = anchors
        self._display = display

    def __missing__(self, listing: Listing) -> Markup:
        shown = lines_of(listing)
        # A template takes three times as long for what are most lines of a report.
        lines = [f"<i>{text}\n</i>" for text in map(self._display.content, shown.texts)]
        for number in shown.named:
            lines[number - 1] = f'<i id="{shown.prefix}-L{number}"{lines[number - 1][2:]}'
        for number in shown.guilty:
            head, _, text = lines[number - 1].partition(">")
            marks = "".join([f" {self._anchors[mark]}" for mark in shown.marks.get(number, ())])
            lines[number - 1] = f'{head} class="hit">{text.removesuffix(_LINE_END)}{marks}{_LINE_END}'
        cut = f'\n<p class="quiet">{shown.cut} more characters are not shown.</p>' if shown.cut else ""
        self[listing] = made = rendered(f'<pre class="json">{"".join(lines)}</pre>{cut}')
        return made


class Renderer:
    """Renders the pages of one report. `display` knows afterwards which secrets were hidden."""

    def __init__(self, frame: Frame) -> None:
        self.display = Display()
        self._frame = frame
        self._environment = environment(self.display)
        self._templates: dict[str, Template] = {}
        self._anchors: dict[str, _Anchors] = {}
        self._documents: dict[str, _Documents] = {}
        self._chrome: dict[tuple[Section, str, str], Markup] = {}
        self._foot: dict[str, Markup] = {}

    def html(self, page: Page) -> str:
        """A page as the text of its file."""
        root = "../" * page.path.count("/")
        return self._template(page.template).render(
            page=page,
            view=page.view if isinstance(page.view, Struct) else page.view(),
            frame=self._frame,
            root=root,
            to=self._anchors_of(root),
            code=self._documents_of(root),
            masked=len(self.display.masked),
            chrome=self._chrome_of(page, root),
            foot=self._foot_of(root),
        )

    def _anchors_of(self, root: str) -> _Anchors:
        known = self._anchors.get(root)
        if known is None:
            known = self._anchors[root] = _Anchors(root, self.display, self._template("access.html"))
        return known

    def _documents_of(self, root: str) -> _Documents:
        known = self._documents.get(root)
        if known is None:
            known = self._documents[root] = _Documents(self._anchors_of(root), self.display)
        return known

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
