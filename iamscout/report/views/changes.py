"""`changes.html`: what changed since the baseline, what lets more in first."""

from __future__ import annotations

from collections.abc import Iterator

from iamscout.diff.words import name_of
from iamscout.report.atlas import Atlas
from iamscout.report.changes_pages import changes_views
from iamscout.report.page import Entry, Link, Page


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of changed resources; none without a baseline."""
    if atlas.changes is None:
        return None
    return Entry(77, "changes", "Changes", "changes.html", len(atlas.changes.resources or ()))


def pages(atlas: Atlas) -> Iterator[Page]:
    """The pages, where the report has a baseline."""
    if atlas.changes is None:
        return

    def link(arn: str) -> Link:
        return atlas.links.get(arn) or Link(name_of(arn))

    def finding_path(key: str) -> str:
        return atlas.finding_paths.get(key, "")

    views = changes_views(atlas.changes, link, finding_path, atlas.principal_link)
    for number, (path, view) in enumerate(views, start=1):
        title = "Changes" if number == 1 else f"Changes, page {number}"
        yield Page(path, "changes.html", "changes", title, view)
