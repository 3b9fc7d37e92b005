"""A page as tests look at it: elements with attributes, links, ids, text."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "input", "hr"}
OPTIONAL = {"html", "li", "dt", "dd", "td", "th", "tr", "tbody"}
"""Elements of ours whose end tag HTML lets be left out: the next one, or the end of what is around, ends."""

ENDED_BY = {
    "li": ("li",),
    "dt": ("dd",),
    "dd": ("dt", "dd"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("td", "th", "tr"),
}
"""Which of these a start tag ends, the innermost first."""


class Page(HTMLParser):
    """Reads a page; `elements` are tag, attributes and the tags around, `flaws` what is not well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        self.text: list[str] = []
        self.flaws: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.flaws.extend(f"<{tag}> is not closed" for tag in self._open if tag not in OPTIONAL)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, tuple(self._open)))
        if len({name for name, _ in attrs}) != len(attrs):
            self.flaws.append(f"<{tag}> has an attribute twice")
        for ended in ENDED_BY.get(tag, ()):
            if self._open[-1:] == [ended]:
                self._open.pop()
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1] != tag and self._open[-1] in OPTIONAL:
            self._open.pop()
        if not self._open or self._open[-1] != tag:
            self.flaws.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes, _ in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes, _ in self.elements if "id" in attributes]
