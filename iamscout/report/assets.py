"""Finds the templates and static files: inside the installed package, else at the root of the checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_MOST = 120
"""Characters of a heading that fit on a printed line."""
_PACKAGE = Path(__file__).resolve().parent.parent


def templates() -> Path:
    """The folder of Jinja templates."""
    return _find("_templates", "templates", "base.html")


def static() -> Path:
    """The folder of files that every report carries: style sheet, script, mark."""
    return _find("_static", "static", "iamscout.css")


def files(heading: str, *, scripts: bool = True) -> Iterator[tuple[str, bytes]]:
    """Pairs of path and content of all files in `assets/`.

    They are the same in every report, but for the `heading` that the style sheet puts on printed pages.
    """
    folder = static()
    style = (folder / "iamscout.css").read_text("utf-8")
    yield "assets/iamscout.css", f"{style}{_printed(heading)}".encode()
    for name in ("print.css", "mark.svg", *(("iamscout.js", "search.js") if scripts else ())):
        yield f"assets/{name}", (folder / name).read_bytes()
    if not scripts:
        return
    for file in sorted((folder / "vendor").iterdir()):
        yield f"assets/vendor/{file.name}", file.read_bytes()


def _printed(heading: str) -> str:
    """Whose report it is, at the top of each printed page: a style sheet cannot read that off the page."""
    text = heading if len(heading) <= _MOST else f"{heading[: _MOST - 1]}\N{HORIZONTAL ELLIPSIS}"
    escaped = "".join(
        each if each == " " or (each.isascii() and each.isalnum()) else f"\\{ord(each):x} " for each in text
    )
    return f'@page {{ @top-left {{ content: "{escaped}"; font: 7pt sans-serif; }} }}\n'


def _find(packaged: str, checked_out: str, witness: str) -> Path:
    for folder in (_PACKAGE / packaged, _PACKAGE.parent / checked_out):
        if (folder / witness).is_file():
            return folder
    raise RuntimeError(
        f"iamscout was installed without its {checked_out}: "
        f"{witness} is neither in {_PACKAGE / packaged} nor beside the package"
    )
