"""A page of changes or of the history as one HTML file: its style within, no script, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
from typing import Literal

from markupsafe import Markup
from msgspec import Struct

from iamscout.diff.history import Trend
from iamscout.diff.model import Changes
from iamscout.report import assets
from iamscout.report.changes_pages import changes_view
from iamscout.report.frame import Frame
from iamscout.report.history_view import history_view
from iamscout.report.page import Page
from iamscout.report.render import Renderer
from iamscout.report.text import rendered


class FileView(Struct, frozen=True):
    """A page's view with the style sheet around it and its digest for the Content-Security-Policy."""

    kind: Literal["changes", "history"]
    body: Struct
    style: Markup
    style_digest: str


def changes_html(changes: Changes, version: str) -> str:
    """A comparison as one file."""
    return _html("changes", "Changes", changes_view(changes), version)


def history_html(trend: Trend, version: str) -> str:
    """A history as one file."""
    return _html("history", "History", history_view(trend), version)


def _html(kind: Literal["changes", "history"], title: str, body: Struct, version: str) -> str:
    # A link of this file would lead nowhere, so that views without a report have none.
    style = (assets.static() / "iamscout.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    view = FileView(kind, body, rendered(style), f"sha256-{digest}")
    frame = Frame(account="", captured="", entries=(), banner="", version=version, rules="")
    page = Page(f"{kind}.html", "single_file.html", kind, title, view)
    return Renderer(frame).html(page) + "\n"
