"""Finds the templates and static files: inside the installed package, else at the root of the checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def templates() -> Path:
    """The folder of Jinja templates."""
    return _find("_templates", "templates", "base.html")


def static() -> Path:
    """The folder of files that every report carries: style sheet, script, mark."""
    return _find("_static", "static", "iamscout.css")


def files(*, scripts: bool = True) -> Iterator[tuple[str, bytes]]:
    """Pairs of path and content of all files in `assets/` that are the same in every report."""
    folder = static()
    for name in ("iamscout.css", "print.css", "mark.svg", *(("iamscout.js", "search.js") if scripts else ())):
        yield f"assets/{name}", (folder / name).read_bytes()
    if not scripts:
        return
    for file in sorted((folder / "vendor").iterdir()):
        yield f"assets/vendor/{file.name}", file.read_bytes()


def _find(packaged: str, checked_out: str, witness: str) -> Path:
    for folder in (_PACKAGE / packaged, _PACKAGE.parent / checked_out):
        if (folder / witness).is_file():
            return folder
    raise RuntimeError(
        f"iamscout was installed without its {checked_out}: "
        f"{witness} is neither in {_PACKAGE / packaged} nor beside the package"
    )
