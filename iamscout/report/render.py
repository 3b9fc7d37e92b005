"""Turns pages into HTML: one Jinja environment a rendering, its templates compiled once."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.compiler import CodeGenerator
from jinja2.compiler import Frame as Scope
from jinja2.nodes import Expr
from markupsafe import Markup
from msgspec import Struct

from iamscout.report import assets
from iamscout.report.frame import Frame
from iamscout.report.listing import Listing, lines_of
from iamscout.report.page import Link, Page, Section
from iamscout.report.text import Display, rendered


class _DisplayedOnce(CodeGenerator):
    """Compiles `{{ x }}` to `finalize(x)` instead of `escape(finalize(x))`.

    :class:`Display` is the finalize and returns nothing but escaped text, which markupsafe would only copy
    once more: a fifth of the time of a large report.
    """

    def _output_child_pre(self, node: Expr, frame: Scope, finalize: Any) -> None:  # noqa: ARG002
        self.write(finalize.src)

    def _output_child_post(self, node: Expr, frame: Scope, finalize: Any) -> None:  # noqa: ARG002
        self.write(")")


class _Environment(Environment):
    """Jinja's environment with that compiler."""

    code_generator_class = _DisplayedOnce


class _Anchors(dict[Link, Markup]):
    """Links as HTML for pages at one depth, each made when it is first asked for."""

    def __init__(self, root: str, display: Display) -> None:
        super().__init__()
        self._root = root
        self._display = display

    def __missing__(self, link: Link) -> Markup:
        text = self._display(link.text)
        if link.path:
            root = "" if link.path.startswith("#") else self._root
            # Both parts have been through the display.
            text = Markup(f'<a href="{root}{self._display(link.path)}">{text}</a>')  # noqa: S704
        self[link] = text
        return self[link]


class _Documents(dict[Listing, Markup]):
    """Policy documents as HTML for pages at one depth: many roles have the same one."""

    def __init__(self, template: Template, anchors: _Anchors) -> None:
        super().__init__()
        self._template = template
        self._anchors = anchors

    def __missing__(self, listing: Listing) -> Markup:
        made = self._template.render(listing=lines_of(listing), to=self._anchors)
        self[listing] = rendered(made)
        return self[listing]


class Renderer:
    """Renders the pages of one report. `display` knows afterwards which secrets were hidden."""

    def __init__(self, frame: Frame) -> None:
        self.display = Display()
        self._frame = frame
        # autoescape is on, for every template whatever its name
        self._environment = _Environment(
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
            known = self._anchors[root] = _Anchors(root, self.display)
        return known

    def _documents_of(self, root: str) -> _Documents:
        known = self._documents.get(root)
        if known is None:
            template = self._template("listing.html")
            known = self._documents[root] = _Documents(template, self._anchors_of(root))
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
