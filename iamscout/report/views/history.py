"""`history.html`: findings over all moments that the report was given."""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.report.atlas import Atlas
from iamscout.report.history_view import history_views
from iamscout.report.page import Entry, Page


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry; none where there is only one moment."""
    return Entry(78, "history", "History", "history.html") if atlas.trend is not None else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """The pages, where the report has earlier moments."""
    if atlas.trend is None:
        return
    views = history_views(atlas.trend, lambda key: atlas.finding_paths.get(key, ""))
    for number, (path, view) in enumerate(views, start=1):
        title = "History" if number == 1 else f"History, page {number}"
        yield Page(path, "history.html", "history", title, view)
