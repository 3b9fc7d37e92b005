"""The whole report as one HTML file: its pages one below the other, its style and script within.

Made of the pages of a folder, so that it says what they say. Their ids get the page's name in front and their
links become links within the file. A page that is left out of a large report is not linked.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from iamscout.report.folder import SUMS
from iamscout.snapshot.file import write_private

LARGE_BYTES = 25 * 1024 * 1024
"""Beyond that browsers and mail servers have a hard time: pages of single entities are left out."""

_FIRST = (
    "index", "summary", "findings", "admins", "paths", "trust", "roles", "groups", "users", "exposure",
    "policies", "accounts", "changes", "history", "method", "rules",
)  # fmt: skip
"""The order of lists and summaries; then come others and then the pages of entities."""
_NUMBERED = re.compile(r"(.+)-([0-9]+)\.html")
_MAIN = re.compile(r'<main id="main">\n?(.*?)</main>', re.DOTALL)
_ID = re.compile(r'(?<=\s)(id|for|aria-labelledby|aria-describedby)="([^"]+)"')
_LABEL = re.compile(r'\saria-label="([^"]*)"')
_LINK = re.compile(r'<a((?:\s[^>]*?)?)\shref="([^"]*)"([^>]*)>')
_HEADING = re.compile(r"<(/?)h([1-5])(?=[\s>])")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_TOP = re.compile(r"<header>.*?</header>", re.DOTALL)
_MARK = "url(mark.svg)"
_OWN_STYLE = ".sheet:target { background: none; box-shadow: none; }\n"
"""A page that a link leads to is not marked as a place on a page is."""
_UP = '<p class="tools"><a href="#contents">Contents of the report</a></p>'
_IMAGE = re.compile(r'\ssrc="((?:\.\./)?assets/[a-z.]+)"')
_OUTSIDE = ("https:", "mailto:")


def whole_file(folder: Path, *, most: int = LARGE_BYTES) -> tuple[str, int]:
    """The text of the file, and how many pages are left out of it because it would be larger than `most`."""
    pages = _pages(folder)
    chosen, size = [], 0
    for path in pages:
        size += (folder / path).stat().st_size
        if "/" not in path or size <= most:
            chosen.append(path)
    names = {path: _name(path) for path in chosen}
    texts = [(path, (folder / path).read_text("utf-8")) for path in chosen]
    style = "".join((folder / f"assets/{name}.css").read_text("utf-8") for name in ("iamscout", "print"))
    style = f"{style}{_OWN_STYLE}".replace(_MARK, f"url({_data(folder / 'assets/mark.svg')})")
    first = texts[0][1]
    title, top = _found(_TITLE, first), _TOP.search(first)
    body = "\n".join(_section(path, text, names) for path, text in texts)
    contents = "".join(
        f'<li><a href="#{names[path]}">{_title(text)}</a></li>'
        for path, text in texts
        if "/" not in path and _first_page(path)[1] == 1
    )
    left = len(pages) - len(chosen)
    note = f"<p>{left:,} pages of single entities are left out; the folder has them.</p>" if left else ""
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )
    head = _embedded(_LINK.sub(r'<a\1 href="#index"\3>', top[0]), folder) if top else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">Skip to the content</a>\n{head}\n'
        f'<nav id="contents" aria-label="Report"><ul>{contents}</ul></nav>\n<main id="main">\n{note}'
        f"{_embedded(body, folder)}\n</main>\n</body>\n</html>\n"
    ), left


def write_whole_file(folder: Path, out: Path) -> tuple[Path, int, int]:
    """Write the file and, beside it, its digest as `sha256sum` prints it.

    Both stand afterwards, or none of a new one. Returns the file, its size in bytes, and how many pages are
    left out. Raises OutputError.
    """
    text, left = whole_file(folder)
    content = text.encode()
    write_private(out, content)
    digest = hashlib.sha256(content).hexdigest()
    told = out.with_name(f"{out.name}.sha256")
    with ExitStack() as undo:  # a digest of an earlier file would call this one forged
        undo.callback(out.unlink)
        undo.callback(told.unlink, missing_ok=True)
        write_private(told, f"{digest}  {out.name}\n".encode())
        undo.pop_all()
    return out, len(content), left


def _pages(folder: Path) -> Sequence[str]:
    listed = [line[66:] for line in (folder / SUMS).read_text("utf-8").splitlines()]
    order = {f"{name}.html": place for place, name in enumerate(_FIRST)}

    def place(path: str) -> tuple[bool, int, str, int]:
        first, number = _first_page(path)
        return "/" in path, order.get(first, len(order)), first, number

    return sorted((path for path in listed if path.endswith(".html")), key=place)


def _first_page(path: str) -> tuple[str, int]:
    """The first of a list's pages and the number of this one; a page of an entity stands alone."""
    found = None if "/" in path else _NUMBERED.fullmatch(path)
    return (f"{found[1]}.html", int(found[2])) if found else (path, 1)


def _name(path: str) -> str:
    return path.removesuffix(".html").replace("/", "-")


def _section(path: str, text: str, names: dict[str, str]) -> str:
    """One page's content, below the headings of the file."""
    name = names[path]
    main = _found(_MAIN, text)
    main = _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + (path != 'index.html')}", main)
    main = _ID.sub(lambda found: f'{found[1]}="{_all(name, found[2])}"', main)
    of = f"{_title(text)}, {name[-10:]}" if "/" in path else _title(text)
    main = _LABEL.sub(lambda found: f' aria-label="{found[1]} ({of})"', main)
    main = _LINK.sub(lambda found: _link(path, found, names), main)
    return f'<section class="sheet" id="{name}">\n{main}{_UP}\n</section>'


def _title(text: str) -> str:
    """What a page is called, without the account and the tool."""
    return _found(_TITLE, text).rsplit(" - ", 2)[0]


def _all(name: str, ids: str) -> str:
    return " ".join(f"{name}--{one}" for one in ids.split())


def _link(path: str, found: re.Match[str], names: dict[str, str]) -> str:
    target = html.unescape(found[2])
    if target.startswith(_OUTSIDE):
        return found[0]
    page, _, fragment = target.partition("#")
    page = (page.removeprefix("../") if "/" in path else page) if page else path
    if page not in names:
        return f"<a{found[1]}{found[3]}>"
    if "=" in fragment:  # the filter of a list: this file has no script
        fragment = ""
    return f'<a{found[1]} href="#{_all(names[page], fragment) if fragment else names[page]}"{found[3]}>'


def _embedded(text: str, folder: Path) -> str:
    """Pictures as data."""
    return _IMAGE.sub(lambda found: f' src="{_data(folder / found[1].removeprefix("../"))}"', text)


def _data(file: Path) -> str:
    kinds = {"svg": "svg+xml", "png": "png", "jpg": "jpeg"}
    return f"data:image/{kinds[file.suffix[1:]]};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
