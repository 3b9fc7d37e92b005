"""The whole report: pages, data and assets, written into one folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from iamscout.analysis.assessment import Assessment, SnapshotRef
from iamscout.analysis.document import analysis_parts
from iamscout.analysis.forked import can_fork
from iamscout.diff.document import encode_diff
from iamscout.diff.history import Trend
from iamscout.diff.model import Changes
from iamscout.export.csv import findings_csv
from iamscout.report import assets
from iamscout.report.atlas import Atlas
from iamscout.report.crew import MOST_TASKS, Crew
from iamscout.report.edition import Edition
from iamscout.report.folder import Folder
from iamscout.report.frame import frame
from iamscout.report.groundwork import Groundwork
from iamscout.report.page import Page
from iamscout.report.pages import entries, pages_of_many, single_pages
from iamscout.report.render import Renderer
from iamscout.report.rows import LongLists
from iamscout.report.search import search_files
from iamscout.report.views import method

_PLAIN = Edition()

SCHEMA = "iamscout/report/1"
"""Format and version of `manifest.json`."""

WORTH_SHARING = 400
"""From so many pages of entities on, further processes save more time than they take."""

SHARE = 40
"""Pages that a process takes at once; more only where the report has very many."""

README = """\
This folder is a report of iamscout. Extract the whole archive first, then open index.html in a browser.

Everything works offline: nothing is loaded from the network, and all pages can be read without JavaScript.
findings.html lists what was found, method.html tells what was and was not collected.
data/ holds the same for machines. SHA256SUMS holds the digest of every file: `sha256sum --check SHA256SUMS`.

The report tells how an AWS account can be entered. Treat it as confidential.
"""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a folder holds and what it was made from."""

    schema: str = SCHEMA
    tool: str
    version: str
    snapshots: tuple[SnapshotRef, ...]
    rules: int
    findings: dict[str, int]
    pages: int
    masked_secrets: int
    redacted: tuple[str, ...] = ()


def render(  # noqa: PLR0913  # what is given beside the assessment, each by its name
    assessment: Assessment,
    out: Path | str,
    *,
    analysis: bytes | None = None,
    changes: Changes | None = None,
    trend: Trend | None = None,
    processes: int = 1,
    edition: Edition = _PLAIN,
    groundwork: Groundwork | None = None,
) -> Path:
    """Write the report of an assessment to a folder and return its `index.html`.

    `analysis` are the bytes of `data/analysis.json`; None has them made. `changes` are those since a baseline
    and `trend` the history of all moments, for the pages that tell them. With several `processes` a large
    report is rendered in as many, forked from this one; its bytes are the same. `edition` is how it is
    delivered, `groundwork` what was made of it before. Raises OutputError where the folder cannot be written
    or is not ours to replace.
    """
    site = _Site(Atlas(assessment, changes, trend, groundwork), analysis, edition)
    with Folder(Path(out)) as folder:
        if processes > 1 and len(site.many) >= WORTH_SHARING and can_fork():
            _render_shared(site, folder, processes)
        else:
            for path, content in site.files():
                folder.add(path, content)
        folder.finish()
    return folder.out / "index.html"


def files(
    assessment: Assessment,
    analysis: bytes | None = None,
    changes: Changes | None = None,
    trend: Trend | None = None,
    edition: Edition = _PLAIN,
) -> Iterator[tuple[str, bytes]]:
    """Every file but SHA256SUMS, as pairs of path and content; the same bytes for the same assessment."""
    for path, content in _Site(Atlas(assessment, changes, trend), analysis, edition).files():
        yield path, content if isinstance(content, bytes) else b"".join(content)


class _Site:
    """The files of one report: those that there is one of each, and `many`, the pages of entities."""

    def __init__(self, atlas: Atlas, analysis: bytes | None, edition: Edition) -> None:
        self._atlas = atlas
        self._assessment = atlas.assessment
        self._analysis = analysis
        self._changes = atlas.changes
        self._edition = edition
        self._frame = frame(self._atlas, entries(self._atlas), edition)
        self._renderer = Renderer(self._frame)
        self._pages = 0
        self.many = tuple(pages_of_many(self._atlas))
        self.masked = self._renderer.display.masked
        """Secrets that were hidden so far."""

    def files(self) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
        """All of them, one by one."""
        yield from self.singles()
        for page in self.many:
            yield self.rendered(page)
        yield from self.last()

    def rendered(self, page: Page) -> tuple[str, bytes]:
        """A page as a file."""
        return page.path, self._renderer.html(page).encode()

    def singles(self) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
        """Lists and summaries, assets, data."""
        lists = LongLists()
        for page in single_pages(self._atlas):
            text = self._renderer.html(page)
            lists.add(text)
            yield page.path, text.encode()
            self._pages += 1
        heading = f"{self._frame.account}, captured {self._frame.captured}"
        yield from assets.files(self._renderer.display.one_line(heading), scripts=self._edition.scripts)
        if self._edition.scripts:
            yield from lists.files()
            yield from search_files(self._atlas, self._renderer.display.one_line)
        if self._edition.cover.logo is not None:
            yield self._edition.cover.logo.path, self._edition.cover.logo.content
        yield from self._edition.attached
        made = self._analysis
        yield "data/analysis.json", analysis_parts(self._assessment) if made is None else made
        if self._changes is not None:
            yield "data/diff.json", encode_diff(self._changes, self._assessment.tool_version)
        yield "data/findings.csv", findings_csv(self._assessment, self._renderer.display)
        yield "README.txt", README.encode()

    def last(self) -> Iterator[tuple[str, bytes]]:
        """What tells how much was hidden on all the others."""
        told = tuple(method.pages(self._atlas))
        for page in told:
            yield self.rendered(page)
        pages = self._pages + len(self.many) + len(told)
        yield "manifest.json", _manifest(self._assessment, pages, len(self.masked))


def _render_shared(site: _Site, folder: Folder, processes: int) -> None:
    """Add all files of a site to a folder; the pages of entities by whoever is free."""
    size = max(SHARE, -(-len(site.many) // MOST_TASKS))
    shares = [site.many[start : start + size] for start in range(0, len(site.many), size)]
    for page in site.many:
        folder.prepare(page.path)

    def work(number: int) -> None:
        for page in shares[number]:
            folder.add(*site.rendered(page))

    # What pages look things up in is made when first asked for: here, once, and not in each process.
    for page in {page.template: page for page in site.many}.values():
        site.rendered(page)
    ahead = len(folder.sums)
    undone = set(range(len(shares)))
    with Crew(processes - 1, len(shares), work, lambda: (folder.sums[ahead:], site.masked)) as crew:
        for path, content in site.singles():
            folder.add(path, content)
        for number in crew.tasks():
            work(number)
            undone.discard(number)
        for done, (sums, masked) in crew.results():
            folder.adopt(sums)
            site.masked.update(masked)
            undone.difference_update(done)
    for number in sorted(undone):
        for page in shares[number]:
            folder.forget(page.path)
        work(number)
    for path, content in site.last():
        folder.add(path, content)


def _manifest(assessment: Assessment, pages: int, masked: int) -> bytes:
    counts: dict[str, int] = {}
    for finding in assessment.findings:
        counts[finding.status] = counts.get(finding.status, 0) + 1
    manifest = Manifest(
        tool="iamscout",
        version=assessment.tool_version,
        snapshots=assessment.snapshots,
        rules=len(assessment.rules),
        findings=dict(sorted(counts.items())),
        pages=pages,
        masked_secrets=masked,
        redacted=assessment.redacted,
    )
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
