"""`history.html`: findings over all moments that the report was given."""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.report.atlas import Atlas
from iamscout.report.history_view import history_view
from iamscout.report.page import Entry, Page


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry; none where there is only one moment."""
    return Entry(78, "history", "History", "history.html") if atlas.trend is not None else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """The page, where the report has earlier moments."""
    if atlas.trend is not None:
        view = history_view(atlas.trend, lambda key: atlas.finding_paths.get(key, ""))
        yield Page("history.html", "history.html", "history", "History", view)
