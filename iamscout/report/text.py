"""How text from an account is shown: secrets masked, invisible characters visible, markup escaped.

Every value that a template prints goes through :class:`Display` (it is the environment's `finalize`), so that
no view and no template can forget it. This is the one module that makes :class:`markupsafe.Markup`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from jinja2 import Undefined
from markupsafe import Markup, escape

from iamscout.analysis.masking import INVISIBLE, NAMES_A_SECRET, PLACEHOLDER, Masker, visible
from iamscout.report.guards import State
from iamscout.report.words import SeverityMark

__all__ = ["INVISIBLE", "Content", "Display", "Secret", "rendered", "told", "visible"]

_FEW = 40_000
"""Distinct texts that are remembered before all are forgotten; of a large account most stand on one page."""

_HARMLESS = re.compile(r"[a-z0-9 .,()/-]*")
"""Characters that mean nothing to HTML, and in which two kinds of secrets alone are written."""

_NOTHING = Markup("")

rendered: Callable[[object], Markup] = partial(str.__new__, Markup)
"""Marks what one of our own templates made as markup, to be placed in a page around it.

Autoescape has been over every value in it. This is all that `Markup(text)` does in the end for a text.
"""


class Secret(str):
    """A text that is not shown at all, because what stands beside it says that it is a secret."""

    __slots__ = ()


class Content(str):
    """A text that stands only between tags, never in an attribute: its quotation marks stay as they are."""

    __slots__ = ()


def told(name: str, value: str) -> str:
    """The value of a tag or setting, as a :class:`Secret` where its name says that it is one."""
    return Secret(value) if value and NAMES_A_SECRET.search(name) else value


class Display(Masker):
    """Turns values into HTML for one rendering; `masked` holds the distinct secrets that were hidden.

    Texts are escaped once and remembered: names, ARNs and lines of policies occur many times.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Markup] = {}
        self._contents: dict[str, Markup] = {}
        self._marks: dict[SeverityMark | State, Markup] = {}

    def __call__(self, value: object) -> Markup:
        """What a template prints for `value`; markup that this module made is kept as it is."""
        kind = type(value)  # the commonest first: millions of values come through here
        if kind is str:
            return self._known.get(value) or self._text(value)  # type: ignore[call-overload,arg-type]  # a str
        if kind is Markup:
            return value  # type: ignore[return-value]  # just looked
        if kind is int:
            return rendered(value)  # digits
        if kind is SeverityMark or kind is State:
            return self._marks.get(value) or self._mark(value)  # type: ignore[call-overload,arg-type]  # as above
        if kind is Content:
            return self.content(str(value))
        if kind is Secret:
            self.masked.add(str(value))
            return escape(PLACEHOLDER)
        if isinstance(value, Undefined):
            str(value)  # raises what StrictUndefined has to say
        return self._text(str(value))

    def once(self, text: str) -> Markup:
        """A text as HTML, for whoever remembers it in a form of its own."""
        if _HARMLESS.fullmatch(text) and "glpat-" not in text and "xox" not in text:
            return rendered(text)
        return escape(visible(self.mask(text)))

    def _text(self, text: str) -> Markup:
        if not text:
            return _NOTHING
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _FEW:
                self._known.clear()
            known = self._known[text] = self.once(text)
        return known

    def _mark(self, mark: SeverityMark | State) -> Markup:
        """A word; the style sheet puts the shape before it, which nobody needs to hear or to copy."""
        if isinstance(mark, State):
            html = f'<i class="{mark.look}">{self._text(mark.words)}</i>'
        else:
            html = f'<b class="{mark.name}">{mark.word}</b>'
        self._marks[mark] = made = rendered(html)  # classes of ours, and text through the display
        return made

    def content(self, text: str) -> Markup:
        """A text that stands only between tags, as HTML."""
        known = self._contents.get(text)
        if known is None:
            cleaned = visible(self.mask(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            known = rendered(cleaned)  # all that HTML gives a meaning between tags is escaped
            if len(self._contents) >= _FEW:
                self._contents.clear()
            self._contents[text] = known
        return known
