"""The whole report: pages, data and assets, written into one folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from iamscout.analysis.assessment import Assessment, SnapshotRef
from iamscout.diff.document import encode_diff
from iamscout.diff.history import Trend
from iamscout.diff.model import Changes
from iamscout.export.csv import findings_csv
from iamscout.report import assets
from iamscout.report.atlas import Atlas
from iamscout.report.folder import Folder
from iamscout.report.frame import frame
from iamscout.report.page import Page
from iamscout.report.pages import all_pages, entries
from iamscout.report.render import Renderer
from iamscout.report.rows import LongLists
from iamscout.report.search import search_files

SCHEMA = "iamscout/report/1"
"""Format and version of `manifest.json`."""

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


def render(
    assessment: Assessment,
    out: Path | str,
    *,
    analysis: bytes | None = None,
    changes: Changes | None = None,
    trend: Trend | None = None,
) -> Path:
    """Write the report of an assessment to a folder and return its `index.html`.

    `analysis` are the bytes of `data/analysis.json`; None has them made. `changes` are those since a baseline
    and `trend` the history of all moments, for the pages that tell them. Raises OutputError where the folder
    cannot be written or is not ours to replace.
    """
    with Folder(Path(out)) as folder:
        for path, content in files(assessment, analysis, changes, trend):
            folder.add(path, content)
        folder.finish()
    return folder.out / "index.html"


def files(
    assessment: Assessment,
    analysis: bytes | None = None,
    changes: Changes | None = None,
    trend: Trend | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Every file but SHA256SUMS, as pairs of path and content; the same bytes for the same assessment."""
    atlas = Atlas(assessment, changes, trend)
    renderer = Renderer(frame(atlas, entries(atlas)))
    lists = LongLists()
    pages = 0
    last: list[Page] = []
    for page in all_pages(atlas):
        if page.section == "method":
            last.append(page)  # it tells how much was hidden on all the others
            continue
        text = renderer.html(page)
        if "/" not in page.path:
            lists.add(text)
        yield page.path, text.encode()
        pages += 1
    for page in last:
        yield page.path, renderer.html(page).encode()
        pages += 1
    yield from assets.files()
    yield from lists.files()
    yield from search_files(atlas, renderer.display.one_line)
    yield "data/analysis.json", analysis if analysis is not None else _analysis(assessment)
    if changes is not None:
        yield "data/diff.json", encode_diff(changes, assessment.tool_version)
    yield "data/findings.csv", findings_csv(assessment, renderer.display)
    yield "README.txt", README.encode()
    yield "manifest.json", _manifest(assessment, pages, len(renderer.display.masked))


def _analysis(assessment: Assessment) -> bytes:
    from iamscout.analysis.document import encode_analysis  # noqa: PLC0415

    return encode_analysis(assessment)


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
    )
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
